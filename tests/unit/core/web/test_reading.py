"""A request that only reads can't write, not even past the services."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert, select, text

from marketplace.core.db import db
from marketplace.core.progress import Job
from marketplace.core.web.reading import WriteWhileReading, forbid_writes_while_reading


@pytest.fixture
def site(bare_core_app: Flask) -> Flask:
    forbid_writes_while_reading()
    forbid_writes_while_reading()
    return bare_core_app


def add_a_record() -> None:
    db.session.add(Job(kind="test", key="a", label=""))
    db.session.commit()


def insert_a_row() -> None:
    db.session.execute(insert(Job).values(kind="test", key="a", label=""))
    db.session.commit()


def write_sql() -> None:
    db.session.execute(text("DELETE FROM job"))
    db.session.commit()


WRITERS = [add_a_record, insert_a_row, write_sql]


def count_jobs(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(Job)).all())


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_request_that_only_reads_is_stopped_before_it_commits(
    site: Flask, write: Callable[[], None], method: str
) -> None:
    with site.test_request_context("/any", method=method), pytest.raises(WriteWhileReading):
        write()
    assert count_jobs(site) == 0


def test_a_request_that_changes_something_may_commit(site: Flask) -> None:
    with site.test_request_context("/any", method="POST"):
        add_a_record()
    assert count_jobs(site) == 1


@pytest.mark.parametrize("write", WRITERS)
def test_without_a_request_anything_may_be_written(site: Flask, write: Callable[[], None]) -> None:
    with site.app_context():
        write()


def test_a_request_that_only_reads_may_read(site: Flask) -> None:
    with site.test_request_context("/any"):
        assert db.session.scalars(select(Job)).all() == []
        db.session.rollback()
