"""An application with code lists, shared by tests that only read forms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from marketplace.factory import create_app
from tests.conftest import close, make_settings
from tests.grounds import drop_ground, make_ground


@pytest.fixture(scope="session")
def folder_of_obligations(
    prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A prepared folder that all these tests read."""
    folder = make_ground(tmp_path_factory.mktemp("obligations") / "data", like=prepared_folder)
    yield folder
    drop_ground(folder)


@pytest.fixture(scope="session")
def app_of_obligations(folder_of_obligations: Path) -> Iterator[Flask]:
    """The application on it."""
    application = create_app(make_settings(folder_of_obligations))
    yield application
    close(application)


@pytest.fixture
def core_app_of_obligations(app_of_obligations: Flask) -> Iterator[Flask]:
    """The same with its context pushed."""
    with app_of_obligations.app_context():
        yield app_of_obligations
