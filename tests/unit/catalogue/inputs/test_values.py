"""Days, months, money, yes and no, codes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.unit.catalogue.inputs.cleaning import accepted, reason

pytestmark = pytest.mark.usefixtures("market")


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-02",
        "2026/3/2",
        "2026.3.2",
        "2026年3月2日",
        "２０２６年３月２日",
        "20260302",
        20260302,
        "2026-03-02 00:00:00",
        "2026-03-02T08:30:00Z",
        date(2026, 3, 2),
        datetime(2026, 3, 2, 8, tzinfo=UTC),
    ],
)
def test_a_day_is_understood_in_every_usual_form(written):
    assert accepted("patent", filed_on=written).values["filed_on"] == date(2026, 3, 2)


@pytest.mark.parametrize("written", ["2026-02-30", "去年", "2026", "1.5", [], "3026-01-01", True])
def test_what_is_no_day_is_refused_or_blank(written):
    if written == []:
        assert accepted("patent", filed_on=written).values["filed_on"] is None
    else:
        assert reason("patent", filed_on=written)


@pytest.mark.parametrize(
    "written", ["2024-06", "2024/6", "2024年6月", "202406", "2024-06-15", date(2024, 6, 1)]
)
def test_a_month_is_understood_in_every_usual_form(written):
    assert accepted("result", started_on=written).values["started_on"] == "2024-06"


def test_a_month_that_does_not_exist_is_refused():
    assert "2026-03" in reason("result", started_on="2024-13")


@pytest.mark.parametrize(
    ("column", "written", "fen"),
    [
        ("price_min_wan", "60", 60_000_000),
        ("最低价（万元）", "1,234.5", 1_234_500_000),
        ("最低价（元）", "3500", 350_000),
        ("price_min_yuan", 3500, 350_000),
        ("price_min_fen", 60_000_000, 60_000_000),
        ("最低价", "60 万元", 60_000_000),
        ("最低价（万元）", "3500元", 350_000),
        ("价格", "￥0.01元", 1),
        ("拟交易价格（万元）", "０．５", 500_000),
    ],
)
def test_an_amount_is_read_in_the_unit_of_the_cell_or_of_the_column(column, written, fen):
    assert accepted("result", **{column: written}).values["price_min_fen"] == fen


@pytest.mark.parametrize(
    "written",
    ["-5", "很多", "1e9", "NaN", "0.001元", "99999999999999999", "1" * 5000, 10**5000, "5 美元"],
    ids=range(9),
)
def test_an_amount_that_cannot_be_one_is_refused(written):
    assert reason("result", **{"最低价（元）": written})


@pytest.mark.parametrize("written", ["100000000000000000000", "1000000001", "99999999999999999.5"])
def test_an_amount_that_is_too_large_is_told_the_largest_one(written):
    assert "10 万亿元" in reason("result", **{"最低价（万元）": written})


def test_the_largest_amount_is_taken():
    assert accepted("result", **{"最低价（万元）": "1000000000"}).values["price_min_fen"] == 10**15


def test_an_amount_without_unit_asks_for_it():
    assert "单位" in reason("result", 最低价="60")


def test_to_be_negotiated_is_a_kind_of_price():
    values = accepted("result", **{"最低价（万元）": "面议"}).values
    assert (values["price_kind"], values["price_min_fen"]) == ("negotiable", None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("是", True), ("否", False), ("YES", True), (0, False), (1, True), (True, True), ("", False)],
)
def test_yes_and_no_are_understood_in_every_usual_form(written, meant):
    assert accepted("result", try_before_pay=written).values["try_before_pay"] is meant


def test_neither_yes_nor_no_is_refused():
    assert "“是”或“否”" in reason("result", try_before_pay="也许")


@pytest.mark.parametrize("written", ["5", 5, "新材料及其应用", "新材料及其应用 "])
def test_a_code_is_found_by_itself_or_by_its_name(written):
    assert accepted("result", tech_field=written).values["tech_field"] == "5"


def test_an_unknown_code_is_refused_with_what_can_be_written():
    sentence = reason("result", tech_field="炼金术")
    assert "炼金术" in sentence
    assert "5 新材料及其应用" in sentence


def test_several_codes_are_parted_and_a_name_with_a_comma_stays_whole():
    row = accepted("result", conversion_modes="许可；转让、6")
    assert row.values["conversion_modes"] == ["3", "2", "6"]


@pytest.mark.parametrize(("written", "code"), [("C35", "C35"), ("c3811", "C3811"), ("制造业", "C")])
def test_an_industry_is_a_section_with_or_without_digits(written, code):
    assert accepted("result", industry=written).values["industry"] == code


@pytest.mark.parametrize(("written", "level"), [("6", 6), ("TRL 6", 6), ("6级", 6), (6.0, 6)])
def test_a_readiness_level_is_one_to_nine(written, level):
    assert accepted("result", trl=written).values["trl"] == level


@pytest.mark.parametrize("written", ["0", "10", "6.5", "六", "6²"])
def test_other_readiness_levels_are_refused(written):
    assert "1 到 9" in reason("result", trl=written)
