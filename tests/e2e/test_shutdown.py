"""What runs when the end is asked for is finished; who asks twice gets it at once."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from marketplace.core.db import db, writing
from marketplace.core.outbox import Consumer, OutboxEvent, record_event, subscribe
from marketplace.factory import create_app
from tests.conftest import PROJECT_ROOT, close, make_settings
from tests.grounds import environment_of

MODULE = "tests.e2e.slow_site"
PATIENCE = 60.0


def wait_until(is_so: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.02)


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {"DATA_DIR": str(folder), "PORT": "0", "MARKET_WEB_WORKERS": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", MODULE, *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment, **environment_of(folder)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def running() -> Iterator[list[subprocess.Popen[str]]]:
    """What a test started; killed at its end."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()


class Visit:
    """A visitor who waits for the slow page."""

    def __init__(self, address: str) -> None:
        self.answer = ""
        self._thread = threading.Thread(target=self._open, args=(f"{address}/slow",))
        self._thread.start()

    def _open(self, address: str) -> None:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as response:
                self.answer = response.read().decode()
        except (urllib.error.URLError, ConnectionError) as error:
            self.answer = type(error).__name__

    def wait(self) -> str:
        self._thread.join()
        return self.answer


@pytest.fixture
def site(
    data_folder: Path, running: list[subprocess.Popen[str]], request: pytest.FixtureRequest
) -> tuple[subprocess.Popen[str], str, Visit]:
    """A server with a visitor whose page is being made: process, address, visitor."""
    process = start(data_folder, "server", str(getattr(request, "param", 50)))
    running.append(process)
    assert process.stdout is not None
    said = iter(process.stdout.readline, "")
    address = next(found.group() for line in said if (found := re.search(r"http://[^/]+", line)))
    visit = Visit(address)
    wait_until((data_folder / "began-page").exists)
    return process, address, visit


def is_closed(address: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}/healthz", timeout=1).close()
    except OSError:
        return True
    return False


def test_a_page_that_is_being_made_is_still_answered(
    site: tuple[subprocess.Popen[str], str, Visit], data_folder: Path
) -> None:
    process, address, visit = site
    process.send_signal(signal.SIGTERM)
    wait_until(lambda: is_closed(address))
    assert process.poll() is None
    (data_folder / "release").touch()
    assert visit.wait() == "answered"
    assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize("site", [1], indirect=True)
def test_a_page_that_takes_too_long_holds_nothing_up(
    site: tuple[subprocess.Popen[str], str, Visit], data_folder: Path
) -> None:
    process, _address, visit = site
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert visit.wait() != "answered"
    assert not (data_folder / "ended-page").exists()


def test_a_second_signal_ends_the_server_at_once(
    site: tuple[subprocess.Popen[str], str, Visit], data_folder: Path
) -> None:
    process, address, visit = site
    process.send_signal(signal.SIGTERM)
    wait_until(lambda: is_closed(address))
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert visit.wait() != "answered"
    assert not (data_folder / "ended-page").exists()


@pytest.fixture
def five_waiting(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], int]]:
    """Five events that wait for the slow consumer; counts those that are done."""
    monkeypatch.setattr("marketplace.core.outbox._consumers", {})
    application = create_app(make_settings(data_folder))
    with application.app_context():
        subscribe(Consumer("slow", frozenset({"slow_thing_happened"}), lambda _events: None))
        with writing() as session:
            for number in range(5):
                record_event(session, "slow_thing_happened", "thing", number)

        def done() -> int:
            db.session.rollback()
            events = db.session.scalars(select(OutboxEvent))
            return sum(event.done_at is not None for event in events)

        yield done
    close(application)


def test_a_worker_finishes_its_batch_and_takes_no_other(
    data_folder: Path, five_waiting: Callable[[], int], running: list[subprocess.Popen[str]]
) -> None:
    worker = start(data_folder, "worker")
    running.append(worker)
    wait_until((data_folder / "began-batch-0").exists)
    worker.send_signal(signal.SIGTERM)
    assert worker.stdout is not None
    wait_until(lambda: "shutdown" in worker.stdout.readline())
    (data_folder / "release").touch()
    assert worker.wait(PATIENCE) == 0
    assert (data_folder / "ended-batch-0").exists()
    assert five_waiting() == 2


def test_a_second_signal_ends_the_worker_at_once_with_nothing_half_done(
    data_folder: Path, five_waiting: Callable[[], int], running: list[subprocess.Popen[str]]
) -> None:
    worker = start(data_folder, "worker")
    running.append(worker)
    wait_until((data_folder / "began-batch-0").exists)
    worker.send_signal(signal.SIGTERM)
    assert worker.stdout is not None
    wait_until(lambda: "shutdown" in worker.stdout.readline())
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 1
    assert not (data_folder / "ended-batch-0").exists()
    assert five_waiting() == 0
