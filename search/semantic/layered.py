"""A vector index in two layers: a file that processes share, and above it what came since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from search.semantic.base import Vectors
from search.semantic.nearest import VectorIndex

_MOST_ASKED = 4
"""So many times what is wanted is asked of the file at most, to make up for what has gone."""


class LayeredIndex:
    """Vectors by whole numbers; see `nearest.VectorIndex` for what is asked of it.

    The file is mapped into memory and never written: what is put or removed after it lies above
    it, until `save` makes a file of both.
    """

    def __init__(self, dimensions: int, file: Path | None = None) -> None:
        self._dimensions = dimensions
        self._file = file
        self._below = VectorIndex(dimensions)
        if file is not None:
            self._below.view(file)
        self._above = VectorIndex(dimensions)
        self._hidden: set[int] = set()

    def __len__(self) -> int:
        return len(self._below) - len(self._hidden) + len(self._above)

    @property
    def changes(self) -> int:
        """How many vectors differ from the file."""
        return len(self._above) + len(self._hidden)

    def put(self, keys: Sequence[int], vectors: Vectors) -> None:
        """Keep vectors; those of the same keys are replaced."""
        self._hide(keys)
        self._above.put(keys, vectors)

    def remove(self, keys: Iterable[int]) -> None:
        """Forget vectors; keys that are not there are passed over."""
        gone = list(keys)
        self._hide(gone)
        self._above.remove(gone)

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """See `nearest.Nearest`."""
        asked = min(limit + len(self._hidden), _MOST_ASKED * limit)
        below = self._below.nearest(vector, asked)
        found = [(key, likeness) for key, likeness in below if key not in self._hidden]
        found += self._above.nearest(vector, limit)
        return sorted(found, key=lambda one: (-one[1], one[0]))[:limit]

    def save(self, path: Path) -> None:
        """Write both layers as one file, whole or not at all, and go on above that file.

        Takes as long as what has changed since the file took to be put: its links are kept.
        """
        beside = path.with_suffix(".new")
        self._as_one().save(beside)
        beside.replace(path)
        self._file = path
        self._below = VectorIndex(self._dimensions)
        self._below.view(path)
        self._above = VectorIndex(self._dimensions)
        self._hidden = set()

    def _as_one(self) -> VectorIndex:
        if self._file is None:
            return self._above
        whole = VectorIndex(self._dimensions)
        whole.load(self._file)
        whole.remove(self._hidden)
        for keys, vectors in self._above.parts():
            whole.put(keys, vectors)
        return whole

    def _hide(self, keys: Iterable[int]) -> None:
        self._hidden.update(key for key in keys if key in self._below)
