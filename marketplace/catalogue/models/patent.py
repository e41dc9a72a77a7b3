"""Patents and applications: numbers, life, owners, inventors, source projects."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models.common import Confirmed, Described, Offered, Owned
from marketplace.catalogue.models.contributor import Contributor
from marketplace.catalogue.models.project import Project
from marketplace.core.db import Base, BilingualText
from marketplace.core.i18n import Bilingual
from marketplace.core.listed import Listed


class PatentOwner(Base):
    """Who owns a patent or applies for it, in the order of the register."""

    __tablename__ = "patent_owner"
    __table_args__ = (Index("ix_patent_owner_organisation", "organisation_id"),)

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    rank: Mapped[int]

    organisation: Mapped[Organisation] = relationship()


class PatentInventor(Base):
    """An inventor, in the order of the register."""

    __tablename__ = "patent_inventor"

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), primary_key=True)
    contributor_id: Mapped[int] = mapped_column(ForeignKey("contributor.id"), primary_key=True)
    rank: Mapped[int]

    contributor: Mapped[Contributor] = relationship()


class PatentProject(Base):
    """A project from which a patent came."""

    __tablename__ = "patent_project"
    __table_args__ = (Index("ix_patent_project_project", "project_id"),)

    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    rank: Mapped[int]

    project: Mapped[Project] = relationship()


class Patent(Listed, Owned, Confirmed, Described, Offered, Base):
    """A Chinese patent or application.

    Numbers are kept in canonical form (ZC 0006-2003; see ``core.identifiers``). ``expires_on``
    is the end of the term of 专利法 art. 42: 20, 10 or 15 years from filing. That a number is
    valid doesn't say that the right is alive: ``legal_status`` was so on ``status_checked_on``.
    """

    __tablename__ = "patent"

    kind: Mapped[str | None] = mapped_column(String(8))
    application_number: Mapped[str | None] = mapped_column(String(20), unique=True)
    publication_number: Mapped[str | None] = mapped_column(String(20), unique=True)
    ipc: Mapped[list[str]] = mapped_column(JSON, default=list)
    filed_on: Mapped[date | None]
    published_on: Mapped[date | None]
    granted_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    legal_status: Mapped[str | None] = mapped_column(String(16))
    status_checked_on: Mapped[date | None]
    is_pledged: Mapped[bool] = mapped_column(default=False)
    licences: Mapped[Bilingual | None] = mapped_column(BilingualText)

    owner_links: Mapped[list[PatentOwner]] = relationship(
        order_by=PatentOwner.rank, cascade="all, delete-orphan"
    )
    inventor_links: Mapped[list[PatentInventor]] = relationship(
        order_by=PatentInventor.rank, cascade="all, delete-orphan"
    )
    project_links: Mapped[list[PatentProject]] = relationship(
        order_by=PatentProject.rank, cascade="all, delete-orphan"
    )

    @property
    def inventors(self) -> list[Contributor]:
        """The inventors in their order."""
        return [link.contributor for link in self.inventor_links]

    @property
    def projects(self) -> list[Project]:
        """The source projects in their order."""
        return [link.project for link in self.project_links]
