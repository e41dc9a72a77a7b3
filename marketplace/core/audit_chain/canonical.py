"""What is hashed of a row and of a seal: the same bytes on every database.

The form is JSON with sorted keys, without spaces, in UTF-8; a time is in UTC to the microsecond;
every column is there, also one without a value (``null``). Each seal says by which format its rows
were written: a later column makes a new format, and the former ones stay for the seals they made.
What is sealed is what a row means, not how its JSON was spelt.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Protocol

from sqlalchemy import ColumnElement, String, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.core.audit import AuditEntry

GENESIS = "0" * 64
FORMAT = 1
FORMATS: Mapping[int, tuple[str, ...]] = {
    1: (
        "id",
        "at",
        "actor_kind",
        "actor_name",
        "person_id",
        "organisation_id",
        "action",
        "subject_kind",
        "subject_id",
        "subject_version",
        "detail",
    )
}
# The id of a row and the first four bytes of its hash.
PRINT = struct.Struct(">q4s")
PRINT_BYTES = 4

Digest = tuple[int, bytes]


class Sealed(Protocol):
    """The columns of a seal that its hash covers."""

    number: int
    format: int
    first_id: int
    last_id: int
    rows: int
    rows_hash: str
    prints: bytes
    sealed_at: Any
    previous: str


def row_columns(format_: int) -> tuple[ColumnElement[Any], ...]:
    """The columns that a format covers, as the driver gives them.

    Unread, so that a row that was spoilt on purpose can still be looked at.
    """
    return tuple(unread(getattr(AuditEntry, name)) for name in FORMATS[format_])


def unread(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """A column without the reading of its type, which fails on what isn't of the type."""
    return type_coerce(column, String).label(column.key)


def row_digest(values: Sequence[Any], format_: int) -> Digest:
    """Id and SHA-256 of one row, whose values come in the order of :func:`row_columns`."""
    row = dict(zip(FORMATS[format_], values, strict=True))
    row["at"] = canonical_moment(row["at"])
    row["detail"] = _detail(row["detail"])
    return row["id"], sha256(_canonical(row)).digest()


@dataclass
class Batch:
    """What a seal keeps of its rows, gathered row by row."""

    prints: bytearray = field(default_factory=bytearray)
    rows: int = 0
    _hash: Any = field(default_factory=sha256)

    def add(self, digest: Digest) -> None:
        """Take in the next row."""
        id_, hashed = digest
        self._hash.update(hashed)
        self.prints += PRINT.pack(id_, hashed[:PRINT_BYTES])
        self.rows += 1

    @property
    def rows_hash(self) -> str:
        """The hash over the hashes of all rows, in hexadecimal digits."""
        return str(self._hash.hexdigest())


def read_prints(prints: bytes) -> Iterator[Digest]:
    """Ids and beginnings of hashes that a seal keeps."""
    yield from PRINT.iter_unpack(prints)


def seal_hash(seal: Sealed) -> str:
    """The hash of a seal over everything it says, in hexadecimal digits."""
    said = {
        "format": seal.format,
        "number": seal.number,
        "first_id": seal.first_id,
        "last_id": seal.last_id,
        "rows": seal.rows,
        "rows_hash": seal.rows_hash,
        "prints": sha256(_bytes(seal.prints)).hexdigest(),
        "sealed_at": canonical_moment(seal.sealed_at),
        "previous": seal.previous,
    }
    return sha256(_canonical(said)).hexdigest()


def canonical_moment(value: Any) -> Any:
    """A time in the one spelling, in UTC to the microsecond; what is none, as it stands there."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    if not isinstance(value, datetime):
        return value
    utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _canonical(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr
    )
    return text.encode("utf-8", "surrogatepass")


def _detail(value: Any) -> Any:
    """The object that a text of JSON holds; a text that holds none is told from every object."""
    if not isinstance(value, str | bytes):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return ["unreadable", value]


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else repr(value).encode()
