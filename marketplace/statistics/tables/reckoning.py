"""What somebody can compute from sums that are public, by adding and taking off.

A public sum is an equation over places: a row without parts, in a month, as it stood up to some
edition. Places that stand in the same equations can't be told apart. Everything is reckoned
modulo a large prime, which is exact for the whole numbers that matter here.

At one point of the year a sum is a set of leaves, the rows without parts. Where all rows lie in
each other or apart, as in a tree, every sum that follows is one of disjoint groups. Two rows that
cross leave two ways to make such groups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from marketplace.contracts.ledger.sums import NOTHING, Sum

PRIME = 2**127 - 1
Place = tuple[str, int, int]
"""A row without parts, a month, and before which of the changed editions."""
Part = TypeVar("Part", bound=Hashable)
Group = frozenset[str]
"""Leaves whose sum is known."""
Groups = tuple[Group, ...]
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
    atoms, rows = _in_atoms([one.places - empty for one in equations])
    solved = _solved(_with_value(row, one.value) for row, one in zip(rows, equations, strict=True))
    found = []
    for atom, places in enumerate(atoms):
        left = _less({atom: 1}, solved)
        value = Sum(*(_signed(-left.pop(at, 0)) for at in VALUES))
        if not left and value != NOTHING and abs(value.count) < minimum:
            found.append(places)
    return found


def known_groups(rows: Iterable[Group]) -> tuple[Groups, ...]:
    """Disjoint sets of leaves, as small as can be, whose sums follow from those of the rows.

    Every other sum of leaves that follows is a union of such sets. Where rows cross each other
    and nobody knows what they share, there are several ways to divide them.
    """
    atoms, numbered = _in_atoms(sorted(set(rows), key=sorted))
    solved = _solved(numbered)
    unknown = {atom: _mark(_less({atom: 1}, solved)) for atom in range(len(atoms))}
    alone = tuple(group for atom, group in enumerate(atoms) if not unknown[atom])
    left = [atom for atom in unknown if unknown[atom]]
    sets = [
        frozenset[str]().union(*(atoms[left[place]] for place in each))
        for each in _adding_up_to_nothing([unknown[atom] for atom in left])
    ]
    return tuple((*alone, *way) for way in _ways_to_choose_apart(sets))


def _mark(row: Row) -> int:
    """A number that is 0 for what is known, and adds up as sums do, but for a chance of 2⁻¹²⁰."""
    return sum(by * pow(3, at * at + 1, PRIME) for at, by in row.items()) % PRIME


def _adding_up_to_nothing(marks: Sequence[int]) -> list[tuple[int, ...]]:
    """The smallest sets of places whose marks come to 0."""
    found: list[tuple[int, ...]] = []
    for size in range(1, len(marks) + 1):
        for places in combinations(range(len(marks)), size):
            is_new = sum(marks[place] for place in places) % PRIME == 0 and not any(
                set(one) <= set(places) for one in found
            )
            if is_new:
                found.append(places)
    return found


def _ways_to_choose_apart(sets: Sequence[Group]) -> list[Groups]:
    """All choices of sets that have nothing in common and leave no room for another."""
    if not sets:
        return [()]
    first = sets[0]
    ways: list[Groups] = []
    for one in (each for each in sets if each == first or not each.isdisjoint(first)):
        apart = [each for each in sets if each.isdisjoint(one)]
        ways += [(one, *way) for way in _ways_to_choose_apart(apart)]
    return [way for n, way in enumerate(ways) if set(way) not in [set(each) for each in ways[:n]]]


def common_groups(some: Groups, others: Groups) -> list[Group]:
    """The smallest sets of leaves that are unions of known groups both here and there."""
    here = {leaf: group for group in some for leaf in group}
    there = {leaf: group for group in others for leaf in group}
    known = here.keys() & there.keys()
    found: list[Group] = []
    seen: set[str] = set()
    for leaf in known:
        if leaf not in seen:
            group = _joined(leaf, here, there)
            seen |= group
            if group <= known:
                found.append(group)
    return found


def _joined(leaf: str, here: Mapping[str, Group], there: Mapping[str, Group]) -> Group:
    """All leaves that stand in one group with a leaf, or with one that does."""
    group: Group = frozenset()
    new: Group = frozenset((leaf,))
    while new:
        group |= new
        new = frozenset().union(*(of.get(one, ()) for of in (here, there) for one in new)) - group
    return group


def _in_atoms(sums: Sequence[frozenset[Part]]) -> tuple[list[frozenset[Part]], list[Row]]:
    """The parts that stand in the same sums, together; and each sum as one of such atoms."""
    within: dict[Part, list[int]] = defaultdict(list)
    for number, parts in enumerate(sums):
        for part in parts:
            within[part].append(number)
    together: dict[tuple[int, ...], set[Part]] = defaultdict(set)
    for part, numbers in within.items():
        together[tuple(numbers)].add(part)
    rows: list[Row] = [{} for _ in sums]
    for atom, members in enumerate(together):
        for number in members:
            rows[number][atom] = 1
    return [frozenset(parts) for parts in together.values()], rows


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
