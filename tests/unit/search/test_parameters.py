"""Addresses read into queries and written back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.parameters import read_params, write_params
from search.query import Query, Range
from tests.contract.sample import SCHEMA


def test_an_address_is_read_by_the_declaration() -> None:
    query, problems = read_params(
        SCHEMA,
        {
            "q": [" 锂电池 "],
            "field": ["energy", "machines"],
            "trl_min": ["6"],
            "price_max": ["50.5"],
            "price_or": ["1"],
            "confirmed_min": ["2026-01-31"],
            "trial": ["1"],
            "sort": ["price"],
            "page": ["3"],
            "all": ["1"],
            "utm_source": ["x"],
        },
        limit=10,
    )
    assert problems == ()
    assert query == Query(
        words="锂电池",
        filters={"field": ("energy", "machines"), "trial": ("1",)},
        ranges={
            "trl": Range(6),
            "price": Range(None, 50_500_000, True),
            "confirmed": Range(date(2026, 1, 31)),
        },
        sort="price",
        offset=20,
        limit=10,
        only_all=True,
    )


def test_an_address_written_is_read_as_the_same_query() -> None:
    query = Query(
        words="锂 电",
        filters={"field": ("energy",), "mode": ("a", "b")},
        ranges={"price": Range(1_500_000, 20_000_000, True), "trl": Range(high=3)},
        sort="trl",
        offset=40,
        limit=20,
        only_all=True,
    )
    written = write_params(SCHEMA, query)
    params: dict[str, list[str]] = {}
    for name, value in written:
        params.setdefault(name, []).append(value)
    assert read_params(SCHEMA, params).query == query
    assert ("price_min", "1.5") in written
    assert write_params(SCHEMA, Query()) == []


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"field": ["nothing"]}, "unknown_value", "field"),
        ({"trial": ["yes"]}, "unknown_value", "trial"),
        ({"trl_min": ["six"]}, "not_a_number", "trl_min"),
        ({"trl_min": ["nan"]}, "not_a_number", "trl_min"),
        ({"trl_min": ["1e999999"]}, "not_a_number", "trl_min"),
        ({"price_min": ["-1"]}, "below_zero", "price_min"),
        ({"confirmed_max": ["31.1.2026"]}, "not_a_date", "confirmed_max"),
        ({"trl_min": ["7"], "trl_max": ["3"]}, "low_above_high", "trl"),
        ({"sort": ["colour"]}, "unknown_sort", "sort"),
        ({"page": ["-1"]}, "bad_page", "page"),
        ({"page": ["zwei"]}, "bad_page", "page"),
    ],
)
def test_a_bad_value_is_reported_and_left_out(
    params: dict[str, list[str]], code: str, param: str
) -> None:
    query, problems = read_params(SCHEMA, params)
    assert [(p.code, p.param) for p in problems] == [(code, param)]
    assert query == Query()


def test_a_problem_carries_the_label_of_its_field() -> None:
    problem = read_params(SCHEMA, {"trl_min": ["x" * 500]}).problems[0]
    assert problem.label == "成熟度"
    assert len(problem.value) <= 100


def test_the_visibility_comes_from_the_caller_alone() -> None:
    query, _ = read_params(SCHEMA, {"visibility": ["staff"], "level": ["staff"]})
    assert query.visibility == ("public",)


NAMES = ("q", "field", "kind", "trial", "trl", "trl_min", "trl_max", "price_min", "price_max",
         "confirmed_min", "confirmed_max", "sort", "page", "all", "price_or")  # fmt: skip


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.text(max_size=30), max_size=4)))
def test_no_address_raises(params: dict[str, list[str]]) -> None:
    query, _ = read_params(SCHEMA, params)
    write_params(SCHEMA, query)
