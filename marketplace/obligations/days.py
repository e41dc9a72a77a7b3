"""Counting days: last days and lateness. Days are those of Asia/Shanghai."""

from __future__ import annotations

from datetime import date

from marketplace.core.calendar.terms import years_after

MOST_DEFERRED_YEARS = 5
"""A science report's full text is held back for five years at most (科技报告 form notes)."""


def transfer_due_on(accepted_on: date) -> date:
    """The last day for converting a result: one year after acceptance (河南条例 art. 19)."""
    return years_after(accepted_on, 1)


def days_late(due_on: date, done_on: date | None) -> int:
    """Days from the last day to the day on which it was done; never below 0."""
    return max((done_on - due_on).days, 0) if done_on else 0
