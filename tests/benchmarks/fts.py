"""SQLite FTS5 on the same tokens: the yardstick from outside.

The table holds the words and grams that the index holds, the facts beside it the values of
filters and facets, so that every kind of question can be put to both.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.bare import dictionary
from tests.benchmarks.rows import MULTI, SINGLE, Row, rows

_LETTERS_OF_TOKENS = "_+#%°."
_CACHE_KIB = 262_144
_MAPPED = 8 << 30


def build_fts(path: Path, index_folder: Path, say: Callable[[str], None]) -> None:
    """Fill a new table from the records of the open database, and optimise it."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(
            "CREATE VIRTUAL TABLE fts USING fts5(words, grams, content='', "
            f"tokenize=\"unicode61 remove_diacritics 0 tokenchars '{_LETTERS_OF_TOKENS}'\")"
        )
        columns = ", ".join(SINGLE)
        connection.execute(f"CREATE TABLE facts (doc INTEGER PRIMARY KEY, date, {columns})")
        connection.execute(
            "CREATE TABLE many (doc, field, value, PRIMARY KEY (doc, field, value)) WITHOUT ROWID"
        )
        connection.execute(
            "CREATE TABLE entries (key, count, text, PRIMARY KEY (key, text)) WITHOUT ROWID"
        )
        for doc, row in enumerate(rows(), start=1):
            _insert(connection, doc, row)
            if doc % 50_000 == 0:
                say(f"fts5 {doc:,}")
        connection.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?, ?)",
                               dictionary(index_folder))  # fmt: skip
        connection.execute("INSERT INTO fts(fts) VALUES ('optimize')")
        connection.execute("CREATE INDEX facts_filter ON facts (kind, tech_field, date)")
        connection.execute("ANALYZE")
    connection.close()


def _insert(connection: sqlite3.Connection, doc: int, row: Row) -> None:
    words, grams = " ".join(row.words), " ".join(row.grams)
    connection.execute(
        "INSERT INTO fts (rowid, words, grams) VALUES (?, ?, ?)", (doc, words, grams)
    )
    marks = ", ".join("?" * (len(SINGLE) + 2))
    connection.execute(f"INSERT INTO facts VALUES ({marks})", (doc, row.day, *row.single))
    many = [
        (doc, name, value)
        for name, values in zip(MULTI, row.multi, strict=True)
        for value in values
    ]
    connection.executemany("INSERT OR IGNORE INTO many VALUES (?, ?, ?)", many)


class Fts:
    """Asks the table; every method gives the number of hits, as `bare.Bare` does."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        self._connection.execute(f"PRAGMA mmap_size={_MAPPED}")
        self._connection.execute("PRAGMA temp_store=MEMORY")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def all_of(self, tokens: Sequence[str]) -> int:
        """Documents with all of the words."""
        return self._best("words", " AND ".join(map(_string, tokens)))

    def any_of(self, tokens: Sequence[str], limit: int = 20) -> int:
        """Documents with any of the words."""
        return self._best("words", " OR ".join(map(_string, tokens)), limit)

    def phrase(self, grams: Sequence[str]) -> int:
        """Documents with the grams one after the other."""
        return self._best("grams", " + ".join(map(_string, grams)))

    def with_facets(self, tokens: Sequence[str]) -> int:
        """Documents with any of the words, and the counts of every facet's values."""
        match = self._match("words", " OR ".join(map(_string, tokens)))
        hits = self.any_of(tokens)
        self._ask("CREATE TEMP TABLE IF NOT EXISTS hits (doc INTEGER PRIMARY KEY)")
        self._ask("DELETE FROM hits")
        self._ask("INSERT INTO hits SELECT rowid FROM fts WHERE fts MATCH ?", match)
        for name in SINGLE:
            self._ask(f"SELECT {name}, count(*) FROM hits JOIN facts USING (doc) GROUP BY 1")
        self._ask("SELECT field, value, count(*) FROM hits JOIN many USING (doc) GROUP BY 1, 2")
        return hits

    def newest(self, token: str, kind: str, tech_field: str) -> int:
        """Documents with a word, of a kind and a field of technology, newest first."""
        rest = (
            "FROM fts JOIN facts ON facts.doc = fts.rowid "
            "WHERE fts MATCH ? AND kind = ? AND tech_field = ?"
        )
        values = (self._match("words", _string(token)), kind, tech_field)
        self._ask(f"SELECT doc {rest} ORDER BY date DESC LIMIT 20", *values)
        return int(self._ask(f"SELECT count(*) {rest}", *values)[0][0])

    def entries(self, prefixes: Sequence[str], limit: int = 8) -> int:
        """The most frequent entries that begin so."""
        return sum(
            len(
                self._ask(
                    "SELECT text, count FROM entries WHERE key >= ? AND key < ? "
                    "ORDER BY count DESC LIMIT ?",
                    prefix,
                    prefix + "\U0010ffff",
                    limit,
                )
            )
            for prefix in prefixes
        )

    def _best(self, column: str, expression: str, limit: int = 20) -> int:
        match = self._match(column, expression)
        self._ask("SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY rank LIMIT ?", match, limit)
        return int(self._ask("SELECT count(*) FROM fts WHERE fts MATCH ?", match)[0][0])

    def _match(self, column: str, expression: str) -> str:
        return f"{column} : ({expression})"

    def _ask(self, statement: str, *values: object) -> list[Any]:
        return self._connection.execute(statement, values).fetchall()


def _string(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'
