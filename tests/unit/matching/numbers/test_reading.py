"""Figures in running text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.matching.numbers import Figure, read_figures
from marketplace.matching.numbers.folding import fold


def only(text: str) -> Figure:
    (figure,) = read_figures(text)
    return figure


@pytest.mark.parametrize(
    ("text", "low", "high", "dimension"),
    [
        ("硬度85D以上", "85", None, "hardness-shore-d"),
        ("50A硬度", "50", "50", "hardness-shore-a"),
        ("插损≤ 3 dB", None, "3", "decibel"),
        ("插损≦３ｄＢ", None, "3", "decibel"),
        ("沉积温度150 ℃", "150", "150", "temperature"),
        ("耐温150 ℃", "150", None, "temperature"),
        ("温度60度", "60", "60", "temperature"),
        ("－40～85℃", "-40", "85", "temperature"),
        ("厚度5-10mm", "0.005", "0.010", "length"),
        ("宽度１２０ｍｍ", "0.120", "0.120", "length"),
        ("缝宽10厘米", "0.10", "0.10", "length"),
        ("公差不超过2丝", None, "0.00002", "length"),
        ("误差±0.01mm", "-0.00001", "0.00001", "length"),
        ("介于5和10 MPa之间", "5000000", "10000000", "pressure"),
        ("between 5 and 10 mm", "0.005", "0.010", "length"),
        ("at least 10 dB better", "10", None, "decibel"),
        ("no more than 3 weeks", None, "1814400", "time"),
        ("真空度1×10⁻³Pa", "0.001", "0.001", "pressure"),
        ("真空度10⁻³Pa", "0.001", "0.001", "pressure"),
        ("浓度10 μM", "0.01", "0.01", "amount/volume"),
        ("浓度5 mM", "5", "5", "amount/volume"),
        ("电导率5 mS/cm", "0.5", "0.5", "conductance/length"),
        ("1,200 kW", "1200000", "1200000", "power"),
        ("功率2MW", "2000000", "2000000", "power"),
        ("功率2mW", "0.002", "0.002", "power"),
        ("预算50万元", "500000", "500000", "money"),
        ("预算50万", "500000", "500000", "money"),
        ("投入在30至50万元之间", "300000", "500000", "money"),
        ("一台三千块以内", None, "3000", "money"),
        ("停机半小时", "1800", "1800", "time"),
        ("寿命十二个月以上", "31104000", None, "time"),
        ("寿命10万次以上", "100000", None, "cycles"),
        ("能量密度≥300 Wh/kg", "1080000", None, "energy/mass"),
        ("导热系数大于2 W/(m·K)", "2", None, "power/kelvin/length"),
        ("百分之二十", "0.20", "0.20", "share"),
        ("良率提高至95%", "0.95", None, "share"),
        ("成本降低到0.5元", None, "0.5", "money"),
        ("电压1.1MV", "1100000", "1100000", "voltage"),
        ("电压1.1mV", "0.0011", "0.0011", "voltage"),
        ("扭矩50 Nm", "50", "50", "force·length"),
        ("扭矩50 N·m", "50", "50", "force·length"),
        ("波长50 nm", "5E-8", "5E-8", "length"),
        ("束流能量3meV", "0.003", "0.003", "electronvolt"),
        ("束流能量3MeV", "3000000", "3000000", "electronvolt"),
        ("容量16Mb", "16000000", "16000000", "information"),
        ("容量16MB", "128000000", "128000000", "information"),
        ("带宽1Gb/s", "1000000000", "1000000000", "information/time"),
        ("加速度5m/s2", "5", "5", "length/square-time"),
        ("加速度5m/s²", "5", "5", "length/square-time"),
        ("密度1000kg/m^3", "1000", "1000", "mass/volume"),
        ("频率 3 MHZ", "3000000", "3000000", "frequency"),
        ("压力10mpa", "10000000", "10000000", "pressure"),
        ("压力 5 KPA", "5000", "5000", "pressure"),
        ("in 30 Minutes", "1800", "1800", "time"),
        ("产能≥300吨/月", "0.1157407407407407407407407407", None, "mass/time"),
        ("质保24月", "62208000", "62208000", "time"),
        ("质保不少于6月", "15552000", None, "time"),
        ("质保3年6个月", "15552000", "15552000", "time"),
        ("15日以内", None, "1296000", "time"),
    ],
)
def test_a_figure_is_read_with_its_bounds_in_the_first_unit(
    text: str, low: str | None, high: str | None, dimension: str
) -> None:
    figure = read_figures(text)[-1]
    assert figure.dimension == dimension
    assert figure.low == (None if low is None else Decimal(low))
    assert figure.high == (None if high is None else Decimal(high))
    assert figure.change == ""


@pytest.mark.parametrize(
    ("text", "change", "low"),
    [
        ("降本20%", "less", "0.20"),
        ("误报率下降了30%", "less", "0.30"),
        ("能耗减少15%以上", "less", "0.15"),
        ("效率提高2倍", "more", "2"),
        ("增产5%", "more", "0.05"),
        ("cuts losses: reduces them by 12 %", "less", "0.12"),
    ],
)
def test_an_amount_of_change_is_no_state(text: str, change: str, low: str) -> None:
    figure = only(text)
    assert (figure.change, figure.low, figure.high) == (change, Decimal(low), None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3D打印",
        "5G站 64T",
        "690级钢板",
        "2026年",
        "2020年至2026年",
        "2020-2026年",
        "2026年3月5日",
        "3月5日",
        "26年3月",
        "5月",
        "3月份",
        "90年代",
        "试验始于2026年以来",
        "打4 M3螺纹",
        "含量 5 Mg",
        "第3条",
        "型号 CN-1150",
        "十分重要",
        "一种方法",
    ],
)
def test_model_numbers_and_counts_without_a_unit_are_no_figures(text: str) -> None:
    assert read_figures(text) == []


def test_open_bounds_leave_the_bound_itself_out() -> None:
    assert only("厚度小于3mm").is_high_out
    assert only("速度超过60 km/h").is_low_out
    assert not only("厚度≤3mm").is_high_out
    assert not only("寿命10年以上").is_low_out


def test_the_words_before_a_figure_say_of_what_it_is() -> None:
    text = "高度不低于1.5m且宽度不大于2m，压缩永久变形为12%"
    assert [one.subject for one in read_figures(text)] == ["高度", "宽度", "压缩永久变形"]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("The maximum insertion loss is 2 dB", "maximum insertion loss is"),
        ("a device in which there is the compression set of 12 %", "the compression set of"),
        (
            "in the improved thermocompression embodiment 12 %",
            "improved thermocompression embodiment",
        ),
        ("采用electroluminescence器件的亮度衰减12 %", "器件的亮度衰减"),
        ("直径3mm±0.1mm", ""),
    ],
)
def test_the_subject_is_made_of_whole_words_and_is_no_unit(text: str, subject: str) -> None:
    assert read_figures(text)[-1].subject == subject


def test_a_list_is_two_figures_and_a_range_is_one() -> None:
    assert len(read_figures("功率10mW和5MW")) == 2
    assert len(read_figures("功率10mW至5MW")) == 1


@pytest.mark.parametrize("text", ["长度为㎜级，厚 3 ㎜ 左右。", "真空 10⁻³ 以下，３ ｍｍ 厚"])
def test_the_place_is_that_in_the_text_as_written(text: str) -> None:
    figure = read_figures(text)[-1]
    assert text[figure.start : figure.end].startswith(("3", "３"))


@given(st.text())
def test_any_text_is_read_and_places_lie_in_it(text: str) -> None:
    for figure in read_figures(text):
        assert 0 <= figure.start < figure.end <= len(text)
        assert figure.low is None or figure.high is None or figure.low <= figure.high


@given(
    st.decimals(min_value=0, max_value=10**6, places=3),
    st.sampled_from(["mm", "kW", "MPa", "℃", "Hz", "kg", "V", "万元"]),
    st.sampled_from([("≥", ""), ("不低于", ""), ("", "以上"), ("at least ", "")]),
)
def test_ways_of_saying_at_least_give_the_same_bound(
    number: Decimal, unit: str, words: tuple[str, str]
) -> None:
    figure = only(f"参数{words[0]}{number}{unit}{words[1]}")
    plain = only(f"参数≥{number}{unit}")
    assert (figure.low, figure.high, figure.dimension) == (plain.low, None, plain.dimension)


@pytest.mark.parametrize("never", ["不", "不得", "不能", "不可", "不应", "不宜", "不会", "不允许"])
@pytest.mark.parametrize(
    ("word", "is_most"),
    [("超过", True), ("高于", True), ("大于", True), ("多于", True), ("低于", False),
     ("小于", False), ("少于", False), ("短于", False)],
)  # fmt: skip
def test_a_comparison_that_is_denied_is_the_other_bound(
    never: str, word: str, *, is_most: bool
) -> None:
    figure = only(f"厚度{never}{word}5mm")
    assert (figure.low is None) == is_most
    assert (figure.high is None) != is_most


@pytest.mark.parametrize(
    ("words", "is_most"),
    [("not exceeding", True), ("not greater than", True), ("no more than", True),
     ("not below", False), ("not less than", False), ("no fewer than", False)],
)  # fmt: skip
def test_so_it_is_in_english(words: str, *, is_most: bool) -> None:
    figure = only(f"thickness {words} 5 mm")
    assert (figure.low is None) == is_most


SAME = [("m", "mm", 1_000), ("kg", "g", 1_000), ("h", "min", 60), ("万元", "元", 10_000)]


@given(st.integers(1, 9_999), st.sampled_from(SAME))
def test_the_same_amount_in_another_unit_is_the_same_figure(
    number: int, units: tuple[str, str, int]
) -> None:
    great, small, ratio = units
    assert only(f"量≥{number}{great}").low == only(f"量≥{number * ratio}{small}").low


def test_white_space_is_read_as_one_space_and_places_are_those_of_the_text() -> None:
    text = "耐温" + "\u2003" * 10_000 + "150\u3000 \t℃"
    (figure,) = read_figures(text)
    assert text[figure.start : figure.end] == "150\u3000 \t℃"
    assert len(fold(text).text) == len("耐温 150 ℃")
    assert fold("厚度 \n 5 mm").text == "厚度\n5 mm"
