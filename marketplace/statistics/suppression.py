"""Which cells of public tables are withheld, so that no figure tells one party's price.

A cell of fewer than three contracts is withheld (a recommendation; no law fixes the number), and
with it as many others as it takes that subtracting within a table, over months and quarters, or
between tables that share a total does not bring it back. ``recomputing`` says what stays open,
and proves it. Cells without any contract may be published: there is no party behind them.

Figures made from a withheld cell – 同比 where it is the current or the base period, 占比, the
average of a contract, its rank – give it away and must be withheld with it. Not covered: somebody
who knows a contract of the cell from elsewhere and takes it off.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from marketplace.statistics.recomputing import Cell, Key, Sum, exposed

LEAST_CONTRACTS = 3
OPEN_PERCENT = 10
BEAM = 12
TOO_SMALL = 8


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of a table: its ``members``, totals among them, and how they add up."""

    members: tuple[Key, ...]
    sums: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class Suppression:
    """What is withheld and why: ``small`` cells, and ``others`` that protect them.

    ``unprotected`` cells can be recomputed from figures that are out already; a person decides.
    """

    small: frozenset[Key]
    others: frozenset[Key]
    unprotected: frozenset[Key]

    @property
    def withheld(self) -> frozenset[Key]:
        """All cells that must not be shown."""
        return self.small | self.others


def months_axis(year: int) -> Axis:
    """The twelve months of a year, its quarters, its year-to-date figures and the year.

    Members are ``2020-03``, ``2020-Q1``, ``2020-01..03`` and ``2020``. The first month, the first
    quarter and the whole year are not repeated as year-to-date.
    """
    months = [f"{year}-{month:02}" for month in range(1, 13)]
    quarters = [f"{year}-Q{quarter}" for quarter in range(1, 5)]
    sums = [Sum(quarters[n], tuple(months[3 * n : 3 * n + 3])) for n in range(4)]
    sums.append(Sum(str(year), tuple(quarters)))
    so_far = [months[0], f"{year}-01..02", quarters[0]]
    so_far += [f"{year}-01..{month:02}" for month in range(4, 12)]
    so_far.append(str(year))
    sums += [Sum(so_far[n], (so_far[n - 1], months[n])) for n in range(1, 12)]
    members = dict.fromkeys([*months, *quarters, *so_far])
    return Axis(tuple(members), tuple(sums))


def crossed(*axes: Axis) -> tuple[Sum, ...]:
    """All sums of the table that the axes span; its keys are tuples, one member of each axis."""
    found = []
    for place, axis in enumerate(axes):
        others = [each.members for n, each in enumerate(axes) if n != place]
        for fixed in product(*others):

            def key(member: Key, before: tuple[Key, ...] = fixed, at: int = place) -> Key:
                return (*before[:at], member, *before[at:])

            found += [Sum(key(each.total), tuple(map(key, each.parts))) for each in axis.sums]
    return tuple(found)


def suppress(
    cells: Mapping[Key, Cell],
    sums: Iterable[Sum],
    *,
    least_contracts: int = LEAST_CONTRACTS,
    open_percent: int = OPEN_PERCENT,
    public: Collection[Key] = frozenset(),
    withheld_before: Collection[Key] = frozenset(),
) -> Suppression:
    """Choose the cells to withhold; give it all tables that are public together, at once.

    :param cells: every cell that the sums name, those of earlier publications too.
    :param public: cells that are out already and can't be withheld any more.
    :param withheld_before: cells that an earlier publication withheld; they stay so.
    :param open_percent: how far, in per cent, another possible amount must lie from the true one.
    :raises ValueError: when a total isn't the sum of its parts, or an empty cell holds a figure.

    For every withheld cell that is not ``unprotected`` there remains what
    :func:`~marketplace.statistics.recomputing.exposed` describes. The choice is good, not the
    smallest possible: patterns are added by what readers lose (totals and large cells cost more),
    and cells that turn out not to be needed are given back.
    """
    sums = tuple(sums)
    _check(cells, sums)
    small = frozenset(
        key
        for key, cell in cells.items()
        if 0 < cell.contracts < least_contracts and key not in public
    )
    before = frozenset(withheld_before)
    choice = _Choice(cells, sums, open_percent, frozenset(public), small, before)
    unprotected = choice.add_until_open()
    choice.give_back(unprotected)
    return Suppression(small, frozenset(choice.withheld) - small, frozenset(unprotected))


def _check(cells: Mapping[Key, Cell], sums: Sequence[Sum]) -> None:
    for key, cell in cells.items():
        if cell.contracts == 0 and any(cell.figures):
            raise ValueError(f"{key!r} has figures but no contract")
    for each in sums:
        parts = [cells[part].figures for part in each.parts]
        if cells[each.total].figures != tuple(map(sum, zip(*parts, strict=True))):
            raise ValueError(f"{each.total!r} is not the sum of its parts")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Cells that are to move together; ``lonely`` are the equations that hold one of them alone."""

    cells: tuple[Key, ...]
    price: int
    touched: frozenset[int]
    lonely: frozenset[int]

    @property
    def promise(self) -> int:
        """What it may cost once closed: each lonely cell needs another."""
        return self.price + len(self.lonely)

    def with_cell(self, key: Key, price: int, numbers: frozenset[int]) -> _Pattern:
        lonely = (self.lonely - numbers) | (numbers - self.touched)
        return _Pattern((*self.cells, key), self.price + price, self.touched | numbers, lonely)


class _Choice:
    """The withheld cells while they are chosen."""

    def __init__(
        self,
        cells: Mapping[Key, Cell],
        sums: Sequence[Sum],
        open_percent: int,
        public: frozenset[Key],
        small: frozenset[Key],
        before: frozenset[Key],
    ) -> None:
        self.cells, self.sums, self.open_percent = cells, sums, open_percent
        self.small, self.kept = small, (kept := small | before)
        self.withheld = dict.fromkeys(key for key in cells if key in kept)
        self.eligible = {
            key for key, cell in cells.items() if cell.contracts and key not in public | kept
        }
        self.equations = [tuple(dict.fromkeys((each.total, *each.parts))) for each in sums]
        at: dict[Key, set[int]] = {key: set() for key in cells}
        for number, keys in enumerate(self.equations):
            for key in keys:
                at[key].add(number)
        self.at = {key: frozenset(numbers) for key, numbers in at.items()}
        self.price = {key: cell.contracts.bit_length() for key, cell in cells.items()}
        for each in sums:
            self.price[each.total] += self.cells[each.total].contracts.bit_length()
        self.patterns: list[list[Key]] = []

    def add_until_open(self) -> set[Key]:
        """Withhold more until nothing is exposed; answers what cannot be helped."""
        for key in sorted(self.withheld, key=lambda each: -self.cells[each].turnover):
            self._close(key, ())
        helpless: set[Key] = set()
        bare = self._exposed_among(self.withheld)
        while bare:
            near: set[Key] = set()
            for key in [each for each in self.withheld if each in (bare & self.small or bare)]:
                # Not twice in one place: the next round sees what the first remedy did there.
                if key in near:
                    continue
                chosen = self._cheapest_near(key, self._joined({key}))
                if chosen is None:
                    helpless |= bare & self._joined({key})
                    continue
                pattern = self._close(key, (chosen,))
                near.update(*(self.equations[number] for number in pattern.touched))
            area = self._joined((near | bare) & self.withheld.keys())
            bare = self._exposed_among(area) - helpless
        return helpless & self._exposed_among(self.withheld) if helpless else helpless

    def give_back(self, unprotected: set[Key]) -> None:
        """Show again what is not needed: whole patterns first, then the dearest cells."""
        added = [key for key in self.withheld if key not in self.kept]
        singles = sorted(added, key=lambda each: self.price[each], reverse=True)
        for keys in [*reversed(self.patterns), *((key,) for key in singles)]:
            back = [key for key in keys if key in self.withheld]
            if not back:
                continue
            area = self._joined(back).difference(back)
            for key in back:
                del self.withheld[key]
            if not self._exposed_among(area) <= unprotected:
                self.withheld |= dict.fromkeys(back)

    def _close(self, key: Key, chosen: tuple[Key, ...]) -> _Pattern:
        """Withhold ``chosen`` and the cheapest others that form a closed pattern with the cell.

        In a closed pattern no equation has one cell alone, so that all of it can move together.
        A beam search: of all half-closed patterns only the best are followed.
        """
        begun = _Pattern((), 0, frozenset(), frozenset()).with_cell(key, 0, self.at[key])
        for each in chosen:
            begun = begun.with_cell(each, self._price_beside(each, key), self.at[each])
        best, beam = None, [begun]
        seen: set[frozenset[Key]] = set()
        while beam:
            following = []
            for pattern in beam:
                choices = self._fewest_choices(pattern)
                if choices is None and (best is None or pattern.price < best.price):
                    best = pattern
                for each in choices or ():
                    if (same := frozenset((*pattern.cells, each))) not in seen:
                        seen.add(same)
                        price = self._price_beside(each, key)
                        following.append(pattern.with_cell(each, price, self.at[each]))
            following.sort(key=lambda each: each.promise)
            beam = [each for each in following[:BEAM] if best is None or each.promise < best.price]
        found = best or begun
        added = [each for each in found.cells if each not in self.withheld]
        self.withheld |= dict.fromkeys(added)
        self.eligible.difference_update(added)
        self.patterns.append(added)
        return found

    def _fewest_choices(self, pattern: _Pattern) -> list[Key] | None:
        """What could join the cell alone in one of the equations; ``None`` where none is open.

        An equation whose other cells are all out already stays as it is.
        """
        found = [
            [
                each
                for each in self.equations[number]
                if each not in pattern.cells and (each in self.eligible or each in self.withheld)
            ]
            for number in sorted(pattern.lonely)
        ]
        return min(filter(None, found), key=len, default=None)

    def _price_beside(self, key: Key, small: Key) -> int:
        """What readers lose, and a fine if the cell is too small to hide the other one behind."""
        fine = 0 if self._is_roomy(key, small) else TOO_SMALL
        return fine if key in self.withheld else fine + self.price[key]

    def _is_roomy(self, key: Key, beside: Key) -> bool:
        cell, small = self.cells[key], self.cells[beside]
        percent = self.open_percent if beside in self.small else 0
        return (
            cell.count > 1
            and cell.turnover * 100 >= small.turnover * percent
            and cell.tech_amount * 100 >= small.tech_amount * percent
        )

    def _cheapest_near(self, key: Key, region: Collection[Key]) -> Key | None:
        """The next cell to withhold for an exposed one: beside it, else anywhere in its region."""
        tied = {number for each in region for number in self.at[each]}
        for numbers in (sorted(self.at[key]), sorted(tied)):
            found = dict.fromkeys(each for number in numbers for each in self.equations[number])
            choices = [each for each in found if each in self.eligible]
            if choices:
                return min(choices, key=lambda each: self._price_beside(each, key))
        return None

    def _exposed_among(self, area: Collection[Key]) -> set[Key]:
        numbers = {number for key in area for number in self.at[key]}
        sums = [self.sums[number] for number in sorted(numbers)]
        keys = [key for key in self.withheld if key in area]
        return exposed(self.cells, sums, keys, self.small, self.open_percent)

    def _joined(self, keys: Iterable[Key]) -> set[Key]:
        """The withheld cells that equations tie to these, over any number of steps."""
        reached = set(keys)
        waiting = list(reached)
        while waiting:
            for number in self.at[waiting.pop()]:
                for key in self.equations[number]:
                    if key in self.withheld and key not in reached:
                        reached.add(key)
                        waiting.append(key)
        return reached
