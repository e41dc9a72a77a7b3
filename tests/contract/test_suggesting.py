"""Suggestions while typing, and advice when nothing is found: the same on every engine."""

from __future__ import annotations

import pytest

from search.query import Query, Range
from search.service import SearchService
from tests.contract.sample import document, fill


def texts(service: SearchService, prefix: str) -> list[str]:
    return [suggestion.text for suggestion in service.suggest(prefix)]


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("锂", "锂电池"),
        ("鋰電", "锂电池"),
        ("数控", "数控机床"),
        ("lidian", "锂电池"),
        ("ldc", "锂电池"),
        ("lidc", "锂电池"),
        ("li'dian", "锂电池"),
        ("sk", "数控"),
        ("shuk", "数控"),
        ("shukongj", "数控机床"),
        ("batt", "battery"),
        ("BATT", "battery"),
        ("solid-st", "solid-state battery"),
        ("热误", "热误差"),
    ],
)
def test_words_are_suggested_by_beginning_and_by_pinyin(
    service: SearchService, prefix: str, expected: str
) -> None:
    assert expected in texts(service, prefix)


def test_the_count_is_that_of_the_search(service: SearchService) -> None:
    for prefix in ("锂", "数", "s", "激光"):
        for suggestion in service.suggest(prefix):
            found = service.search(Query(suggestion.text, only_all=True))
            assert found.total == suggestion.count > 0


def test_what_was_removed_is_not_suggested(service: SearchService) -> None:
    assert "石墨烯" in texts(service, "石墨")
    with service.engine.writing() as writer:
        writer.apply(deletes={"p2": 1})
    assert texts(service, "石墨") == []


def test_nothing_typed_suggests_nothing(service: SearchService) -> None:
    assert service.suggest("") == []
    assert service.suggest("  ") == []
    assert service.suggest("锂", limit=0) == []
    assert len(service.suggest("l", limit=1)) == 1


def test_a_slip_in_latin_letters_is_mended(service: SearchService) -> None:
    advice = service.search(Query("elektrolyte", only_all=True)).advice
    assert advice is not None
    assert [s.text for s in advice.spellings] == ["electrolyte"]
    assert advice.spellings[0].count == 1


def test_a_wrong_character_of_the_same_sound_is_mended(service: SearchService) -> None:
    advice = service.search(Query("树空")).advice
    assert advice is not None
    assert "数控" in [s.text for s in advice.spellings]


def test_other_words_are_offered_only_when_they_find_something(service: SearchService) -> None:
    advice = service.search(Query("探伤 钨钢", only_all=True)).advice
    assert advice is not None
    assert [s.text for s in advice.synonyms["钨钢"]] == ["硬质合金"]
    assert "探伤" not in advice.synonyms


def test_the_conditions_whose_removal_helps_most_come_with_their_counts(
    service: SearchService,
) -> None:
    fill(service.engine, [document("z1", "锂电池回收", field="materials", trl=2)])
    query = Query(
        "锂电池",
        filters={"field": ("machines",), "mode": ("licence",), "kind": ("patent", "result")},
        ranges={"trl": Range(8, 9)},
    )
    answer = service.search(query)
    assert answer.total == 0
    assert answer.advice is not None
    assert answer.advice.relaxations == ()
    one = service.search(
        Query("锂电池", filters={"field": ("machines",)}, ranges={"trl": Range(6)})
    )
    assert one.advice is not None
    assert [(r.field, r.total) for r in one.advice.relaxations] == [("field", 2)]
    assert service.search(one.advice.relaxations[0].query).total == 2


def test_a_search_that_finds_something_needs_no_advice(service: SearchService) -> None:
    assert service.search(Query("锂电池")).advice is None
    assert service.search(Query()).advice is None
