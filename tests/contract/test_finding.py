"""What is found, in which order, with which counts: the same on every engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from search.engines.base import Alternative, Need, Request
from search.query import Query, Range
from search.service import SearchService
from tests.contract.sample import closed, document, fill


def ids(service: SearchService, words: str = "", **more: object) -> list[str]:
    return [hit.id for hit in service.search(Query(words, **more)).hits]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("毛刺", {"r1"}),
        ("极片", {"r1", "p1"}),
        ("锂电池", {"r1", "r2"}),
        ("鋰電池", {"r1", "r2"}),
        ("数控机床", {"r1", "r3"}),
        ("ＬＥＤ", {"p1"}),
        ("cnn", {"r4"}),
        ("battery", {"r4"}),
        ("BATTERIES", {"r4"}),
        ("膜", {"r2", "p2"}),
        ("120 m", {"r2"}),
        ("120m/min", {"r2"}),
        ("80m", {"r1"}),
        ("5.2 μm", {"r1"}),
        ("0.6%", {"r2"}),
        ("数控机床 的 主轴", {"r3"}),
        ("models of the electrolyte", {"r4"}),
    ],
)
def test_words_are_found_however_they_are_written(
    service: SearchService, words: str, found: set[str]
) -> None:
    assert set(ids(service, words, only_all=True)) == found


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ('"锂电池极片"', {"r1"}),
        ("“锂电池极片”", {"r1"}),
        ("「鋰電池」", {"r1", "r2"}),
        ('"电池隔"', {"r2"}),
        ('"solid state"', {"r4"}),
        ('"solid-state battery"', {"r4"}),
        ('"CNN models"', {"r4"}),
        ('"LED 光源"', {"p1"}),
        ('"快速、稳定"', {"p2"}),
        ('"快速稳定"', set()),
        ('"battery solid"', set()),
        ('"烯"', {"p2"}),
        ('"主轴 热"', {"r3"}),
    ],
)
def test_a_quoted_phrase_is_found_as_it_stands(
    service: SearchService, phrase: str, found: set[str]
) -> None:
    assert set(ids(service, phrase, only_all=True)) == found


def test_a_phrase_does_not_reach_over_punctuation_within_a_word_pair(
    service: SearchService,
) -> None:
    fill(service.engine, [document("g1", "能控，制动")])
    assert ids(service, '"控制动"', only_all=True) == []


@pytest.mark.parametrize("letters", ["lidianchi", "ldc", "lidc", "ldianc"])
def test_pinyin_finds_the_word_and_the_answer_says_so(service: SearchService, letters: str) -> None:
    answer = service.search(Query(letters))
    assert {hit.id for hit in answer.hits} == {"r1", "r2"}
    assert answer.readings == {letters: ("锂电池",)}
    assert "锂电池" in answer.terms


def test_shukong_finds_numerical_control(service: SearchService) -> None:
    answer = service.search(Query("shukong"))
    assert "r3" in {hit.id for hit in answer.hits}
    assert answer.readings["shukong"][0] == "数控"


def test_letters_that_stand_in_texts_are_not_drowned_by_pinyin(service: SearchService) -> None:
    fill(service.engine, [document("x1", "LDC 变换器"), document("x2", "另一种 LDC")])
    found = ids(service, "ldc")
    assert set(found[:2]) == {"x1", "x2"}
    assert {"r1", "r2"} <= set(found[2:])
    fill(service.engine, [document("x3", "第三种 LDC")])
    assert service.search(Query("ldc")).readings == {}


def test_all_words_come_first_and_the_answer_says_how_many(service: SearchService) -> None:
    answer = service.search(Query("极片 毛刺 主轴"))
    assert answer.all_words_total == 0
    assert answer.is_widened
    answer = service.search(Query("极片 毛刺"))
    assert [hit.has_all_words for hit in answer.hits] == [True, False]
    assert (answer.hits[0].id, answer.all_words_total, answer.total) == ("r1", 1, 2)
    only = service.search(Query("极片 毛刺").with_all_words_only())
    assert (only.total, only.is_widened) == (1, False)


def test_three_hits_with_all_words_are_enough(service: SearchService) -> None:
    extra = [document(f"e{n}", "极片毛刺检测") for n in range(2)]
    fill(service.engine, extra)
    answer = service.search(Query("极片 毛刺"))
    assert (answer.total, answer.all_words_total, answer.is_widened) == (3, 3, False)


def test_pages_cover_a_widened_answer_without_gap_or_repetition(service: SearchService) -> None:
    fill(service.engine, [document(f"w{n:02}", f"毛刺检测 {n}") for n in range(11)])
    whole = ids(service, "极片 毛刺", limit=100)
    paged = [
        hit
        for page in range(1, 9)
        for hit in ids(service, "极片 毛刺", limit=2, offset=2 * page - 2)
    ]
    assert paged == whole
    assert whole[0] == "r1"
    assert len(whole) == 13


@pytest.mark.parametrize(("limit", "offset"), [(1, 0), (20, 0), (1, 1), (20, 1)])
@pytest.mark.parametrize("sort", ["", "confirmed"])
def test_documents_left_out_are_in_neither_hits_nor_total(
    service: SearchService, sort: str, limit: int, offset: int
) -> None:
    find = service.engine.find
    asked = Request(
        (Need((Alternative("word", ("锂电池",)),)), Need((Alternative("word", ("分切",)),))),
        needs_all=False,
        visibility=("public",),
        sort=sort,
    )
    every = find(asked)
    assert {hit.id for hit in every.hits} == {"r1", "r2", "p1"}
    for left_out in ("r1", "r2"):
        # The second one is not found by these words, so it must not count.
        found = find(replace(asked, without_ids=(left_out, "r3"), limit=limit, offset=offset))
        others = [hit.id for hit in every.hits if hit.id != left_out]
        assert [hit.id for hit in found.hits] == others[offset : offset + limit]
        assert found.total == len(others)


def test_a_phrase_that_no_document_has_falls_back_to_its_words(service: SearchService) -> None:
    answer = service.search(Query('"极片毛刺"'))
    assert answer.all_words_total == 0
    assert {hit.id for hit in answer.hits} == {"r1", "p1"}


def test_a_title_counts_more_than_the_text(service: SearchService) -> None:
    assert ids(service, "数控机床")[0] == "r3"


def test_filters_hold_together_and_their_values_are_alternatives(service: SearchService) -> None:
    assert set(ids(service, filters={"field": ("materials", "machines")})) == {"r3", "p1", "p2"}
    both = {"field": ("materials", "machines"), "kind": ("result",)}
    assert ids(service, filters=both) == ["r3"]
    assert set(ids(service, "锂电池", filters={"mode": ("transfer",)})) == {"r1"}


def test_a_filter_beside_words_does_not_let_everything_pass(service: SearchService) -> None:
    assert ids(service, "极片 毛刺 主轴", filters={"kind": ("patent",)}) == ["p1"]


def test_a_facet_ignores_its_own_choice_and_no_other(service: SearchService) -> None:
    answer = service.search(Query(filters={"field": ("materials",), "kind": ("patent",)}))
    counts = {name: {c.value: c.count for c in facet} for name, facet in answer.facets.items()}
    assert counts["field"] == {"materials": 2}
    assert counts["kind"] == {"patent": 2}
    answer = service.search(Query(filters={"field": ("materials",)}))
    counts = {name: {c.value: c.count for c in facet} for name, facet in answer.facets.items()}
    assert counts["field"] == {"energy": 3, "materials": 2, "machines": 1}
    assert counts["kind"] == {"patent": 2}
    assert counts["mode"] == {"transfer": 1}


@pytest.mark.parametrize("words", ["极片 毛刺", "锂电池", "", "shukong", '"硬质合金"'])
def test_counts_describe_the_list(service: SearchService, words: str) -> None:
    answer = service.search(Query(words))
    assert sum(c.count for c in answer.facets["kind"]) == answer.total
    for count in answer.facets["field"]:
        chosen = service.search(Query(words, filters={"field": (count.value,)}))
        assert count.count >= chosen.all_words_total
        if not answer.is_widened and not chosen.is_widened:
            assert chosen.total == count.count


def test_ranges_include_both_ends(service: SearchService) -> None:
    assert set(ids(service, ranges={"trl": Range(6, 7)})) == {"r1", "r2", "p1"}
    assert set(ids(service, ranges={"trl": Range(high=4)})) == {"r4"}
    days = Range(date(2026, 10, 20), date(2026, 11, 2))
    assert set(ids(service, ranges={"confirmed": days})) == {"r1", "r3", "p1"}


def test_a_price_range_finds_what_overlaps_and_on_request_what_is_negotiable(
    service: SearchService,
) -> None:
    price = Range(40_000_000, 70_000_000)
    assert set(ids(service, ranges={"price": price})) == {"r1", "p1"}
    with_flag = replace(price, with_flag=True)
    assert set(ids(service, ranges={"price": with_flag})) == {"r1", "p1", "r2"}
    assert set(ids(service, ranges={"price": Range(low=250_000_000)})) == {"r4"}


def test_sorting_puts_unknown_values_last(service: SearchService) -> None:
    assert ids(service, sort="price")[:4] == ["r3", "p1", "r1", "r4"]
    assert ids(service, sort="trl")[0] == "r3"
    assert ids(service, sort="trl")[-1] == "p2"
    assert ids(service)[0] == "r1"
    assert ids(service, "锂电池", sort="confirmed") == ["r1", "r2"]


def test_equal_values_keep_their_order_on_every_page_and_in_every_generation(
    service: SearchService,
) -> None:
    same = [document(f"s{n}", "同一天", trl=5) for n in range(12)]
    fill(service.engine, same)
    before = ids(service, "同一天", sort="trl", limit=100)
    pages = [ids(service, "同一天", sort="trl", limit=5, offset=start) for start in (0, 5, 10)]
    assert [hit for page in pages for hit in page] == before
    generation = service.engine.begin_generation()
    generation.apply(reversed(same))
    service.engine.activate(generation)
    assert ids(service, "同一天", sort="trl", limit=100) == before


def test_what_a_reader_may_not_see_is_nowhere(service: SearchService) -> None:
    assert "m1" not in ids(service, "补锂工艺")
    assert ids(service, "补锂工艺", visibility=("public", "members"))[0] == "m1"
    answer = service.search(Query("锂电池"))
    assert answer.total == 2
    assert sum(c.count for c in answer.facets["kind"]) == 2
    assert [s.text for s in service.suggest("补锂")] == []
    assert [s.text for s in service.suggest("buli")] == []
    assert "m1" not in {hit.id for hit in service.similar("r1")}
    nothing = service.search(Query("锂电池", visibility=()))
    assert nothing.total == 0


def test_a_document_of_an_unknown_level_is_as_closed_as_can_be(service: SearchService) -> None:
    fill(service.engine, [replace(document("u1", "量子罗盘"), visibility="whatever")])
    assert ids(service, "量子罗盘", visibility=("public", "members")) == []
    assert ids(service, "量子罗盘", visibility=("staff",)) == ["u1"]


def test_text_above_the_open_level_is_not_indexed(service: SearchService) -> None:
    fill(service.engine, [document("k1", "公开的题目", secret="绝密配方")])
    everyone = ("public", "members", "staff")
    assert ids(service, "绝密配方", visibility=everyone) == []


def test_a_document_that_becomes_closed_disappears(service: SearchService) -> None:
    fill(service.engine, [closed(document("r2", "动力锂电池隔膜缺陷在线检测", version=2))])
    assert ids(service, "锂电池") == ["r1"]


def test_hits_beyond_the_ten_thousandth_are_refused(service: SearchService) -> None:
    answer = service.search(Query("锂电池", offset=10_000))
    assert answer.is_too_deep
    assert answer.hits == ()
    assert answer.total == 2
    assert not service.search(Query("锂电池", offset=9_980)).is_too_deep


def test_similar_documents_come_without_the_document_itself(service: SearchService) -> None:
    similar = [hit.id for hit in service.similar("r1")]
    assert "r1" not in similar
    assert {"r2", "p1", "r3"} & set(similar)
    assert service.similar("nowhere") == []
    assert [hit.id for hit in service.similar("r1", filters={"kind": ("patent",)})] == ["p1"]


@pytest.mark.parametrize(
    ("words", "more", "among", "matching"),
    [
        ("锂电池", {}, ["r1", "r2", "r3", "m1"], {"r1", "r2"}),
        ("锂电池", {}, ["r2", "p1"], {"r2"}),
        ("锂电池", {}, ["r9", "r3"], set()),
        ("锂电池", {}, [], set()),
        ("锂电池 毛刺", {}, ["r1", "r2"], {"r1"}),
        ("", {"filters": {"kind": ("patent",)}}, ["r1", "p1", "p2"], {"p1", "p2"}),
        ("锂电池", {"offset": 20, "limit": 1, "sort": "date"}, ["r1", "r2"], {"r1", "r2"}),
        ("，。", {}, ["r1"], set()),
    ],
)
def test_of_given_documents_those_that_match_a_query_whole_are_told(
    service: SearchService,
    words: str,
    more: dict[str, object],
    among: list[str],
    matching: set[str],
) -> None:
    assert set(service.matching(Query(words, **more), among)) == matching


def test_more_matching_documents_than_a_page_holds_are_all_told(service: SearchService) -> None:
    fill(service.engine, [document(f"m-{number}", "量子密钥分发") for number in range(130)])
    asked = [f"m-{number}" for number in range(5, 130)] + ["r1"]
    assert len(service.matching(Query("量子密钥"), asked)) == 125


def test_a_closed_document_matches_for_nobody_who_may_not_find_it(service: SearchService) -> None:
    assert service.matching(Query("补锂"), ["m1"]) == []
    assert service.matching(Query("补锂", visibility=("public", "members")), ["m1"]) == ["m1"]


def test_characters_are_found_by_themselves_and_counted_on_every_engine(
    service: SearchService,
) -> None:
    engine = service.engine
    counted = engine.frequencies(["膜", "锂", "无"], of="unit")
    assert counted["锂"] >= 2
    assert counted["无"] == 0
    request = Request(
        needs=(
            Need((Alternative("unit", ("膜",)),)),
            Need((Alternative("unit", ("孔",), 3.0),)),
        ),
        needs_all=False,
        visibility=("public",),
    )
    found = [hit.id for hit in engine.find(request).hits]
    assert found[0] == "r2"
    assert set(found) >= {"r2", "p2"}


def test_matching_may_ask_for_more_than_a_page(service: SearchService) -> None:
    fill(service.engine, [document(f"m{number}", "隔膜") for number in range(150)])
    request = Request(
        needs=(Need((Alternative("unit", ("膜",)),)),), visibility=("public",), limit=500
    )
    assert len(service.engine.find(request).hits) >= 150
