"""Whether what works at one temperature works at another."""

from __future__ import annotations

import pytest

from marketplace.matching.numbers import read_figures
from marketplace.matching.numbers.comparing import best_of


def verdict_of(asked: str, offered: str) -> str:
    """The verdict of the one figure that is asked over all that are offered."""
    (wanted,) = read_figures(asked)
    return best_of(wanted, read_figures(offered))[0]


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        ("催化剂在200 ℃下工作", "工作温度不低于300 ℃", "unknown"),
        ("催化剂在200 ℃下工作", "工作温度为300 ℃", "unknown"),
        ("催化剂在200 ℃下工作", "工作温度为200 ℃", "met"),
        ("催化剂在200 ℃下工作", "工作温度为150~250 ℃", "met"),
        ("催化剂在200 ℃下工作", "最高工作温度300 ℃", "met"),
        ("催化剂在400 ℃下工作", "最高工作温度300 ℃", "unmet"),
        ("催化剂在200 ℃下工作", "工作温度可达300 ℃", "met"),
        ("催化剂在400 ℃下工作", "工作温度为300 ℃", "unknown"),
        ("120 ℃下使用", "适用于150 ℃以上环境", "unknown"),
        ("120 ℃下使用", "耐温150 ℃以上", "met"),
        ("耐温120 ℃", "可在150 ℃下长期使用", "met"),
        ("使用温度150 ℃", "温度为180 ℃", "unknown"),
    ],
)
def test_only_what_withstands_a_temperature_works_at_milder_ones(
    asked: str, offered: str, verdict: str
) -> None:
    assert verdict_of(asked, offered) == verdict


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        ("能在-40 ℃下使用", "耐温150 ℃", "unknown"),
        ("能在-40 ℃下使用", "最高使用温度150 ℃", "unknown"),
        ("能在-40 ℃下使用", "使用温度不超过150 ℃", "unknown"),
        ("能在-40 ℃下使用", "使用温度不超过20 ℃", "unknown"),
        ("能在-40 ℃下使用", "使用温度-20~150 ℃", "unmet"),
        ("能在-40 ℃下使用", "耐低温-20 ℃", "unmet"),
        ("能在-40 ℃下使用", "耐低温-55 ℃", "met"),
        ("能在150 ℃下使用", "耐低温-55 ℃", "unknown"),
        ("能在150 ℃下使用", "使用温度不高于-20 ℃", "unmet"),
        ("能在0 ℃下使用", "使用温度不高于-20 ℃", "unknown"),
        ("在150 ℃下能够使用", "耐温120 ℃", "unmet"),
        ("150 ℃下可以长期使用", "耐温120 ℃", "unmet"),
    ],
)
def test_cold_is_missed_only_by_what_states_its_lower_end(
    asked: str, offered: str, verdict: str
) -> None:
    assert verdict_of(asked, offered) == verdict


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        ("耐温200 ℃以上", "将粉末置于烧结炉中，烧结炉工作温度1200 ℃", "unknown"),
        ("耐温200 ℃以上", "将粉末置于烧结炉中，工作温度1200 ℃", "unknown"),
        ("耐温200 ℃以上", "烧结炉耐温1200 ℃", "unknown"),
        ("使用温度20~60 ℃", "退火炉工作温度50 ℃", "unknown"),
        ("withstands 200 °C", "the furnace has an operating temperature of 900 °C", "unknown"),
        ("耐温200 ℃以上", "由粉末烧结而成，所得陶瓷耐温1200 ℃", "met"),
        ("炉膛工作温度300 ℃以上", "炉膛工作温度350 ℃", "met"),
        ("长期耐温300 ℃", "瞬时耐温350 ℃，长期耐温250 ℃", "unmet"),
        ("长期耐温300 ℃", "短期使用温度350 ℃", "unknown"),
        ("长期耐温300 ℃", "短时耐温350 ℃", "unknown"),
        ("瞬时耐温300 ℃", "瞬时耐温350 ℃", "met"),
        ("瞬时耐温300 ℃", "长期耐温350 ℃", "unknown"),
        ("瞬时耐温300 ℃", "耐温250 ℃", "unknown"),
    ],
)
def test_a_furnace_and_a_moment_say_nothing_of_use(asked: str, offered: str, verdict: str) -> None:
    assert verdict_of(asked, offered) == verdict
