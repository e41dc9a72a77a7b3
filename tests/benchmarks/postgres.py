"""PostgreSQL full text, asked: the yardstick of the database that may be there anyway.

Ranked by `ts_rank`, which is no bm25 and reads every hit's tokens. What is asked stands in
`postgres_tables`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from tests.benchmarks.postgres_tables import TABLES, address, lexeme
from tests.benchmarks.rows import MULTI, SINGLE

# Bitmaps of a million rows fit; plans are made for the very words; compiling a plan costs more
# than it saves in questions of milliseconds; and no plan reads all rows, which the planner takes
# for cheap because it does not know what unpacking every row's tokens costs (four times as long).
_OPTIONS = "-c work_mem=64MB -c plan_cache_mode=force_custom_plan -c jit=off -c enable_seqscan=off"


class Postgres:
    """Asks the database; every method gives the number of hits, as `fts.Fts` does."""

    def __init__(self, url: str, name: str) -> None:
        self._connection = psycopg.connect(address(url, name), options=_OPTIONS, autocommit=True)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def disk(self) -> int:
        """Bytes of the tables with their indexes."""
        sizes = self._ask("SELECT sum(pg_total_relation_size(n)) FROM unnest(%s::text[]) n",
                          [*TABLES])  # fmt: skip
        return int(sizes[0][0])

    def version(self) -> str:
        """The version of the server."""
        return str(self._ask("SHOW server_version")[0][0]).split()[0]

    def all_of(self, tokens: Sequence[str]) -> int:
        """Documents with all of the words."""
        return self._best("words", " & ".join(map(lexeme, tokens)))

    def any_of(self, tokens: Sequence[str], limit: int = 20) -> int:
        """Documents with any of the words."""
        return self._best("words", " | ".join(map(lexeme, tokens)), limit)

    def phrase(self, grams: Sequence[str]) -> int:
        """Documents with the grams one after the other."""
        return self._best("grams", " <-> ".join(map(lexeme, grams)))

    def with_facets(self, tokens: Sequence[str]) -> int:
        """Documents with any of the words, and the counts of every facet's values."""
        hits = self.any_of(tokens)
        sets = ", ".join(f"({name})" for name in SINGLE)
        self._ask(
            f"SELECT {', '.join(SINGLE)}, count(*) FROM documents WHERE words @@ %s::tsquery "
            f"GROUP BY GROUPING SETS ({sets})",
            " | ".join(map(lexeme, tokens)),
        )
        counted = " UNION ALL ".join(
            f"SELECT '{name}', value, count(*) FROM hits, unnest(hits.{name}) value GROUP BY value"
            for name in MULTI
        )
        self._ask(
            f"WITH hits AS MATERIALIZED (SELECT {', '.join(MULTI)} FROM documents "
            f"WHERE words @@ %s::tsquery) {counted}",
            " | ".join(map(lexeme, tokens)),
        )
        return hits

    def newest(self, token: str, kind: str, tech_field: str) -> int:
        """Documents with a word, of a kind and a field of technology, newest first."""
        rest = "FROM documents WHERE words @@ %s::tsquery AND kind = %s AND tech_field = %s"
        values = (lexeme(token), kind, tech_field)
        self._ask(f"SELECT doc {rest} ORDER BY date DESC LIMIT 20", *values)
        return int(self._ask(f"SELECT count(*) {rest}", *values)[0][0])

    def entries(self, prefixes: Sequence[str], limit: int = 8) -> int:
        """The most frequent entries that begin so."""
        return sum(
            len(
                self._ask(
                    "SELECT text, count FROM entries WHERE key LIKE %s "
                    "ORDER BY count DESC LIMIT %s",
                    _escaped(prefix) + "%",
                    limit,
                )
            )
            for prefix in prefixes
        )

    def _best(self, column: str, expression: str, limit: int = 20) -> int:
        where = f"FROM documents WHERE {column} @@ %s::tsquery"
        self._ask(
            f"SELECT doc {where} ORDER BY ts_rank({column}, %s::tsquery) DESC LIMIT %s",
            expression,
            expression,
            limit,
        )
        return int(self._ask(f"SELECT count(*) {where}", expression)[0][0])

    def _ask(self, statement: str, *values: object) -> list[Any]:
        return self._connection.execute(statement, values).fetchall()


def _escaped(prefix: str) -> str:
    for letter in "\\%_":
        prefix = prefix.replace(letter, "\\" + letter)
    return prefix
