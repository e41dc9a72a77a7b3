"""Vectors in Elasticsearch: what is near, what stays of two states, what is written twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from search.engines.base import EngineUnavailable
from search.engines.elastic import ElasticEngine
from search.engines.elastic_vectors import ElasticVectors, Placed
from search.semantic import Vectors
from search.semantic.nearest import VectorIndex
from tests.contract.elastic_node import elastic_engine, locks_in, needs_elasticsearch
from tests.contract.sample import SCHEMA

pytestmark = needs_elasticsearch

PARTS = ("whole", "title")


def vector(*numbers: float) -> Vectors:
    found = np.array(numbers, dtype=np.float32)
    return np.asarray(found / max(float(np.linalg.norm(found)), 1e-9), dtype=np.float32)


def placed(number: int, *numbers: float, version: int = 1, group: str = "offers") -> Placed:
    return Placed(number, version, group, {"title": vector(*numbers)})


@pytest.fixture
def held(tmp_path: Path) -> Iterator[ElasticVectors]:
    with elastic_engine(tmp_path, SCHEMA) as engine:
        index = engine.vectors("someone", 3, PARTS)
        yield index
        index.forget()


def nearest(held: ElasticVectors, group: str = "offers", part: str = "title") -> list[int]:
    return [number for number, _ in held.nearest(group, part, vector(1, 0, 0), 5)]


def test_the_most_alike_of_a_group_and_part_come_first_with_their_likeness(
    held: ElasticVectors,
) -> None:
    assert nearest(held) == []
    assert held.position() == 0
    held.put(
        [placed(1, 1, 0, 0), placed(2, 1, 1, 0), placed(3, 0, 1, 0), placed(4, 1, 0, 0, group="x")],
        position=1,
    )
    assert nearest(held) == [1, 2, 3]
    assert nearest(held, part="whole") == []
    assert nearest(held, group="x") == [4]
    likeness = dict(held.nearest("offers", "title", vector(1, 0, 0), 5))
    assert likeness[1] == pytest.approx(1, abs=0.01)
    assert likeness[2] == pytest.approx(0.707, abs=0.01)
    assert likeness[3] == pytest.approx(0, abs=0.01)


def test_of_two_states_of_a_document_the_newer_stays_whichever_comes_last(
    held: ElasticVectors,
) -> None:
    held.put([placed(1, 1, 0, 0, version=5)], position=5)
    held.put([placed(1, 0, 1, 0, version=4)], position=4)
    assert held.nearest("offers", "title", vector(1, 0, 0), 1)[0][1] > 0.9
    assert held.position() == 5
    held.put([Placed(1, 6, "offers", {})], position=6)
    held.put([placed(1, 1, 0, 0, version=5)], position=5)
    assert nearest(held) == []


def test_a_vector_of_zeros_is_near_to_nothing_and_stops_nothing(held: ElasticVectors) -> None:
    held.put([placed(1, 0, 0, 0), placed(2, 1, 0, 0)], position=2)
    assert nearest(held) == [2]
    assert held.nearest("offers", "title", vector(0, 0, 0), 5) == []


def test_what_is_forgotten_is_put_again_from_the_beginning(held: ElasticVectors) -> None:
    held.put([placed(1, 1, 0, 0, version=9)], position=9)
    held.forget()
    assert held.position() == 0
    held.put([placed(1, 1, 0, 0, version=2)], position=2)
    assert nearest(held) == [1]


def test_it_finds_nearly_all_that_comparing_one_by_one_finds(tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    vectors = random.normal(size=(3_000, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    exact = VectorIndex(64)
    exact.put(range(3_000), vectors)
    with elastic_engine(tmp_path, SCHEMA) as engine:
        held = engine.vectors("many", 64, PARTS)
        held.put((Placed(n, 1, "offers", {"whole": one}) for n, one in enumerate(vectors)), 1)
        shares = []
        for asked in vectors[:20]:
            wanted = {number for number, _ in exact.nearest(asked, 50)}
            found = {number for number, _ in held.nearest("offers", "whole", asked, 50)}
            shares.append(len(wanted & found) / 50)
        held.forget()
    assert np.mean(shares) >= 0.9


def test_a_node_that_does_not_answer_is_named_so(tmp_path: Path) -> None:
    away = ElasticEngine("http://127.0.0.1:9/away", SCHEMA, locks_in(tmp_path))
    index = away.vectors("someone", 3, PARTS)
    with pytest.raises(EngineUnavailable):
        index.position()
    with pytest.raises(EngineUnavailable):
        ElasticEngine("http://127.0.0.1:9/away", SCHEMA, locks_in(tmp_path)).vectors(
            "someone", 3, PARTS
        ).nearest("offers", "title", vector(1, 0, 0), 5)
