"""The seals of the audit trail, and the row that names the last of them.

The database refuses to change or delete a seal, and lets the head go forward by one seal only
(migration 0006).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, UtcDateTime


class AuditSeal(Base):
    """One link: the hash over a batch of audit rows and the seal before it.

    The rows are those with ids above the former seal's ``last_id`` and up to this one's.
    ``prints`` holds, for each row, its id and the beginning of its hash, so that a check can name
    the row that is wrong.
    """

    __tablename__ = "audit_seal"
    __table_args__ = (Index("ix_audit_seal_last_id", "last_id"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    format: Mapped[int]
    first_id: Mapped[int] = mapped_column(BigInteger)
    last_id: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int]
    rows_hash: Mapped[str] = mapped_column(String(64))
    prints: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The one row that says which seal is the last: without it, a cut end would look whole."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
