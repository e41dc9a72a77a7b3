"""The table of askings: when a holder was asked about a listing, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, UtcDateTime, now


class Outcome(StrEnum):
    """What came of an asking.

    ``repeated``: nobody answered, and the next letter took its place. ``hidden``: nobody
    answered to the end. ``stopped``: the listing went off the pages otherwise. ``renewed``: it
    got a newer day of confirmation or publication without an answer, by an import for example.
    """

    CONFIRMED = "confirmed"
    REPEATED = "repeated"
    HIDDEN = "hidden"
    STOPPED = "stopped"
    RENEWED = "renewed"


class Asking(Base):
    """One asking about one listing; of each listing at most one is open.

    ``number`` counts askings without an answer between, ``first_asked_on`` is the day of the
    first of them: from it the days of grace run. Days are those of Asia/Shanghai. ``person_id``
    is who confirmed; ``is_by_letter`` whether that was by the link of a letter.
    """

    __tablename__ = "confirmation_asking"
    __table_args__ = (
        Index(
            "uq_confirmation_asking_open",
            "subject_kind",
            "subject_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_confirmation_asking_subject", "subject_kind", "subject_id", "id"),
        Index("ix_confirmation_asking_organisation", "organisation_id", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    first_asked_on: Mapped[date]
    asked_on: Mapped[date]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))
    is_by_letter: Mapped[bool | None]
    person_id: Mapped[int | None]

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.closed_at is None

    def close(self, outcome: Outcome) -> None:
        """Let it end so, now."""
        self.closed_at, self.outcome = now(), outcome.value
