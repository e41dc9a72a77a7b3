"""Rules about contracts between the same two parties: registered twice, other than before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from marketplace.contracts.checks.finding import DUPLICATE, UNIT, Finding, wan
from marketplace.contracts.checks.names import is_same, likeness, split_title
from marketplace.contracts.states import DEREGISTERED, REVOKED
from marketplace.contracts.terms import Registered

NEIGHBOURS = 60
"""With so many signed after it a contract is compared, so that time grows by the contracts."""
TWICE_WITHIN = timedelta(days=90)
"""Both sides register within weeks; a renewal comes after months."""
CLOSE_TITLE = 0.55
SERIES_TITLE = 0.9
CLOSE_AMOUNT = 0.03
"""Share by which amounts of one contract may differ: with or without a small cost."""
FACTORS = (100, 1_000, 10_000, 100_000_000)
NEAR_FACTOR = 1.35
"""A yearly price grows a little; a slip of the unit is a hundred or ten thousand times."""


def find_in_pairs(contracts: Sequence[Registered]) -> Iterator[Finding]:
    """Faults among contracts whose parties have the same tails; most groups hold one or two."""
    live = sorted((one for one in contracts if one.terms.signed_on is not None), key=_signed)
    for place, first in enumerate(live, 1):
        for second in live[place : place + NEIGHBOURS]:
            yield from _twice(first, second)
            yield from _other_than_series(first, second)


def _signed(contract: Registered) -> tuple[Any, int]:
    return contract.terms.signed_on, contract.key


def _twice(first: Registered, second: Registered) -> Iterator[Finding]:
    one, other = first.terms, second.terms
    if one.signed_on is None or other.signed_on is None:
        return
    apart = other.signed_on - one.signed_on
    if apart > TWICE_WITHIN or has_been_taken_out(first, second):
        return
    is_straight = is_same(one.seller, other.seller) and is_same(one.buyer, other.buyer)
    is_swapped = is_same(one.seller, other.buyer) and is_same(one.buyer, other.seller)
    if not (is_straight or is_swapped):
        return
    params: dict[str, Any] = {"days": apart.days, "turnover": wan(one.turnover)}
    is_equal = one.turnover == other.turnover
    shared = sorted(set(one.patent_numbers) & set(other.patent_numbers))
    (title, marks), (other_title, other_marks) = split_title(one.title), split_title(other.title)
    keys = (first.key, second.key)
    if marks != other_marks:
        return
    if likeness(title, other_title) >= CLOSE_TITLE:
        params["titles"] = "same_title" if title == other_title else "close_title"
        if is_equal:
            rule = "same_contract" if is_straight else "swapped"
            yield Finding(rule, DUPLICATE, keys, params)
        elif is_straight and _is_close(one.turnover, other.turnover):
            params["other"] = wan(other.turnover)
            yield Finding("same_contract_other_amount", DUPLICATE, keys, params)
    elif is_equal and is_straight and shared:
        yield Finding("same_patent_twice", DUPLICATE, keys, {**params, "number": shared[0]})


def has_been_taken_out(first: Registered, second: Registered) -> bool:
    """Whether one of them left the register, so that the other may take its place."""
    return any(one.state in (DEREGISTERED, REVOKED) for one in (first, second))


def _is_close(one: int, other: int) -> bool:
    return abs(one - other) <= CLOSE_AMOUNT * max(one, other)


def _other_than_series(first: Registered, second: Registered) -> Iterator[Finding]:
    """Two contracts for the same work whose amounts differ by a hundred or ten thousand."""
    one, other = first.terms, second.terms
    smaller, larger = sorted((first, second), key=lambda contract: contract.terms.turnover)
    if not smaller.terms.turnover:
        return
    ratio = larger.terms.turnover / smaller.terms.turnover
    factor = next((one for one in FACTORS if 1 / NEAR_FACTOR <= ratio / one <= NEAR_FACTOR), None)
    if factor is None or not (
        is_same(one.seller, other.seller) and is_same(one.buyer, other.buyer)
    ):
        return
    if likeness(split_title(one.title)[0], split_title(other.title)[0]) < SERIES_TITLE:
        return
    params = {
        "turnover": wan(larger.terms.turnover),
        "other": wan(smaller.terms.turnover),
        "factor": f"{factor:,}",
    }
    yield Finding("other_than_series", UNIT, (larger.key,), params)
