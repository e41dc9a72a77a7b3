"""The goals of the city, each with its history, and on which basis an open indicator counts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, BilingualText, Timestamps, UtcDateTime, now
from marketplace.core.i18n import Bilingual


class Goal(Timestamps, Base):
    """What an indicator is to reach in a year.

    ``operator`` is one of :class:`marketplace.statistics.growth.Operator` (超过: the number
    itself isn't enough), ``value`` a decimal number in ``unit``, ``strength`` one of
    :class:`marketplace.statistics.goal_register.Strength`. Once ``edited_at`` is set, loading the
    register of goals leaves the row alone.
    """

    __tablename__ = "goal"
    __table_args__ = (UniqueConstraint("indicator", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    operator: Mapped[str] = mapped_column(String(12))
    value: Mapped[str] = mapped_column(String(24))
    unit: Mapped[str] = mapped_column(String(16))
    strength: Mapped[str] = mapped_column(String(16))
    source: Mapped[Bilingual] = mapped_column(BilingualText)
    note: Mapped[Bilingual | None] = mapped_column(BilingualText)
    version: Mapped[int] = mapped_column(default=1)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def amount(self) -> Decimal:
        """The number of the goal, in its unit."""
        return Decimal(self.value)


class GoalVersion(Base):
    """A goal as somebody has set it, and why. Rows are only ever added."""

    __tablename__ = "goal_version"
    __table_args__ = (UniqueConstraint("goal_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey(Goal.id))
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    set_by: Mapped[str] = mapped_column(String(200))
    set_by_id: Mapped[int | None]


class IndicatorBasis(Base):
    """On which basis an indicator counts that no document defines; the last row is in force.

    Rows are only ever added.
    """

    __tablename__ = "indicator_basis"

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(String(40), index=True)
    basis: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    chosen_by: Mapped[str] = mapped_column(String(200))
    chosen_by_id: Mapped[int | None]
