"""A market without pages and search: tables, code lists, policies, a consumer of events."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from marketplace.catalogue import models
from marketplace.catalogue.policies import declare_policies
from marketplace.catalogue.states import LISTING_EVENTS
from marketplace.core import notifications, outbox, progress
from marketplace.core.actor import Actor, system
from marketplace.core.codelists import load_codelists
from marketplace.core.db import Base, configure_sqlite, db, writing
from marketplace.core.i18n import select_locale
from tests.conftest import make_settings

TABLES = (models, notifications, progress)


def make_app(database: Path) -> Flask:
    """An application without pages on this SQLite file."""
    app = Flask("market")
    app.config["SQLALCHEMY_ENGINES"] = {"default": f"sqlite:///{database}"}
    app.extensions["settings"] = make_settings(database.parent / "data")
    Babel(app, locale_selector=select_locale)
    db.init_app(app)
    with app.app_context():
        configure_sqlite(db.engine)
    return app


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with tables and code lists, to be copied."""
    database = tmp_path_factory.mktemp("catalogue") / "empty.db"
    with make_app(database).app_context():
        Base.metadata.create_all(db.engine)
        with writing() as session:
            load_codelists(session)
        db.engine.dispose()
    return database


@pytest.fixture
def market(
    empty_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """An application on a database of its own, with its context pushed."""
    monkeypatch.setattr(outbox, "_consumers", {})
    outbox.subscribe(outbox.Consumer("index", LISTING_EVENTS, lambda events: None))
    declare_policies()
    app = make_app(Path(shutil.copy(empty_database, tmp_path / "market.db")))
    with app.app_context():
        yield app
        db.session.rollback()
        db.engine.dispose()


@pytest.fixture
def importer() -> Actor:
    """The system, as imports act."""
    return system("import")
