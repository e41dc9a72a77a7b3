"""Tables of what people keep: records, searches, and what the searches found since."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Person
from marketplace.core.db import Base, Timestamps, UtcDateTime, now

LONGEST_NOTE = 500
LONGEST_NAME = 200


class Frequency(StrEnum):
    """How often somebody hears of what a saved search found."""

    OFF = "off"
    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class SavedRecord(Base):
    """A record that somebody keeps, with the version it then had and a note of one's own."""

    __tablename__ = "saved_record"
    __table_args__ = (UniqueConstraint("person_id", "kind", "record_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    record_id: Mapped[int]
    version: Mapped[int]
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class SavedSearch(Timestamps, Base):
    """A search that somebody keeps: the parameters of its address, and how it is told of.

    ``organisation_id`` is the one acted for when it was saved: what may be seen follows from it.
    ``announced_at`` is when something was last announced.
    """

    __tablename__ = "saved_search"
    __table_args__ = (
        Index("ix_saved_search_person_id", "person_id"),
        Index("ix_saved_search_frequency", "frequency"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL")
    )
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    params: Mapped[list[list[str]]] = mapped_column(JSON)
    frequency: Mapped[str] = mapped_column(String(8), default=Frequency.OFF)
    by_mail: Mapped[bool] = mapped_column(default=False)
    by_inbox: Mapped[bool] = mapped_column(default=True)
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()


class SearchMatch(Base):
    """A record that a saved search found after it was saved: one row, however often it changes.

    ``announced_at`` is empty as long as it waits for its letter or notice.
    """

    __tablename__ = "search_match"
    __table_args__ = (
        UniqueConstraint("search_id", "kind", "record_id"),
        Index(
            "ix_search_match_waiting",
            "search_id",
            sqlite_where=text("announced_at IS NULL"),
            postgresql_where=text("announced_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    search_id: Mapped[int] = mapped_column(ForeignKey("saved_search.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    record_id: Mapped[int]
    found_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
