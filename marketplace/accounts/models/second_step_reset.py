"""Requests to take somebody's second step away: one administrator asks, another confirms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models.person import Person
from marketplace.core.db import Base, UtcDateTime, now

LONGEST_REASON = 500


class SecondStepReset(Base):
    """That the person's second step be reset, why, and what became of it.

    ``due_at`` is when an unanswered request is over (UTC). ``decided_by_id`` is whoever confirmed
    or refused.
    """

    __tablename__ = "second_step_reset"
    __table_args__ = (Index("ix_second_step_reset_state", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(16), default="requested")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_reason: Mapped[str | None] = mapped_column(String(LONGEST_REASON))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    requested_by: Mapped[Person] = relationship(foreign_keys=[requested_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])

    def is_waiting(self) -> bool:
        """Whether it can still be confirmed."""
        return self.state == "requested" and self.due_at > now()
