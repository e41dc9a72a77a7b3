"""What every listed record has: its state, version and provenance, and names that are compared.

What a record says of itself belongs to its domain.
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from marketplace.core.db import Timestamps, UtcDateTime


def name_key(name: str) -> str:
    """The form under which equal names are found equal: width, case and spaces don't count."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())[:200]


class Listed(Timestamps):
    """A record that is listed: its state, version, and where it came from.

    ``source`` and ``source_id`` name the register or file it was imported from and its
    number there; ``confirmed_on`` is the day on which the owner last said that it stands.
    ``kept_by_hand_since`` is when its holder first changed it here: imports leave it alone.
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
    kept_by_hand_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_demo: Mapped[bool] = mapped_column(default=False)
