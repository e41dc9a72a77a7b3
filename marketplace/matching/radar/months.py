"""Which months of searches are kept, and which of them are told of.

Only whole months are told of: what is searched today shows in no group before the month is over.
What is forgotten has left the told months before, so that forgetting shows in no group either.
"""

from __future__ import annotations

from datetime import date

KEPT_MONTHS = 12
"""The present month and the eleven before it; nothing is kept for more than a year."""


def month_of(day: date) -> date:
    """The first day of the month of a day."""
    return day.replace(day=1)


def first_kept(day: date) -> date:
    """The first day of which searches are still kept on a day."""
    year, month = divmod(day.year * 12 + day.month - KEPT_MONTHS, 12)
    return date(year, month + 1, 1)


def last_told(day: date) -> date:
    """The first day of the last month that is told of on a day: the one before the present."""
    year, month = divmod(day.year * 12 + day.month - 2, 12)
    return date(year, month + 1, 1)
