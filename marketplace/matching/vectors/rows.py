"""What was encoded, read on from where a reader has got to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from marketplace.catalogue.documents import document_id
from marketplace.core.db import db
from marketplace.matching.channels import PARTS
from marketplace.matching.subjects import DEMAND, KINDS, OFFERS
from marketplace.matching.vectors.keeping import VectorsInDatabase
from marketplace.matching.vectors.models import RecordVector
from search.semantic import Vectors

GROUPS: dict[str, tuple[str, ...]] = {"offers": OFFERS, "demands": (DEMAND,)}
READ_AT_ONCE = 2_000
_KINDS_LIMIT = 8


@dataclass(frozen=True, slots=True)
class Encoded:
    """A record as it was encoded last: `number` of `number_of`; without vectors it is gone."""

    row_id: int
    number: int
    group: str
    vectors: dict[str, Vectors] = field(default_factory=dict)


def encoded_after(
    encoder: str, last_id: int, at_once: int = READ_AT_ONCE
) -> Iterator[list[Encoded]]:
    """What an encoder made of records in the rows after `last_id`, in the order of these."""
    while rows := _rows(encoder, last_id, at_once):
        keys = {key for row in rows for key in (row.whole_key, row.title_key) if key is not None}
        vectors = VectorsInDatabase().get(sorted(keys))
        yield [
            Encoded(
                row.id,
                number_of(row.kind, row.record_id),
                group_of(row.kind),
                {
                    part: vectors[key]
                    for part in PARTS
                    if (key := getattr(row, f"{part}_key")) in vectors
                },
            )
            for row in rows
        ]
        last_id = rows[-1].id


def newest_row() -> int:
    """The id of the row that was written last; 0 where there is none."""
    return db.session.scalar(select(func.max(RecordVector.id))) or 0


def number_of(kind: str, record_id: int) -> int:
    """The number by which an index knows a record."""
    return record_id * _KINDS_LIMIT + KINDS.index(kind)


def document_of(number: int) -> str:
    """The id in the search index of the record of such a number."""
    record_id, kind = divmod(number, _KINDS_LIMIT)
    return document_id(KINDS[kind], record_id)


def group_of(kind: str) -> str:
    """The group of an index in which records of a kind lie."""
    return next(group for group, kinds in GROUPS.items() if kind in kinds)


def _rows(encoder: str, last_id: int, at_once: int) -> Sequence[Any]:
    return db.session.execute(
        select(
            RecordVector.id,
            RecordVector.kind,
            RecordVector.record_id,
            RecordVector.whole_key,
            RecordVector.title_key,
        )
        .where(RecordVector.encoder == encoder, RecordVector.id > last_id)
        .order_by(RecordVector.id)
        .limit(at_once)
    ).all()
