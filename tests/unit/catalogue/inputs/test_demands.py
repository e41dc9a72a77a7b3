"""Demands as they are typed: figures, budgets, and whether a masked one names its organisation."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.catalogue.inputs import PartyRef
from marketplace.catalogue.inputs.masking import name_key_of_all, telling_parts
from marketplace.core.i18n import Bilingual
from tests.unit.catalogue.inputs.cleaning import accepted, clean, reason, refused

pytestmark = pytest.mark.usefixtures("app")

FIRM = "郑州云岫新能源股份有限公司"


@pytest.mark.parametrize(
    ("written", "operator"),
    [
        ("≤", "≤"),
        ("<=", "≤"),
        ("不超过", "≤"),
        ("不低于", "≥"),
        ("≥ 不低于", "≥"),
        (">", "＞"),
        ("小于", "＜"),
        ("约", "≈"),
        ("等于", "="),
    ],
)
def test_a_comparison_is_understood_as_people_write_it(written: str, operator: str) -> None:
    row = accepted("demand", 指标要求=f"毛刺高度 | {written} | 7 | μm")
    assert row.values["indicators"][0]["operator"] == operator


@pytest.mark.parametrize(
    ("written", "value"), [("7", "7"), ("-0.50", "-0.50"), ("1,200", "1200"), ("８", "8")]
)
def test_a_figure_keeps_every_digit(written: str, value: str) -> None:
    row = accepted("demand", 指标要求=[{"name": "温度", "operator": "≥", "value": written}])
    assert row.values["indicators"][0]["value"] == value


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keys = st.sampled_from(["name", "operator", "value"])
    return st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(cell=st.recursive(st.none() | st.text(max_size=20), nested))
def test_anything_in_the_place_of_figures_is_read_or_refused_with_a_sentence(cell: Any) -> None:
    clean("demand", {"title": "甲", "指标要求": cell})


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"预算下限（万元）": "面议"}, "negotiable"),
        ({"预算下限（万元）": "80", "预算上限（万元）": "150"}, "range"),
        ({"预算下限（万元）": "80", "预算上限（万元）": "80"}, "fixed"),
    ],
)
def test_a_budget_says_what_kind_it_is(cells: dict[str, str], kind: str) -> None:
    assert accepted("demand", **cells).values["budget_kind"] == kind


def test_a_fixed_budget_has_one_figure() -> None:
    cells = {"预算形式": "定额", "预算下限（万元）": "80", "预算上限（万元）": "90"}
    assert "定额只有一个数" in reason("demand", **cells)


def test_years_stand_in_order() -> None:
    assert "早于起始" in reason("demand", years_from="2028", years_to="2027")


def test_a_column_that_the_file_lacks_leaves_the_mask_as_it_is() -> None:
    assert "is_masked" not in accepted("demand").values
    assert accepted("demand", masked_name="").values["is_masked"] is False
    assert accepted("demand", masked_name="某企业").values["is_masked"] is True


@pytest.mark.parametrize(
    "text",
    [
        FIRM,
        "郑州 云岫新能源 的产线",
        "云岫新能源有限公司",
        "ＹＵＮＸＩＵ ENERGY",
        "见 91410100MA3X000109",
    ],
)
def test_an_organisation_is_found_under_each_of_its_names(text: str) -> None:
    owner = {"name": {"zh": FIRM, "en": "Yunxiu Energy Co., Ltd."}, "uscc": "91410100MA3X000109"}
    [issue] = refused("demand", owners=[owner], masked_name="某企业", problem=text)
    assert issue.field == "problem_zh"


def test_everyday_words_give_nobody_away() -> None:
    owner = PartyRef(Bilingual("郑州机械有限公司"))
    parts = set(telling_parts(owner))
    assert "机械" not in parts
    accepted(
        "demand", owners=[{"name": "郑州机械有限公司"}], masked_name="某厂", problem="机械加工"
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.text(alphabet="毛刺 的\n，", max_size=150),
    after=st.text(alphabet="毛刺 的\n，", max_size=150),
    gap=st.sampled_from(["", " ", "\u3000"]),
)
def test_wherever_the_name_stands_it_is_found(before: str, after: str, gap: str) -> None:
    text = f"{before}{gap.join(FIRM)}{after}"
    parts = set(telling_parts(PartyRef(Bilingual(FIRM))))
    assert any(part in name_key_of_all({"zh": [text]}) for part in parts)
