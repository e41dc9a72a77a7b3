"""The site with a page, and the worker with a consumer, that take as long as a test wants.

``python -m tests.e2e.slow_site server|worker`` runs the real server or worker
with them. ``began-…`` in the data folder says that the work has begun; it ends when ``release``
is there.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from flask import Flask

from marketplace.core.outbox import Consumer, OutboxEvent, subscribe
from marketplace.factory import create_app

LONGEST = 60.0


def work(folder: Path, name: str) -> None:
    """Take until the test releases it."""
    (folder / f"began-{name}").touch()
    began = time.monotonic()
    while not (folder / "release").exists() and time.monotonic() - began < LONGEST:
        time.sleep(0.02)
    (folder / f"ended-{name}").touch()


def make_slow_app() -> Flask:
    """The application of the environment, with a slow page."""
    application = create_app()
    folder: Path = application.extensions["settings"].data_dir

    def slow() -> str:
        work(folder, "page")
        return "answered"

    application.add_url_rule("/slow", "slow", slow)
    application.extensions["access"].add({"slow": "anyone"})

    def handle(events: Sequence[OutboxEvent]) -> None:
        work(folder, f"batch-{events[0].subject_id}")

    subscribe(Consumer("slow", frozenset({"slow_thing_happened"}), handle, batch=2))
    return application


if __name__ == "__main__":
    if sys.argv[1] == "server":
        from marketplace import server

        server.APPLICATION = "tests.e2e.slow_site:app"
        server.STOP_SECONDS = int(sys.argv[2])
        sys.exit(server.serve())
    from tasks import worker

    worker.create_app = make_slow_app
    worker.main()
else:
    app = make_slow_app()
