"""Whether a record's figure meets a demand's."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.matching.numbers import Figure, compare, figure_of_indicator, read_figures
from marketplace.matching.numbers.comparing import best_of

LISTS = json.loads(files("marketplace.core").joinpath("data", "codelists.json").read_text("utf-8"))
OPERATORS = [item["code"] for item in LISTS["indicator_operator"]["items"]]


def figure(text: str) -> Figure:
    return read_figures(text)[0]


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        ("硬度85D以上", "邵氏硬度为88D", "met"),
        ("硬度85D以上", "邵氏硬度为80D", "unmet"),
        ("插入损耗≤3dB", "插入损耗为2.5 dB", "met"),
        ("插入损耗≤3dB", "插入损耗3dB", "met"),
        ("插入损耗<3dB", "插入损耗3dB", "unknown"),
        ("插入损耗≤3dB", "回波损耗为12dB", "unknown"),
        ("耐温150℃", "长期耐温180℃以上", "met"),
        ("耐温150℃", "耐温120℃以下", "unmet"),
        ("成本降低20%", "制造成本降低30%", "met"),
        ("成本降低20%", "制造成本降低10%", "unmet"),
        ("成本降低20%", "良率提高30%", "unknown"),
        ("合格率≥95%", "合格率提高3%", "unknown"),
        ("工作温度-20~60℃", "工作温度0~40℃", "unknown"),
        ("工作温度-20~60℃", "工作温度70~90℃", "unmet"),
        ("工作温度-20~60℃", "工作温度-40~85℃", "met"),
        ("工作温度20~60℃", "工作温度为40℃", "met"),
        ("厚度3mm", "厚度2~5mm", "met"),
        ("厚度3mm", "厚度6mm", "unknown"),
        ("厚度≤3mm", "压力≤3MPa", "unknown"),
        ("走带速度≥60 m/min", "走带速度2 m/s", "met"),
        ("使用寿命10000小时", "使用寿命不低于1000小时", "unknown"),
        ("使用误差0.01mm", "使用误差≤0.1mm", "unknown"),
        ("误差不能超过5μm", "误差20μm", "unmet"),
        ("误差不应大于5μm", "误差3μm", "met"),
        ("硬度不应低于85D", "硬度60D", "unmet"),
        ("定位精度±0.01mm", "定位精度±0.1mm", "unmet"),
        ("定位精度±0.01mm", "定位精度±0.001mm", "met"),
        ("定位精度±0.01mm", "定位精度±10μm", "met"),
        ("定位精度±0.01mm", "定位精度0.005mm", "met"),
        ("定位精度±0.01mm", "定位精度≤0.02mm", "unknown"),
        ("误差≤0.01mm", "误差±0.005mm", "met"),
        ("误差≤0.01mm", "误差±0.1mm", "unmet"),
        ("温度±2℃", "温度25℃", "unknown"),
        ("厚度≤3mm", "厚度±0.1mm", "unknown"),
        ("直径3mm±0.1mm", "长度9mm±0.5mm", "unknown"),
        ("insertion loss below 3 dB", "The maximum insertion loss is 2 dB", "met"),
        ("operating temperature above 60 ℃", "the temperature range is 20~50 ℃", "unmet"),
        ("the thickness is at least 3 mm", "the length is 5 mm", "unknown"),
        ("电压≥500kV", "电压1.1MV", "met"),
        ("强度下降≤10%", "强度下降50%", "unmet"),
        ("强度下降≤10%", "强度下降不超过5%", "met"),
    ],
)
def test_the_verdict(asked: str, offered: str, verdict: str) -> None:
    assert compare(read_figures(asked)[-1], read_figures(offered)[-1]) == verdict


def test_one_figure_that_meets_is_enough_and_else_one_that_misses_decides() -> None:
    asked = figure("厚度≤3mm")
    offered = [figure("厚度8mm"), figure("厚度2mm"), figure("压力5MPa")]
    assert best_of(asked, offered) == ("met", offered[1])
    assert best_of(asked, [offered[0], offered[2]]) == ("unmet", offered[0])
    assert best_of(asked, [offered[2]]) == ("unknown", None)
    assert best_of(asked, []) == ("unknown", None)


@pytest.mark.parametrize(
    ("row", "low", "high"),
    [
        (("硬度", "≥", "85", "邵D"), "85", None),
        (("价格", "<", "1,200", "元"), None, "1200"),
        (("温度", "=", "5", "℃"), "5", "5"),
    ],
)
def test_an_indicators_row_is_a_figure(
    row: tuple[str, str, str, str], low: str | None, high: str | None
) -> None:
    found = figure_of_indicator(*row)
    assert found is not None
    assert found.low == (None if low is None else Decimal(low))
    assert found.high == (None if high is None else Decimal(high))


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("unit", ["μm", "µm", "ＭＰａ"])
def test_a_row_is_read_with_every_operator_of_the_form(operator: str, unit: str) -> None:
    found = figure_of_indicator("厚度", operator, "85", unit)
    assert found is not None
    assert found.is_low_out == (operator == "＞")
    assert found.is_high_out == (operator == "＜")
    assert (found.low is None) == (operator in "≤＜")
    assert (found.high is None) == (operator in "≥＞")


@pytest.mark.parametrize(
    "row",
    [
        ("硬度", "≥", "很高", "邵D"),
        ("硬度", "≥", "85", "没有的单位"),
        ("硬度", "约", "85", "mm"),
        ("硬度", "≥", "NaN", "mm"),
    ],
)
def test_a_row_that_is_no_figure_gives_none(row: tuple[str, str, str, str]) -> None:
    assert figure_of_indicator(*row) is None


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_minimum_is_met_exactly_from_its_bound_on(wanted: int, given_: int) -> None:
    verdict = compare(figure(f"强度≥{wanted}MPa"), figure(f"强度为{given_}MPa"))
    assert verdict == ("met" if given_ >= wanted else "unmet")


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        ("单件去毛刺时间≤5 min", "时间 4 min 10 s", "unknown"),
        ("换刀时间≤5 min", "换刀时间4 min", "met"),
        ("时间≤5 min", "去毛刺时间4 min", "met"),
        ("邵氏硬度≥85D", "硬度90D", "met"),
        ("deburring time ≤ 5 min", "time 4 min", "unknown"),
    ],
)
def test_a_word_that_may_be_of_anything_is_not_what_was_asked(
    asked: str, offered: str, verdict: str
) -> None:
    assert compare(figure(asked), figure(offered)) == verdict


def verdict_of(asked: str, offered: str) -> str:
    """The verdict of the one figure that is asked over all that are offered."""
    (wanted,) = read_figures(asked)
    return best_of(wanted, read_figures(offered))[0]


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        ("降本20%", "成本降低25%", "met"),
        ("成本降低20%", "综合降本22%以上", "met"),
        ("降本20%", "降低成本15%", "unmet"),
        ("降本20%", "成本降低15%以上", "unknown"),
        ("降本20%", "成本降低10%~15%", "unmet"),
        ("效率提升30%", "提高效率 35 %", "met"),
        ("提高效率30%", "效率提升了35%", "met"),
        ("效率提升30%", "效率降低35%", "unknown"),
        ("周期缩短30%", "缩短周期40%以上", "met"),
        ("节能15%", "能耗减少20%", "met"),
        ("能耗减少15%", "节能20%", "met"),
        ("增产5%", "产量提高8%", "met"),
        ("降低30%的成本", "成本下降35%", "met"),
        ("成本降低20%", "能耗降低25%", "unknown"),
        ("成本降低20%", "实现20%的提升", "unknown"),
        ("cut cost by 20%", "a 25 % lower cost", "met"),
        ("cost reduction of 20%", "reduces the cost by 25 %", "met"),
        ("cost reduction of 20%", "reduces the noise by 25 %", "unknown"),
        ("合格率提升10%", "合格率由80%提升至95%", "unknown"),
    ],
)
def test_a_change_is_compared_by_what_changes_and_which_way(
    asked: str, offered: str, verdict: str
) -> None:
    assert verdict_of(asked, offered) == verdict


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        ("150 ℃长期用", "使用温度-40~150 ℃", "met"),
        ("长期使用温度150℃", "工作温度范围为-40~150℃", "met"),
        ("使用温度不低于150℃", "使用温度-40~180℃", "met"),
        ("150 ℃长期用", "适用于-40~150 ℃环境", "met"),
        ("耐温200℃", "使用温度-40~150℃", "unmet"),
        ("耐温200℃", "耐温150℃", "unmet"),
        ("耐温200℃", "耐温150℃以上", "unknown"),
        ("耐温200℃", "可在220℃下长期使用", "met"),
        ("耐温200℃", "在180℃下连续工作，无开裂", "unknown"),
        ("耐温120℃", "使用温度不超过150℃", "met"),
        ("耐温150℃", "使用温度200~300℃", "unknown"),
        ("在-40℃下能用", "使用温度-60~150℃", "met"),
        ("耐低温-40℃", "耐低温-20℃", "unmet"),
        ("耐低温-40℃", "耐低温-55℃", "met"),
        ("耐温200℃", "沉积温度250℃", "unknown"),
        ("沉积温度200℃", "耐温250℃", "unknown"),
        ("绝缘漆耐温150℃", "炉膛最高工作温度300℃", "unknown"),
        ("绝缘漆耐温150℃", "绝缘漆的使用温度为180℃", "met"),
        ("使用温度超过150℃", "使用温度-40~150℃", "unknown"),
        ("withstands 150 °C", "operating temperature from -40 to 150 °C", "met"),
        ("works at 150 °C", "the seal is rated for 120 °C", "unmet"),
    ],
)
def test_a_temperature_at_which_something_works_is_compared_with_what_is_stated_for_it(
    asked: str, offered: str, verdict: str
) -> None:
    assert verdict_of(asked, offered) == verdict


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        ("防护等级IP67", "外壳达到 IP67", "met"),
        ("防护等级IP67", "外壳达到IP68", "met"),
        ("IP68", "IP67", "unmet"),
        ("IP67", "外壳防护等级ip65", "unmet"),
        ("IP67", "IP57", "unmet"),
        ("IP65", "IP66", "met"),
        ("IP54以上", "IP65", "met"),
        ("IP65", "IP67", "unknown"),
        ("IP65", "IP65/IP67", "met"),
        ("IP66", "IP66/68", "met"),
        ("IP67", "IP69K", "unknown"),
        ("IP67", "IPX7", "unknown"),
        ("IPX7", "IP68", "met"),
        ("IP6X", "IP65", "met"),
        ("IP67", "IP54及以上", "unknown"),
        ("IP67", "耐温67℃", "unknown"),
    ],
)
def test_a_grade_of_protection_covers_lower_ones_but_immersion_covers_no_jets(
    asked: str, offered: str, verdict: str
) -> None:
    assert verdict_of(asked, offered) == verdict


@pytest.mark.parametrize("text", ["IP地址5个", "IP 12件", "IPC67", "VIP67", "IP6789", "IP99"])
def test_other_letters_and_figures_are_no_grade(text: str) -> None:
    assert all(not one.grade for one in read_figures(text))


@pytest.mark.parametrize(
    ("row", "offered", "verdict"),
    [
        (("防护等级", "≥", "IP67", ""), "IP68", "met"),
        (("防护等级", "≥", "67", "IP"), "IP65", "unmet"),
        (("防护等级", "≥", "IP 67", ""), "IP65天线", "unmet"),
        (("成本降低", "≥", "20", "%"), "降本25%", "met"),
        (("使用温度", "≥", "150", "℃"), "工作温度-40~180℃", "met"),
        (("使用温度", "=", "150", "℃"), "耐温120℃", "unmet"),
    ],
)
def test_an_indicators_row_is_compared_as_a_sentence_is(
    row: tuple[str, str, str, str], offered: str, verdict: str
) -> None:
    asked = figure_of_indicator(*row)
    assert asked is not None
    assert best_of(asked, read_figures(offered))[0] == verdict
