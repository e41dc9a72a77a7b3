"""Research results (科技成果) with the fields of the registration form and of the offer."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models.common import Confirmed, Described, Offered, Owned
from marketplace.catalogue.models.contributor import Contributor
from marketplace.catalogue.models.patent import Patent
from marketplace.catalogue.models.project import Project
from marketplace.core.db import Base, BilingualText
from marketplace.core.i18n import Bilingual
from marketplace.core.listed import Listed


class ResultOwner(Base):
    """A completing unit (完成单位); rank 1 registers."""

    __tablename__ = "result_owner"
    __table_args__ = (Index("ix_result_owner_organisation", "organisation_id"),)

    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    rank: Mapped[int]

    organisation: Mapped[Organisation] = relationship()


class ResultContributor(Base):
    """A completing person (完成人), in order, with the part taken."""

    __tablename__ = "result_contributor"

    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"), primary_key=True)
    contributor_id: Mapped[int] = mapped_column(ForeignKey("contributor.id"), primary_key=True)
    rank: Mapped[int]
    role: Mapped[Bilingual | None] = mapped_column(BilingualText)

    contributor: Mapped[Contributor] = relationship()


class ResultProject(Base):
    """A project from which a result came."""

    __tablename__ = "result_project"
    __table_args__ = (Index("ix_result_project_project", "project_id"),)

    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    rank: Mapped[int]

    project: Mapped[Project] = relationship()


class ResultPatent(Base):
    """A patent that protects a result."""

    __tablename__ = "result_patent"
    __table_args__ = (Index("ix_result_patent_patent", "patent_id"),)

    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"), primary_key=True)
    patent_id: Mapped[int] = mapped_column(ForeignKey("patent.id"), primary_key=True)
    rank: Mapped[int]

    patent: Mapped[Patent] = relationship()
    result: Mapped[Result] = relationship(back_populates="patent_links")


class Result(Listed, Owned, Confirmed, Described, Offered, Base):
    """A research result.

    ``registration_number`` is the 登记号 of 科技成果登记办法. ``started_on`` and ``ended_on``
    are months (``YYYY-MM``). ``trl`` is 1–9 (GB/T 22900-2022); ``stage`` is the phase of the
    registration form. ``indicators`` are rows of name, value, baseline and method;
    ``evaluation`` is kind, body, date and conclusion. ``disclosure`` is open, deferred or
    closed.
    """

    __tablename__ = "result"

    registration_number: Mapped[str | None] = mapped_column(String(16), unique=True)
    doi: Mapped[str | None] = mapped_column(String(200))
    result_class: Mapped[str | None] = mapped_column(String(4))
    result_attr: Mapped[str | None] = mapped_column(String(4))
    result_form: Mapped[str | None] = mapped_column(String(4))
    result_level: Mapped[str | None] = mapped_column(String(4))
    stage: Mapped[str | None] = mapped_column(String(4))
    trl: Mapped[int | None] = mapped_column(
        CheckConstraint("trl BETWEEN 1 AND 9", name="trl_is_1_to_9")
    )
    trl_method: Mapped[Bilingual | None] = mapped_column(BilingualText)
    trl_assessed_by: Mapped[Bilingual | None] = mapped_column(BilingualText)
    trl_assessed_on: Mapped[date | None]
    discipline: Mapped[str | None] = mapped_column(String(8))
    industry: Mapped[str | None] = mapped_column(String(8))
    started_on: Mapped[str | None] = mapped_column(String(7))
    ended_on: Mapped[str | None] = mapped_column(String(7))
    problem: Mapped[Bilingual | None] = mapped_column(BilingualText)
    solution: Mapped[Bilingual | None] = mapped_column(BilingualText)
    indicators: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    applications: Mapped[Bilingual | None] = mapped_column(BilingualText)
    offer: Mapped[Bilingual | None] = mapped_column(BilingualText)
    evaluation: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    intended_region: Mapped[Bilingual | None] = mapped_column(BilingualText)
    disclosure: Mapped[str] = mapped_column(String(16), default="open")

    owner_links: Mapped[list[ResultOwner]] = relationship(
        order_by=ResultOwner.rank, cascade="all, delete-orphan"
    )
    contributor_links: Mapped[list[ResultContributor]] = relationship(
        order_by=ResultContributor.rank, cascade="all, delete-orphan"
    )
    project_links: Mapped[list[ResultProject]] = relationship(
        order_by=ResultProject.rank, cascade="all, delete-orphan"
    )
    patent_links: Mapped[list[ResultPatent]] = relationship(
        order_by=ResultPatent.rank, cascade="all, delete-orphan", back_populates="result"
    )

    @property
    def projects(self) -> list[Project]:
        """The source projects in their order."""
        return [link.project for link in self.project_links]

    @property
    def patents(self) -> list[Patent]:
        """The patents in their order."""
        return [link.patent for link in self.patent_links]
