"""Values of indicators that no ledger gives: entered with evidence, released by a second person."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Timestamps, UtcDateTime
from marketplace.statistics.states import WAITING


class IndicatorValue(Timestamps, Base):
    """What an indicator had reached on a day, as one person says and another has looked at.

    ``value`` is a decimal number in the indicator's unit, ``as_of`` the day that it tells of,
    ``basis`` the code of what was counted; empty where nobody was asked yet.
    """

    __tablename__ = "indicator_value"
    __table_args__ = (Index("ix_indicator_value_shown", "indicator", "state", "as_of"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(String(40))
    basis: Mapped[str] = mapped_column(String(40), default="")
    as_of: Mapped[date]
    value: Mapped[str] = mapped_column(String(24))
    source: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16), default=WAITING)
    version: Mapped[int] = mapped_column(default=1)
    submitted_by: Mapped[str] = mapped_column(String(200))
    submitted_by_id: Mapped[int | None]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_by_id: Mapped[int | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    comment: Mapped[str | None] = mapped_column(String(1000))

    @property
    def amount(self) -> Decimal:
        """The number, in the indicator's unit."""
        return Decimal(self.value)
