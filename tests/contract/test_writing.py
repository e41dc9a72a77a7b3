"""Writing, versions and generations: the same on every engine."""

from __future__ import annotations

import pytest

from search.engines.base import Engine, Generation, Request, WriterBusy
from search.query import Query
from search.service import SearchService
from tests.contract.sample import DOCUMENTS, SCHEMA, document, fill


def test_an_empty_engine_answers(engine: Engine) -> None:
    service = SearchService(engine, SCHEMA)
    assert service.search(Query("锂电池")).total == 0
    assert service.suggest("锂") == []
    assert service.similar("r1") == []
    assert list(engine.versions()) == []
    health = engine.health()
    assert health.is_ready
    assert health.documents == 0


def test_writing_is_idempotent_and_visible_at_once(engine: Engine) -> None:
    fill(engine)
    fill(engine)
    assert engine.health().documents == len(DOCUMENTS)
    fill(engine, [document("r1", "换了题目", version=9)])
    found = SearchService(engine, SCHEMA).search(Query("换了题目"))
    assert [hit.id for hit in found.hits] == ["r1"]
    assert dict(engine.versions())["r1"] == 9
    with engine.writing() as writer:
        writer.apply(
            [document("r1", "又写一次", version=10)], deletes={"r1": 9, "r2": 1, "nowhere": 1}
        )
    assert dict(engine.versions())["r1"] == 10
    assert "r2" not in dict(engine.versions())


def test_ids_come_back_as_they_were_written(engine: Engine) -> None:
    ids = {"result-7", "patent-12345678901", "result-007", "锂-1", "a b/c?", "result-"}
    fill(engine, [document(one, "相同的题目") for one in ids])
    request = Request(visibility=("public",), limit=100)
    assert {hit.id for hit in engine.find(request).hits} == ids
    by_day = Request(visibility=("public",), limit=100, sort="confirmed")
    assert {hit.id for hit in engine.find(by_day).hits} == ids


def test_the_same_document_twice_in_a_batch_counts_once(engine: Engine) -> None:
    fill(engine, [document("d", "先", version=1), document("d", "后", version=2)])
    assert list(engine.versions()) == [("d", 2)]


def test_a_document_that_cannot_be_stored_leaves_the_index_as_it_was(engine: Engine) -> None:
    fill(engine)
    bad = document("bad", "坏", price="many")
    with engine.writing() as writer, pytest.raises((TypeError, ValueError)):
        writer.apply([document("good", "好"), bad], deletes={"r1": 1})
    assert set(dict(engine.versions())) == {d.id for d in DOCUMENTS}


def test_documents_with_odd_values_are_stored(engine: Engine) -> None:
    odd = [
        document("o1", "", keywords=[]),
        document("o2", "\ud800\x00🔋 锂" * 50, mode=["", "有 空格", "混Case"], trl=None),
        document("o3", "长" * 5_000, keywords="单个词", trl=-3, price=(5, 1)),
    ]
    fill(engine, odd)
    assert engine.health().documents == 3
    service = SearchService(engine, SCHEMA)
    counts = {c.value for c in service.search(Query()).facets["mode"]}
    assert "混Case" in counts
    assert service.search(Query(filters={"mode": ("有 空格",)})).total == 1


def test_a_rebuild_stands_beside_until_it_is_activated(engine: Engine) -> None:
    fill(engine)
    generation = engine.begin_generation()
    generation.apply(DOCUMENTS[:2])
    assert engine.health().documents == len(DOCUMENTS)
    assert dict(generation.versions()) == {"r1": 1, "r2": 1}
    fill(engine, [document("late", "重建时写的")])

    def catch_up(building: Generation) -> None:
        building.apply([document("late", "重建时写的")], deletes={"r2": 1})

    engine.activate(generation, catch_up)
    assert dict(engine.versions()) == {"r1": 1, "late": 1}
    fill(engine, [document("next", "以后写的")])
    assert engine.find(Request(visibility=("public",))).total == 3


def test_an_abandoned_rebuild_changes_nothing_and_another_can_begin(engine: Engine) -> None:
    fill(engine)
    generation = engine.begin_generation()
    generation.apply([document("n", "新")])
    generation.abandon()
    assert engine.health().documents == len(DOCUMENTS)
    again = engine.begin_generation()
    engine.activate(again)
    assert engine.health().documents == 0


def test_the_first_write_leaves_the_first_rebuild_alone(engine: Engine) -> None:
    generation = engine.begin_generation()
    generation.apply(DOCUMENTS[:2])
    with pytest.raises(WriterBusy), engine.writing(0.1) as writer:
        writer.apply([document("n", "新")])
    assert engine.health().generation == ""
    generation.apply(DOCUMENTS[2:])
    engine.activate(generation)
    assert engine.health().documents == len(DOCUMENTS)
    fill(engine, [document("n", "新")])
    assert engine.health().documents == len(DOCUMENTS) + 1
