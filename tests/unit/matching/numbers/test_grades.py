"""What a grade of protection is of."""

from __future__ import annotations

import pytest

from marketplace.matching.numbers import read_figures
from marketplace.matching.numbers.comparing import best_of


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        ("电机IP67", "控制柜IP68，电机IP44", "unmet"),
        ("电机IP67", "控制柜IP68", "unknown"),
        ("电机防护等级不低于IP67", "控制柜达到IP68，伺服电机达到IP67", "met"),
        ("IP67电机", "IP68控制柜，IP44电机", "unmet"),
        ("motor rated IP67", "The cabinet is IP68 and the motor is IP44", "unmet"),
        ("防护等级IP67", "控制柜IP68", "met"),
        ("电机IP67", "外壳防护等级达到IP68", "met"),
        ("电机IP67", "整机IP68", "met"),
    ],
)
def test_grades_of_two_things_are_not_compared(asked: str, offered: str, verdict: str) -> None:
    (wanted,) = read_figures(asked)
    assert best_of(wanted, read_figures(offered))[0] == verdict


@pytest.mark.parametrize(
    "text",
    ["固定IP 24小时", "固定IP 65台设备", "固定IP65台", "型号IP-65的水泵", "IP 67", "fixed IP 24 h"],
)
def test_an_address_or_a_model_is_no_grade(text: str) -> None:
    assert not [one for one in read_figures(text) if one.grade]


@pytest.mark.parametrize(
    "text",
    ["防护等级IP 67", "防护等级：IP-67", "protection rating IP 67", "IP67的水泵", "IP67 housing"],
)
def test_a_code_written_apart_is_a_grade_where_that_is_said(text: str) -> None:
    assert [one.grade for one in read_figures(text)] == ["67"]
