"""The years that staff loaded from the official notice; the others come with the program."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.calendar.days import ListedDay
from marketplace.core.db import Base, UtcDateTime, now

LONGEST_NAME = 40
LONGEST_SOURCE = 200


class CalendarYear(Base):
    """A year whose list staff loaded: from which notice, who, when. It counts before ours."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(LONGEST_SOURCE))
    loaded_by_id: Mapped[int | None]
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    days: Mapped[list[CalendarDay]] = relationship(
        order_by="CalendarDay.day", cascade="all, delete-orphan"
    )


class CalendarDay(Base):
    """A day that the list of a year names; it may lie in the December before."""

    __tablename__ = "calendar_day"
    __table_args__ = (CheckConstraint("kind IN ('holiday', 'working')", name="kind"),)

    year: Mapped[int] = mapped_column(ForeignKey("calendar_year.year"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")

    @property
    def listed(self) -> ListedDay:
        """The day as the calendar counts with it."""
        return ListedDay(self.day, self.kind, self.name)
