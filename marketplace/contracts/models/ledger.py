"""The ledger of what counts, and its sums by month."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.contracts.models.batch import ContractBatch
from marketplace.contracts.models.contract import Contract
from marketplace.core.db import Base, UtcDateTime, now

DIMENSIONS = (
    "contract_class",
    "subtype",
    "tech_field",
    "seller_nature",
    "buyer_nature",
    "seller_division",
    "buyer_division",
    "flow",
    "ip_type",
    "plan_source",
    "socio_goal",
    "industry",
)
"""What each posting is counted under; an empty code is one that nobody gave."""

REGISTER, AMEND, DEREGISTER, REVOKE = "REGISTER", "AMEND", "DEREGISTER", "REVOKE"
EVENTS = (REGISTER, AMEND, DEREGISTER, REVOKE)


class LedgerEntry(Base):
    """One posting: how a contract changed what counts, in the month in which it did.

    Amounts are differences in 分. ``month`` is year × 100 + month of ``counts_on``. ``line`` says
    on which line of the statistics it stands: that of an earlier year's cancellation is its own.
    Rows are only ever added, one after another, so that an ``id`` is a position.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        Index("ix_ledger_entry_month", "month", "id"),
        Index("ix_ledger_entry_contract_id", "contract_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey(Contract.id))
    version: Mapped[int]
    event: Mapped[str] = mapped_column(String(12))
    line: Mapped[str] = mapped_column(String(1))
    counts_on: Mapped[date]
    month: Mapped[int]
    d_count: Mapped[int]
    d_turnover: Mapped[int] = mapped_column(BigInteger)
    d_tech_amount: Mapped[int] = mapped_column(BigInteger)
    contract_class: Mapped[str] = mapped_column(String(8))
    subtype: Mapped[str] = mapped_column(String(12))
    tech_field: Mapped[str] = mapped_column(String(4))
    seller_nature: Mapped[str] = mapped_column(String(3))
    buyer_nature: Mapped[str] = mapped_column(String(3))
    seller_division: Mapped[str] = mapped_column(String(8))
    buyer_division: Mapped[str] = mapped_column(String(8))
    flow: Mapped[str] = mapped_column(String(20))
    ip_type: Mapped[str] = mapped_column(String(8))
    plan_source: Mapped[str] = mapped_column(String(4))
    socio_goal: Mapped[str] = mapped_column(String(4))
    industry: Mapped[str] = mapped_column(String(8))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey(ContractBatch.id))
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=false())
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    entered_by: Mapped[str] = mapped_column(String(200))
    entered_by_id: Mapped[int | None]
    released_by: Mapped[str] = mapped_column(String(200))
    released_by_id: Mapped[int | None]


class LedgerSum(Base):
    """The sum of the postings of a month under one code of one dimension; amounts in 分.

    The dimension ``""`` holds all. It follows from the ledger and is written with it.
    """

    __tablename__ = "ledger_sum"

    is_demo: Mapped[bool] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(String(16), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    line: Mapped[str] = mapped_column(String(1), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    turnover: Mapped[int] = mapped_column(BigInteger)
    tech_amount: Mapped[int] = mapped_column(BigInteger)
