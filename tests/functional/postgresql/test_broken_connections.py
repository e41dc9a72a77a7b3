"""A connection that breaks under a request: the answer still comes."""

from __future__ import annotations

from pathlib import Path

from marketplace.core.db import db
from marketplace.core.web.access import ANYONE
from marketplace.factory import create_app
from tests.conftest import close, make_settings


def test_an_answer_that_is_ready_is_given_though_its_connection_broke(data_folder: Path) -> None:
    # Without a context around it, so that each request ends its own.
    app = create_app(make_settings(data_folder))

    def view() -> str:
        db.session.connection().exec_driver_sql("SELECT 1")
        with db.engine.connect() as other:
            other.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        return "ready"

    app.add_url_rule("/broken", "broken", view)
    app.extensions["access"].add({"broken": ANYONE})
    visitor = app.test_client()
    assert visitor.get("/broken").text == "ready"
    assert visitor.get("/").status_code == 200
    close(app)
