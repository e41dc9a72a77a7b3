"""Batches: contracts that came together in one file, and who let them count."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.contracts.models.sent_file import SentFile
from marketplace.core.db import Base, Timestamps, UtcDateTime

LOADING, FAILED, HELD = "loading", "failed", "held"
RELEASING, RELEASED, UNDOING, UNDONE = "releasing", "released", "undoing", "undone"
EMPTY = "empty"
"""Read to its end without one new contract."""


class ContractBatch(Timestamps, Base):
    """The contracts of one file.

    Those of a held batch count nowhere; a second person releases them, or they are undone. A
    finished register (``is_history``) counts as it comes, for it was counted before. ``counts``
    tells what it holds, by month and line; ``file`` is the one that staff sent on the web.
    """

    __tablename__ = "contract_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    source: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16), default=LOADING)
    is_history: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    brought_by: Mapped[str] = mapped_column(String(200))
    brought_by_id: Mapped[int | None]
    brought_for_id: Mapped[int | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey(SentFile.id))
    released_by: Mapped[str | None] = mapped_column(String(200))
    released_by_id: Mapped[int | None]
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    file: Mapped[SentFile | None] = relationship()

    @property
    def unregistered(self) -> int:
        """How many of its contracts aren't registered: they don't count, they begin the way."""
        return int(self.counts.get("unregistered", 0))

    @property
    def registered(self) -> int:
        """How many of its contracts count once they are released."""
        return int(self.counts.get("contracts", 0)) - self.unregistered
