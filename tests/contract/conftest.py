"""Every engine that the market runs on, empty or filled with the sample catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine
from search.service import SearchService
from tests.contract.sample import SCHEMA, fill


@pytest.fixture(params=["embedded"])
def engine(tmp_path: Path) -> Engine:
    return EmbeddedEngine(tmp_path / "index", SCHEMA)


@pytest.fixture
def service(engine: Engine) -> SearchService:
    fill(engine)
    return SearchService(engine, SCHEMA)
