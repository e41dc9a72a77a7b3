"""Rules about all contracts of one seller: amounts far from its usual ones, bursts above a tier."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import median
from typing import Any

from marketplace.contracts.checks.finding import TIER, UNIT, Finding, wan
from marketplace.contracts.terms import Registered, Terms

FEWEST_OTHERS = 3
FAR_ABOVE = 10
"""Times the largest other contract of the seller, and as a hundred or ten thousand times too much
it would be among them."""
FACTORS = (10_000, 100, 1_000, 100_000_000)
USUAL = 4
"""Times below the smallest or above the largest at which an amount is still usual."""
LONG_TERM = timedelta(days=300)
SMALLEST_FEN = 50_000
"""Below 500 元 nobody registers a contract."""
TIERS = tuple(wan_ * 1_000_000 for wan_ in (100, 500, 1_000, 5_000, 10_000, 100_000))
JUST_ABOVE = 1.03
FEWEST_IN_BURST = 3
BURST_WITHIN = timedelta(days=31)
INSTALMENTS = "2"


def find_in_sellers(contracts: Sequence[Registered]) -> Iterator[Finding]:
    """Faults among the contracts of one seller."""
    yield from _unusual(contracts)
    yield from _bursts(contracts)


def _unusual(contracts: Sequence[Registered]) -> Iterator[Finding]:
    amounts = sorted(one.terms.turnover for one in contracts)
    for one in contracts:
        others = list(amounts)
        del others[bisect_left(others, one.terms.turnover)]
        if len(others) >= FEWEST_OTHERS:
            yield from _against_others(one, others)


def _against_others(contract: Registered, others: list[int]) -> Iterator[Finding]:
    amount = contract.terms.turnover
    smallest, usual = others[0], others
    # One more slip among them must not hide this one.
    if len(others) > 2 * FEWEST_OTHERS and others[-1] > FAR_ABOVE * others[-2]:
        usual = others[:-1]
    largest = usual[-1]
    if amount > FAR_ABOVE * largest and not _is_plausibly_large(contract.terms):
        factor = next(
            (one for one in FACTORS if smallest / USUAL <= amount / one <= largest * USUAL), None
        )
        if factor:
            params: dict[str, Any] = {
                "turnover": wan(amount),
                "times": f"{amount / largest:,.0f}",
                "factor": f"{factor:,}",
            }
            yield Finding("far_above_usual", UNIT, (contract.key,), params)
    elif amount < SMALLEST_FEN and amount * FAR_ABOVE < median(others):
        params = {"yuan": f"{amount / 100:,.2f}", "factor": f"{FACTORS[0]:,}"}
        yield Finding("far_below_usual", UNIT, (contract.key,), params)


def _is_plausibly_large(terms: Terms) -> bool:
    """A really large contract is paid in parts, over a long term, with its goods taken out."""
    lasts = terms.ends_on and terms.signed_on and terms.ends_on - terms.signed_on >= LONG_TERM
    return bool(
        terms.payment_mode == INSTALMENTS and lasts and terms.tech_amount < terms.turnover * 0.95
    )


def _bursts(contracts: Sequence[Registered]) -> Iterator[Finding]:
    for tier in TIERS:
        above = sorted(
            (
                one
                for one in contracts
                if tier < one.terms.turnover <= JUST_ABOVE * tier and one.registered_on
            ),
            key=lambda one: (one.registered_on, one.key),
        )
        for group in _close_together(above):
            if len(group) >= FEWEST_IN_BURST:
                days = [one.registered_on for one in group if one.registered_on]
                params = {
                    "days": (days[-1] - days[0]).days + 1,
                    "count": len(group),
                    "tier": f"{tier // 1_000_000:,}",
                }
                yield Finding("burst_above_tier", TIER, tuple(one.key for one in group), params)


def _close_together(contracts: Sequence[Registered]) -> Iterator[list[Registered]]:
    """Runs of contracts that lie within :data:`BURST_WITHIN` of their first."""
    group: list[Registered] = []
    for one in contracts:
        first = group[0].registered_on if group else None
        if first and one.registered_on and one.registered_on - first > BURST_WITHIN:
            yield group
            group = []
        group.append(one)
    if group:
        yield group
