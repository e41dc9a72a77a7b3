"""Geometry and drawing of charts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from marketplace.statistics.charts import (
    NARROW,
    WIDE,
    BarChart,
    CourseChart,
    Gauge,
    Range,
    bars,
    course,
    gauge,
)

MONTHS = [f"{n} 月" if n in (1, 12) else str(n) for n in range(1, 13)]
TEN_MONTHS = [
    Decimal(cents) / 100 for cents in (812, 1117, 2101, 3228, 4474, 6367, 7669, 9040, 11175, 12836)
]
AHEAD = [
    Range(Decimal("140.8"), Decimal("146.0"), Decimal("151.4")),
    Range(Decimal("152.4"), Decimal("160.9"), Decimal("169.8")),
]
VALUES = st.decimals(0, 10**6, places=2)


def points(path: str) -> list[tuple[float, float]]:
    pairs = [pair.split(",") for pair in path.split()]
    return [(float(x), float(y)) for x, y in pairs]


def a_course(width: int = WIDE) -> CourseChart:
    return course(TEN_MONTHS, MONTHS, width=width, goal=150, goal_word="目标 150", ahead=AHEAD)


def test_a_year_begins_at_zero_and_the_forecast_begins_where_the_year_stands() -> None:
    chart = a_course()
    actual, middle = points(chart.actual), points(chart.middle)
    assert len(actual) == 11
    assert actual[0][1] == float(chart.axis.y1)
    assert middle[0] == actual[-1]
    assert chart.dot == tuple(chart.actual.split()[-1].split(","))
    assert points(chart.band)[0] == actual[-1]
    # out along the high, back along the low
    assert len(points(chart.band)) == 1 + 2 * len(AHEAD)


def test_a_figure_above_the_goal_stands_above_its_line() -> None:
    chart = a_course()
    assert chart.goal
    assert points(chart.middle)[-1][1] < float(chart.goal.y1) < points(chart.actual)[-1][1]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_words_at_the_end_of_the_band_are_a_line_apart_and_inside(width: int) -> None:
    close = [Range(Decimal("160.8"), Decimal("160.9"), Decimal("161"))] * 2
    chart = course(TEN_MONTHS, MONTHS, width=width, ahead=close)
    heights = [float(word.y) for word in chart.ends]
    assert heights[1] - heights[0] >= 16
    assert heights[2] - heights[1] >= 16
    for word in chart.ends:
        assert float(word.x) + 7 * len(word.text) <= width


def test_the_narrow_drawing_names_fewer_months() -> None:
    assert len(a_course().months) == 12
    assert [word.text for word in a_course(NARROW).months] == ["1 月", "3", "6", "9", "12 月"]


@given(st.lists(VALUES, max_size=9), st.one_of(st.none(), VALUES), st.lists(VALUES, max_size=3))
def test_everything_stays_on_the_drawing_with_at_most_four_lines(
    values: list[Decimal], goal: Decimal | None, ahead: list[Decimal]
) -> None:
    ranges = [Range(value, value * 2, value * 3) for value in ahead]
    chart = course(values, MONTHS, width=NARROW, goal=goal, goal_word="目标", ahead=ranges)
    assert len(chart.grid) <= 4
    for path in (chart.actual, chart.band, chart.middle):
        for x, y in points(path):
            assert 0 <= x <= NARROW
            assert 0 <= y <= chart.height


def test_more_values_than_months_are_refused() -> None:
    with pytest.raises(ValueError, match="more values"):
        course(TEN_MONTHS, MONTHS, ahead=AHEAD * 2)


def test_bars_begin_at_zero_and_are_as_long_as_their_values() -> None:
    chart = bars([("技术开发", Decimal(60)), ("技术服务", Decimal(30)), ("技术许可", None)])
    first, second, third = chart.bars
    assert chart.axis
    assert first.x == second.x == chart.axis.x1
    assert float(first.width) == pytest.approx(2 * float(second.width), abs=0.2)
    assert not third.is_known
    assert third.value.text == "—"


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_label_that_is_too_long_is_cut_where_it_would_leave_the_drawing(width: int) -> None:
    long = "Programme of a province, autonomous region, municipality or city of its own plan"
    first, second = bars([(long, 5), ("Demands", 3)], width=width).bars
    assert first.label.text.startswith("Programme of a province")
    assert first.label.text.endswith("…")
    assert second.label.text == "Demands"
    at = float(first.label.x)
    units = 8 * len(first.label.text)
    assert (at - units if first.label.anchor == "end" else at) >= 0
    assert (at if first.label.anchor == "end" else at + units) <= width


def test_a_value_below_zero_goes_the_other_way() -> None:
    up, down = bars([("a", Decimal(5)), ("b", Decimal(-5))]).bars
    assert float(down.x) + float(down.width) == pytest.approx(float(up.x), abs=0.1)
    assert down.value.text == "−5.00"


def test_a_gauge_puts_goal_and_even_pace_in_proportion() -> None:
    chart = gauge(
        Decimal("128.36"), 150, goal_word="目标 150", pace=125, pace_word="均匀进度 125.00"
    )
    assert chart.pace
    # As in the design: 226.5, 264.7 and 220.6 of 300.
    assert (chart.filled, chart.goal.x1, chart.pace.x1) == ("226.5", "264.7", "220.6")
    assert (chart.goal_word.anchor, chart.pace_word and chart.pace_word.anchor) == (
        "middle",
        "middle",
    )


def test_a_gauge_far_beyond_its_goal_still_fits() -> None:
    chart = gauge(600, 150, goal_word="目标 150")
    assert float(chart.filled) <= chart.width
    with pytest.raises(ValueError, match="above 0"):
        gauge(1, 0, goal_word="")


@pytest.fixture(scope="module")
def macros() -> Any:
    folder = Path(__file__).parents[3] / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("_macros/chart.html").module


def drawings(markup: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(f"<div>{markup}</div>")
    return list(root.iter("svg"))


def chart_markup(macros: Any, kind: str) -> str:
    rows = [("先进制造", Decimal(9)), ("A & B", None)]
    sentence = "1 到 10 月累计 128.36 亿元；目标 <150>"
    if kind == "course":
        return str(macros.course(a_course(), a_course(NARROW), sentence))
    if kind == "bars":
        narrow: BarChart = bars(rows, width=NARROW)
        return str(macros.bars(bars(rows), narrow, sentence))
    small: Gauge = gauge(3, 5, goal_word="目标 5", pace=1, pace_word="均匀进度 1")
    return str(macros.gauge(small, sentence))


@pytest.mark.parametrize(("kind", "number"), [("course", 2), ("bars", 2), ("gauge", 1)])
def test_each_chart_is_an_image_with_a_sentence_and_without_inline_style(
    macros: Any, kind: str, number: int
) -> None:
    found = drawings(chart_markup(macros, kind))
    assert len(found) == number
    for drawing in found:
        assert drawing.get("role") == "img"
        assert drawing.get("aria-label") == "1 到 10 月累计 128.36 亿元；目标 <150>"
        assert not [
            each for each in drawing.iter() if {"style", "fill", "stroke"} & set(each.attrib)
        ]


def test_the_wide_and_the_narrow_drawing_are_never_shown_together(macros: Any) -> None:
    classes = [each.get("class") for each in drawings(chart_markup(macros, "course"))]
    assert classes == ["m-chart m-wide-only", "m-chart m-narrow-only"]


def test_an_unknown_value_has_no_bar(macros: Any) -> None:
    wide = drawings(chart_markup(macros, "bars"))[0]
    assert len(list(wide.iter("rect"))) == 1
    assert "—" in [each.text for each in wide.iter("text")]


def test_a_year_that_has_just_begun_is_drawn_without_a_line(macros: Any) -> None:
    empty = course([], MONTHS, goal=150, goal_word="目标 150")
    markup = str(macros.course(empty, course([], MONTHS, width=NARROW), "还没有登记"))
    assert not list(drawings(markup)[0].iter("polyline"))
    assert not list(drawings(markup)[0].iter("circle"))
