"""The goals of the plan as data."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from marketplace.statistics.goal_register import (
    Goal,
    Origin,
    Strength,
    Unit,
    goals,
    read,
)
from marketplace.statistics.growth import Operator, is_met

YI = 10_000_000_000


def data() -> dict[str, Any]:
    text = (files("marketplace.statistics") / "data" / "goals.json").read_text("utf-8")
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def goal_of(indicator: str, year: int) -> Goal:
    return next(goal for goal in goals() if goal.key == (indicator, year))


def test_the_plan_sets_ten_numbers() -> None:
    assert {
        goal.key: (goal.operator, goal.value / (YI if goal.indicator.unit is Unit.FEN else 1))
        for goal in goals()
    } == {
        ("contract_turnover", 2020): (Operator.MORE_THAN, 150),
        ("achievement_turnover", 2022): (Operator.MORE_THAN, 500),
        ("high_tech_enterprises", 2020): (Operator.MORE_THAN, 2500),
        ("high_tech_enterprises", 2022): (Operator.MORE_THAN, 3000),
        ("technology_enterprises", 2020): (Operator.MORE_THAN, 7000),
        ("technology_enterprises", 2022): (Operator.MORE_THAN, 10000),
        ("innovative_talent", 2022): (Operator.AT_LEAST, 200),
        ("national_platforms", 2022): (Operator.MORE_THAN, 100),
        ("new_research_institutes", 2022): (Operator.MORE_THAN, 40),
        ("manufacturing_rd_share", 2022): (Operator.AT_LEAST, 60),
    }


def test_contract_turnover_and_trade_in_results_are_two_indicators() -> None:
    turnover, trade = goal_of("contract_turnover", 2020), goal_of("achievement_turnover", 2022)
    assert turnover.indicator != trade.indicator
    assert turnover.indicator.basis
    assert turnover.indicator.basis.origin is Origin.CONTRACTS


def test_trade_in_results_has_no_basis_of_its_own() -> None:
    trade = goal_of("achievement_turnover", 2022).indicator
    assert trade.basis is None
    assert len(trade.bases) > 1


def test_contract_turnover_cannot_be_counted_another_way() -> None:
    turnover = goal_of("contract_turnover", 2020).indicator
    assert [basis.code for basis in turnover.bases] == ["turnover_registered"]


def test_a_share_of_sixty_per_cent_meets_its_goal_and_a_hundred_platforms_do_not() -> None:
    share, platforms = goal_of("manufacturing_rd_share", 2022), goal_of("national_platforms", 2022)
    assert is_met(Decimal(60), share.operator, share.value)
    assert not is_met(100, platforms.operator, platforms.value)


def test_every_goal_names_its_clause_in_both_languages_of_the_market() -> None:
    for goal in goals():
        assert goal.clause
        for text in (goal.source, goal.indicator.name, goal.indicator.area):
            assert text.zh
            assert text.en
        for note in (goal.note, goal.indicator.note):
            assert bool(note.zh) == bool(note.en)
        for basis in goal.indicator.bases:
            assert basis.name.zh
            assert basis.name.en


def test_whether_a_goal_binds_is_unknown_until_the_original_was_read() -> None:
    assert {goal.strength for goal in goals()} == {Strength.UNKNOWN}
    changed = data()
    changed["goals"][0]["strength"] = "binding"
    assert read(changed)[0].strength is Strength.BINDING


def test_two_goals_of_one_indicator_for_one_year_are_refused() -> None:
    doubled = data()
    doubled["goals"].append(doubled["goals"][0])
    with pytest.raises(ValueError, match="two goals"):
        read(doubled)
