"""What is kept of reminders. Demands themselves stand with the other records of the catalogue."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, UtcDateTime, now


class DemandReminder(Base):
    """That an organisation was reminded of a deadline, so many days before; once each."""

    __tablename__ = "demand_reminder"

    demand_id: Mapped[int] = mapped_column(
        ForeignKey("demand.id", ondelete="CASCADE"), primary_key=True
    )
    deadline: Mapped[date] = mapped_column(primary_key=True)
    days_before: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
