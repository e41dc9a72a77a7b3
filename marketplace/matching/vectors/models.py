"""Where vectors lie."""

from __future__ import annotations

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base
from search.semantic.store import KEY_BYTES


class Vector(Base):
    """A vector under the hash of its text and encoder; ``numbers`` are in half precision."""

    __tablename__ = "vector"

    key: Mapped[bytes] = mapped_column(LargeBinary(KEY_BYTES), primary_key=True)
    numbers: Mapped[bytes] = mapped_column(LargeBinary)


class RecordVector(Base):
    """What a published record was encoded as: a row for each encoder, for as long as it is found.

    Ids only rise: whoever has read up to one misses nothing by reading on from there. A record
    that is encoded again gets a new row in place of the old one; one that is published no longer
    a row without keys. ``version`` is the record's.
    """

    __tablename__ = "record_vector"
    __table_args__ = (
        UniqueConstraint("kind", "record_id", "encoder"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    record_id: Mapped[int]
    encoder: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    whole_key: Mapped[bytes | None] = mapped_column(LargeBinary(KEY_BYTES))
    title_key: Mapped[bytes | None] = mapped_column(LargeBinary(KEY_BYTES))
