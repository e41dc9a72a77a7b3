"""The tables of PostgreSQL full text: the same tokens and facts as the index, in a database.

Words and grams are written as `tsvector` with the positions of our own tokens, so that no parser
of PostgreSQL's touches them. How they are asked belongs to `postgres`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.benchmarks.bare import dictionary
from tests.benchmarks.rows import MULTI, SINGLE, Row, rows

TABLES = ("documents", "entries")
_LAST_POSITION = 16_383
"""PostgreSQL keeps no higher one."""
_BUILDING = "-c maintenance_work_mem=256MB"


def has_database(url: str, name: str) -> bool:
    """Whether a database is there; it has its name only once it is complete."""
    with psycopg.connect(address(url), autocommit=True) as server:
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return known.fetchone() is not None


def build_postgres(
    url: str, name: str, prefix: str, index_folder: Path, say: Callable[[str], None]
) -> None:
    """Fill a new database from the records of the open one; others that begin so are dropped.

    `url`: a database of the same server, of an account that may make others.
    """
    building = f"{name}_building"
    with psycopg.connect(address(url), autocommit=True) as server:
        former = server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
        )
        for (other,) in former.fetchall():
            server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(other)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
        _fill(address(url, building), index_folder, say)
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        server.execute(rename.format(sql.Identifier(building), sql.Identifier(name)))


def _fill(where: str, index_folder: Path, say: Callable[[str], None]) -> None:
    columns = ["doc", "words", "grams", "date", *SINGLE, *MULTI]
    kinds = ["integer PRIMARY KEY", "tsvector", "tsvector", "date"]
    kinds += ["text"] * len(SINGLE) + ["text[]"] * len(MULTI)
    declared = ", ".join(f"{name} {kind}" for name, kind in zip(columns, kinds, strict=True))
    with psycopg.connect(where, options=_BUILDING, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE documents ({declared})")
        connection.execute("CREATE TABLE entries (key text, count integer, text text)")
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY documents ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            for doc, row in enumerate(rows(), start=1):
                copy.write_row(_values(doc, row))
                if doc % 50_000 == 0:
                    say(f"postgres {doc:,}")
        with (
            connection.cursor() as cursor,
            cursor.copy("COPY entries (key, count, text) FROM STDIN") as copy,
        ):
            for entry in dictionary(index_folder):
                copy.write_row(entry)
        say("postgres: indexes")
        connection.execute("CREATE INDEX ON documents USING gin (words)")
        connection.execute("CREATE INDEX ON documents USING gin (grams)")
        connection.execute("CREATE INDEX ON documents (kind, tech_field, date)")
        connection.execute("CREATE INDEX ON entries (key text_pattern_ops)")
        connection.execute("VACUUM ANALYZE")


def _values(doc: int, row: Row) -> tuple[object, ...]:
    multi = ([*dict.fromkeys(values)] for values in row.multi)
    return (doc, vector(row.words), vector(row.grams), row.day, *row.single, *multi)


def vector(tokens: Sequence[str]) -> str:
    """Tokens as a `tsvector` is written, each with its places."""
    places: dict[str, list[str]] = defaultdict(list)
    for place, token in enumerate(tokens, start=1):
        places[token].append(str(min(place, _LAST_POSITION)))
    return " ".join(f"{lexeme(token)}:{','.join(at)}" for token, at in places.items())


def lexeme(token: str) -> str:
    """A token as `tsvector` and `tsquery` are written."""
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def address(url: str, database: str | None = None) -> str:
    """The address as the driver takes it, of that database or of the one it names."""
    parts = make_url(url).set(drivername="postgresql")
    if database:
        parts = parts.set(database=database)
    return parts.render_as_string(hide_password=False)
