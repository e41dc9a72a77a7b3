"""The structured facts beside the texts: whether they agree, and what that does to the order.

The rules are few, plain and shown: each fact that does not agree takes the same known share of the
score, wherever it came from. What is not stated counts neither way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from marketplace.matching.numbers import Verdict

Code = Literal["maturity", "price", "place", "modes", "legal", "freshness", "field"]
FACTORS: dict[Code, float] = {
    "maturity": 0.8,
    "price": 0.8,
    "place": 0.95,
    "modes": 0.85,
    "legal": 0.5,
    "freshness": 0.9,
    "field": 0.9,
}
"""What the score is multiplied by where a fact is unmet."""
FRESH_DAYS = 365
"""A record confirmed longer ago counts as unmet in freshness."""
ENDED = frozenset({"expired", "lapsed", "invalid"})
"""Codes of legal_status in which there is no right left to transfer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a demand says in its fields. None and empty: it does not say.

    Amounts in 分; `least_trl` 1–9; `modes`: cooperation modes; `fields`: codes of fields or IPC
    subclasses.
    """

    least_trl: int | None = None
    budget_low: int | None = None
    budget_high: int | None = None
    division: str = ""
    modes: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Offered:
    """What a record says in its fields, with the units of `Wanted`.

    `is_negotiable`: the price is open (面议), so it can't be compared.
    """

    trl: int | None = None
    price_low: int | None = None
    price_high: int | None = None
    is_negotiable: bool = False
    division: str = ""
    modes: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    legal_state: str = ""
    confirmed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact, whether it agrees, and both sides as they were compared, for the table."""

    code: Code
    verdict: Verdict
    wanted: object = field(default=None)
    offered: object = field(default=None)


def facts_of(wanted: Wanted, offered: Offered, today: date) -> list[Fact]:
    """The facts of which at least one side says something, in the order in which they are shown."""
    facts = [
        Fact("maturity", _maturity(wanted, offered), wanted.least_trl, offered.trl),
        Fact(
            "price",
            _price(wanted, offered),
            _range(wanted.budget_low, wanted.budget_high),
            _range(offered.price_low, offered.price_high),
        ),
        Fact("modes", _overlap(wanted.modes, offered.modes), wanted.modes, offered.modes),
        Fact("field", _overlap(wanted.fields, offered.fields), wanted.fields, offered.fields),
        Fact("place", _place(wanted, offered), wanted.division, offered.division),
        Fact("legal", _legal(offered), None, offered.legal_state),
        Fact("freshness", _freshness(offered, today), None, offered.confirmed_on),
    ]
    return [fact for fact in facts if fact.wanted or fact.offered]


def factor_of(facts: Iterable[Fact]) -> float:
    """What the score of the texts is multiplied by: 1 where nothing disagrees."""
    factor = 1.0
    for fact in facts:
        if fact.verdict == "unmet":
            factor *= FACTORS[fact.code]
    return factor


def _maturity(wanted: Wanted, offered: Offered) -> Verdict:
    if wanted.least_trl is None or offered.trl is None:
        return "unknown"
    return "met" if offered.trl >= wanted.least_trl else "unmet"


def _price(wanted: Wanted, offered: Offered) -> Verdict:
    """Whether the lowest price lies within the budget; an open price or budget says nothing."""
    lowest = offered.price_low if offered.price_low is not None else offered.price_high
    highest = wanted.budget_high if wanted.budget_high is not None else wanted.budget_low
    if offered.is_negotiable or lowest is None or highest is None:
        return "unknown"
    return "met" if lowest <= highest else "unmet"


def _overlap(wanted: frozenset[str], offered: frozenset[str]) -> Verdict:
    if not wanted or not offered:
        return "unknown"
    return "met" if wanted & offered else "unmet"


def _place(wanted: Wanted, offered: Offered) -> Verdict:
    if not wanted.division or not offered.division:
        return "unknown"
    return "met" if wanted.division == offered.division else "unmet"


def _legal(offered: Offered) -> Verdict:
    if not offered.legal_state:
        return "unknown"
    return "unmet" if offered.legal_state in ENDED else "met"


def _freshness(offered: Offered, today: date) -> Verdict:
    if offered.confirmed_on is None:
        return "unknown"
    return "met" if (today - offered.confirmed_on).days <= FRESH_DAYS else "unmet"


def _range(low: int | None, high: int | None) -> tuple[int | None, int | None] | None:
    return None if low is None and high is None else (low, high)
