"""The whole server on its services: what is changed is found, also after a part was killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from marketplace.catalogue.importing import import_file
from marketplace.catalogue.indexing import search_service
from marketplace.core.actor import system
from marketplace.core.heartbeat import last_alive
from marketplace.core.outbox_upkeep import backlog
from search.query import Query
from tests.conftest import PROJECT_ROOT
from tests.grounds import environment_of

PATIENCE = 60
SECRET = "a random text of at least 32 characters"


@pytest.fixture
def server(app: Flask, data_folder: Path) -> Iterator[subprocess.Popen[str]]:
    """``make run`` on this test's ground, once it has printed its address."""
    own = {"DATA_DIR": str(data_folder), "PORT": "0", "MARKET_MODE": "production"}
    own |= {"MARKET_SECRET_KEY": SECRET, "MARKET_WEB_WORKERS": "1"} | environment_of(data_folder)
    with subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=PROJECT_ROOT,
        env={**os.environ, **own},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert any(re.search(r"http://\S+", line) for line in process.stdout)
        yield process
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def children(process: subprocess.Popen[str], part: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_text().split("\0")
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            if parent == process.pid and part in words:
                found.append(int(entry.name))
    return found


def bring_in(folder: Path, title: str) -> None:
    path = folder / f"{title}.csv"
    path.write_text(f"id,title,assignee\n{title},{title},虚构研究院\n", "utf-8")
    import_file(system("import"), "patent", path, source="register")


def found(words: str) -> int:
    return search_service().search(Query(words=words)).total


def test_changes_are_found_also_after_worker_and_schedule_were_killed(
    server: subprocess.Popen[str], tmp_path: Path
) -> None:
    bring_in(tmp_path, "陶瓷轴承")
    wait_until(lambda: found("陶瓷轴承") == 1)
    assert last_alive() is not None
    for part in ("tasks.worker", "tasks.beat"):
        (child,) = children(server, part)
        os.kill(child, signal.SIGKILL)
        wait_until(lambda child=child, part=part: children(server, part) not in ([], [child]))
    bring_in(tmp_path, "玻璃纤维")
    wait_until(lambda: found("玻璃纤维") == 1)
    wait_until(lambda: backlog().waiting == 0)
