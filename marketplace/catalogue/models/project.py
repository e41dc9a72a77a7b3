"""Funded projects and the obligation to transfer what came of them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models.common import Described, first_division
from marketplace.core.db import Base, BilingualText
from marketplace.core.i18n import Bilingual
from marketplace.core.listed import Listed


class ProjectOrganisation(Base):
    """Who carries a project: rank 1 leads."""

    __tablename__ = "project_organisation"
    __table_args__ = (Index("ix_project_organisation_organisation", "organisation_id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    rank: Mapped[int]

    organisation: Mapped[Organisation] = relationship()


class Project(Listed, Described, Base):
    """A funded project (来源项目).

    ``transfer_due_on`` is the last day of the year within which a suitable, applied, publicly
    funded result is to be converted after acceptance (河南省促进科技成果转化条例 art. 19).
    """

    __tablename__ = "project"

    number: Mapped[str | None] = mapped_column(String(80), unique=True)
    plan_source: Mapped[str | None] = mapped_column(String(8))
    programme: Mapped[Bilingual | None] = mapped_column(BilingualText)
    funder: Mapped[Bilingual | None] = mapped_column(BilingualText)
    is_fiscal: Mapped[bool] = mapped_column(default=False)
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    has_transfer_obligation: Mapped[bool] = mapped_column(default=False)
    transfer_due_on: Mapped[date | None]

    parties: Mapped[list[ProjectOrganisation]] = relationship(
        order_by=ProjectOrganisation.rank, cascade="all, delete-orphan"
    )

    @property
    def owners(self) -> list[Organisation]:
        """The organisations in their order."""
        return [party.organisation for party in self.parties]

    @property
    def owner_ids(self) -> tuple[int, ...]:
        """The ids of the organisations in their order."""
        return tuple(party.organisation_id for party in self.parties)

    @property
    def division_codes(self) -> tuple[str, ...]:
        """The district or zone of the first of the organisations: whose staff decide."""
        return first_division(self.owners)
