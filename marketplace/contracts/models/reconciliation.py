"""Comparing a month with the national system's export: each run, its rows, what differs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.contracts.models.contract import Contract
from marketplace.contracts.models.sent_file import SentFile
from marketplace.core.db import Base, Timestamps, UtcDateTime

READING, COMPARED, FAILED, DROPPED = "reading", "compared", "failed", "dropped"


class ReconciliationRun(Timestamps, Base):
    """One export of a month, compared with the ledger as it stood at ``position``.

    ``month`` is year × 100 + month. ``counts`` holds both totals, and how many differ how.
    """

    __tablename__ = "reconciliation_run"
    __table_args__ = (Index("ix_reconciliation_run_month", "month", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default=READING)
    version: Mapped[int] = mapped_column(default=1)
    file_id: Mapped[int] = mapped_column(ForeignKey(SentFile.id))
    position: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    file: Mapped[SentFile] = relationship()


class ReconciliationRow(Base):
    """A contract as the export has it, until it has been compared; amounts in 分.

    ``count``, ``turnover`` and ``tech_amount`` are what it counts for in the month of the run,
    ``first_turnover`` what it was registered with.
    """

    __tablename__ = "reconciliation_row"
    __table_args__ = (Index("ix_reconciliation_row_run", "run_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey(ReconciliationRun.id, ondelete="CASCADE"))
    row: Mapped[int]
    number: Mapped[str] = mapped_column(String(20), default="")
    title: Mapped[str] = mapped_column(String(300), default="")
    seller_name: Mapped[str] = mapped_column(String(200), default="")
    buyer_name: Mapped[str] = mapped_column(String(200), default="")
    signed_on: Mapped[date | None]
    registered_on: Mapped[date]
    first_turnover: Mapped[int] = mapped_column(BigInteger)
    is_in_month: Mapped[bool]
    count: Mapped[int]
    turnover: Mapped[int] = mapped_column(BigInteger)
    tech_amount: Mapped[int] = mapped_column(BigInteger)


class ReconciliationDifference(Timestamps, Base):
    """One contract that is told differently here and there, from run to run of its month.

    ``key`` tells the contract, ``kind`` in what it differs, ``content`` how: a later export that
    says the same leaves it as it is. ``here`` and ``there`` are what both sides say. It is open
    until a person closes it with a reason, or a later run no longer finds it.
    """

    __tablename__ = "reconciliation_difference"
    __table_args__ = (
        UniqueConstraint("month", "kind", "key"),
        Index("ix_reconciliation_difference_state", "month", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(80))
    content: Mapped[str] = mapped_column(String(64))
    contract_id: Mapped[int | None] = mapped_column(
        ForeignKey(Contract.id, ondelete="SET NULL"), index=True
    )
    here: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    there: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    run_id: Mapped[int] = mapped_column(ForeignKey(ReconciliationRun.id))
    state: Mapped[str] = mapped_column(String(16), default="open")
    version: Mapped[int] = mapped_column(default=1)
    reason_code: Mapped[str] = mapped_column(String(16), default="")
    reason: Mapped[str] = mapped_column(String(1000), default="")
    closed_by: Mapped[str | None] = mapped_column(String(200))
    closed_by_id: Mapped[int | None]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
