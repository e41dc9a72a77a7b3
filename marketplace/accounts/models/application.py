"""How people come to act for an organisation: applications, which staff decide, and requests to
join, which the organisation itself decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models.organisation import Organisation
from marketplace.accounts.models.person import Person
from marketplace.core.db import Base, Timestamps, UtcDateTime, now


class Application(Timestamps, Base):
    """A person says: this organisation exists, and I act for it.

    ``purposes`` are what it wants to do here (see ``roles_given``). ``organisation_id`` is the
    organisation of that code which the market knows already, and after approval the one that
    was verified. ``comments`` are what staff wrote at each field when they returned it;
    ``submitted_at`` is since when it waits.
    """

    __tablename__ = "application"
    __table_args__ = (
        Index("ix_application_state_submitted", "state", "submitted_at"),
        Index("ix_application_applicant", "applicant_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(16), default="draft")
    version: Mapped[int] = mapped_column(default=1)
    applicant_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(200))
    uscc: Mapped[str] = mapped_column(String(18), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    nature: Mapped[str] = mapped_column(String(8))
    division: Mapped[str] = mapped_column(String(8))
    is_state_founded: Mapped[bool] = mapped_column(default=False)
    purposes: Mapped[list[str]] = mapped_column(JSON, default=list)
    position: Mapped[str] = mapped_column(String(80))
    comments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_demo: Mapped[bool] = mapped_column(default=False)

    applicant: Mapped[Person] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def division_codes(self) -> tuple[str, ...]:
        """The district or zone whose staff decide."""
        return (self.division,)


class JoinRequest(Timestamps, Base):
    """A person asks an organisation that has members to be one of them."""

    __tablename__ = "join_request"
    __table_args__ = (
        Index("ix_join_request_organisation", "organisation_id", "state"),
        Index("ix_join_request_applicant", "applicant_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    version: Mapped[int] = mapped_column(default=1)
    applicant_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    applicant: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()
