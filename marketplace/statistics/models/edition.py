"""Editions: figures as they were published, which never change; and what waits to become one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, UtcDateTime, now
from marketplace.statistics.states import WAITING

BOARD, TABLES = "board", "tables"
KINDS = (BOARD, TABLES)


class Edition(Base):
    """Figures of January to a month of a year, as published. Rows are only ever added.

    ``number`` counts the editions of one kind and period; one after the first is a correction
    and says in ``note`` of what. ``content`` is everything that it shows and ``content_hash`` the
    SHA-256 of it (:func:`marketplace.statistics.edition_content.hash_of`), ``position`` the last
    entry of the ledger that counts in it.
    """

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("kind", "year", "last_month", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    year: Mapped[int]
    last_month: Mapped[int]
    number: Mapped[int]
    note: Mapped[str] = mapped_column(String(1000))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64))
    position: Mapped[int]
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    published_by: Mapped[str] = mapped_column(String(200))
    published_by_id: Mapped[int | None]
    confirmed_by: Mapped[str] = mapped_column(String(200))
    confirmed_by_id: Mapped[int | None]


class EditionDraft(Base):
    """An edition that waits for the second person; its figures stand still meanwhile.

    The columns are those of the edition that it becomes, which ``edition_id`` then names.
    """

    __tablename__ = "edition_draft"
    __table_args__ = (Index("ix_edition_draft_state", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    year: Mapped[int]
    last_month: Mapped[int]
    note: Mapped[str] = mapped_column(String(1000), default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    position: Mapped[int]
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    state: Mapped[str] = mapped_column(String(16), default=WAITING)
    version: Mapped[int] = mapped_column(default=1)
    submitted_by: Mapped[str] = mapped_column(String(200))
    submitted_by_id: Mapped[int | None]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_by_id: Mapped[int | None]
    edition_id: Mapped[int | None] = mapped_column(ForeignKey(Edition.id))
