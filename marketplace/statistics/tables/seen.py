"""The rows of the tables as somebody may see them: what the public sees is decided here once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from marketplace.contracts.ledger.sums import NOTHING, Sum
from marketplace.statistics.tables.declared import TIED, TIES
from marketplace.statistics.tables.exposure import MONTHS, Course, Points
from marketplace.statistics.tables.periods import Period
from marketplace.statistics.tables.reading import EARLIER, Monthly, Stand, Sums
from marketplace.statistics.tables.rows import REST, TOTAL, Family, Line
from marketplace.statistics.tables.ties import Rows, open_together
from marketplace.statistics.told import Told

SELLERS = "seller_division"
FIXED = frozenset({TOTAL, EARLIER})
"""Rows of all families: to close one where it isn't small itself would hide nothing."""


class Public:
    """Which rows of some families the public may see, in any year.

    :param families: with those to which they are tied.
    :param told: what editions have told of these years.
    :param confirmed: a point, as year × 100 + month, at which the total is told in any case.
    """

    def __init__(
        self,
        sums: Sums,
        families: Iterable[Family],
        stand: Stand,
        *,
        told: Sequence[Told] = (),
        confirmed: int = 0,
    ) -> None:
        self._families = {one.dimension: one for one in families}
        self._rows = {name: _monthly_rows(sums, one) for name, one in self._families.items()}
        self._stand = stand
        self._told = told
        self._confirmed = confirmed
        self._points: dict[tuple[str, int], Points] = {}

    def monthly_rows(self, dimension: str) -> dict[str, Monthly]:
        """What each row of a dimension counts month by month, shown or not."""
        return self._rows[dimension]

    def points(self, dimension: str, year: int) -> Points:
        """The open points of each row of a dimension in a year."""
        if (dimension, year) not in self._points:
            last = self._stand.last_whole_of(year)
            together = TIED if dimension in TIED else {dimension}
            rows = tuple(
                (name, self._rows_in(family, year, last))
                for name, family in sorted(self._families.items())
                if name in together
            )
            for name, found in open_together(rows, TIES, last=last, fixed=FIXED).items():
                self._points[name, year] = found
        return self._points[dimension, year]

    def _rows_in(self, family: Family, year: int, last: int) -> Rows:
        """The rows in a year, beside what editions have told of it."""
        months = {
            key: [monthly.get(year * 100 + month, NOTHING) for month in range(1, last + 1)]
            for key, monthly in self._rows[family.dimension].items()
        }
        live = {key: Course.of(row + [NOTHING] * (MONTHS - last)) for key, row in months.items()}
        out: dict[int, set[str]] = defaultdict(set)
        changed: list[tuple[int, dict[str, Sum]]] = []
        for point, rows in self._told_of(family, year):
            same = {key for key, one in rows.items() if live[key].sums[point] == one}
            out[point] |= same
            if len(same) < len(rows) and (point, rows) not in changed:
                changed.append((point, rows))
        if self._confirmed // 100 == year:
            out[self._confirmed % 100].add(TOTAL)
        told = {point: frozenset(keys) for point, keys in out.items() if point}
        told |= {MONTHS + 1 + n: frozenset(rows) for n, (_point, rows) in enumerate(changed)}
        courses = (
            (key, Course((*one.sums, *(rows.get(key, NOTHING) for _point, rows in changed))))
            for key, one in live.items()
        )
        points = tuple(point for point, _rows in changed)
        return Rows(tuple(courses), family.wholes, tuple(sorted(told.items())), points)

    def _told_of(self, family: Family, year: int) -> Iterator[tuple[int, dict[str, Sum]]]:
        """Point by point, what editions have told of the rows up to there.

        What held nothing at the end held nothing before, so what is told of the total is told of
        the others.
        """
        for one in sorted(self._told, key=lambda told: told.position):
            if one.year != year:
                continue
            rows = family.rows_told(one)
            if one.last_month in one.totals:
                rows[TOTAL] = one.totals[one.last_month]
            if one.earlier is not None:
                rows[EARLIER] = one.earlier
            yield one.last_month, rows
            empty = {key: NOTHING for key, told in rows.items() if told == NOTHING}
            for point, total in one.totals.items():
                if point != one.last_month:
                    yield point, {**empty, TOTAL: total}


class Figures:
    """The rows of one family in some years, as somebody may see them.

    :param public: what may be seen, or nothing for somebody who sees everything.
    :param own: codes of sellers' districts that are seen in full, whatever is public.
    """

    def __init__(
        self,
        sums: Sums,
        family: Family,
        stand: Stand,
        *,
        public: Public | None,
        own: frozenset[str] = frozenset(),
    ) -> None:
        self._stand = stand
        self._public = public
        self._dimension = family.dimension
        self._own = frozenset(
            line.key
            for line in family.lines
            if family.dimension == SELLERS and line.codes and own.issuperset(line.codes)
        )
        self._monthly = (
            public.monthly_rows(family.dimension) if public else _monthly_rows(sums, family)
        )

    def exact(self, key: str, period: Period) -> Sum:
        """What a row counts in a period, whoever looks."""
        monthly = self._monthly[key]
        found = NOTHING
        for month in range(period.months.first, period.months.last + 1):
            if month in monthly:
                found += monthly[month]
        return found

    def shown(self, key: str, period: Period) -> Sum | None:
        """The same, or nothing where it may not be seen."""
        return self.exact(key, period) if self.is_open(key, period) else None

    def base(self, key: str, period: Period) -> Sum | None:
        """What it had in the same months a year before; a month that runs is never compared."""
        return None if self.is_running(period) else self.shown(key, period.a_year_before())

    def is_running(self, period: Period) -> bool:
        """Whether the last month of the period isn't over."""
        return period.months.last > self._stand.whole_until

    def is_open(self, key: str, period: Period) -> bool:
        """Whether a figure may be seen."""
        if self._public is None or key in self._own:
            return True
        opened = self._public.points(self._dimension, period.year)[key]
        return period.after in opened and period.last in opened


def _monthly_rows(sums: Sums, family: Family) -> dict[str, Monthly]:
    """What each row of a family counts month by month, with those that stand in every family."""
    rows = {line.key: _monthly_of(sums, family.dimension, line) for line in family.lines}
    return {TOTAL: sums.total, EARLIER: sums.earlier, **rows}


def _monthly_of(sums: Sums, dimension: str, line: Line) -> Monthly:
    under = sums.of(dimension, line.codes)
    if line.key != REST:
        return under
    return {month: one - under.get(month, NOTHING) for month, one in sums.total.items()}
