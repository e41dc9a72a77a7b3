"""A catalogue of synthetic records in a folder of its own: database, search index, FTS5 table.

The same records stand on Elasticsearch and in PostgreSQL where those are asked for. All is kept
between runs as long as what it was made by has not changed. How records look belongs to
`records`, the tables of the yardsticks to `fts` and `postgres`.
"""

from __future__ import annotations

import hashlib
import json
import resource
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import CreateTable, insert

from marketplace.catalogue.indexing import rebuild_index
from marketplace.core.actor import system
from marketplace.core.db import Base, db
from marketplace.factory import create_app
from marketplace.preparation import prepare_market
from marketplace.settings import PROJECT_ROOT, Mode, Settings
from tests.benchmarks import records
from tests.benchmarks.ahead import in_order
from tests.benchmarks.elastic_index import ElasticIndex
from tests.benchmarks.engines import Addresses
from tests.benchmarks.fts import build_fts
from tests.benchmarks.postgres import Postgres
from tests.benchmarks.postgres_tables import build_postgres, has_database

Say = Callable[[str], None]
Extra = Mapping[str, float] | None

NO_LIMIT = "1000000000 per minute"
_INSERTED_TOGETHER = 10
_INDEX_SOURCES = (
    "search",
    "marketplace/catalogue/documents.py",
    "marketplace/catalogue/fields.py",
    "marketplace/catalogue/indexing.py",
)
_POSTGRES_SOURCES = (
    "search/text.py",
    "tests/benchmarks/rows.py",
    "tests/benchmarks/postgres_tables.py",
)


@dataclass(frozen=True)
class Spent:
    """What a step took: seconds on the clock, and of processor time, children included.

    `node_cpu`: the processor time of a node that worked with us, where it is known.
    """

    wall: float
    cpu: float
    node_cpu: float | None = None

    def rates(self, rows: int) -> dict[str, float]:
        """Rows a second of both."""
        return {"wall": round(rows / self.wall), "core": round(rows / self.cpu)}


class Stopwatch:
    """Measures from when it is made until `spent` is asked."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), processor_seconds()

    def spent(self) -> Spent:
        """What has been used so far."""
        return Spent(time.perf_counter() - self._wall, processor_seconds() - self._cpu)


def processor_seconds() -> float:
    """Processor time of this process with all its threads, and of its ended children."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


class Catalogue:
    """The folder of one size, and its index and database elsewhere, where addresses say so.

    `build` makes what is missing or out of date. To be closed.
    """

    def __init__(self, root: Path, size: int, addresses: Addresses) -> None:
        self.size = size
        self.addresses = addresses
        self.folder = root / f"{size}-{_fingerprint()}"
        self.fts_path = self.folder / "fts.sqlite3"
        self._root = root
        self._made_by = _hash_of(*_INDEX_SOURCES)
        self.elastic = (
            ElasticIndex(addresses.elastic, size, f"{_fingerprint()}-{self._made_by}")
            if addresses.elastic
            else None
        )

    def close(self) -> None:
        """Close the connections."""
        if self.elastic:
            self.elastic.close()

    @property
    def database_name(self) -> str:
        """The PostgreSQL database of the yardstick."""
        return f"{self._database_prefix}{_fingerprint()}_{_hash_of(*_POSTGRES_SOURCES)}"

    @property
    def _database_prefix(self) -> str:
        return f"market_bench_{self.size}_"

    @property
    def settings(self) -> Settings:
        """Settings of the demonstration on this folder, without a limit of requests."""
        return self.settings_on(None)

    def settings_on(self, search_url: str | None) -> Settings:
        """The same with the index elsewhere; database and messages stay in the folder."""
        return Settings(
            mode=Mode.DEMO,
            data_dir=self.folder,
            request_limit=NO_LIMIT,
            database_url=None,
            redis_url=None,
            search_url=search_url,
        )

    def environment(self, search_url: str | None = None) -> dict[str, str]:
        """The same settings for a process of its own."""
        return {
            "MARKET_MODE": "demo",
            "MARKET_DATA_DIR": str(self.folder),
            "MARKET_REQUEST_LIMIT": NO_LIMIT,
            "MARKET_DATABASE_URL": "",
            "MARKET_REDIS_URL": "",
            "MARKET_SEARCH_URL": search_url or "",
        }

    @contextmanager
    def opened(self, search_url: str | None = None) -> Iterator[Flask]:
        """The application on this catalogue, with its context."""
        app = create_app(self.settings_on(search_url))
        with app.app_context():
            try:
                yield app
            finally:
                db.session.rollback()
                db.engine.dispose()

    def build(self, say: Say, *, has_yardsticks: bool = True) -> None:
        """Build what is missing; what is there of the same size made otherwise is removed.

        Without yardsticks: database and embedded index alone.
        """
        for other in self._root.glob(f"{self.size}-*"):
            if other != self.folder:
                shutil.rmtree(other)
        with self.opened():
            prepare_market()
            self.step("records", records.VERSION, lambda: self._insert(say))
            self.step("index", self._made_by, lambda: self._rebuild(say))
            if not has_yardsticks:
                return
            self.step("fts", _hash_of("search/text.py"), lambda: self._build_fts(say))
            if url := self.addresses.postgres:
                self.step(
                    "postgres",
                    self.database_name,
                    lambda: self._build_postgres(say),
                    is_there=has_database(url, self.database_name),
                )
        if index := self.elastic:
            with self.opened(index.url):
                self.step(
                    "elastic",
                    index.alias,
                    lambda: index.build(lambda: self._rebuild(say)),
                    is_there=index.is_there(),
                )
            index.settle()

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps of building that make records searchable, the embedded index first."""
        elastic = ("elastic",) if self.elastic else ()
        postgres = ("postgres",) if self.addresses.postgres else ()
        return ("index", "fts", *elastic, *postgres)

    def built(self, step: str) -> Spent:
        """What a step of building took, when it was last done."""
        kept = self._read(step)
        return Spent(kept["wall"], kept["cpu"], kept.get("node_cpu"))

    def disk(self) -> dict[str, int]:
        """Bytes on disk of database, index and FTS5 table, and elsewhere of the same records."""
        parts = {
            "database": self.folder.glob("market.sqlite3*"),
            "index": (self.folder / "index").rglob("*"),
            "fts5": self.folder.glob("fts.sqlite3*"),
        }
        sizes = {
            name: sum(path.stat().st_size for path in paths if path.is_file())
            for name, paths in parts.items()
        }
        if self.elastic:
            sizes["elastic"] = self.elastic.disk()
        if url := self.addresses.postgres:
            with closing(Postgres(url, self.database_name)) as database:
                sizes["postgres"] = database.disk()
        return sizes

    def versions(self) -> dict[str, str]:
        """The versions of node and server."""
        found = {}
        if self.elastic:
            found["elasticsearch"] = self.elastic.version()
        if url := self.addresses.postgres:
            with closing(Postgres(url, self.database_name)) as database:
                found["postgresql"] = database.version()
        return found

    def step(
        self, name: str, made_by: object, work: Callable[[], Extra], *, is_there: bool = True
    ) -> None:
        """Do a step of building, unless it was done by the same maker before."""
        if is_there and self._read(name).get("made_by") == made_by:
            return
        stopwatch = Stopwatch()
        extra = work() or {}
        kept = {"made_by": made_by, **asdict(stopwatch.spent()), **extra}
        (self.folder / f"{name}.json").write_text(json.dumps(kept))

    def _read(self, name: str) -> dict[str, Any]:
        path = self.folder / f"{name}.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def _insert(self, say: Say) -> None:
        made = in_order(records.rows_of, records.chunks(records.Plan(self.size)))
        done = 0
        with db.engine.connect() as connection:
            # Left by an interrupted run.
            for table in reversed(Base.metadata.sorted_tables):
                if table.name in _tables():
                    connection.execute(table.delete())
            for number, (count, rows) in enumerate(made, start=1):
                for name, values in rows.items():
                    connection.execute(insert(Base.metadata.tables[name]), values)
                done += count
                if number % _INSERTED_TOGETHER == 0:
                    connection.commit()
                    say(f"records {done:,} of {self.size:,}")
            connection.commit()
            connection.exec_driver_sql("ANALYZE")
            connection.commit()

    def _rebuild(self, say: Say) -> None:
        def show(done: int, total: int) -> None:
            if done % 20_000 < 1_000:
                say(f"index {done:,} of {total:,}")

        rebuild_index(system("benchmark"), show)

    def _build_fts(self, say: Say) -> None:
        build_fts(self.fts_path, self.folder / "index", say)

    def _build_postgres(self, say: Say) -> None:
        build_postgres(
            self.addresses.postgres,
            self.database_name,
            self._database_prefix,
            self.folder / "index",
            say,
        )


def _tables() -> frozenset[str]:
    main = ("organisation", "contributor", "project", "patent", "result")
    links = ("project_organisation", "patent_owner", "patent_inventor")
    return frozenset((*main, *links, "result_owner", "result_contributor"))


def _fingerprint() -> str:
    """What the records depend on: their maker's version and seed, and the tables' columns."""
    tables = [str(CreateTable(Base.metadata.tables[name])) for name in sorted(_tables())]
    text = repr((records.VERSION, records.SEED, tables))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _hash_of(*sources: str) -> str:
    total = hashlib.sha256()
    for source in sources:
        path = PROJECT_ROOT / source
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            total.update(file.read_bytes())
    return total.hexdigest()[:16]
