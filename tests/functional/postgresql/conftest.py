"""What only PostgreSQL can show: many writers at once, on connections of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from marketplace.core.db import db
from tests.grounds import DATABASE_URL, NEEDS_POSTGRESQL

PATIENCE = 20


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip all that lies here where there is no PostgreSQL."""
    if DATABASE_URL:
        return
    for item in items:
        if "functional/postgresql/" in item.path.as_posix():
            item.add_marker(pytest.mark.skip(NEEDS_POSTGRESQL))


class Beside:
    """Work in a thread of its own; what it raises is raised where it is joined."""

    def __init__(self, app: Flask, work: Callable[[], object]) -> None:
        self.error: BaseException | None = None

        def run() -> None:
            try:
                with app.app_context():
                    work()
            except BaseException as error:
                self.error = error

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait for the end."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "still waiting"
        if self.error is not None:
            raise self.error


def wait_for_somebody_who_waits() -> None:
    """Return as soon as a connection to this test's database waits for a lock of another."""
    deadline = time.monotonic() + PATIENCE
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with db.engine.connect() as connection:
        while not connection.scalar(waiting):
            connection.rollback()
            assert time.monotonic() < deadline, "nobody waits"
            time.sleep(0.01)


def end_all_other_connections() -> None:
    """End them as a database notices it of a process that is killed."""
    with db.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                "datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
