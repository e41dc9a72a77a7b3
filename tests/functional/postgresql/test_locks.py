"""Locks of the database: one holder among all machines, freed however the holder ends."""

from __future__ import annotations

import threading
import time

from flask import Flask
from sqlalchemy import text

from marketplace.core.db import db
from marketplace.core.locks import exclusive, exclusive_in_folder
from tests.functional.postgresql.conftest import PATIENCE, Beside, end_all_other_connections


def is_free(name: str) -> bool:
    with exclusive(name) as is_held:
        return is_held


def test_a_lock_has_one_holder_and_is_free_afterwards(app: Flask) -> None:
    with exclusive("prepare") as is_held:
        assert is_held
        assert not is_free("prepare")
        assert is_free("rebuild")
    assert is_free("prepare")


def test_who_waits_gets_the_lock_when_it_is_freed(app: Flask) -> None:
    order: list[str] = []
    is_asking = threading.Event()

    def wait() -> None:
        is_asking.set()
        with exclusive("prepare", waits=True) as is_held:
            order.append(f"second {is_held}")

    with exclusive("prepare"):
        beside = Beside(app, wait)
        assert is_asking.wait(PATIENCE)
        order.append("first")
    beside.join()
    assert order == ["first", "second True"]


def test_who_waits_for_so_long_and_no_longer_is_told_so(app: Flask) -> None:
    with exclusive("prepare"):
        began = time.monotonic()
        with exclusive("prepare", waits=True, timeout=0.2) as is_held:
            assert not is_held
        assert time.monotonic() - began >= 0.2


def test_a_lock_is_free_once_the_connection_of_its_holder_has_ended(app: Flask) -> None:
    with exclusive("prepare") as is_held:
        assert is_held
        end_all_other_connections()
        assert is_free("prepare")
    assert is_free("prepare")


def test_a_lock_holds_no_transaction_open(app: Flask) -> None:
    open_ones = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND state = 'idle in transaction'"
    )
    db.session.close()
    with exclusive("prepare"), db.engine.connect() as connection:
        assert connection.scalar(open_ones) == 0


def test_a_server_is_alone_in_its_folder_but_not_on_its_database(app: Flask) -> None:
    with exclusive_in_folder("server") as is_held:
        assert is_held
        with exclusive_in_folder("server") as again:
            assert not again
        assert is_free("server")
