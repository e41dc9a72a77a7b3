"""Of what a change is, in words that hold a particle or a saving by chance."""

from __future__ import annotations

import pytest

from marketplace.matching.numbers import read_figures
from marketplace.matching.numbers.comparing import best_of
from marketplace.matching.numbers.quantities import quantity_of


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        ("能耗降低20%", "整机能耗降低25%", "met"),
        ("能效提高10%", "整机能效提高12%", "met"),
        ("节能20%", "整机能耗降低25%", "met"),
        ("可靠性提高10%", "电源可靠性提高20%", "met"),
        ("环节成本降低20%", "总能耗降低25%", "unknown"),
        ("关节磨损减少20%", "总能耗减少25%", "unknown"),
        ("能耗降低20%", "能效降低25%", "unknown"),
        ("性能提高20%", "使用性能提高25%", "met"),
    ],
)
def test_no_word_is_cut_or_read_for_another(asked: str, offered: str, verdict: str) -> None:
    (wanted,) = read_figures(asked)
    assert best_of(wanted, read_figures(offered))[0] == verdict


@pytest.mark.parametrize(
    ("subject", "quantity"),
    [
        ("能耗降低", "能耗"),
        ("可将能耗降低了", "能耗"),
        ("能使成本降低", "成本"),
        ("关节磨损减少", "关节磨损"),
        ("环节", "环节"),
        ("可节", "能耗"),
        ("节能", "能耗"),
        ("使用寿命延长", "使用寿命"),
    ],
)
def test_the_quantity_of_a_change(subject: str, quantity: str) -> None:
    assert quantity_of(subject) == quantity
