"""The documents nearest to a vector, in the process: usearch, one vector a document.

Which vectors go in and who may see what comes out is the caller's. Elasticsearch has its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from search.semantic.base import Vectors

EXACT_UP_TO = 20_000
"""So many vectors are compared one by one, 4 ms: the answer is exact and always the same."""
_LOOKED_AT = 400
_LINKS = 16
_READ_AT_ONCE = 5_000


class Nearest(Protocol):
    """What tells the nearest of its vectors."""

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """The keys of the most alike vectors with their likeness (-1 to 1), best first."""


class VectorIndex:
    """Vectors by whole numbers, in half precision: 1 kB each at 512 dimensions, and their links.

    Likeness is the product of two vectors of length 1. Safe to ask from several threads; one
    thread writes.
    """

    def __init__(self, dimensions: int) -> None:
        # A command that asks for no vector need not wait for it.
        from usearch.index import Index

        self._index = Index(
            ndim=dimensions,
            metric="ip",
            dtype="f16",
            connectivity=_LINKS,
            expansion_search=_LOOKED_AT,
        )

    def __len__(self) -> int:
        return len(self._index)

    def __contains__(self, key: int) -> bool:
        return key in self._index

    def put(self, keys: Sequence[int], vectors: Vectors) -> None:
        """Keep vectors; those of the same keys are replaced."""
        if not len(keys):
            return
        numbers = np.asarray(keys, dtype=np.uint64)
        self.remove(keys)
        self._index.add(numbers, np.asarray(vectors, dtype=np.float32), threads=1)

    def remove(self, keys: Iterable[int]) -> None:
        """Forget vectors; keys that are not there are passed over."""
        for key in keys:
            if key in self._index:
                self._index.remove(key)

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """See `Nearest.nearest`."""
        count = min(limit, len(self._index))
        if not count:
            return []
        found = self._index.search(
            np.asarray(vector, dtype=np.float32),
            count,
            threads=1,
            exact=len(self._index) <= EXACT_UP_TO,
        )
        return [
            (int(key), 1.0 - float(distance))
            for key, distance in zip(found.keys, found.distances, strict=True)
        ]

    def save(self, path: Path) -> None:
        """Write the index into a file."""
        self._index.save(str(path))

    def load(self, path: Path) -> None:
        """Take what a file holds into memory, in place of what it holds, to go on writing."""
        self._index.load(str(path))

    def view(self, path: Path) -> None:
        """Answer from a file that stays on the disk, in place of what it holds; never write then.

        The pages of the file are shared by all processes that do so.
        """
        self._index.view(str(path))

    def parts(self) -> Iterator[tuple[list[int], Vectors]]:
        """All keys with their vectors, some thousand at a time."""
        # As one array: one by one each is looked for from the first on, minutes at 100,000.
        keys = np.asarray(self._index.keys)
        for start in range(0, len(keys), _READ_AT_ONCE):
            some = keys[start : start + _READ_AT_ONCE]
            yield some.tolist(), np.asarray(self._index.get(some), dtype=np.float32)
