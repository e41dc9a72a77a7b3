"""A market with a canary in every restricted field, shared by the tests that only ask."""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import event, update
from structlog.testing import capture_logs

from marketplace.accounts.models import Person
from marketplace.catalogue.indexing import search_service
from marketplace.core.db import db, writing
from marketplace.core.outbox import drain
from marketplace.factory import create_app
from search.query import Query
from tests.architecture.test_reading import CHANGING
from tests.conftest import close, make_settings
from tests.functional.accounts.browsing import Browser, letters
from tests.functional.posting.conftest import People, add_people
from tests.functional.posting.test_course_of_a_posting import publish_one
from tests.functional.security.planting import (
    Canary,
    Planted,
    add_viewers,
    make_canaries,
    plant,
)
from tests.grounds import drop_ground, make_ground

Canaries = dict[str, Canary]
OWN_TRACES = re.compile(r"\s*insert into (audit_entry|attempt)\b", re.IGNORECASE)


@dataclass
class Garden:
    """A market in which every canary is planted, and what it said while that was done."""

    app: Flask
    planted: Planted
    canaries: Canaries
    lines: list[Any]
    letters: list[Any]
    browsers: dict[str, Browser]
    before: list[Any]
    after: list[Any]


@pytest.fixture(scope="session")
def garden_market(
    prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Garden]:
    """One for all tests of a process, which change nothing; other words in each run."""
    folder = make_ground(tmp_path_factory.mktemp("canaries") / "data", like=prepared_folder)
    app = create_app(make_settings(folder, refusal_limit=10_000))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        canaries = make_canaries(random.Random(random.getrandbits(64)))
        people = People(app, add_people())
        add_viewers(people)
        record_id = publish_one(people)
        drain()
        before = search_answers(canaries)
        with every_log_line() as lines:
            planted = plant(people, record_id, canaries)
            sent = letters(app)
        browsers = {
            "anonymous": Browser(app),
            **{name: people.browser(name) for name in people.actors},
        }
        with writing() as session:
            # The form to sign in names people of the demo.
            session.execute(update(Person).values(is_demo=False))
        after = search_answers(canaries)
        made = Garden(app, planted, canaries, lines, sent, browsers, before, after)
        db.session.rollback()
    yield made
    close(app)
    drop_ground(folder)


@pytest.fixture
def garden(garden_market: Garden) -> Iterator[Garden]:
    """The same with its context pushed."""
    with garden_market.app.app_context():
        yield garden_market
        db.session.rollback()


@contextmanager
def kept_changes() -> Iterator[list[str]]:
    """The statements by which the block changes the database for good.

    The refusals in the audit trail aside, and what was rolled back.
    """
    kept: list[str] = []
    open_ones: dict[Any, list[str]] = {}

    def note(connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if cursor.rowcount and CHANGING.match(statement) and not OWN_TRACES.match(statement):
            open_ones.setdefault(connection, []).append(statement)

    def keep(connection: Any) -> None:
        kept.extend(open_ones.pop(connection, []))

    def drop(connection: Any) -> None:
        open_ones.pop(connection, None)

    listeners = (("after_cursor_execute", note), ("commit", keep), ("rollback", drop))
    for name, listener in listeners:
        event.listen(db.engine, name, listener)
    try:
        yield kept
    finally:
        for name, listener in listeners:
            event.remove(db.engine, name, listener)


@contextmanager
def every_log_line() -> Iterator[list[Any]]:
    """What is logged at any level, before anything is blotted out."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    records: list[Any] = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        with capture_logs() as lines:
            yield lines
        lines.extend({"event": line} for line in records)
    finally:
        logging.getLogger().removeHandler(handler)
        structlog.configure(**before)


def search_answers(canaries: Canaries) -> list[Any]:
    """What the engine answers to each canary and its pieces: the same before and after."""
    service = search_service()
    answers: list[Any] = []
    for canary in canaries.values():
        for piece in canary.pieces:
            answer = service.search(Query(words=piece))
            hits = [hit.id for hit in answer.hits]
            answers.append((piece, hits, answer.total, answer.facets, answer.readings))
            answers.append([one.text for one in service.suggest(piece)])
    return answers
