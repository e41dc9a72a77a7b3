"""Flags: what the rules noticed, which contracts it concerns, and what a person decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.contracts.models.contract import Contract
from marketplace.core.db import Base, UtcDateTime, now

OPEN, CONFIRMED, DISMISSED = "open", "confirmed", "dismissed"
SUPERSEDED = "superseded"


class ContractFlag(Base):
    """One finding of a rule; ``key`` names the rule, its contracts, and the facts to be judged.

    ``params`` are what its sentence is made of. A decision stays: the same facts aren't asked
    about again, whatever was decided. One that nobody had decided when its facts changed is
    ``superseded``: by a flag with the facts of now, or by nothing.
    """

    __tablename__ = "contract_flag"
    __table_args__ = (Index("ix_contract_flag_state", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    rule: Mapped[str] = mapped_column(String(40))
    family: Mapped[str] = mapped_column(String(16))
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(16), default=OPEN)
    version: Mapped[int] = mapped_column(default=0)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_by_id: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(2000))


class FlaggedContract(Base):
    """One contract that a flag concerns."""

    __tablename__ = "flagged_contract"

    flag_id: Mapped[int] = mapped_column(
        ForeignKey(ContractFlag.id, ondelete="CASCADE"), primary_key=True
    )
    contract_id: Mapped[int] = mapped_column(
        ForeignKey(Contract.id, ondelete="CASCADE"), primary_key=True, index=True
    )


class ContractKey(Base):
    """By what contracts are found that have to be seen together; a number of the key's text."""

    __tablename__ = "contract_key"
    __table_args__ = (Index("ix_contract_key_key", "key"),)

    contract_id: Mapped[int] = mapped_column(
        ForeignKey(Contract.id, ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
