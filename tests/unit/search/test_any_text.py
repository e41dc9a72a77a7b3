"""Nothing that can be typed makes a search fail."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.engines.embedded import EmbeddedEngine
from search.forms import filter_form, pages, sum_up
from search.query import Query
from search.service import SearchService
from tests.contract.sample import SCHEMA, fill

TYPED = st.text(max_size=60) | st.text(
    alphabet='锂电池的ab "“”「」.*+?^$()[]{}|\\/:-~&!', max_size=40
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> SearchService:
    engine = EmbeddedEngine(tmp_path_factory.mktemp("any") / "index", SCHEMA)
    fill(engine)
    return SearchService(engine, SCHEMA)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=TYPED)
def test_any_words_are_searched_and_suggested(service: SearchService, words: str) -> None:
    query = Query(words)
    answer = service.search(query)
    assert answer.all_words_total <= answer.total
    assert len(answer.hits) == min(answer.total, query.limit)
    filter_form(SCHEMA, query, answer)
    sum_up(SCHEMA, query, answer)
    pages(query, answer)
    service.suggest(words)
    service.similar(words)


@pytest.mark.parametrize("words", ["锂" * 100_000, "a " * 50_000, '"' * 1_001, "锂电池 " * 999])
def test_texts_of_any_length_are_searched(service: SearchService, words: str) -> None:
    service.search(Query(words))
    service.suggest(words)


@pytest.mark.parametrize(("offset", "limit"), [(0, 0), (-5, 20), (0, 10**9), (10**12, 20)])
def test_odd_pages_are_answered(service: SearchService, offset: int, limit: int) -> None:
    service.search(Query("锂电池", offset=offset, limit=limit))


def test_unknown_values_of_filters_find_nothing(service: SearchService) -> None:
    assert service.search(Query(filters={"nowhere": ("x",)})).total == 6
    assert service.search(Query(filters={"field": ("\ud800", "x")})).total == 0
    assert service.search(Query(sort="no such sort")).total == 6
