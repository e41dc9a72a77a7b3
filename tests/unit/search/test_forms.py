"""The filter form, the sum-up, the sorts and the pages of a search."""

from __future__ import annotations

from datetime import date

from search.forms import filter_form, pages, sorts, sum_up
from search.query import Query, Range
from search.service import Answer, FacetCount
from tests.contract.sample import SCHEMA

ANSWER = Answer(
    hits=(),
    total=29,
    all_words_total=2,
    is_widened=True,
    word_count=2,
    terms=(),
    facets={
        "field": (FacetCount("machines", 7), FacetCount("energy", 3)),
        "trl": (FacetCount("more", 1), FacetCount("10", 1), FacetCount("9", 2)),
    },
)
QUERY = Query(
    '毛刺 "硬质合金"',
    filters={"field": ("materials",)},
    ranges={"price": Range(1_500_000, None, True)},
    offset=20,
)


def test_the_form_has_every_filter_with_counts_and_what_is_chosen() -> None:
    groups = {group.field: group for group in filter_form(SCHEMA, QUERY, ANSWER)}
    assert list(groups) == ["kind", "field", "mode", "trial", "trl", "price", "confirmed"]
    options = [(o.label, o.count, o.is_chosen) for o in groups["field"].options]
    assert options == [("装备制造", 7, False), ("新能源", 3, False), ("新材料", 0, True)]
    assert groups["field"].chosen_count == 1
    assert [o.value for o in groups["trl"].options] == ["9", "10", "more"]
    assert (groups["price"].low, groups["price"].high) == ("1.5", "")
    assert groups["price"].is_flag_chosen
    assert groups["kind"].options == ()
    assert [(o.value, o.count) for o in groups["mode"].options] == [("licence", 0), ("open", 0)]


def test_the_sum_up_names_words_phrases_and_conditions() -> None:
    query = Query(
        QUERY.words, QUERY.filters, {**QUERY.ranges, "confirmed": Range(date(2026, 1, 2))}
    )
    summary = sum_up(SCHEMA, query, ANSWER)
    assert (summary.total, summary.words, summary.phrases) == (29, ("毛刺",), ("硬质合金",))
    field, price, confirmed = summary.conditions
    assert (field.label, field.value_label) == ("技术领域", "新材料")
    assert field.without.filters == {}
    assert (price.low, price.high, price.with_flag) == ("1.5", "", True)
    assert set(price.without.ranges) == {"confirmed"}
    assert confirmed.low == "2026-01-02"


def test_a_range_and_a_value_of_one_field_are_removed_one_by_one() -> None:
    query = Query(filters={"trl": ("7",)}, ranges={"trl": Range(6, 9)})
    value, span = sum_up(SCHEMA, query, ANSWER).conditions
    assert set(value.without.ranges) == {"trl"}
    assert span.without.filters == {"trl": ("7",)}


def test_relevance_is_a_sort_only_where_there_are_words() -> None:
    assert [(s.param, s.is_chosen) for s in sorts(SCHEMA, QUERY)] == [
        ("relevance", True),
        ("trl", False),
        ("price", False),
        ("confirmed", False),
    ]
    assert [(s.param, s.is_chosen) for s in sorts(SCHEMA, Query())][-1] == ("confirmed", True)
    assert all(s.query.offset == 0 for s in sorts(SCHEMA, QUERY))


def test_pages_end_with_the_ten_thousandth_hit() -> None:
    answer = Answer((), 123_456, 123_456, False, 1, ())
    last = pages(Query(limit=20, offset=9_980), answer)
    assert (last.number, last.count, last.following, last.is_cut) == (500, 500, None, True)
    first = pages(Query(limit=20), ANSWER)
    assert (first.count, first.previous, first.is_cut) == (2, None, False)
    assert first.following == Query(limit=20, offset=20)
