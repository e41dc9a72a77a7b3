"""What somebody who subtracts can find out about withheld cells of published tables.

Published tables are a set of equations, total = sum of its parts. Here it is proved, in exact
arithmetic, for each withheld cell that its value stays open: the proof is a second table that
would have given the same published figures. Which cells to withhold is ``suppression``'s matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

Key = Hashable
Exact = int | Fraction
Row = dict[Key, Exact]
COUNT, TURNOVER, TECH_AMOUNT = range(3)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: ``contracts`` behind it, and the published figures, net of cancellations.

    ``contracts`` counts each contract that has an entry in the cell, also when it was only
    amended or cancelled there; amounts in 分. A cell without contracts holds nothing but zeros.
    """

    contracts: int
    count: int
    turnover: int
    tech_amount: int = 0

    @property
    def figures(self) -> tuple[int, int, int]:
        """What is published of it: count, turnover, technology amount."""
        return self.count, self.turnover, self.tech_amount


@dataclass(frozen=True, slots=True)
class Sum:
    """An equation that every reader knows: the cell ``total`` is the sum of ``parts``."""

    total: Key
    parts: tuple[Key, ...]


def open_equations(sums: Iterable[Sum], withheld: Collection[Key]) -> list[Row]:
    """The equations with the published cells taken out: coefficients of withheld cells only."""
    equations = []
    for each in sums:
        row: Row = defaultdict(int)
        for key, factor in [(each.total, 1), *((part, -1) for part in each.parts)]:
            if key in withheld:
                row[key] += factor
        if row := {key: factor for key, factor in row.items() if factor}:
            equations.append(row)
    return equations


def connected(withheld: Iterable[Key], equations: Iterable[Row]) -> list[list[Key]]:
    """The withheld cells in groups that no equation joins, each in the order given."""
    parent = {key: key for key in withheld}

    def root(key: Key) -> Key:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for row in equations:
        first, *others = row
        for other in others:
            parent[root(other)] = root(first)
    groups: dict[Key, list[Key]] = defaultdict(list)
    for key in parent:
        groups[root(key)].append(key)
    return list(groups.values())


def solved(equations: Iterable[Row]) -> dict[Key, Row]:
    """The equations for changes of cells, solved: a cell → its change as a sum of free changes."""
    rows: dict[Key, Row] = {}
    for equation in equations:
        row = dict(equation)
        for key in [key for key in row if key in rows]:
            _add(row, rows[key], row.pop(key))
        if row:
            pivot = next(iter(row))
            factor = row.pop(pivot)
            _put_in(rows, pivot, {key: _over(-each, factor) for key, each in row.items()})
    return rows


def _put_in(rows: dict[Key, Row], solved_for: Key, row: Row) -> None:
    for other in rows.values():
        if solved_for in other:
            _add(other, row, other.pop(solved_for))
    rows[solved_for] = row


def _add(row: Row, other: Row, times: Exact) -> None:
    for key, factor in other.items():
        if total := row.get(key, 0) + times * factor:
            row[key] = total
        else:
            row.pop(key, None)


def _over(number: Exact, by: Exact) -> Exact:
    """The quotient, an ``int`` where it is whole: nearly always, and ten times as fast."""
    if isinstance(number, int) and isinstance(by, int) and not number % by:
        return number // by
    quotient = Fraction(number) / by
    return quotient.numerator if quotient.denominator == 1 else quotient


def exposed(
    cells: Mapping[Key, Cell],
    sums: Iterable[Sum],
    withheld: Iterable[Key],
    small: frozenset[Key],
    open_percent: int,
) -> set[Key]:
    """The withheld cells that somebody can find out, or nearly.

    For every other one there is a table with the same published figures, no count below 1 and no
    amount below 0 (or below the true one, if that is lower), in which its count is another whole
    number, one in which its turnover is another, and one in which its technology amount is. For a
    ``small`` cell, which is withheld for its own sake, there are tables in which an amount lies at
    least ``open_percent`` per cent higher, and others in which it lies as much lower. Each of the
    three figures is looked at by itself.
    """
    order = list(dict.fromkeys(withheld))
    equations = open_equations(sums, set(order))
    rows_of: dict[Key, list[Row]] = defaultdict(list)
    for row in equations:
        rows_of[next(iter(row))].append(row)
    found: set[Key] = set()
    for group in connected(order, equations):
        rows = solved(row for key in group for row in rows_of[key])
        for measure in (COUNT, TURNOVER, TECH_AMOUNT):
            figures = {key: cells[key].figures[measure] for key in group}
            needed = dict.fromkeys(group, 1)
            if measure != COUNT:
                for key in small & needed.keys():
                    needed[key] = max(1, -(-abs(figures[key]) * open_percent // 100))
            both_ways = frozenset() if measure == COUNT else small & needed.keys()
            found |= _Figure(rows, figures, needed, both_ways, is_count=measure == COUNT).exposed()
    return found


class _Figure:
    """One figure – count or an amount – of connected withheld cells, and how far it can move."""

    def __init__(
        self,
        rows: dict[Key, Row],
        figures: Mapping[Key, int],
        needed: Mapping[Key, int],
        both_ways: frozenset[Key],
        *,
        is_count: bool,
    ) -> None:
        self.group, self.rows, self.is_count = list(figures), rows, is_count
        least = 1 if is_count else 0
        self.room = {key: figure - min(least, figure) for key, figure in figures.items()}
        self.needed, self.both_ways = needed, both_ways
        self.unproved: dict[tuple[Key, int], int] = {}
        for key in figures:
            self.unproved[key, 1] = needed[key]
            if down := min(needed[key], self.room[key]):
                self.unproved[key, -1] = down

    def exposed(self) -> set[Key]:
        """The cells whose figure cannot move as far as it should."""
        for key in [key for key in self.group if key not in self.rows]:
            change = {key: 1} | {other: row[key] for other, row in self.rows.items() if key in row}
            for sign in (1, -1):
                self._prove({other: sign * each for other, each in change.items()})
        for key, sign in list(self.unproved):
            if (key, sign) in self.unproved:
                self._take(self._pushed(key, sign))
        return {key for key, sign in self.unproved if key in self.both_ways or sign == 1}

    def _prove(self, change: Row) -> None:
        """Take the change as far as no cell falls too low."""
        room = [self.room[key] // -each for key, each in change.items() if each < 0]
        step = min(room) if room else max(self.needed[key] for key in change)
        if step:
            self._take({key: step * each for key, each in change.items()})

    def _take(self, change: Row) -> None:
        """Note what a possible change proves; counts stay whole."""
        if self.is_count and any(each.denominator != 1 for each in change.values()):
            return
        for key, each in change.items():
            sign = 1 if each > 0 else -1
            wanted = self.unproved.get((key, sign))
            if wanted is not None and sign * each >= wanted:
                del self.unproved[key, sign]
                if key not in self.both_ways:
                    self.unproved.pop((key, -sign), None)

    def _pushed(self, key: Key, sign: int) -> Row:
        """A change that moves one cell as far as needed, or as far as it goes: simplex steps.

        The cells stand in fixed order for Bland's rule, without which it may turn in circles.
        """
        wanted = self.unproved[key, sign]
        rows = {each: dict(row) for each, row in self.rows.items()}
        change: Row = dict.fromkeys(self.group, 0)
        while (missing := wanted - sign * change[key]) > 0:
            moved = self._first_that_helps(rows, change, key, sign)
            if moved is None:
                break
            free, way = moved
            speed = {free: way} | {
                each: way * row[free] for each, row in rows.items() if free in row
            }
            furthest = _over(missing, sign * speed[key])
            blocking = None
            for each in self.group:
                if speed.get(each, 0) < 0:
                    limit = _over(change[each] + self.room[each], -speed[each])
                    if limit < furthest:
                        furthest, blocking = limit, each
            for each, by in speed.items():
                change[each] += furthest * by
            if blocking in rows:
                _exchange(rows, blocking, free)
        return {each: by for each, by in change.items() if by}

    def _first_that_helps(
        self, rows: dict[Key, Row], change: Row, key: Key, sign: int
    ) -> tuple[Key, int] | None:
        row = rows.get(key, {key: 1})
        for free in self.group:
            if factor := row.get(free, 0):
                way = 1 if sign * factor > 0 else -1
                if way > 0 or change[free] > -self.room[free]:
                    return free, way
        return None


def _exchange(rows: dict[Key, Row], leaving: Key, entering: Key) -> None:
    """Solve the row of ``leaving`` for ``entering`` instead."""
    row = rows.pop(leaving)
    factor = row.pop(entering)
    turned = {key: _over(-each, factor) for key, each in row.items()}
    turned[leaving] = _over(1, factor)
    _put_in(rows, entering, turned)
