"""One register in one database: brought in, looked at, built again from its history."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from flask.testing import FlaskClient
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
from tests.benchmarks.contracts.work import (
    OF_A_UNIT,
    add_work,
    addresses,
    enter_people,
)
from tests.benchmarks.contracts.work import PAGES as STAFF_PAGES
from tests.functional.accounts.browsing import Browser

Say = Callable[[str], None]

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
ROUNDS = 105
STAFF_ROUNDS = 21
PAGES = {
    "board": "/goals?year={year}",
    **{f"T{number}": f"/statistics/t{number}?year={{year}}" for number in range(1, 11)},
}
YEARS = range(2019, 2026)


class Register:
    """Contracts in a market of their own; ``server`` is PostgreSQL's address, or empty."""

    def __init__(self, folder: Path, size: int, server: str, say: Say) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        settings = Settings(
            mode=Mode.DEMO,
            data_dir=folder,
            request_limit=NO_LIMIT,
            database_url=_fresh_database(server, size) if server else None,
            redis_url=None,
            search_url=None,
        )
        self._app = create_app(settings)
        self._folder, self._say = folder, say
        self._staff_pages: dict[str, tuple[Browser, str]] = {}
        self.figures: dict[str, Any] = {
            "database": POSTGRESQL if server else SQLITE,
            "contracts": size,
        }

    def build(self) -> None:
        """Bring it in as a finished register, and build its ledger again."""
        with self._app.app_context():
            prepare_market()
            with writing() as session:
                add_items(session, "division", DIVISIONS)
            self._say("writing the register")
            register = write_register(self._folder / "register.csv", self.figures["contracts"])
            self.figures["import"] = _import(register, self._say)
            register.unlink()
            _settle()
            self._say("building the ledger again")
            self.figures["rebuild"] = _rebuild()
            self._say("putting work beside it")
            add_work()
            _settle()
            staff, holder = enter_people(self._app)
            for name, address in addresses().items():
                self._staff_pages[name] = holder if name in OF_A_UNIT else staff, address

    def time_page(self, address: str) -> float:
        """How many ms a visitor who isn't signed in waits for a page; no answer is kept."""
        return _timed(self._app.test_client(), address)

    def time_staff_page(self, name: str) -> float:
        """How many ms somebody who is signed in waits for one of :data:`STAFF_PAGES`."""
        browser, address = self._staff_pages[name]
        return _timed(browser.client, address)

    def close(self) -> None:
        """Let the database go."""
        with self._app.app_context():
            db.session.rollback()
            db.engine.dispose()


def time_pages(registers: Sequence[Register]) -> None:
    """Each page of each register, one after another, so that all meet the same machine."""
    for name, address in PAGES.items():
        took: list[list[float]] = [[] for _ in registers]
        for number in range(ROUNDS + len(YEARS)):
            asked = address.format(year=YEARS[number % len(YEARS)])
            for register, times in zip(registers, took, strict=True):
                times.append(register.time_page(asked))
        for register, times in zip(registers, took, strict=True):
            # The first look at each year computes what may be shown, which is then remembered.
            kept = sorted(times[len(YEARS) :])
            register.figures.setdefault("pages", {})[name] = {
                "p50": round(statistics.median(kept), 1),
                "p95": round(kept[int(len(kept) * 0.95)], 1),
                "first": round(max(times[: len(YEARS)]), 1),
            }


def time_staff_pages(registers: Sequence[Register]) -> None:
    """The same of the pages of staff and of a unit, which no cache serves."""
    for name in STAFF_PAGES:
        took: list[list[float]] = [[] for _ in registers]
        for _ in range(STAFF_ROUNDS):
            for register, times in zip(registers, took, strict=True):
                times.append(register.time_staff_page(name))
        for register, times in zip(registers, took, strict=True):
            kept = sorted(times)
            register.figures.setdefault("staff_pages", {})[name] = {
                "p50": round(statistics.median(kept), 1),
                "p95": round(kept[int(len(kept) * 0.95)], 1),
            }


def _timed(client: FlaskClient, address: str) -> float:
    began = time.perf_counter()
    answer = client.get(address)
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise AssertionError(f"{address}: {answer.status}")
    return took


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
