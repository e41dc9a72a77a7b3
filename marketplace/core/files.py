"""Stored files: content under its SHA-256, on any file system that fsspec knows.

Who may open a file, and whether its content is what it claims, is the owning domain's affair.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, cast
from uuid import uuid4

import fsspec

CHUNK = 1 << 20


class FileTooLarge(Exception):
    """More bytes than allowed; ``limit`` is in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


@dataclass(frozen=True)
class StoredFile:
    """Where a content lies: its SHA-256 in hex and its size in bytes."""

    sha256: str
    size: int


class FileStore:
    """A folder of contents; the same content is kept once."""

    def __init__(self, url: str) -> None:
        self._files, self._root = fsspec.core.url_to_fs(url)

    def save(self, source: BinaryIO, limit: int) -> StoredFile:
        """Keep everything that ``source`` yields, at most ``limit`` bytes.

        The content appears under its name only when complete.

        :raises FileTooLarge: beyond the limit; nothing is kept.
        """
        digest, size = hashlib.sha256(), 0
        with tempfile.TemporaryFile() as spool:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > limit:
                    raise FileTooLarge(limit)
                digest.update(chunk)
                spool.write(chunk)
            stored = StoredFile(digest.hexdigest(), size)
            path = self._path(stored.sha256)
            if not self._files.exists(path):
                self._files.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
                spool.seek(0)
                self._put_into_place(spool, path)
        return stored

    def open(self, sha256: str) -> IO[bytes]:
        """Read a content.

        :raises FileNotFoundError: when there is none under this hash.
        """
        return cast(IO[bytes], self._files.open(self._path(sha256), "rb"))

    def holds(self, sha256: str) -> bool:
        """Whether there is a content under this hash."""
        return _is_sha256(sha256) and bool(self._files.exists(self._path(sha256)))

    def contents(self) -> Iterator[StoredFile]:
        """All contents, in no order; those still being written are left out."""
        if not self._files.exists(self._root):
            return
        for path, about in self._files.find(self._root, detail=True).items():
            name = path.rpartition("/")[2]
            if _is_sha256(name):
                yield StoredFile(name, int(about["size"]))

    def remove(self, sha256: str) -> None:
        """Forget a content; one that isn't there is no error."""
        path = self._path(sha256)
        if self._files.exists(path):
            self._files.rm(path)

    def _put_into_place(self, spool: IO[bytes], path: str) -> None:
        partial = f"{path}.{uuid4().hex}.partial"
        try:
            with self._files.open(partial, "wb") as target:
                while chunk := spool.read(CHUNK):
                    target.write(chunk)
            self._files.mv(partial, path)
        except BaseException:
            if self._files.exists(partial):
                self._files.rm(partial)
            raise

    def _path(self, sha256: str) -> str:
        if not _is_sha256(sha256):
            raise FileNotFoundError(sha256)
        return f"{self._root}/{sha256[:2]}/{sha256}"


def _is_sha256(name: str) -> bool:
    return len(name) == 64 and set(name) <= set("0123456789abcdef")
