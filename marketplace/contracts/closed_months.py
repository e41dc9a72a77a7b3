"""Months whose figures others rely on already: nothing done here is posted into them afterwards.

What happened in such a month and is entered later counts in the month in which it is entered, as
any difference does: the earlier figures stand as they were told.
Only files of contracts count in the months of their rows all the same; whoever releases one is
told which months change.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

IsClosed = Callable[[Session, int, bool], bool]


class ClosedMonths:
    """Who says that a month is closed, by name."""

    def __init__(self) -> None:
        self._judges: dict[str, IsClosed] = {}

    def add(self, name: str, is_closed: IsClosed) -> None:
        """Let a package judge: year × 100 + month, and whether it is the demonstration's."""
        self._judges[name] = is_closed

    def include(self, session: Session, month: int, *, is_demo: bool) -> bool:
        """Whether anybody says that the month (year × 100 + month) is closed.

        ``is_demo``: for contracts of the demonstration, or for real ones.
        """
        return any(is_closed(session, month, is_demo) for is_closed in self._judges.values())


closed_months = ClosedMonths()
