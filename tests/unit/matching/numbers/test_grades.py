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
