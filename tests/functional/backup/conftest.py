"""A market with records, files and an index, and what can be compared of one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import inspect, text

from marketplace.catalogue.indexing import rebuild_index, search_service
from marketplace.core.actor import system
from marketplace.core.db import db, writing
from marketplace.core.files import FileStore
from marketplace.core.outbox import record_event
from marketplace.factory import create_app
from search.query import Query
from tests.conftest import close, make_settings
from tests.functional.catalogue.conftest import fill_market
from tests.grounds import drop_ground, make_ground, put_once

CONTENTS = ("一份合同".encode(), b"", bytes(range(256)) * 5000)
QUESTIONS = ("焊缝 气孔", "hanfeng", "焊接 量子", "")


@dataclass(frozen=True)
class State:
    """Everything that a backup should hold, and what the search answers from it."""

    tables: dict[str, list[tuple[Any, ...]]]
    files: dict[str, bytes]
    answers: list[tuple[int, tuple[str, ...]]]


def state() -> State:
    """The state of the running market."""
    db.session.rollback()
    with db.engine.connect() as connection:
        quote = connection.dialect.identifier_preparer.quote
        tables = {
            name: sorted(
                tuple(map(str, row))
                for row in connection.execute(text(f"SELECT * FROM {quote(name)}"))
            )
            for name in inspect(connection).get_table_names()
        }
    store: FileStore = current_app.extensions["files"]
    files = {}
    for one in store.contents():
        with store.open(one.sha256) as handle:
            files[one.sha256] = handle.read()
    answers = []
    for question in QUESTIONS:
        answer = search_service().search(Query(words=question, visibility=("public",)))
        answers.append((answer.total, tuple(hit.id for hit in answer.hits)))
    return State(tables, files, answers)


@pytest.fixture
def filled(app: Flask) -> Flask:
    """A market with records, an event that waits, files and an index."""
    put_once("market to back up", _fill)
    return app


def _fill() -> None:
    fill_market()
    with writing() as session:
        record_event(session, "listing_changed", "patent", 1, colour="红")
    store: FileStore = current_app.extensions["files"]
    for content in CONTENTS:
        store.save(io.BytesIO(content), len(content))
    rebuild_index(system("test"))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Flask]:
    """Another market, in an empty folder with an empty database; its context isn't pushed."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    make_ground(folder)
    application = create_app(make_settings(folder))
    yield application
    close(application)
    drop_ground(folder)
