"""Who acts for which organisation, and in which roles."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models.organisation import Organisation
from marketplace.core.actor import Role
from marketplace.core.db import Base, Timestamps, UtcDateTime

if TYPE_CHECKING:
    from marketplace.accounts.models.person import Person


class Membership(Timestamps, Base):
    """A person in an organisation, from the day it was granted until it ends.

    ``districts`` narrows what staff answer for: codes of GB/T 2260 or of functional zones; an
    empty list is the whole city. ``manages_members`` is for those who look after the members
    without being HOLDER_MGR: first of all whoever was verified as the first member.
    """

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id"),
        Index("ix_membership_organisation", "organisation_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    districts: Mapped[list[str]] = mapped_column(JSON, default=list)
    manages_members: Mapped[bool] = mapped_column(default=False, server_default=false())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()
    granted: Mapped[list[MembershipRole]] = relationship(
        cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held here."""
        return frozenset(Role(row.role) for row in self.granted)

    @property
    def is_in_charge(self) -> bool:
        """Whether this member looks after the others."""
        return self.manages_members or Role.HOLDER_MGR in self.roles


class MembershipRole(Base):
    """One role of a person in an organisation."""

    __tablename__ = "membership_role"

    membership_id: Mapped[int] = mapped_column(
        ForeignKey("membership.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
