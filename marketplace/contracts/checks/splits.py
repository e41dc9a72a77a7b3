"""Rules about one job in several contracts: parts of a split, each just below a threshold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from marketplace.contracts.checks.finding import SPLIT, Finding, wan
from marketplace.contracts.checks.names import has_same_root, is_same, likeness, split_title
from marketplace.contracts.checks.pairs import has_been_taken_out
from marketplace.contracts.terms import Party, Registered

WITHIN = timedelta(days=60)
SAME_JOB = 0.85
TIERS = tuple(amount * 1_000_000 for amount in (100, 500, 1_000, 5_000, 10_000))
"""Thresholds in 分 from which a contract is reviewed by experts, or rewarded more."""
JUST_BELOW = 0.8
FRAMEWORK = re.compile(r"框架|订单")
"""Orders under a framework are registered one by one, as they come."""


def find_splits(contracts: Sequence[Registered]) -> Iterator[Finding]:
    """Groups of parts of one job, among the contracts of one seller."""
    for tier in TIERS:
        below = [
            one
            for one in contracts
            if JUST_BELOW * tier <= one.terms.turnover < tier
            and one.terms.signed_on
            and not FRAMEWORK.search(one.terms.title)
        ]
        for group in _jobs(sorted(below, key=lambda one: (one.terms.signed_on, one.key))):
            if len(group) > 1:
                days = [one.terms.signed_on for one in group if one.terms.signed_on]
                params = {
                    "days": (days[-1] - days[0]).days + 1,
                    "count": len(group),
                    "tier": f"{tier // 1_000_000:,}",
                    "turnover": wan(sum(one.terms.turnover for one in group)),
                }
                keys = tuple(sorted(one.key for one in group))
                yield Finding("parts_below_tier", SPLIT, keys, params)


def _jobs(contracts: Sequence[Registered]) -> Iterator[list[Registered]]:
    left = list(contracts)
    while left:
        first, *rest = left
        group = [first]
        for one in rest:
            if _is_same_job(group[-1], one):
                group.append(one)
        left = [one for one in rest if one not in group]
        yield group


def _is_same_job(first: Registered, second: Registered) -> bool:
    """Whether the later contract goes on with the job of the earlier one, for the same side."""
    one, other = first.terms, second.terms
    if one.signed_on is None or other.signed_on is None:
        return False
    (title, marks), (other_title, other_marks) = split_title(one.title), split_title(other.title)
    is_the_same_again = one.turnover == other.turnover and (title, marks) == (
        other_title,
        other_marks,
    )
    return (
        other.signed_on - one.signed_on <= WITHIN
        and not is_the_same_again
        and not has_been_taken_out(first, second)
        and _is_one_side(one.buyer, other.buyer)
        and likeness(title, other_title) >= SAME_JOB
    )


def _is_one_side(one: Party, other: Party) -> bool:
    """The same buyer, or one of its family under the same person."""
    is_family = has_same_root(one, other) and one.representative == other.representative != ""
    return is_same(one, other) or is_family
