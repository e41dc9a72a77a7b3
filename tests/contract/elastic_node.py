"""Engines on an Elasticsearch node, each under an alias of its own.

The node is that of ``TEST_SEARCH_URL`` unless another is named.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from search.documents import Schema
from search.engines.elastic import ElasticEngine, Locks
from search.engines.embedded_generations import Lock

SEARCH_URL = os.environ.get("TEST_SEARCH_URL", "")
needs_elasticsearch = pytest.mark.skipif(
    not SEARCH_URL, reason="TEST_SEARCH_URL names no Elasticsearch: make test-services does"
)


def locks_in(folder: Path) -> Locks:
    """Locks on files of one folder: as good as the market's own on one machine."""

    @contextmanager
    def held(name: str, timeout: float) -> Iterator[bool]:
        lock = Lock(folder / f"{name}.lock")
        try:
            yield lock.acquire(timeout)
        finally:
            lock.release()

    return held


@contextmanager
def own_alias(node: str = SEARCH_URL) -> Iterator[str]:
    """The address of an alias that nobody else uses; all its indices go afterwards."""
    alias = f"test-{secrets.token_hex(6)}"
    try:
        yield f"{node}/{alias}"
    finally:
        with Elasticsearch(node) as client:
            names = client.indices.get_settings(index=f"{alias}-*", name="index.uuid")
            for name in names:
                client.indices.delete(index=name, ignore_unavailable=True)


@contextmanager
def elastic_engine(folder: Path, schema: Schema, node: str = SEARCH_URL) -> Iterator[ElasticEngine]:
    """An engine with nothing in it."""
    with own_alias(node) as url:
        yield ElasticEngine(url, schema, locks_in(folder))
