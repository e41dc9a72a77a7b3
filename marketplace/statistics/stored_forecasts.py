"""Forecasts as they were computed last."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from marketplace.statistics.models import StoredForecast


def forecast_of(session: Session, year: int) -> dict[str, Any] | None:
    """The forecast of a year as it was computed last, if it was."""
    found = session.get(StoredForecast, year)
    return found.content if found else None
