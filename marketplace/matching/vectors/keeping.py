"""The database as a store of vectors; see `search.semantic.VectorStore`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import numpy as np
from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert as insert_on_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_on_sqlite

from marketplace.catalogue.saving.identity import in_chunks
from marketplace.core.db import db, writing
from marketplace.core.postgresql import is_postgresql
from marketplace.matching.vectors.models import Vector
from search.semantic import Vectors, VectorsInMemory

_HALF = np.dtype("<f2")


class VectorsInDatabase:
    """Vectors that every process of the market reads; what is encoded is written at once."""

    def get(self, keys: Iterable[bytes]) -> Mapping[bytes, Vectors]:
        """See `VectorStore.get`."""
        found: dict[bytes, Vectors] = {}
        for chunk in in_chunks(dict.fromkeys(keys)):
            rows = db.session.execute(
                select(Vector.key, Vector.numbers).where(Vector.key.in_(chunk))
            )
            found |= {bytes(key): vector_of(numbers) for key, numbers in rows}
        return found

    def put(self, vectors: Mapping[bytes, Vectors]) -> None:
        """See `VectorStore.put`. In a transaction of its own, unless one is open."""
        rows = [
            {"key": key, "numbers": np.asarray(vector, dtype=_HALF).tobytes()}
            for key, vector in vectors.items()
        ]
        if not rows:
            return
        insert = insert_on_postgresql if is_postgresql(db.engine) else insert_on_sqlite
        statement = insert(cast(Table, Vector.__table__)).on_conflict_do_nothing()
        with writing() as session:
            session.execute(statement, rows)


class VectorsForPages:
    """The same for a page, which may not write: what it has to encode stays in the process."""

    def __init__(self) -> None:
        self._database = VectorsInDatabase()
        self._memory = VectorsInMemory()

    def get(self, keys: Iterable[bytes]) -> Mapping[bytes, Vectors]:
        """See `VectorStore.get`."""
        wanted: Sequence[bytes] = list(keys)
        found = dict(self._memory.get(wanted))
        found.update(self._database.get([key for key in wanted if key not in found]))
        return found

    def put(self, vectors: Mapping[bytes, Vectors]) -> None:
        """See `VectorStore.put`."""
        self._memory.put(vectors)


def vector_of(numbers: bytes) -> Vectors:
    """A vector as it is kept."""
    return np.frombuffer(numbers, dtype=_HALF).astype(np.float32)
