"""Figures that a record denies, or stays below, are none that it offers."""

from __future__ import annotations

import pytest

from marketplace.matching.questions import Question
from marketplace.matching.reasons import requirements_of


def verdict_of(asked: str, said: str) -> str:
    """The verdict of a demand's one sentence over a record's abstract."""
    (row,) = requirements_of(Question("标题", asked), [], {"abstract": said})
    return row.verdict


@pytest.mark.parametrize(
    ("asked", "said", "verdict"),
    [
        ("IP67", "传感器未达到IP67，只达IP54。", "unmet"),
        ("IP67", "现有产品难以达到IP67。", "unknown"),
        ("IP67", "外壳防护等级低于IP68。", "unknown"),
        ("IP67 housing", "The housing is not IP67.", "unknown"),
        ("IP67 housing", "The housing isn't rated for use at IP67.", "unknown"),
        ("works at 150 °C", "The resin cannot withstand 200 °C.", "unknown"),
        ("works at 150 °C", "The resin does not work at 180 °C.", "unknown"),
        ("works at 150 °C", "The resin fails to withstand 200 °C.", "unknown"),
        ("耐温200 ℃", "绝缘漆不耐温220 ℃。", "unknown"),
        ("耐温200 ℃", "绝缘漆不能在220 ℃下长期使用。", "unknown"),
        ("耐温200 ℃", "绝缘漆耐温220 ℃不够可靠。", "unknown"),
        ("耐温150 ℃", "耐温不足180 ℃。", "unknown"),
        ("耐温150 ℃", "涂层耐温低于180 ℃。", "unknown"),
        ("成本降低20%", "成本没有降低20%。", "unknown"),
        ("成本降低20%", "无法降低成本20%。", "unknown"),
        ("成本降低20%", "成本降低不足20%。", "unknown"),
        ("成本降低20%", "成本降低近20%。", "unknown"),
        ("硬度≥85D", "硬度达不到90D。", "unknown"),
        ("IP67", "防护等级IP67以下。", "unknown"),
        ("合格率95%以上", "合格率由80%提升至97%。", "unknown"),
        ("IP67", "Enclosures are IP67 or below.", "unknown"),
        ("IP67", "The IP67 rating was not reached.", "unknown"),
        ("IP67", "传感器有望达到IP67。", "unknown"),
        ("耐压10 MPa", "耐压15 MPa时破裂。", "unknown"),
        ("耐温150 ℃", "耐温180 ℃左右即分解。", "unknown"),
    ],
)
def test_a_figure_that_is_denied_or_not_reached_meets_nothing(
    asked: str, said: str, verdict: str
) -> None:
    assert verdict_of(asked, said) == verdict


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("IP67", "外壳防护等级不低于IP67。"),
        ("IP67", "Protection is not less than IP67."),
        ("IP67", "传感器不但轻，外壳也达到IP67。"),
        ("无锈时间≥72 h", "相对湿度95%下无锈时间120 h。"),
        ("免维护周期12个月以上", "免维护周期24个月。"),
        ("硬度≥85D", "硬度不低于85D。"),
        ("硬度≥85D", "硬度不得小于90D。"),
        ("噪声≤60 dB", "噪声低于60 dB。"),
        ("噪声≤60 dB", "噪声不超过60 dB。"),
        ("noise at most 60 dB", "The noise is below 60 dB."),
        ("noise at most 60 dB", "The noise does not exceed 60 dB."),
        ("noise at most 60 dB", "The noise is not more than 60 dB."),
        ("成本降低20%", "近年来成本降低25%。"),
        ("成本降低20%", "成本不但没有上升，而且成本降低25%。"),
        ("硬度≥85D", "现有涂层达不到80D，但硬度为90D。"),
        ("硬度≥85D", "不锈钢辊硬度90D。"),
        ("耐温150 ℃", "涂层耐温180 ℃不开裂。"),
        ("耐温150 ℃", "涂层在180 ℃下使用，不会分解。"),
    ],
)
def test_bounds_and_denials_of_something_else_leave_a_figure_as_it_is(
    asked: str, said: str
) -> None:
    assert verdict_of(asked, said) == "met"
