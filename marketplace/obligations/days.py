"""Counting days: last days, lateness, reminders. Days are those of Asia/Shanghai."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date

MOST_DEFERRED_YEARS = 5
"""A science report's full text is held back for five years at most (科技报告 form notes)."""


def years_after(day: date, years: int) -> date:
    """The last day of a term of years that begins on a day, which itself isn't counted.

    It ends on the same day of the year; where the month has no such day, on its last
    (民法典 art. 201, 202).
    """
    year = day.year + years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def months_after(day: date, months: int) -> date:
    """The last day of a term of months, counted likewise."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def transfer_due_on(accepted_on: date) -> date:
    """The last day for converting a result: one year after acceptance (河南条例 art. 19)."""
    return years_after(accepted_on, 1)


def days_late(due_on: date, done_on: date | None) -> int:
    """Days from the last day to the day on which it was done; never below 0."""
    return max((done_on - due_on).days, 0) if done_on else 0


def reminders_due(due_on: date, on: date, days_before: Iterable[int]) -> list[int]:
    """Which reminders stand out on a day, the nearest first; none once the last day is over."""
    left = (due_on - on).days
    return sorted(days for days in set(days_before) if 0 <= left <= days)
