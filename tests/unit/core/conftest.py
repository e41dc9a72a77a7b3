"""Fixtures for the core alone: a small application on a database file of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask_babel import Babel

from marketplace.core import outbox
from marketplace.core.db import Base, configure_sqlite, db
from marketplace.core.i18n import LANGUAGES, LanguagePrefix, select_locale
from marketplace.core.logging import configure_logging
from marketplace.settings import Mode, Settings

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def make_core_app(folder: Path) -> Flask:
    """An application with database, languages and settings, but without any page."""
    import marketplace.catalogue.models
    import marketplace.core.audit
    import marketplace.core.audit_chain.models
    import marketplace.core.calendar.models
    import marketplace.core.mail.models
    import marketplace.core.notifications
    import marketplace.core.progress
    import marketplace.core.states  # noqa: F401

    configure_logging(Mode.TEST)
    app = Flask("core", root_path=str(folder))
    app.config.update(
        TESTING=True,
        SECRET_KEY="only-for-tests",
        SQLALCHEMY_ENGINES={"default": f"sqlite:///{folder / 'market.sqlite3'}"},
    )
    app.extensions["settings"] = Settings(
        mode=Mode.TEST, data_dir=folder, secret_key="only-for-tests"
    )
    app.extensions["celery"] = None
    db.init_app(app)
    Babel(app, default_locale=LANGUAGES["zh"], locale_selector=select_locale)
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    file = folder / "market.sqlite3"
    if _empty and not file.exists():
        file.write_bytes(_empty[0])
    with app.app_context():
        configure_sqlite(db.engine)
        if not _empty:
            Base.metadata.create_all(db.engine)
            # Closed, so that the file is all there is.
            db.engine.dispose()
            _empty.append(file.read_bytes())
    return app


_empty: list[bytes] = []
"""The database of the first such application before it was used: the others get a copy."""


@pytest.fixture
def bare_core_app(tmp_path: Path) -> Iterator[Flask]:
    """The small application without a context, for tests that push contexts of their own."""
    app = make_core_app(tmp_path)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def core_app(bare_core_app: Flask) -> Iterator[Flask]:
    """The small application with its context pushed."""
    with bare_core_app.app_context():
        yield bare_core_app
        db.session.rollback()


@pytest.fixture
def no_consumers(monkeypatch: pytest.MonkeyPatch) -> None:
    """An outbox that nobody has subscribed to, for the time of one test."""
    monkeypatch.setattr(outbox, "_consumers", {})


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that only the test moves."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller
