"""Locks among all processes of the market, freed when a holder dies.

Beside SQLite everything runs on one machine, and a lock is the kernel's (flock). PostgreSQL may
have workers on several machines, so there a lock is the database's: an advisory lock that goes
with the connection that took it.
"""

from __future__ import annotations

import fcntl
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from flask import current_app
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.core.db import db
from marketplace.core.postgresql import is_postgresql
from marketplace.settings import Settings

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.05

Attempt = Callable[[], bool]


@contextmanager
def exclusive(
    name: str, *, waits: bool = False, timeout: float | None = None, poll: float = POLL_SECONDS
) -> Iterator[bool]:
    """Hold the lock called ``name``; yields whether it is held.

    Where another process holds it, ``waits`` says whether to wait until it is free, for at most
    ``timeout`` seconds where that is given, asking again every ``poll`` seconds. On PostgreSQL it
    falls when the connection breaks, so what it protects must bear a second holder after such a
    fault.
    """
    lock = _advisory_lock if is_postgresql(db.engine) else _folder_lock
    with lock(name) as attempt:
        yield _attempted(attempt, timeout if waits else 0, poll)


@contextmanager
def exclusive_in_folder(name: str) -> Iterator[bool]:
    """As :func:`exclusive`, among the processes that share this data folder; never waits."""
    with _folder_lock(name) as attempt:
        yield attempt()


def lock_until_commit(session: Session, name: str) -> None:
    """Let no other transaction that asks for ``name`` go on until this one has ended.

    On SQLite that is so already: all who write queue.
    """
    if is_postgresql(db.engine):
        session.execute(select(func.pg_advisory_xact_lock(_number(name))))


def _attempted(attempt: Attempt, seconds: float | None, poll: float) -> bool:
    began = time.monotonic()
    while not attempt():
        if seconds is not None and time.monotonic() - began >= seconds:
            return False
        time.sleep(poll)
    return True


@contextmanager
def _folder_lock(name: str) -> Iterator[Attempt]:
    settings: Settings = current_app.extensions["settings"]
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / f"{name}.lock").open("w") as handle:

        def attempt() -> bool:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield attempt


@contextmanager
def _advisory_lock(name: str) -> Iterator[Attempt]:
    number, is_held = _number(name), False
    # A connection of its own, outside of any transaction: the lock outlives what happens under
    # it, and nothing stays open meanwhile.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:

        def attempt() -> bool:
            nonlocal is_held
            is_held = bool(connection.scalar(select(func.pg_try_advisory_lock(number))))
            return is_held

        try:
            yield attempt
        finally:
            if is_held:
                _release(connection, name, number)


def _release(connection: Connection, name: str, number: int) -> None:
    try:
        connection.execute(select(func.pg_advisory_unlock(number)))
    except DBAPIError as error:
        # It fell with the connection. This one must not come back to the pool holding it.
        log.warning("lock_lost", name=name, error=str(error.orig))
        connection.invalidate()


def _number(name: str) -> int:
    """The number by which PostgreSQL knows a lock."""
    digest = hashlib.sha256(f"market:{name}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)
