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
from itertools import product

from marketplace.statistics.recomputing import Cell, Key, Sum, exposed

LEAST_CONTRACTS = 3
OPEN_PERCENT = 10
BEAM = 24
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
        self.at: dict[Key, list[int]] = defaultdict(list)
        for number, keys in enumerate(self.equations):
            for key in keys:
                self.at[key].append(number)
        self.price = {key: cell.contracts.bit_length() for key, cell in cells.items()}
        for each in sums:
            self.price[each.total] += self.cells[each.total].contracts.bit_length()
        self.patterns: list[tuple[Key, ...]] = []

    def add_until_open(self) -> set[Key]:
        """Withhold more until nothing is exposed; answers what cannot be helped."""
        for key in sorted(self.withheld, key=lambda each: -self.cells[each].turnover):
            self._close(key, ())
        helpless: set[Key] = set()
        bare = self._exposed_among(self.withheld)
        while bare:
            changed: set[Key] = set()
            for key in [each for each in self.withheld if each in bare]:
                # One remedy a region and round: it may have cleared the others.
                if key in changed:
                    continue
                region = self._joined({key})
                chosen = self._cheapest_near(key, region)
                if chosen is None:
                    helpless |= bare & region
                else:
                    self._close(key, (chosen,))
                changed |= self._joined(region)
            bare = self._exposed_among(self._joined(changed - helpless)) - helpless
        return helpless

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

    def _close(self, key: Key, chosen: tuple[Key, ...]) -> None:
        """Withhold ``chosen`` and the cheapest others, so that no equation has one alone.

        A beam search: of all half-closed patterns around the cell only the best are followed.
        """
        best: tuple[Key, ...] | None = None
        beam = [(self._pattern_price(key, chosen), chosen)]
        seen: set[frozenset[Key]] = set()
        while beam and (best is None or beam[0][0] < self._pattern_price(key, best)):
            following = []
            for _, pattern in beam:
                lonely = self._lonely_equations((key, *pattern))
                choices = min(
                    (
                        [each for each in self.equations[number] if self._is_free(each, pattern)]
                        for number in lonely
                    ),
                    key=len,
                    default=[],
                )
                if not choices:
                    # Closed, or closed as far as what is out already allows.
                    if best is None or self._pattern_price(key, pattern) < self._pattern_price(
                        key, best
                    ):
                        best = pattern
                    continue
                for each in choices:
                    longer = (*pattern, each)
                    if (same := frozenset(longer)) not in seen:
                        seen.add(same)
                        open_ends = len(self._lonely_equations((key, *longer)))
                        following.append((self._pattern_price(key, longer) + open_ends, longer))
            beam = sorted(following, key=lambda each: each[0])[:BEAM]
        if best:
            self.withheld |= dict.fromkeys(best)
            self.eligible.difference_update(best)
            self.patterns.append(best)

    def _is_free(self, key: Key, pattern: tuple[Key, ...]) -> bool:
        return key in self.eligible and key not in pattern

    def _lonely_equations(self, keys: tuple[Key, ...]) -> list[int]:
        """The equations of these cells in which only one cell is withheld."""
        numbers = dict.fromkeys(number for key in keys for number in self.at[key])
        return [
            number
            for number in numbers
            if sum(each in self.withheld or each in keys for each in self.equations[number]) == 1
        ]

    def _pattern_price(self, key: Key, pattern: tuple[Key, ...]) -> int:
        """What readers lose, and a fine for each cell too small to hide this one behind."""
        return sum(
            self.price[each] + (0 if self._is_roomy(each, key) else TOO_SMALL) for each in pattern
        )

    def _is_roomy(self, key: Key, beside: Key) -> bool:
        needed = self.cells[beside].turnover * self.open_percent if beside in self.small else 0
        return self.cells[key].count > 1 and self.cells[key].turnover * 100 >= needed

    def _cheapest_near(self, key: Key, region: Collection[Key]) -> Key | None:
        """The next cell to withhold for an exposed one: beside it, else anywhere in its region."""
        tied = (number for each in region for number in self.at[each])
        for numbers in (self.at[key], tied):
            found = dict.fromkeys(each for number in numbers for each in self.equations[number])
            choices = [each for each in found if each in self.eligible]
            if choices:
                return min(choices, key=lambda each: self._pattern_price(key, (each,)))
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
