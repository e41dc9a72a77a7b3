"""What each version of a record said, as it was entered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, UtcDateTime, now


class RecordVersion(Base):
    """One version of a public record, from the moment it was published. Rows are only added.

    ``cells`` are by key of the input declaration. An imported record's version is kept when
    it is first changed here.
    """

    __tablename__ = "record_version"
    __table_args__ = (UniqueConstraint("kind", "record_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    record_id: Mapped[int]
    version: Mapped[int]
    posting_id: Mapped[int | None]
    cells: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
