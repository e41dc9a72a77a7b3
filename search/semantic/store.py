"""Where vectors are kept, under the hash of text and encoder, so that nothing is encoded twice."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from search.semantic.base import Encoder, Vectors
from search.text import normalise

Role = Literal["passage", "query"]
KEY_BYTES = 16
_AT_ONCE = 256


def vector_key(encoder_name: str, role: Role, text: str) -> bytes:
    """The key of a vector, 16 bytes: two texts have one exactly when their vectors are the same."""
    digest = hashlib.blake2b(digest_size=KEY_BYTES)
    for part in (encoder_name, role, text):
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.digest()


class VectorStore(Protocol):
    """Keeps vectors of any length by key. What is put again is the same."""

    def get(self, keys: Iterable[bytes]) -> Mapping[bytes, Vectors]:
        """Those of the keys that are there, each with its one row."""

    def put(self, vectors: Mapping[bytes, Vectors]) -> None:
        """Keep vectors."""


class VectorsInMemory:
    """Vectors of a process: those of questions, which are asked again within a moment.

    Beyond `limit` the oldest go.
    """

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._kept: dict[bytes, Vectors] = {}

    def get(self, keys: Iterable[bytes]) -> Mapping[bytes, Vectors]:
        """See `VectorStore.get`."""
        return {key: self._kept[key] for key in keys if key in self._kept}

    def put(self, vectors: Mapping[bytes, Vectors]) -> None:
        """See `VectorStore.put`."""
        self._kept.update(vectors)
        for key in list(self._kept)[: max(len(self._kept) - self._limit, 0)]:
            self._kept.pop(key, None)


class VectorFiles:
    """Vectors of one encoder in a file of a folder: key and half-precision numbers, row by row.

    For one process at a time, as an evaluation is: all rows are held in memory. A row that was not
    written to its end is dropped.
    """

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.blake2b(encoder.name.encode(), digest_size=6).hexdigest()
        self._path = folder / f"{name}-{encoder.dimensions}.vectors"
        self._row = np.dtype([("key", f"V{KEY_BYTES}"), ("vector", "<f2", encoder.dimensions)])
        rows = np.zeros(0, dtype=self._row)
        if self._path.exists():
            whole = self._path.stat().st_size // self._row.itemsize
            rows = np.fromfile(self._path, dtype=self._row, count=whole)
            with self._path.open("r+b") as file:
                file.truncate(whole * self._row.itemsize)
        self._kept = {
            row["key"].tobytes(): np.asarray(row["vector"], dtype=np.float32) for row in rows
        }

    def get(self, keys: Iterable[bytes]) -> Mapping[bytes, Vectors]:
        """See `VectorStore.get`."""
        return {key: self._kept[key] for key in keys if key in self._kept}

    def put(self, vectors: Mapping[bytes, Vectors]) -> None:
        """See `VectorStore.put`."""
        rows = np.zeros(len(vectors), dtype=self._row)
        for place, (key, vector) in enumerate(vectors.items()):
            rows[place] = (np.void(key), vector.astype(np.float16))
        with self._path.open("ab") as file:
            rows.tofile(file)
        self._kept.update(vectors)


def encode_once(
    encoder: Encoder,
    store: VectorStore | None,
    texts: Sequence[str],
    role: Role = "passage",
    on_progress: Callable[[int, int], None] | None = None,
) -> Vectors:
    """The vectors of texts in their order; only those that the store lacks are encoded.

    Texts are taken as `search.text.normalise` writes them, without capitals, so that the ways of
    writing one text give one vector. `on_progress`: told how many of how many are done.
    """
    written = [normalise(text) for text in texts]
    keys = [vector_key(encoder.name, role, text) for text in written]
    found: dict[bytes, Vectors] = dict(store.get(keys)) if store else {}
    lacking = {key: text for key, text in zip(keys, written, strict=True) if key not in found}
    encode = encoder.passages if role == "passage" else encoder.queries
    waiting = list(lacking.items())
    for start in range(0, len(waiting), _AT_ONCE):
        batch = waiting[start : start + _AT_ONCE]
        vectors = encode([text for _, text in batch])
        fresh = {key: vectors[place] for place, (key, _) in enumerate(batch)}
        if store:
            store.put(fresh)
        found |= fresh
        if on_progress:
            on_progress(min(start + _AT_ONCE, len(waiting)), len(waiting))
    if not keys:
        return np.zeros((0, encoder.dimensions), dtype=np.float32)
    return np.stack([found[key] for key in keys]).astype(np.float32)
