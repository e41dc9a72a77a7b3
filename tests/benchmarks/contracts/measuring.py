"""One register in one database: brought in, looked at, built again from its history."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import make_url

from marketplace.catalogue.importing import Progress, import_into
from marketplace.contracts.ledger.verifying import verify_ledger
from marketplace.contracts.saving import contract_target
from marketplace.core.actor import system
from marketplace.core.codelists import add_items
from marketplace.core.db import db, writing
from marketplace.demo.city import DIVISIONS
from marketplace.factory import create_app
from marketplace.file_commands import few_collections
from marketplace.preparation import prepare_market
from marketplace.settings import Mode, Settings
from tests.benchmarks.catalogue import NO_LIMIT, Stopwatch
from tests.benchmarks.contracts.registers import write_register

Say = Callable[[str], None]

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
ROUNDS = 15
PAGES = {
    "board": "/goals?year={year}",
    **{f"T{number}": f"/statistics/t{number}?year={{year}}" for number in range(1, 9)},
    "T10": "/statistics/t10?year={year}",
}
YEARS = range(2019, 2026)


def measure(folder: Path, size: int, server: str, say: Say) -> dict[str, Any]:
    """Import, pages and rebuild of one register; ``server`` is PostgreSQL's address, or empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    url = _fresh_database(server, size) if server else None
    with _opened(folder, url) as app:
        prepare_market()
        with writing() as session:
            add_items(session, "division", DIVISIONS)
        say("writing the register")
        register = write_register(folder / "register.csv", size)
        brought_in = _import(register, say)
        register.unlink()
        _settle()
        say("pages")
        pages = {name: _page(app, address) for name, address in PAGES.items()}
        say("building the ledger again")
        rebuilt = _rebuild()
    return {
        "database": POSTGRESQL if server else SQLITE,
        "contracts": size,
        "import": brought_in,
        "pages": pages,
        "rebuild": rebuilt,
    }


@contextmanager
def _opened(folder: Path, url: str | None) -> Iterator[Flask]:
    settings = Settings(
        mode=Mode.DEMO,
        data_dir=folder,
        request_limit=NO_LIMIT,
        database_url=url,
        redis_url=None,
        search_url=None,
    )
    app = create_app(settings)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.rollback()
            db.engine.dispose()


def _import(register: Path, say: Say) -> dict[str, Any]:
    few_collections()
    target = contract_target(is_history=True)
    last = 0

    def show(progress: Progress) -> None:
        nonlocal last
        if progress.rows - last >= 100_000:
            last = progress.rows
            say(f"contracts {progress.rows:,}")

    stopwatch = Stopwatch()
    report = import_into(system("benchmark"), target, register, on_progress=show)
    spent = stopwatch.spent()
    if report.failed:
        raise AssertionError(f"{report.failed} rows were refused: {report.first_errors[0]}")
    return {
        "seconds": round(spent.wall, 1),
        "contracts_per_second": round(report.read / spent.wall),
    }


def _settle() -> None:
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _page(app: Flask, address: str) -> dict[str, float]:
    """p50 and p95 in ms, for a visitor who isn't signed in; no answer is kept."""
    client = app.test_client()
    took = []
    for number in range(ROUNDS + 2):
        year = YEARS[number % len(YEARS)]
        began = time.perf_counter()
        answer = client.get(address.format(year=year))
        took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise AssertionError(f"{address}: {answer.status}")
    took = sorted(took[2:])
    return {
        "p50": round(statistics.median(took), 1),
        "p95": round(took[int(len(took) * 0.95)], 1),
    }


def _rebuild() -> dict[str, Any]:
    db.session.rollback()
    stopwatch = Stopwatch()
    result = verify_ledger(db.session)
    seconds = stopwatch.spent().wall
    db.session.rollback()
    if not result.is_whole:
        raise AssertionError(result.differences)
    return {"seconds": round(seconds, 1), "entries": result.entries}


def _fresh_database(server: str, size: int) -> str:
    """An empty database of that server; one that an earlier run left is dropped."""
    name = f"market_bench_contracts_{size}"
    plain = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        for statement in ("DROP DATABASE IF EXISTS {}", "CREATE DATABASE {}"):
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
