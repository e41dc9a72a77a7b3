"""The schedule where Redis is the broker: who keeps it, and what is sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from celery.beat import ScheduleEntry
from flask import Flask
from redis import ConnectionError as RedisDown
from structlog.testing import capture_logs

from marketplace.core.locks import exclusive
from marketplace.core.messaging import DRAIN
from marketplace.factory import create_app
from tasks import beat
from tasks.schedule import CLEAN, SEAL
from tests.conftest import close, make_settings


class Queue:
    """As much of Redis as the schedule asks: how many messages wait."""

    def __init__(self, waiting: int = 0, error: Exception | None = None) -> None:
        self.waiting = waiting
        self.error = error

    def llen(self, _name: str) -> int:
        if self.error:
            raise self.error
        return self.waiting


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tasks that were sent."""
    names: list[str] = []
    monkeypatch.setattr(
        beat.Schedule, "send_task", lambda _self, name, *_rest, **_options: names.append(name)
    )
    return names


def come_due(tmp_path: Path, task: str) -> None:
    celery = Celery("test", broker="memory://")
    schedule = beat.Schedule(app=celery, lazy=True, schedule_filename=str(tmp_path / "schedule"))
    entry = ScheduleEntry(name="some", task=task, schedule=3.0, app=celery)
    schedule.apply_entry(entry, producer=object())


@pytest.mark.parametrize("task", [DRAIN, SEAL])
@pytest.mark.parametrize(("waiting", "is_sent"), [(0, True), (99, True), (100, False)])
def test_no_poke_is_sent_where_enough_wait_for_a_worker(
    app: Flask, tmp_path: Path, sent: list[str], task: str, waiting: int, is_sent: bool
) -> None:
    app.extensions["redis"] = Queue(waiting)
    come_due(tmp_path, task)
    assert sent == ([task] if is_sent else [])


def test_other_tasks_are_sent_however_many_pokes_wait(
    app: Flask, tmp_path: Path, sent: list[str]
) -> None:
    app.extensions["redis"] = Queue(1000)
    come_due(tmp_path, CLEAN)
    assert sent == [CLEAN]


@pytest.mark.parametrize("task", [DRAIN, CLEAN])
def test_a_poke_that_is_lost_leaves_one_line_without_a_stack(
    app: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    task: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    error = RedisDown("Connection refused")

    def fail(*_given: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(beat.Schedule, "send_task", fail)
    app.extensions["redis"] = Queue(error=error)
    with capture_logs() as lines:
        come_due(tmp_path, task)
    (line,) = lines
    assert (line["event"], line["task"]) == ("poke_lost", task)
    assert "Connection refused" in line["error"]
    assert "exc_info" not in line
    assert caplog.records == []


class Asked(Exception):
    """Ends a wait that would go on for ever."""


@pytest.fixture
def standby(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application of a process that would keep the schedule."""
    app = create_app(make_settings(data_folder, redis_url="redis://127.0.0.1:1/0"))
    monkeypatch.setattr(beat, "create_app", lambda: app)
    yield app
    close(app)


def test_who_stands_by_asks_for_the_lock_every_few_seconds(
    standby: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise Asked

    monkeypatch.setattr("marketplace.core.locks.time.sleep", pause)
    with standby.app_context(), exclusive("beat"), pytest.raises(Asked):
        beat.main()
    assert pauses == [2.0, 2.0, 2.0]
