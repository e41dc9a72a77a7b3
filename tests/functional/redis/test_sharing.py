"""What processes of one market share through Redis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from marketplace.core.db import now, writing
from marketplace.core.heartbeat import last_alive, note_alive
from marketplace.core.messaging import forget_messages
from marketplace.core.outbox import record_event
from marketplace.core.redis import redis_client
from marketplace.factory import create_app
from marketplace.settings import Mode
from tests.conftest import close, make_settings

QUEUE = "market"


@pytest.fixture
def two(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Flask, Flask]]:
    """Two processes' applications of one market, whose visitors are counted."""
    monkeypatch.setattr("marketplace.factory.configure_logging", lambda mode: None)
    settings = make_settings(
        data_folder, mode=Mode.DEMO, host="127.0.0.1", request_limit="3 per minute"
    )
    apps = (create_app(settings), create_app(settings))
    yield apps
    for app in apps:
        close(app)


def test_requests_are_counted_over_all_processes(two: tuple[Flask, Flask]) -> None:
    visitors = [app.test_client() for app in two]
    answers = [visitors[turn % 2].get("/about").status_code for turn in range(4)]
    assert answers == [200, 200, 200, 429]


def test_a_sign_of_life_is_seen_by_a_process_with_another_folder(
    two: tuple[Flask, Flask], tmp_path: Path
) -> None:
    one, other = two
    other.extensions["settings"].data_dir = tmp_path / "elsewhere"
    with other.app_context():
        assert last_alive() is None
    with one.app_context():
        note_alive()
    with other.app_context():
        seen = last_alive()
        assert seen is not None
        assert abs(now() - seen) < timedelta(minutes=1)


def test_a_change_pokes_the_worker_and_cleaning_leaves_the_poke(app: Flask) -> None:
    with writing() as session:
        record_event(session, "listing_changed", "patent", 4711)
    client = redis_client()
    assert client is not None
    assert client.llen(QUEUE) == 1
    forget_messages()
    assert client.llen(QUEUE) == 1
