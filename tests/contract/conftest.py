"""Every engine that the market runs on, empty or filled with the sample catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine
from search.service import SearchService
from tests.contract.elastic_node import elastic_engine, needs_elasticsearch
from tests.contract.sample import SCHEMA, fill


@pytest.fixture(params=["embedded", pytest.param("elastic", marks=needs_elasticsearch)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "embedded":
        yield EmbeddedEngine(tmp_path / "index", SCHEMA)
        return
    with elastic_engine(tmp_path, SCHEMA) as engine:
        yield engine


@pytest.fixture
def service(engine: Engine) -> SearchService:
    fill(engine)
    return SearchService(engine, SCHEMA)
