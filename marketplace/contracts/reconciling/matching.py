"""Finding the contracts of both sides in each other, and telling in what they differ.

By the number where both have one, else by parties, date and amount. Nothing here reads or writes
the database.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from marketplace.core.listed import name_key

ONLY_HERE, ONLY_THERE = "only_here", "only_there"
AMOUNT, DAY, MONTH = "amount", "day", "month"
KINDS = (ONLY_HERE, ONLY_THERE, AMOUNT, DAY, MONTH)
COMPARED = ("count", "turnover", "tech_amount", "on")


@dataclass(frozen=True)
class Side:
    """A contract as one side has it, and what it counts for there in the month; 分.

    ``first_turnover`` is what it was registered with; ``contract_id`` is ours. ``is_in_month``
    says that anything of it counts in the month, ``was_counted`` that it counted in any.
    """

    number: str
    title: str
    seller_name: str
    buyer_name: str
    signed_on: date | None
    registered_on: date | None
    first_turnover: int
    count: int
    turnover: int
    tech_amount: int
    is_in_month: bool = True
    was_counted: bool = True
    contract_id: int | None = None

    @property
    def amounts(self) -> tuple[int, int, int]:
        """Contracts, turnover and technology amount of the month."""
        return self.count, self.turnover, self.tech_amount

    def as_told(self) -> dict[str, Any]:
        """What is kept of this side: JSON's own types."""
        return {
            "number": self.number,
            "title": self.title,
            "seller": self.seller_name,
            "buyer": self.buyer_name,
            "count": self.count,
            "turnover": self.turnover,
            "tech_amount": self.tech_amount,
            "on": self.registered_on.isoformat() if self.registered_on else None,
            "was_counted": self.was_counted,
        }

    def signs(self) -> list[Hashable]:
        """By what it is found where a number is missing, the surest first."""
        parties = (name_key(self.seller_name), name_key(self.buyer_name), self.first_turnover)
        signed = [("signed", self.signed_on, *parties)] if self.signed_on else []
        return [*signed, ("registered", self.registered_on, *parties)]


@dataclass(frozen=True)
class Found:
    """One difference: what both sides say, and what tells it from others of its month."""

    kind: str
    key: str
    here: Side | None
    there: Side | None

    @property
    def content(self) -> str:
        """What tells whether a later export says the same of it."""
        told = [
            [side.as_told()[name] for name in COMPARED] if side else None
            for side in (self.here, self.there)
        ]
        return hashlib.sha256(orjson.dumps([self.kind, told])).hexdigest()


@dataclass
class Comparison:
    """What two sides of a month have in common, and in what they differ."""

    equal: int = 0
    found: list[Found] = field(default_factory=list)


def compare(
    here: Iterable[Side], there: Sequence[Side], elsewhere: Mapping[str, Side]
) -> Comparison:
    """Compare what counts here in a month with all rows of the export.

    :param elsewhere: by number, contracts of ours that don't count in this month.
    """
    result = Comparison()
    ours = list(here)
    pairs, left_here, left_there = _paired(ours, there)
    for our, their in pairs:
        _compare_pair(result, our, their)
    by_repeat: dict[str, int] = defaultdict(int)
    for their in left_there:
        if not their.is_in_month:
            continue
        other = elsewhere.get(their.number) if their.number else None
        if other is not None and other.was_counted:
            result.found.append(Found(MONTH, f"id:{other.contract_id}", other, their))
            continue
        key = f"no:{their.number}" if their.number else f"row:{_digest(their)}"
        by_repeat[key] += 1
        if by_repeat[key] > 1:
            key = f"{key}#{by_repeat[key]}"
        result.found.append(Found(ONLY_THERE, key, other, their))
    result.found += [
        Found(ONLY_HERE, f"id:{our.contract_id}", our, None)
        for our in left_here
        if any(our.amounts)
    ]
    return result


def _compare_pair(result: Comparison, our: Side, their: Side) -> None:
    key = f"id:{our.contract_id}"
    if not their.is_in_month:
        if any(our.amounts):
            result.found.append(Found(MONTH, key, our, their))
        return
    before = len(result.found)
    if our.amounts != their.amounts:
        result.found.append(Found(AMOUNT, key, our, their))
    if our.registered_on != their.registered_on:
        result.found.append(Found(DAY, key, our, their))
    result.equal += len(result.found) == before


def _paired(
    here: Sequence[Side], there: Sequence[Side]
) -> tuple[list[tuple[Side, Side]], list[Side], list[Side]]:
    """Pairs of the same contract, and what is left on each side."""
    by_number = {one.number: one for one in here if one.number}
    pairs: list[tuple[Side, Side]] = []
    left: list[Side] = []
    for their in there:
        our = by_number.pop(their.number, None) if their.number else None
        if our is not None:
            pairs.append((our, their))
        else:
            left.append(their)
    taken = {our.contract_id for our, _their in pairs}
    by_sign: dict[Hashable, list[Side]] = defaultdict(list)
    for our in here:
        if our.contract_id not in taken:
            for sign in our.signs():
                by_sign[sign].append(our)
    still: list[Side] = []
    for their in left:
        match = _match(their, by_sign, taken)
        if match is None:
            still.append(their)
            continue
        taken.add(match.contract_id)
        pairs.append((match, their))
    return pairs, [our for our in here if our.contract_id not in taken], still


def _match(
    their: Side, by_sign: Mapping[Hashable, Sequence[Side]], taken: set[int | None]
) -> Side | None:
    """A contract of ours with the same signs, where one of the two has no number."""
    for sign in their.signs():
        for our in by_sign.get(sign, ()):
            if our.contract_id not in taken and not (our.number and their.number):
                return our
    return None


def _digest(side: Side) -> str:
    return hashlib.sha256(repr(side.signs()).encode()).hexdigest()[:40]
