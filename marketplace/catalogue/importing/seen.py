"""Which records a file has named so far, for files of any size.

Kept in a temporary SQLite file instead of memory: a million rows take about 20 MB on disk and
next to nothing in memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from marketplace.catalogue.saving.outcome import Identity


class SeenIdentities:
    """The row in which each identity stood first; a context manager."""

    def __init__(self) -> None:
        # The empty name is a temporary file that vanishes with the connection.
        self._store = sqlite3.connect("", isolation_level=None)
        self._store.execute("PRAGMA journal_mode=OFF")
        self._store.execute("CREATE TABLE seen (identity INTEGER PRIMARY KEY, row INTEGER)")

    def first_repeated(
        self, identities: Sequence[Identity], row: int
    ) -> tuple[Identity, int] | None:
        """The first identity that an earlier row has, with that row; else note them all."""
        for identity in identities:
            earlier = self._store.execute(
                "SELECT row FROM seen WHERE identity = ?", (hash(identity),)
            ).fetchone()
            if earlier is not None:
                return identity, earlier[0]
        self._store.executemany(
            "INSERT OR IGNORE INTO seen VALUES (?, ?)",
            [(hash(identity), row) for identity in identities],
        )
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._store.close()
