"""Columns that several kinds of record share: listing, provenance, offer, texts."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from marketplace.core.db import BilingualText, Timestamps, UtcDateTime
from marketplace.core.i18n import Bilingual

Keywords = dict[str, list[str]]

FRESH_DAYS = 90
"""So many days after its holder confirmed it a record counts as fresh: one quarter."""
STALE_DAYS = 120
"""After so many days without a new word from its holder a record counts as unconfirmed."""


def name_key(name: str) -> str:
    """The form under which equal names are found equal: width, case and spaces don't count."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())[:200]


class Listed(Timestamps):
    """A record that is listed: its state, version, and where it came from.

    ``source`` and ``source_id`` name the register or file it was imported from and its
    number there; ``confirmed_on`` is the day on which the owner last said that it stands.
    """

    __tablename__: str

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        """One row for each number in a source; lists of a state by date."""
        return (
            UniqueConstraint("source", "source_id"),
            Index(f"ix_{cls.__tablename__}_state_published", "state", "published_at"),
        )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(16), default="draft")
    version: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_on: Mapped[date | None]
    source: Mapped[str | None] = mapped_column(String(120))
    source_id: Mapped[str | None] = mapped_column(String(200))
    source_url: Mapped[str | None] = mapped_column(String(500))
    imported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_demo: Mapped[bool] = mapped_column(default=False)


class Offered:
    """On which terms a result or patent can be had; amounts in 分."""

    conversion_modes: Mapped[list[str]] = mapped_column(JSON, default=list)
    price_mode: Mapped[str | None] = mapped_column(String(8))
    price_kind: Mapped[str | None] = mapped_column(String(16))
    price_min_fen: Mapped[int | None] = mapped_column(
        BigInteger, CheckConstraint("price_min_fen >= 0", name="price_min_not_negative")
    )
    price_max_fen: Mapped[int | None] = mapped_column(
        BigInteger, CheckConstraint("price_max_fen >= price_min_fen", name="price_range_in_order")
    )
    price_note: Mapped[Bilingual | None] = mapped_column(BilingualText)
    try_before_pay: Mapped[bool] = mapped_column(default=False)
    open_licence: Mapped[bool] = mapped_column(default=False)


class Described:
    """Texts and the classification that every technical record has."""

    title: Mapped[Bilingual] = mapped_column(BilingualText, nullable=False)
    abstract: Mapped[Bilingual | None] = mapped_column(BilingualText)
    keywords: Mapped[Keywords] = mapped_column(JSON, default=dict)
    tech_field: Mapped[str | None] = mapped_column(String(8))
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
