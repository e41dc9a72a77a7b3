"""Matches of demands with results and patents, what was said to them, and who may be called."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from marketplace.catalogue.models import RECORD_MODELS, Demand, Organisation
from marketplace.core.db import Base, UtcDateTime, now

DEMANDER, HOLDER = "demander", "holder"
SIDES = (DEMANDER, HOLDER)


class Match(Base):
    """A demand and the record that might serve it, found by the system or proposed by a broker.

    ``place`` is the rank among those of the demand, from 1; nothing once it fell out of the list.
    ``features`` are the score, what each channel gave and the facts as they were when it was last
    looked for by ``algorithm``. ``stepped_at`` is when somebody last took a step. ``wants`` and
    ``consents`` name the sides that are interested, and that let their contact be shown.
    ``declined_by`` is a side.
    """

    __tablename__ = "match"
    __table_args__ = (
        UniqueConstraint("demand_id", "kind", "record_id"),
        Index("ix_match_record", "kind", "record_id"),
        Index("ix_match_state", "state", "stepped_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"))
    kind: Mapped[str] = mapped_column(String(16))
    record_id: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(default=1)
    place: Mapped[int | None]
    features: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    algorithm: Mapped[str] = mapped_column(String(80), default="")
    found_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    stepped_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    proposal: Mapped[str | None] = mapped_column(Text)
    wants: Mapped[list[str]] = mapped_column(JSON, default=list)
    consents: Mapped[list[str]] = mapped_column(JSON, default=list)
    declined_by: Mapped[str | None] = mapped_column(String(16))
    decline_code: Mapped[str | None] = mapped_column(String(16))

    demand: Mapped[Demand] = relationship()

    @property
    def demander_ids(self) -> tuple[int, ...]:
        """The organisations that look for something."""
        return self.demand.owner_ids

    @property
    def holder_ids(self) -> tuple[int, ...]:
        """The organisations that hold the record."""
        session = object_session(self)
        record: Any = session.get(RECORD_MODELS[self.kind], self.record_id) if session else None
        return record.owner_ids if record is not None else ()

    @property
    def division_codes(self) -> tuple[str, ...]:
        """Where it lies for the staff: with the demand."""
        return self.demand.division_codes


class MatchContact(Base):
    """Whom a side lets be called, given with its consent; shown once both sides have given theirs.

    Withdrawn consent deletes the row.
    """

    __tablename__ = "match_contact"
    __table_args__ = (UniqueConstraint("match_id", "side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("match.id"))
    side: Mapped[str] = mapped_column(String(16))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    organisation: Mapped[Organisation] = relationship()


class MatchDecision(Base):
    """What somebody said to a match, with its features at that moment. Rows are only ever added;
    one whose person closed the account says no longer who it was.

    ``code`` is why it was declined, else nothing.
    """

    __tablename__ = "match_decision"
    __table_args__ = (Index("ix_match_decision_match", "match_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("match.id"))
    action: Mapped[str] = mapped_column(String(32))
    side: Mapped[str | None] = mapped_column(String(16))
    code: Mapped[str | None] = mapped_column(String(16))
    person_id: Mapped[int | None]
    organisation_id: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    place: Mapped[int | None]
    algorithm: Mapped[str] = mapped_column(String(80))
    features: Mapped[dict[str, Any]] = mapped_column(JSON)


class DemandRound(Base):
    """When matches of a demand were last looked for, and by what."""

    __tablename__ = "demand_round"

    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    algorithm: Mapped[str] = mapped_column(String(80))


class DemandPart(Base):
    """A demand that was begun for some requirements of another one."""

    __tablename__ = "demand_part"
    __table_args__ = (Index("ix_demand_part_demand", "demand_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), unique=True)


class MatchQuestion(Base):
    """What the demand's side asks a holder before it says who it is: can you reach this?

    ``can`` is the answer; nothing as long as there is none. One question a match at a time: a new
    one takes the place of the old, which stays among the decisions.
    """

    __tablename__ = "match_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("match.id"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    can: Mapped[bool | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
