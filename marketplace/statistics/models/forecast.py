"""Forecasts as they were computed last: pages only read them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, UtcDateTime, now


class StoredForecast(Base):
    """What the turnover of a year is expected to be, as computed on a day.

    ``position`` is the last entry of the ledger that was known, ``content`` what
    :mod:`marketplace.statistics.forecasting` says. Each computation takes the place of the one
    before.
    """

    __tablename__ = "stored_forecast"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    as_of: Mapped[date]
    position: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
