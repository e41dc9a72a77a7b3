"""The calendar as it stands now, and where a year of it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.audit import AuditEntry
from marketplace.core.calendar.announced import announced, announced_lists, expected_days
from marketplace.core.calendar.days import ListedDay, WorkingDays
from marketplace.core.calendar.models import CalendarDay, CalendarYear

SUBJECT = "calendar_year"
LOAD = "calendar.load"


@dataclass(frozen=True)
class YearSource:
    """Where a year's list comes from; one that nobody announced has neither source nor moment."""

    is_official: bool
    source: str = ""
    address: str = ""
    loaded_at: datetime | None = None


def read_working_days(session: Session) -> WorkingDays:
    """The calendar with all that staff loaded; one statement, so ask once for a whole page."""
    rows = session.scalars(select(CalendarDay)).all()
    loaded: dict[int, list[ListedDay]] = {}
    for row in rows:
        loaded.setdefault(row.year, []).append(row.listed)
    return WorkingDays({**announced_lists(), **loaded}, expected_days)


def source_of(session: Session, year: int) -> YearSource:
    """Which notice a year's days follow."""
    loaded = session.get(CalendarYear, year)
    if loaded is not None:
        return YearSource(True, loaded.source, loaded_at=loaded.loaded_at)
    known = announced()
    if year == known.last_year:
        return YearSource(True, known.last_notice, known.address)
    if known.first_year <= year < known.last_year:
        return YearSource(True, known.authority)
    return YearSource(False)


def loads_of(session: Session, year: int) -> Sequence[AuditEntry]:
    """Who loaded a list of the year, when and why, newest first."""
    of_year = (AuditEntry.subject_kind == SUBJECT, AuditEntry.subject_id == year)
    found = select(AuditEntry).where(*of_year, AuditEntry.action == LOAD)
    return session.scalars(found.order_by(AuditEntry.id.desc())).all()
