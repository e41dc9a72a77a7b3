"""The year within which a result is to be converted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.catalogue.models import Project, Result
from marketplace.core.db import Base, UtcDateTime, now
from marketplace.core.i18n import today


class TransferClock(Base):
    """Staff's decision that a result is to be converted within a year after acceptance.

    河南省促进科技成果转化条例 art. 19: only suitable results of publicly funded applied projects.
    ``due_on`` is the last day. A row is never deleted: a decision that was taken back keeps who
    and why; ``met_on`` is the day on which the result was converted.
    """

    __tablename__ = "transfer_clock"
    __table_args__ = (
        Index("ix_transfer_clock_result", "result_id"),
        Index("ix_transfer_clock_project", "project_id"),
        Index("ix_transfer_clock_due", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    starts_on: Mapped[date]
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[int | None]
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_by_id: Mapped[int | None]
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    met_on: Mapped[date | None]

    result: Mapped[Result] = relationship()
    project: Mapped[Project] = relationship()

    @property
    def division_codes(self) -> tuple[str, ...]:
        """The district or zone of the project: whose staff decide."""
        return self.project.division_codes

    @property
    def is_running(self) -> bool:
        """Whether the result still has to be converted."""
        return self.cancelled_at is None and self.met_on is None

    @property
    def is_overdue(self) -> bool:
        """Whether the year went by without conversion."""
        return self.is_running and self.due_on < today()
