"""The structured facts beside the texts."""

from __future__ import annotations

from datetime import date

import pytest

from marketplace.matching.facts import FACTORS, Offered, Wanted, factor_of, facts_of

TODAY = date(2026, 11, 27)


def verdict(code: str, wanted: Wanted, offered: Offered) -> str:
    found = {fact.code: fact.verdict for fact in facts_of(wanted, offered, TODAY)}
    return found.get(code, "not shown")


@pytest.mark.parametrize(
    ("code", "wanted", "offered", "expected"),
    [
        ("maturity", Wanted(least_trl=6), Offered(trl=6), "met"),
        ("maturity", Wanted(least_trl=6), Offered(trl=5), "unmet"),
        ("maturity", Wanted(least_trl=6), Offered(), "unknown"),
        ("price", Wanted(budget_high=500), Offered(price_low=400, price_high=900), "met"),
        ("price", Wanted(budget_high=500), Offered(price_low=501), "unmet"),
        ("price", Wanted(budget_high=500), Offered(price_low=900, is_negotiable=True), "unknown"),
        ("price", Wanted(), Offered(price_low=900), "unknown"),
        ("modes", Wanted(modes=frozenset("ab")), Offered(modes=frozenset("bc")), "met"),
        ("modes", Wanted(modes=frozenset("a")), Offered(modes=frozenset("c")), "unmet"),
        ("field", Wanted(fields=frozenset("a")), Offered(), "unknown"),
        ("place", Wanted(division="410105"), Offered(division="410105"), "met"),
        ("place", Wanted(division="410105"), Offered(division="410184"), "unmet"),
        ("legal", Wanted(), Offered(legal_state="lapsed"), "unmet"),
        ("legal", Wanted(), Offered(legal_state="granted"), "met"),
        ("freshness", Wanted(), Offered(confirmed_on=date(2026, 1, 1)), "met"),
        ("freshness", Wanted(), Offered(confirmed_on=date(2025, 1, 1)), "unmet"),
        ("freshness", Wanted(), Offered(), "not shown"),
    ],
)
def test_a_fact_agrees_disagrees_or_says_nothing(
    code: str, wanted: Wanted, offered: Offered, expected: str
) -> None:
    assert verdict(code, wanted, offered) == expected


def test_only_what_disagrees_lowers_the_score_each_by_its_own_factor() -> None:
    wanted = Wanted(least_trl=8, budget_high=100)
    late = facts_of(wanted, Offered(trl=4), TODAY)
    assert factor_of(late) == FACTORS["maturity"]
    both = facts_of(wanted, Offered(trl=4, price_low=900), TODAY)
    assert factor_of(both) == pytest.approx(FACTORS["maturity"] * FACTORS["price"])
    assert factor_of(facts_of(Wanted(), Offered(), TODAY)) == 1
