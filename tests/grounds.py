"""The ground that a test's market stands on: its folder, and beside it what belongs to it alone.

Embedded, the folder is all there is. With ``TEST_DATABASE_URL``, ``TEST_SEARCH_URL`` or
``TEST_REDIS_URL`` set (``make test-services`` does), the market of a folder has a database, an
index and a Redis database of its own there; their names follow from the folder's.
"""

from __future__ import annotations

import copy
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from flask import current_app
from psycopg import sql

from marketplace.core.db import db

DATABASE_URL = os.environ.get("TEST_DATABASE_URL")
SEARCH_URL = os.environ.get("TEST_SEARCH_URL")
REDIS_URL = os.environ.get("TEST_REDIS_URL")

Made = TypeVar("Made")
_made: dict[str, tuple[TemporaryDirectory[str], Any]] = {}

NEEDS_POSTGRESQL = "needs PostgreSQL (TEST_DATABASE_URL): make test-services runs it"
NEEDS_REDIS = "needs Redis (TEST_REDIS_URL): make test-services runs it"
NEEDS_EMBEDDED_SEARCH = "is about the embedded index: make test runs it"
NEEDS_SQLITE = "is about SQLite, the embedded default: make test runs it"


def settings_of(folder: Path) -> dict[str, Any]:
    """The settings that lead the market of a folder to its services."""
    values: dict[str, Any] = {"database_url": None, "search_url": None, "redis_url": None}
    name = _name(folder)
    if DATABASE_URL:
        values["database_url"] = _at(DATABASE_URL, name)
    if SEARCH_URL:
        values["search_url"] = _at(SEARCH_URL, name)
    if REDIS_URL:
        # Number 0 is left to whoever looks in from outside.
        values["redis_url"] = _at(REDIS_URL, str(1 + _worker()))
    return {name: value for name, value in values.items() if value}


def environment_of(folder: Path) -> dict[str, str]:
    """The same as variables, for a market that reads its environment."""
    return {f"MARKET_{name.upper()}": value for name, value in settings_of(folder).items()}


def make_ground(folder: Path, *, like: Path | None = None) -> Path:
    """Make an empty ground, or one that is a copy of another which nobody is using; the folder.

    The index of a service is not copied: whoever needs it builds it again.
    """
    if like is not None:
        shutil.copytree(like, folder)
    if DATABASE_URL:
        template = sql.Identifier(_name(like) if like is not None else "template0")
        name = sql.Identifier(_name(folder))
        _on_server(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, template))
    if REDIS_URL:
        with redis.Redis.from_url(settings_of(folder)["redis_url"]) as client:
            client.flushdb()
    return folder


def put_once(name: str, make: Callable[[], Made]) -> Made:
    """Let ``make`` fill the fresh market of a test, or put there what it has made for another.

    What it returns says everything by number; each test gets a copy. Where database or index are
    services it is made each time.
    """
    if DATABASE_URL or SEARCH_URL:
        return make()
    folder = current_app.extensions["settings"].data_dir
    if name in _made:
        _let_go()
        shutil.copytree(_made[name][0].name, folder, dirs_exist_ok=True)
    else:
        made = make()
        _let_go()
        kept = TemporaryDirectory(
            prefix="market-made-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")
        )
        shutil.copytree(folder, kept.name, dirs_exist_ok=True)
        _made[name] = (kept, made)
    return copy.deepcopy(_made[name][1])


def _let_go() -> None:
    """Close the database, so that its files are all there is."""
    db.session.rollback()
    db.session.close()
    db.engine.dispose()


def drop_ground(folder: Path) -> None:
    """Remove what a ground has outside of its folder."""
    if DATABASE_URL:
        name = sql.Identifier(_name(folder))
        _on_server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
    if SEARCH_URL:
        from elasticsearch import Elasticsearch

        with Elasticsearch(SEARCH_URL) as client:
            pattern = f"{_name(folder)}-*"
            for index in client.indices.get_settings(index=pattern, name="index.uuid"):
                client.indices.delete(index=index, ignore_unavailable=True)


def _on_server(statement: sql.Composed) -> None:
    with psycopg.connect(_at(DATABASE_URL or "", "postgres"), autocommit=True) as connection:
        connection.execute(statement)


def _name(folder: Path) -> str:
    return f"test-{hashlib.sha256(str(folder).encode()).hexdigest()[:24]}"


def _at(address: str, name: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


def _worker() -> int:
    """The number of this process of the test run."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
