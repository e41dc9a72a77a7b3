"""The form of a registration as it is kept, before anything of it is stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.accounts.models import Organisation
from marketplace.contracts.forms import (
    LONGEST_VALUE,
    MOST_VALUES,
    as_draft,
    payment_rows,
    side_of,
    with_own_party,
)
from marketplace.contracts.problems import FormProblems
from marketplace.core.i18n import Bilingual

UNIT = Organisation(name=Bilingual("河湾理工大学"), uscc="1241010041580000XR", country="156")
texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=30).map(str.strip)


def test_only_fields_of_the_form_are_kept():
    kept = as_draft(
        {"title": [" 名称 "], "csrf_token": ["x"], "state": ["registered"], "do": ["x"]}
    )
    assert kept == {"title": ["名称"]}


def test_what_is_too_long_is_refused_and_not_cut():
    with pytest.raises(FormProblems) as told:
        as_draft({"title": ["长" * (LONGEST_VALUE + 1)]})
    assert list(told.value.problems) == ["title"]


@given(st.dictionaries(st.sampled_from(["title", "turnover", "side"]), st.lists(texts, max_size=3)))
def test_a_kept_form_is_kept_again_as_it_is(form):
    assert as_draft(as_draft(form)) == as_draft(form)


@pytest.mark.parametrize(
    ("typed", "side"), [("seller", "seller"), ("buyer", "buyer"), ("x", "seller")]
)
def test_sellers_register_where_nothing_else_is_said(typed, side):
    assert side_of({"side": [typed]}) == side
    assert side_of({}) == "seller"


def test_the_own_side_has_the_units_name_and_the_other_side_what_was_typed():
    filled = with_own_party({"seller_name": ["别人"], "buyer_name": ["云岫"]}, UNIT)
    assert filled["seller_name"] == ["河湾理工大学"]
    assert filled["seller_uscc"] == ["1241010041580000XR"]
    assert filled["buyer_name"] == ["云岫"]


@given(st.lists(texts, max_size=MOST_VALUES), st.lists(texts, max_size=MOST_VALUES))
def test_no_row_of_the_schedule_is_lost_and_empty_ones_go(days, amounts):
    rows = payment_rows({"payment_on": days, "payment_amount": amounts}, spare=0)
    assert [row["on"] for row in rows if row["on"]] == [one for one in days if one]
    assert [row["amount"] for row in rows if row["amount"]] == [one for one in amounts if one]
    assert all(any(row.values()) for row in rows)


def test_too_many_instalments_are_refused_and_not_cut():
    with pytest.raises(FormProblems) as told:
        as_draft({"payment_amount": ["1"] * (MOST_VALUES + 1)})
    assert list(told.value.problems) == ["payment_amount"]


def test_empty_rows_at_the_end_are_not_too_many_instalments():
    kept = as_draft({"payment_amount": ["1"] * MOST_VALUES + ["", ""]})
    assert len(kept["payment_amount"]) == MOST_VALUES
