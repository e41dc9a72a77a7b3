"""A flag that lowers the rank: the same on every engine, and nothing but the rank."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.documents import Field, Schema
from search.query import Query
from search.service import SearchService
from tests.contract.sample import DOCUMENTS, document, fill

R1 = DOCUMENTS[0]


def silent(service: SearchService, *, is_silent: bool) -> None:
    """Write the first document again, its holder silent or not."""
    values = {**R1.values, "silent": is_silent or None}
    fill(service.engine, [replace(R1, values=values)])


def scores(service: SearchService, words: str, **more: object) -> dict[str, float]:
    return {hit.id: hit.score for hit in service.search(Query(words, **more)).hits}


def test_a_flagged_document_scores_half_and_stands_behind_its_equals(
    service: SearchService,
) -> None:
    before = scores(service, "锂电池")
    assert {*before} == {"r1", "r2"}
    silent(service, is_silent=True)
    after = scores(service, "锂电池")
    assert [*after] == ["r2", "r1"]
    # Beside another one: how often a word occurs counts what was replaced, too, on each engine.
    assert after["r1"] / after["r2"] == pytest.approx(before["r1"] / before["r2"] / 2, rel=0.05)


def test_a_document_that_is_not_flagged_any_more_is_where_it_was(service: SearchService) -> None:
    fill(service.engine, [document("twin", "锂电池极片激光分切", silent=True)])
    before = scores(service, "锂电池")
    silent(service, is_silent=True)
    silent(service, is_silent=False)
    after = scores(service, "锂电池")
    assert [*after] == [*before]
    for one in before:
        expected = before[one] / before["r2"]
        assert after[one] / after["r2"] == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize(
    "words", ["锂电池", '"锂电池极片"', "ldc", "极片 毛刺", "锂电池 不存在的词"]
)
def test_nothing_is_lost_and_no_count_changes(service: SearchService, words: str) -> None:
    before = service.search(Query(words))
    silent(service, is_silent=True)
    after = service.search(Query(words))
    assert {hit.id for hit in after.hits} == {hit.id for hit in before.hits}
    assert (after.total, after.all_words_total) == (before.total, before.all_words_total)
    assert {n: {c.value: c.count for c in counts} for n, counts in after.facets.items()} == {
        n: {c.value: c.count for c in counts} for n, counts in before.facets.items()
    }


def test_all_words_still_come_before_some(service: SearchService) -> None:
    silent(service, is_silent=True)
    answer = service.search(Query("极片 毛刺"))
    assert [(hit.id, hit.has_all_words) for hit in answer.hits] == [("r1", True), ("p1", False)]


def test_what_a_reader_sorts_by_is_not_touched(service: SearchService) -> None:
    silent(service, is_silent=True)
    by_day = service.search(Query("锂电池", sort="confirmed"))
    assert [hit.id for hit in by_day.hits] == ["r1", "r2"]
    newest = service.search(Query(""))
    assert newest.hits[0].id == "r1"


def test_pages_of_lowered_hits_have_no_gap(service: SearchService) -> None:
    fill(
        service.engine,
        [document(f"s{n:02}", "分切毛刺", silent=n % 2 == 0 or None) for n in range(12)],
    )
    found: list[str] = []
    for offset in range(0, 14, 5):
        page = service.search(Query("分切毛刺", limit=5, offset=offset))
        found += [hit.id for hit in page.hits]
    assert len(found) == len(set(found)) == service.search(Query("分切毛刺")).total
    of_twelve = [one for one in found if one.startswith("s")]
    assert {int(one[1:]) % 2 for one in of_twelve[:6]} == {1}


def test_only_a_flag_lowers_and_only_to_a_part() -> None:
    for wrong in (
        Field("silent", "keyword", factor=0.5),
        Field("silent", "flag", factor=0.0),
        Field("silent", "flag", factor=2.0),
    ):
        with pytest.raises(ValueError, match="lowers the score"):
            Schema([wrong])
