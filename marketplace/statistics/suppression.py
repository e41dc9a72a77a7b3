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

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from marketplace.statistics.recomputing import Cell, Key, Sum, exposed

LEAST_CONTRACTS = 3
OPEN_PERCENT = 10


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
    smallest possible: cells are added by the number of contracts that they cost, and those that
    turn out not to be needed are given back.
    """
    sums = tuple(sums)
    _check(cells, sums)
    small = frozenset(
        key
        for key, cell in cells.items()
        if 0 < cell.contracts < least_contracts and key not in public
    )
    kept = small | frozenset(withheld_before)
    choice = _Choice(cells, sums, open_percent, frozenset(public), kept)
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


class _Choice:
    """The withheld cells while they are chosen."""

    def __init__(
        self,
        cells: Mapping[Key, Cell],
        sums: Sequence[Sum],
        open_percent: int,
        public: frozenset[Key],
        kept: frozenset[Key],
    ) -> None:
        self.cells, self.open_percent, self.kept = cells, open_percent, kept
        self.withheld = dict.fromkeys(key for key in cells if key in kept)
        self.eligible = {
            key for key, cell in cells.items() if cell.contracts and key not in public
        } - kept
        self.equations = [(each.total, *each.parts) for each in sums]
        self.sums = sums
        self.at: dict[Key, list[int]] = defaultdict(list)
        for number, keys in enumerate(self.equations):
            for key in dict.fromkeys(keys):
                self.at[key].append(number)

    def add_until_open(self) -> set[Key]:
        """Withhold more until nothing is exposed; answers what cannot be helped."""
        self._join_the_lonely()
        bare = self._exposed_among(self.withheld)
        helpless: set[Key] = set()
        while bare:
            changed: set[Key] = set()
            for key in [each for each in self.withheld if each in bare]:
                # One remedy a region and round: it may have cleared the others.
                if key in changed:
                    continue
                region = self._joined({key})
                chosen = self._cheapest_in(self._equations_near(key, region))
                if chosen is None:
                    helpless |= bare & region
                else:
                    self._withhold(chosen)
                changed |= self._joined(region)
            self._join_the_lonely()
            changed = self._joined(changed - helpless)
            bare = self._exposed_among(changed) - helpless
        return helpless

    def _withhold(self, key: Key) -> None:
        self.withheld[key] = None
        self.eligible.discard(key)

    def _join_the_lonely(self) -> None:
        """Withhold a second cell wherever one alone would be total minus the rest."""
        waiting = list(self.withheld)
        while waiting:
            key = waiting.pop()
            for number in self.at[key]:
                if self._is_lonely(number):
                    chosen = self._cheapest_in([number])
                    if chosen is not None:
                        self._withhold(chosen)
                        waiting.append(chosen)

    def _is_lonely(self, number: int) -> bool:
        return sum(key in self.withheld for key in self.equations[number]) == 1

    def give_back(self, unprotected: set[Key]) -> None:
        """Show again each added cell without which everything still stays open."""
        added = [key for key in self.withheld if key not in self.kept]
        for key in sorted(added, key=lambda each: self.cells[each].contracts, reverse=True):
            area = self._joined({key}) - {key}
            del self.withheld[key]
            if not self._exposed_among(area) <= unprotected:
                self.withheld[key] = None

    def _exposed_among(self, area: Collection[Key]) -> set[Key]:
        numbers = {number for key in area for number in self.at[key]}
        sums = [self.sums[number] for number in sorted(numbers)]
        keys = [key for key in self.withheld if key in area]
        return exposed(self.cells, sums, keys, self.open_percent)

    def _joined(self, keys: Collection[Key]) -> set[Key]:
        """The withheld cells that equations tie to these, over any number of steps."""
        reached, waiting = set(keys), list(keys)
        while waiting:
            for number in self.at[waiting.pop()]:
                for key in self.equations[number]:
                    if key in self.withheld and key not in reached:
                        reached.add(key)
                        waiting.append(key)
        return reached

    def _equations_near(self, key: Key, region: Collection[Key]) -> list[int]:
        """The equations of an exposed cell if one of them has a cell left, else its region's."""
        own = self.at[key]
        if any(each in self.eligible for number in own for each in self.equations[number]):
            return own
        return [number for each in region for number in self.at[each]]

    def _cheapest_in(self, numbers: Iterable[int]) -> Key | None:
        found = dict.fromkeys(each for number in numbers for each in self.equations[number])
        return min((each for each in found if each in self.eligible), key=self._cost, default=None)

    def _cost(self, key: Key) -> Fraction:
        """Contracts that are lost to readers, shared among the lonely cells that it helps."""
        helped = sum(self._is_lonely(number) for number in self.at[key])
        return Fraction(self.cells[key].contracts, 1 + helped)
