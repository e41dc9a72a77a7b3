"""Invitations into an organisation, and deputies within it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models.membership import Membership
from marketplace.accounts.models.organisation import Organisation
from marketplace.accounts.models.person import LONGEST_EMAIL
from marketplace.core.db import Base, Timestamps, UtcDateTime


class Invitation(Timestamps, Base):
    """A letter to an address: whoever reads it may join with these roles, once.

    ``ended_at`` is when it was taken back, or replaced by a later one.
    """

    __tablename__ = "invitation"
    __table_args__ = (Index("ix_invitation_organisation", "organisation_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str] = mapped_column(String(LONGEST_EMAIL), index=True)
    language: Mapped[str] = mapped_column(String(2), default="zh")
    roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    districts: Mapped[list[str]] = mapped_column(JSON, default=list)
    manages_members: Mapped[bool] = mapped_column(default=False)
    inviter_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()


class Deputy(Timestamps, Base):
    """Somebody stands in for another member from one day to another, both included.

    Days are those of Asia/Shanghai. Nothing has to happen when the last one is over: whose
    roles somebody has is computed each time.
    """

    __tablename__ = "deputy"
    __table_args__ = (
        Index("ix_deputy_person", "deputy_id", "until_on"),
        Index("ix_deputy_membership", "membership_id", "until_on"),
        CheckConstraint("until_on >= from_on", name="days_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id", ondelete="CASCADE"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("membership.id", ondelete="CASCADE"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    membership: Mapped[Membership] = relationship(foreign_keys=membership_id)
    deputy: Mapped[Membership] = relationship(foreign_keys=deputy_id)
