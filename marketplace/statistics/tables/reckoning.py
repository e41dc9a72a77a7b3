"""What somebody can compute from sums that are public, by adding and taking off.

A public sum is an equation over places: a row without parts, in a month, as it stood up to some
edition. Places that stand in the same equations can't be told apart. Everything is reckoned
modulo a large prime, which is exact for the whole numbers that matter here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.contracts.ledger.sums import NOTHING, Sum

PRIME = 2**127 - 1
Place = tuple[str, int, int]
"""A row without parts, a month, and before which of the changed editions."""
Row = dict[int, int]
VALUES = (-1, -2, -3)
"""Where a row of the reckoning keeps the count and the two amounts of its sum."""


@dataclass(frozen=True, slots=True)
class Equation:
    """A public sum: the places that it adds up, and what they come to."""

    places: frozenset[Place]
    value: Sum


def told_few(equations: Sequence[Equation], minimum: int) -> list[frozenset[Place]]:
    """The places whose sum follows from public ones and is of fewer contracts than ``minimum``.

    Where nothing stands in a sum, nothing stands in any of its places, and every reader knows it.
    """
    empty = frozenset().union(*(one.places for one in equations if one.value == NOTHING))
    within: dict[Place, list[int]] = defaultdict(list)
    for number, one in enumerate(equations):
        for place in one.places - empty:
            within[place].append(number)
    together: dict[tuple[int, ...], set[Place]] = defaultdict(set)
    for place, numbers in within.items():
        together[tuple(numbers)].add(place)
    rows: list[Row] = [{} for _ in equations]
    for atom, members in enumerate(together):
        for number in members:
            rows[number][atom] = 1
    solved = _solved(_with_value(row, one.value) for row, one in zip(rows, equations, strict=True))
    found = []
    for atom, places in enumerate(together.values()):
        left = _less({atom: 1}, solved)
        value = Sum(*(_signed(-left.pop(at, 0)) for at in VALUES))
        if not left and value != NOTHING and abs(value.count) < minimum:
            found.append(frozenset(places))
    return found


def _with_value(row: Row, value: Sum) -> Row:
    amounts = zip(VALUES, (value.count, value.turnover, value.tech_amount), strict=True)
    return row | {at: amount % PRIME for at, amount in amounts if amount}


def _solved(rows: Iterable[Row]) -> dict[int, Row]:
    """The equations, each with an atom that it gives by others; short ones first, for speed."""
    solved: dict[int, Row] = {}
    for row in sorted(rows, key=len):
        left = _less(row, solved)
        first = max((at for at in left if at >= 0), default=None)
        if first is not None:
            inverse = pow(left[first], -1, PRIME)
            solved[first] = {at: by * inverse % PRIME for at, by in left.items()}
    return solved


def _less(row: Row, solved: Mapping[int, Row]) -> Row:
    """What is left of a sum when all that is known is taken off."""
    row, left = dict(row), {}
    while row:
        at = max(row)
        by = row.pop(at)
        pivot = solved.get(at)
        if pivot is None:
            left[at] = by
            continue
        for other, factor in pivot.items():
            if other == at:
                continue
            if value := (row.get(other, 0) - by * factor) % PRIME:
                row[other] = value
            else:
                row.pop(other, None)
    return left


def _signed(number: int) -> int:
    number %= PRIME
    return number if number <= PRIME // 2 else number - PRIME
