"""Terms: on which day one of years or months ends, and when to remind of the last day.

Days are those of Asia/Shanghai; whether a day is worked says ``days``.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date


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


def reminders_due(due_on: date, on: date, days_before: Iterable[int]) -> list[int]:
    """Which reminders stand out on a day, the nearest first; none once the last day is over."""
    left = (due_on - on).days
    return sorted(days for days in set(days_before) if 0 <= left <= days)
