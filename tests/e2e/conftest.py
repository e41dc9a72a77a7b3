"""The whole market as ``make run`` serves it, and a real browser."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A market starts in 15 s on a quiet machine and two start in some tests, beside another suite.
TEST_SECONDS = 400


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of this folder the time that starting whole markets takes."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


@dataclass
class Market:
    """A running market: its address, its folder, its process."""

    address: str
    folder: Path
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End it as Ctrl-C does; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


def start_market(folder: Path, **environment: str) -> Market:
    """Start the server on a free port and wait until it prints its address.

    Without encoders, unless the environment says otherwise: two markets that encode what they are
    started with keep two cores from everything else for a minute.
    """
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "DATA_DIR": str(folder), "PORT": "0", "HOST": "127.0.0.1"}
        | {"MARKET_HAS_SEMANTIC_SEARCH": "false"}
        | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://\S+", line):
            return Market(found.group().rstrip("/"), folder, process)
    raise RuntimeError(f"the server ended with {process.wait()} before it printed its address")


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """The demo market, running."""
    running = start_market(tmp_path_factory.mktemp("market"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def base_url(market: Market) -> str:
    """The address that pages are opened under."""
    return market.address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's browser, which speaks to nobody but the market."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("no Chromium: install Debian's package chromium")
    return {**browser_type_launch_args, "executable_path": path, "args": list(QUIET)}
