"""What joins a contract on its way: experts' opinions, objections, and what was received."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.contracts.models.contract import Contract
from marketplace.core.db import Base, Timestamps, UtcDateTime, now

AGREES, DISAGREES = "agrees", "disagrees"
VERDICTS = (AGREES, DISAGREES)
PARTY, FINANCE, TAX = "party", "finance", "tax"
OBJECTORS = (PARTY, FINANCE, TAX)
"""Who may object to a registration: 当事人, 财政部门, 税务部门 (draft of 2024, art. 17)."""
OPEN, UPHELD, REJECTED = "open", "upheld", "rejected"


class ContractOpinion(Base):
    """What one expert thinks of a contract. Rows are only ever added."""

    __tablename__ = "contract_opinion"

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey(Contract.id), index=True)
    expert: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(200), default="")
    verdict: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    entered_by: Mapped[str] = mapped_column(String(200))
    entered_by_id: Mapped[int | None]


class ContractObjection(Base):
    """An objection to a registration, and what became of it."""

    __tablename__ = "contract_objection"

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey(Contract.id), index=True)
    raised_by: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(String(2000))
    state: Mapped[str] = mapped_column(String(12), default=OPEN, index=True)
    answer: Mapped[str | None] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    entered_by: Mapped[str] = mapped_column(String(200))
    entered_by_id: Mapped[int | None]
    organisation_id: Mapped[int | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(String(200))
    answered_by_id: Mapped[int | None]

    contract: Mapped[Contract] = relationship()


class ContractReceipt(Timestamps, Base):
    """Money that came in for a contract (到账额), and what of it is 技术性收入; in 分.

    ``tech_income`` is as declared, ``verified_income`` as staff found it. A wrong row stays; a
    second one with the same amounts below zero takes it back, and names it in ``reverses_id``.
    """

    __tablename__ = "contract_receipt"

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey(Contract.id), index=True)
    received_on: Mapped[date]
    amount: Mapped[int] = mapped_column(BigInteger)
    tech_income: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(String(500), default="")
    entered_by: Mapped[str] = mapped_column(String(200))
    entered_by_id: Mapped[int | None]
    verified_income: Mapped[int | None] = mapped_column(BigInteger)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_by: Mapped[str | None] = mapped_column(String(200))
    verified_by_id: Mapped[int | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("contract_receipt.id"), unique=True)

    contract: Mapped[Contract] = relationship()
