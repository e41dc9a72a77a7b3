"""A market without pages and search: tables, code lists, policies, a consumer of events."""

from __future__ import annotations

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

TABLES = (models, notifications, progress)


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application on an empty SQLite file, with its context pushed."""
    monkeypatch.setattr(outbox, "_consumers", {})
    app = Flask("market")
    app.config["SQLALCHEMY_ENGINES"] = {"default": f"sqlite:///{tmp_path / 'market.db'}"}
    Babel(app, locale_selector=select_locale)
    db.init_app(app)
    declare_policies()
    outbox.subscribe(outbox.Consumer("index", LISTING_EVENTS, lambda events: None))
    with app.app_context():
        configure_sqlite(db.engine)
        Base.metadata.create_all(db.engine)
        with writing() as session:
            load_codelists(session)
        yield app
        db.session.rollback()
        db.engine.dispose()


@pytest.fixture
def importer() -> Actor:
    """The system, as imports act."""
    return system("import")
