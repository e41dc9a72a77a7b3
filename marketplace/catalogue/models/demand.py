"""Technology demands (技术需求): what somebody is looking for, for how much, until when."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models.common import Classified, Owned
from marketplace.core.actor import Role
from marketplace.core.db import Base, BilingualText
from marketplace.core.i18n import Bilingual
from marketplace.core.listed import Listed

PUBLIC = "public"
SIGNED_IN = "signed_in"
MATCHED = "matched"


class DemandOwner(Base):
    """Who is looking: one organisation."""

    __tablename__ = "demand_owner"
    __table_args__ = (Index("ix_demand_owner_organisation", "organisation_id"),)

    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    rank: Mapped[int]

    organisation: Mapped[Organisation] = relationship()


class Demand(Listed, Owned, Classified, Base):
    """A technology demand.

    ``years_from`` and ``years_to`` are the years in which it is to be met (需求年限).
    ``indicators`` are rows of name, operator, value, unit and method. The budget is in 分, its
    kind negotiable, range or fixed. ``wanted_trl`` is the least readiness (GB/T 22900-2022) that
    is useful. ``deadline`` is the last day on which it is open, in Asia/Shanghai. ``visibility``
    is public, signed_in or matched. A demand that ``is_masked`` is shown under ``masked_name``,
    and says nowhere whose it is or where that lies.
    """

    __tablename__ = "demand"
    keeper_roles: ClassVar[tuple[Role, ...]] = (Role.DEMANDER,)

    demand_type: Mapped[str | None] = mapped_column(String(16))
    years_from: Mapped[int | None]
    years_to: Mapped[int | None]
    problem: Mapped[Bilingual | None] = mapped_column(BilingualText)
    key_technology: Mapped[Bilingual | None] = mapped_column(BilingualText)
    goal: Mapped[Bilingual | None] = mapped_column(BilingualText)
    indicators: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    budget_kind: Mapped[str | None] = mapped_column(String(16))
    budget_min_fen: Mapped[int | None] = mapped_column(
        BigInteger, CheckConstraint("budget_min_fen >= 0", name="budget_min_not_negative")
    )
    budget_max_fen: Mapped[int | None] = mapped_column(
        BigInteger,
        CheckConstraint("budget_max_fen >= budget_min_fen", name="budget_range_in_order"),
    )
    cooperation_modes: Mapped[list[str]] = mapped_column(JSON, default=list)
    preferred_partners: Mapped[Bilingual | None] = mapped_column(BilingualText)
    research_type: Mapped[str | None] = mapped_column(String(4))
    discipline: Mapped[str | None] = mapped_column(String(8))
    industry: Mapped[str | None] = mapped_column(String(8))
    wanted_trl: Mapped[int | None] = mapped_column(
        CheckConstraint("wanted_trl BETWEEN 1 AND 9", name="wanted_trl_is_1_to_9")
    )
    deadline: Mapped[date | None]
    ip_wish: Mapped[str | None] = mapped_column(String(16))
    confidentiality: Mapped[str | None] = mapped_column(String(16))
    visibility: Mapped[str] = mapped_column(String(16), default=PUBLIC)
    is_masked: Mapped[bool] = mapped_column(default=False)
    masked_name: Mapped[Bilingual | None] = mapped_column(BilingualText)

    owner_links: Mapped[list[DemandOwner]] = relationship(
        order_by=DemandOwner.rank, cascade="all, delete-orphan"
    )


Index("ix_demand_deadline", Demand.state, Demand.deadline)

NamedDemandOwner = aliased(
    DemandOwner,
    select(DemandOwner.demand_id, DemandOwner.organisation_id, DemandOwner.rank)
    .join(Demand, Demand.id == DemandOwner.demand_id)
    .where(Demand.is_masked.is_(False))
    .subquery("named_demand_owner"),
)
"""Whose a demand is, where the demand says so: masked ones have no row here."""
