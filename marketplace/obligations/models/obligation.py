"""What a project owes: a science report of a type, or the deposit of its results."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Project, Result
from marketplace.core.db import Base, Timestamps, UtcDateTime, now
from marketplace.core.i18n import today
from marketplace.obligations.days import days_late
from marketplace.obligations.kinds import DEPOSIT
from marketplace.obligations.states import ACCEPTED, DUE, OPEN_STATES, SUBMITTED


class Obligation(Timestamps, Base):
    """One thing that a project owes until a day (郑科规〔2020〕4号 三(六)1).

    ``kind`` is ``deposit`` (成果汇交) or the type of a science report: ``initial``, ``annual``,
    ``midterm``, ``special``, ``final``. ``organisation`` is the unit that carries the project.
    ``submitted_on`` is the day, in Asia/Shanghai, of the submission that counts: the last.
    ``since`` is when it came into its state (UTC), ``comment`` what staff said last, ``draft``
    the form as the unit has filled it in so far.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        UniqueConstraint("project_id", "kind", "due_on"),
        Index("ix_obligation_state_due", "state", "due_on"),
        Index("ix_obligation_organisation_due", "organisation_id", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(16))
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(16), default=DUE)
    version: Mapped[int] = mapped_column(default=1)
    submitted_on: Mapped[date | None]
    submitted_by_id: Mapped[int | None]
    accepted_on: Mapped[date | None]
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    comment: Mapped[str | None] = mapped_column(Text)
    draft: Mapped[dict[str, list[str]] | None] = mapped_column(JSON(none_as_null=True))

    project: Mapped[Project] = relationship()
    organisation: Mapped[Organisation] = relationship()
    deposited: Mapped[list[DepositedResult]] = relationship(
        cascade="all, delete-orphan", order_by="DepositedResult.result_id"
    )

    @property
    def owner_ids(self) -> tuple[int, ...]:
        """The unit that owes it."""
        return (self.organisation_id,)

    @property
    def division_codes(self) -> tuple[str, ...]:
        """The district or zone of the unit: whose staff decide."""
        return (self.organisation.division,) if self.organisation.division else ()

    @property
    def is_deposit(self) -> bool:
        """Whether results are owed, not a report."""
        return self.kind == DEPOSIT

    @property
    def is_open(self) -> bool:
        """Whether the unit has to do something."""
        return self.state in OPEN_STATES

    @property
    def is_handed_in(self) -> bool:
        """Whether it lies with staff, or is done."""
        return self.state in (SUBMITTED, ACCEPTED)

    @property
    def late_days(self) -> int:
        """Days after the last day on which it was handed in; up to today while it wasn't."""
        return days_late(self.due_on, self.submitted_on if self.is_handed_in else today())


class DepositedResult(Base):
    """A result that a unit deposits, and how far its conversion is.

    ``mode`` is the way of conversion (促进科技成果转化法 art. 16), ``converted_on`` the day of
    the contract or of the start of use.
    """

    __tablename__ = "deposited_result"

    obligation_id: Mapped[int] = mapped_column(
        ForeignKey("obligation.id", ondelete="CASCADE"), primary_key=True
    )
    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"), primary_key=True)
    conversion: Mapped[str] = mapped_column(String(16))
    mode: Mapped[str | None] = mapped_column(String(4))
    converted_on: Mapped[date | None]

    result: Mapped[Result] = relationship()


class ObligationReminder(Base):
    """That a unit was reminded of a last day, so many days before; once each."""

    __tablename__ = "obligation_reminder"

    obligation_id: Mapped[int] = mapped_column(
        ForeignKey("obligation.id", ondelete="CASCADE"), primary_key=True
    )
    days_before: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
