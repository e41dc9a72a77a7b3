"""The server is killed and started again: what was published is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import PROJECT_ROOT, Market, start_market

FOUND_WITHIN_SECONDS = 10


def page_of(market: Market, words: str) -> str:
    address = f"{market.address}/search?all=1&q={urllib.parse.quote(words)}"
    with urllib.request.urlopen(address, timeout=20) as answer:
        text: str = answer.read().decode()
    return text


def bring_in_without_indexing(folder: Path, path: Path, title: str) -> None:
    """Save a record and end at once, as if killed between the commit and the index."""
    path.write_text(f"id,title,assignee,abstract\n{title},{title},虚构研究院,摘要\n")
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from marketplace.factory import create_app\n"
        "from marketplace.core.actor import system\n"
        "from marketplace.catalogue.importing import import_file\n"
        "with create_app().app_context():\n"
        "    import_file(system('test'), 'patent', Path(sys.argv[1]))\n"
        "    os._exit(0)\n"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(path)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "DATA_DIR": str(folder)},
        check=True,
    )


@pytest.fixture
def own_market(tmp_path: Path) -> Iterator[Market]:
    """A market that a test may kill."""
    running = start_market(tmp_path / "data")
    yield running
    if running.process.poll() is None:
        running.stop()


def seconds_until_found(market: Market, words: str) -> float:
    began = time.monotonic()
    while time.monotonic() - began < 3 * FOUND_WITHIN_SECONDS:
        if 'class="m-hit"' in page_of(market, words):
            break
        time.sleep(0.1)
    return time.monotonic() - began


def test_a_record_saved_while_nothing_ran_is_found_after_the_start(
    own_market: Market, tmp_path: Path
) -> None:
    assert 'class="m-hit"' not in page_of(own_market, "碲镉汞焦平面")
    own_market.kill()
    bring_in_without_indexing(own_market.folder, tmp_path / "one.csv", "碲镉汞焦平面")
    again = start_market(own_market.folder)
    try:
        assert seconds_until_found(again, "碲镉汞焦平面") < FOUND_WITHIN_SECONDS
    finally:
        again.stop()


def test_a_worker_that_is_killed_comes_back_and_indexes_what_it_missed(
    own_market: Market, tmp_path: Path
) -> None:
    subprocess.run(["pkill", "-9", "-P", str(own_market.process.pid), "-f", "tasks.worker"])
    bring_in_without_indexing(own_market.folder, tmp_path / "one.csv", "碲镉汞焦平面")
    assert seconds_until_found(own_market, "碲镉汞焦平面") < FOUND_WITHIN_SECONDS


def test_interrupting_the_server_stops_all_of_it(own_market: Market) -> None:
    assert own_market.stop() == 0
    with pytest.raises(urllib.error.URLError):
        page_of(own_market, "锂电池")
    left = subprocess.run(
        ["pgrep", "-f", str(own_market.address.rpartition(":")[2])], capture_output=True, text=True
    )
    assert left.stdout == ""


def test_killing_the_main_process_leaves_nothing_behind(own_market: Market) -> None:
    own_market.kill()
    for _try in range(50):
        try:
            page_of(own_market, "锂电池")
        except (urllib.error.URLError, ConnectionError):
            return
        time.sleep(0.1)
    pytest.fail("the site still answers although its main process was killed")


def test_a_second_server_on_the_same_port_says_what_to_do(own_market: Market) -> None:
    port = own_market.address.rpartition(":")[2]
    second = subprocess.run(
        [sys.executable, "app.py"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "DATA_DIR": str(own_market.folder), "PORT": port},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert second.returncode == 2
    assert f"PORT={int(port) + 1} make run" in second.stderr


def test_the_doctor_finds_a_running_market_well(own_market: Market) -> None:
    report = subprocess.run(
        [str(Path(sys.executable).with_name("market")), "doctor", "--json"],
        env={**os.environ, "DATA_DIR": str(own_market.folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(report.stdout)["well"] is True
