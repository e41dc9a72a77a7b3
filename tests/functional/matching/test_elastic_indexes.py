"""Vectors of a market that keeps its search in Elasticsearch."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete

from marketplace.core.db import writing
from marketplace.core.outbox import drain
from marketplace.matching.vectors.elastic_indexes import ElasticIndexes
from marketplace.matching.vectors.indexes import indexes_at_hand, indexes_of
from marketplace.matching.vectors.models import RecordVector
from marketplace.matching.vectors.rows import document_of
from tests.contract.elastic_node import needs_elasticsearch
from tests.functional.matching.conftest import BURRS, GOOD, OTHER, add_result
from tests.functional.posting.conftest import People
from tests.unit.search.semantic.counting import CountingEncoder

pytestmark = needs_elasticsearch


def _found(encoder: CountingEncoder) -> list[str]:
    index = indexes_at_hand(encoder).of("offers", "title")
    return [document_of(number) for number, _ in index.nearest(encoder.queries([BURRS])[0], 5)]


def test_a_task_takes_in_what_was_encoded_and_a_page_only_asks(
    app: Flask, people: People, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as late:
        late.setattr(ElasticIndexes, "follow", lambda self: None)
        first = add_result(**GOOD)
        drain()
        assert isinstance(indexes_at_hand(encoder), ElasticIndexes)
        assert _found(encoder) == []
    assert _found(encoder) == []
    indexes_of(encoder)
    assert _found(encoder) == [f"result-{first}"]


def test_an_older_database_is_taken_in_from_its_beginning(
    people: People, encoder: CountingEncoder
) -> None:
    kept, lost = add_result(**GOOD), add_result(**OTHER)
    drain()
    indexes_of(encoder)
    assert _found(encoder) == [f"result-{kept}", f"result-{lost}"]
    with writing() as session:
        session.execute(delete(RecordVector).where(RecordVector.record_id == lost))
    indexes_of(encoder)
    assert _found(encoder) == [f"result-{kept}"]
