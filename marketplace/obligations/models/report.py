"""Science reports (科技报告)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.db import Base, Timestamps
from marketplace.core.i18n import today
from marketplace.obligations.kinds import DEFERRED, OPEN
from marketplace.obligations.models.obligation import Obligation


class ScienceReport(Timestamps, Base):
    """A science report with the fields of the report's form.

    ``number`` is made when it is first handed in and stays; ``sequence`` counts the reports of
    one project. ``authors`` and ``partners`` are lists of names. A deferred report shows its
    metadata, and its full text from ``opens_on`` on; a closed one has the reason and the day on
    which the undertaker was told (促进科技成果转化法 art. 11).
    """

    __tablename__ = "science_report"
    __table_args__ = (
        UniqueConstraint("project_id", "sequence"),
        CheckConstraint("scope != 'deferred' OR opens_on IS NOT NULL", name="deferred_has_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    number: Mapped[str | None] = mapped_column(String(120), unique=True)
    sequence: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(200))
    authors: Mapped[list[str]] = mapped_column(JSON, default=list)
    unit: Mapped[str] = mapped_column(String(200))
    partners: Mapped[list[str]] = mapped_column(JSON, default=list)
    written_on: Mapped[date]
    abstract: Mapped[str] = mapped_column(Text)
    keywords: Mapped[list[str]] = mapped_column(JSON, default=list)
    scope: Mapped[str] = mapped_column(String(16), default=OPEN)
    opens_on: Mapped[date | None]
    closed_reason: Mapped[str | None] = mapped_column(Text)
    told_on: Mapped[date | None]

    obligation: Mapped[Obligation] = relationship()

    @property
    def owner_ids(self) -> tuple[int, ...]:
        """The unit that owes it."""
        return self.obligation.owner_ids

    @property
    def division_codes(self) -> tuple[str, ...]:
        """The district or zone of that unit."""
        return self.obligation.division_codes

    @property
    def is_full_text_open(self) -> bool:
        """Whether everybody may read the full text today, in Asia/Shanghai."""
        if self.scope == DEFERRED:
            return self.opens_on is not None and self.opens_on <= today()
        return self.scope == OPEN
