"""Fixtures that every test may use: an application on a database of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.catalogue.indexing import search_service
from marketplace.core.db import db
from marketplace.factory import create_app
from marketplace.preparation import prepare_market
from marketplace.process import collect_seldom
from marketplace.settings import Mode, Settings
from tests.grounds import drop_ground, make_ground, settings_of
from tests.once import share_code_lists, share_compiled_parts

# How long an example takes says more of the machine than of the market.
hypothesis.settings.register_profile("market", deadline=None)
hypothesis.settings.load_profile("market")

share_compiled_parts()
collect_seldom()

PROJECT_ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def no_settings_from_outside() -> None:
    """Let no variable of the person who runs the tests reach a test's market."""
    for name in [*os.environ]:
        if name.startswith("MARKET_") or name in {"PORT", "HOST", "DATA_DIR"}:
            del os.environ[name]


def make_settings(folder: Path, **values: object) -> Settings:
    """Settings of a test: its own folder, and where services are given, its part of them.

    Encoders take seconds, so that tests of them ask for them.
    """
    given = {
        "mode": Mode.TEST,
        "secret_key": "only-for-tests",
        "has_semantic_search": False,
        **settings_of(folder),
        **values,
    }
    return Settings(data_dir=folder, **given)


def close(app: Flask) -> None:
    """Let go of the application's database."""
    with app.app_context():
        db.session.rollback()
        db.engine.dispose()


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with schema, code lists and an empty index, copied for each test."""
    folder = make_ground(tmp_path_factory.mktemp("prepared"))
    app = create_app(make_settings(folder))
    with app.app_context():
        prepare_market()
        share_code_lists()
        with search_service().engine.writing() as writer:
            writer.apply(upserts=[], deletes=[])
    close(app)
    yield folder
    drop_ground(folder)


@pytest.fixture
def data_folder(prepared_folder: Path, tmp_path: Path) -> Iterator[Path]:
    """A prepared data folder of this test's own."""
    folder = make_ground(tmp_path / "data", like=prepared_folder)
    yield folder
    drop_ground(folder)


@pytest.fixture
def app(data_folder: Path) -> Iterator[Flask]:
    """An application on a database of this test's own, with its context pushed."""
    application = create_app(make_settings(data_folder))
    with application.app_context():
        yield application
    close(application)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser without script."""
    return app.test_client()
