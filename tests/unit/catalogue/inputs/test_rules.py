"""What a row must satisfy as a whole."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.catalogue.inputs import INPUTS, CleanRow
from marketplace.catalogue.inputs.rules import years_later
from tests.unit.catalogue.inputs.cleaning import accepted, reason, refused

pytestmark = pytest.mark.usefixtures("market")

NUMBER = "202110318264.1"


def test_a_wrong_check_digit_names_the_expected_digit():
    assert "校验位应为 1，现在是 7" in reason("patent", 申请号="202110318264.7")


def test_the_kind_is_read_from_the_number_where_it_is_missing():
    row = accepted("patent", application_number=NUMBER)
    assert row.values["kind"] == "PAT-I"
    assert row.values["application_number"] == "2021103182641"


def test_a_kind_that_contradicts_the_number_is_refused():
    assert "不一致" in reason("patent", application_number=NUMBER, kind="实用新型")


def test_a_granted_number_of_a_pending_application_is_refused():
    assert "ZL" in reason("patent", application_number=f"ZL{NUMBER}", legal_status="申请中")


def test_a_missing_check_digit_is_added_with_a_warning():
    row = accepted("patent", application_number="202110318264")
    assert row.values["application_number"] == "2021103182641"
    assert row.warnings


@pytest.mark.parametrize(
    ("kind", "filed", "ends"),
    [
        ("PAT-I", date(2020, 2, 29), date(2040, 2, 29)),
        ("PAT-U", date(2020, 2, 29), date(2030, 2, 28)),
        ("PAT-D", date(2022, 5, 1), date(2037, 5, 1)),
        ("PAT-D", date(2021, 5, 31), date(2031, 5, 31)),
    ],
)
def test_the_term_ends_after_the_years_of_its_kind(kind, filed, ends):
    assert accepted("patent", kind=kind, filed_on=filed).values["expires_on"] == ends


def test_years_later_on_a_leap_day_falls_back_to_the_last_of_february():
    assert years_later(date(2024, 2, 29), 1) == date(2025, 2, 28)


def test_an_open_licence_needs_a_granted_patent():
    assert accepted("patent", open_licence="是", legal_status="有效").values["open_licence"]
    assert "授权" in reason("patent", open_licence="是", legal_status="申请中")


@pytest.mark.parametrize(
    "cells",
    [
        {"filed_on": "2024-05-01", "published_on": "2024-04-01"},
        {"filed_on": "2024-05-01", "granted_on": "2024-04-01"},
        {"filed_on": "2099-05-01"},
    ],
)
def test_days_of_a_patent_stand_in_order_and_in_the_past(cells):
    assert refused("patent", **cells)


def test_months_of_a_result_stand_in_order():
    assert "早于" in reason("result", started_on="2025-02", ended_on="2025-01")


def test_a_readiness_level_must_fit_the_stage():
    assert accepted("result", trl=5, stage="中期阶段").values["trl"] == 5
    assert "4–6 级是中期" in reason("result", trl=7, stage="中期")


def test_prices_stand_in_order_and_say_their_kind():
    prices = {"price_min_wan": "60", "price_max_wan": "90"}
    assert accepted("result", **prices).values["price_kind"] == "range"
    assert "低于" in reason("result", price_min_wan="90", price_max_wan="60")


def test_a_fixed_price_is_one_price():
    row = accepted("result", price_kind="一口价", price_min_wan="60")
    assert row.values["price_max_fen"] == row.values["price_min_fen"] == 60_000_000
    assert "只有一个价格" in reason("result", price_kind="fixed", price_min_wan=6, price_max_wan=9)


def test_a_level_is_only_taken_from_an_evaluation():
    assert "评价" in reason("result", result_level="国际先进")
    row = accepted(
        "result",
        result_level="国际先进",
        评价机构="云岫评价中心",
        评价方式="鉴定",
        评价日期="2026-03-02",
    )
    assert row.values["evaluation"] == {
        "kind": row.values["evaluation"]["kind"],
        "body": {"zh": "云岫评价中心"},
        "date": "2026-03-02",
    }


@pytest.mark.parametrize("scope", ["不公开", "延期公开", "秘密"])
def test_a_result_that_is_not_open_stays_out(scope):
    assert "公开的成果" in reason("result", 密级=scope)


def test_indicators_are_lines_of_name_value_baseline_method():
    row = accepted("result", indicators="热收缩率 | ≤ 2% | 8% | 150 ℃\n孔隙率|45%")
    assert row.values["indicators"] == [
        {
            "name": {"zh": "热收缩率"},
            "value": "≤ 2%",
            "baseline": "8%",
            "method": {"zh": "150 ℃"},
        },
        {"name": {"zh": "孔隙率"}, "value": "45%"},
    ]
    assert "指标值" in reason("result", indicators="热收缩率")


def test_the_day_of_listing_begins_in_shanghai():
    row = accepted("result", listed_on="2026-03-02")
    assert row.values["published_at"] == datetime(2026, 3, 1, 16, tzinfo=UTC)


def test_a_last_day_for_the_transfer_says_that_there_is_an_obligation():
    assert accepted("project", transfer_due_on="2027-03-02").values["has_transfer_obligation"]


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.text(st.characters(codec=None), max_size=30)
    | st.sampled_from(["９" * 300, "1e999", "\ud800", "=cmd|' /C calc'!A0"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["zh", "en", "name", "value", "uscc", "a"]), inner)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("kind", list(INPUTS))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_anything_in_any_column_is_a_row_or_a_sentence(kind, data):
    declared = INPUTS[kind]
    keys = data.draw(
        st.lists(st.sampled_from([field.key for field in declared.fields]), unique=True)
    )
    cells = {key: data.draw(ANYTHING) for key in keys}
    row = declared.clean(1, cells, {key: key for key in keys})
    if isinstance(row, CleanRow):
        json.dumps([str(value) for value in row.values.values()]).encode()
    else:
        assert all(str(issue.reason) for issue in row)
