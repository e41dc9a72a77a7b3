"""A GET changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from marketplace.core.db import db, writing
from marketplace.core.progress import Job
from tests.functional.catalogue.conftest import fill_market

CHANGING = re.compile(r"\s*(insert|update|delete|replace|create|drop|alter)\b", re.IGNORECASE)


@contextmanager
def noted_changes() -> Iterator[list[str]]:
    """The statements that change the database while the block runs."""
    changes: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if CHANGING.match(statement):
            changes.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield changes
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def addresses(app: Flask) -> list[str]:
    """An address for every route that answers GET; where a record is wanted, of the first."""
    map_adapter = app.url_map.bind("")
    return [
        map_adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "1"))
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and "filename" not in rule.arguments
    ]


def test_no_get_changes_the_database(app: Flask, client: FlaskClient) -> None:
    fill_market()
    with noted_changes() as changes:
        for address in [*addresses(app), "/search?q=气孔", "/suggest?q=气"]:
            # A page that isn't there would read and write nothing.
            assert client.get(address).status_code == 200, address
            assert client.get(f"/en{address}").status_code == 200, address
    assert changes == []


def add_job() -> str:
    db.session.add(Job(kind="test", key="1", label=""))
    db.session.commit()
    return ""


def add_job_in_a_service() -> str:
    with writing() as session:
        session.add(Job(kind="test", key="1", label=""))
    return ""


@pytest.mark.parametrize("view", [add_job, add_job_in_a_service])
def test_a_get_that_commits_is_refused(app: Flask, client: FlaskClient, view: Any) -> None:
    app.add_url_rule("/writes", "writes", view)
    app.extensions["access"].add({"writes": "anyone"})
    assert client.get("/writes").status_code == 500
    db.session.rollback()
    assert db.session.query(Job).count() == 0
