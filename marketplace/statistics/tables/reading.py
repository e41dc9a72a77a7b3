"""Reading what the tables need from the ledger's sums, and what of it the public may see.

A page asks for two years of a few dimensions in one statement, of the sums alone: they are a few
thousand rows however many contracts there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from marketplace.contracts.ledger.posting import ALL, CANCELLED_EARLIER
from marketplace.contracts.ledger.sums import NOTHING, Sum, counts_demo
from marketplace.contracts.models import LedgerEntry, LedgerSum
from marketplace.core.i18n import today
from marketplace.statistics.figures import LINES
from marketplace.statistics.tables.exposure import MONTHS, Course, Points, open_points
from marketplace.statistics.tables.periods import Available, Period
from marketplace.statistics.tables.rows import REST, TOTAL, Family, Line
from marketplace.statistics.told import Told

SELLERS = "seller_division"
EARLIER = "earlier"
"""The row of what earlier years' contracts took off when they were cancelled."""

ALL_MONTHS = 9999_12

Key = tuple[str, str, bool]
Monthly = dict[int, Sum]


@dataclass(frozen=True, slots=True)
class Stand:
    """How far the ledger goes: its months, the number of its last entry and when it was made.

    ``whole_until`` is the last month that is over, as year × 100 + month: the public sees no more.
    """

    is_demo: bool
    available: Available | None
    position: int
    at: datetime | None
    whole_until: int = ALL_MONTHS

    def last_whole_of(self, year: int) -> int:
        """The last month of a year that is over; 0 where none is."""
        return min(max(self.whole_until - year * 100, 0), MONTHS)


def read_stand(session: Session, *, is_public: bool) -> Stand:
    """How far the figures go that somebody may see.

    The public sees whole months only: from one day to the next a running month would tell of
    single contracts.
    """
    is_demo = counts_demo(session)
    asked = select(func.min(LedgerSum.month), func.max(LedgerSum.month)).where(
        LedgerSum.is_demo == is_demo, LedgerSum.dimension == ALL
    )
    day = today()
    whole_until = (day.year - (day.month == 1)) * 100 + (day.month - 1 or MONTHS)
    if is_public:
        asked = asked.where(LedgerSum.month <= whole_until)
    first, last = session.execute(asked).one()
    newest = session.execute(
        select(LedgerEntry.id, LedgerEntry.at).order_by(LedgerEntry.id.desc()).limit(1)
    ).first()
    position, at = newest if newest else (0, None)
    available = Available(first, last, whole_until) if first else None
    return Stand(is_demo, available, position, at, whole_until)


@dataclass(frozen=True)
class Sums:
    """What counts in each month under each code; cancellations of earlier years kept apart."""

    by_key: Mapping[Key, Monthly]

    def of(self, dimension: str, codes: Iterable[str]) -> Monthly:
        """What counts under some codes together."""
        found: Monthly = {}
        for code in codes:
            for month, one in self.by_key.get((dimension, code, False), {}).items():
                found[month] = found[month] + one if month in found else one
        return found

    @property
    def total(self) -> Monthly:
        """What counts in all."""
        return self.by_key.get((ALL, ALL, False), {})

    @property
    def earlier(self) -> Monthly:
        """What earlier years' contracts took off."""
        return self.by_key.get((ALL, ALL, True), {})


def read_sums(
    session: Session,
    stand: Stand,
    years: Iterable[int],
    families: Iterable[Family],
) -> Sums:
    """The sums of some years under the codes of some families, and of all contracts."""
    is_earlier = LedgerSum.line == CANCELLED_EARLIER
    wanted = [LedgerSum.dimension == ALL]
    for name, codes in {one.dimension: one.codes for one in families}.items():
        wanted.append(and_(LedgerSum.dimension == name, LedgerSum.code.in_(codes)))
    given = list(years)
    asked = (
        select(
            LedgerSum.dimension,
            LedgerSum.code,
            case((is_earlier, 1), else_=0).label("is_earlier"),
            LedgerSum.month,
            func.sum(LedgerSum.count),
            func.sum(LedgerSum.turnover),
            func.sum(LedgerSum.tech_amount),
        )
        .where(
            LedgerSum.is_demo == stand.is_demo,
            LedgerSum.month.between(min(given) * 100 + 1, max(given) * 100 + MONTHS),
            or_(*wanted),
        )
        .group_by(LedgerSum.dimension, LedgerSum.code, "is_earlier", LedgerSum.month)
    )
    found: dict[Key, Monthly] = defaultdict(dict)
    for dimension, code, earlier, month, count, turnover, tech_amount in session.execute(asked):
        one = Sum(int(count), int(turnover), int(tech_amount))
        found[dimension, code, bool(earlier)][month] = one
    return Sums(dict(found))


def read_lines(session: Session, stand: Stand, years: Iterable[int]) -> Sums:
    """The sums of some years on the lines of the statistics: what was registered, or taken off."""
    given = list(years)
    asked = select(
        LedgerSum.line, LedgerSum.month, LedgerSum.count, LedgerSum.turnover, LedgerSum.tech_amount
    ).where(
        LedgerSum.is_demo == stand.is_demo,
        LedgerSum.dimension == ALL,
        LedgerSum.month.between(min(given) * 100 + 1, max(given) * 100 + MONTHS),
    )
    found: dict[Key, Monthly] = defaultdict(dict)
    for line, month, *amounts in session.execute(asked):
        one = Sum(*map(int, amounts))
        is_earlier = line == CANCELLED_EARLIER
        for key in ((LINES, line, False), (ALL, ALL, is_earlier)):
            months = found[key]
            months[month] = months.get(month, NOTHING) + one
    return Sums(dict(found))


class Figures:
    """The rows of one family in some years, as somebody may see them.

    :param told: what editions have told of these years.
    :param own: codes of sellers' districts that are seen in full, whatever is public.
    :param confirmed: a point, as year × 100 + month, at which the total is told in any case.
    """

    def __init__(
        self,
        sums: Sums,
        family: Family,
        stand: Stand,
        *,
        is_public: bool,
        told: Sequence[Told] = (),
        own: frozenset[str] = frozenset(),
        confirmed: int = 0,
    ) -> None:
        self._stand = stand
        self._is_public = is_public
        self._family = family
        self._told = told
        self._confirmed = confirmed
        self._own = frozenset(
            line.key
            for line in family.lines
            if family.dimension == SELLERS and line.codes and own.issuperset(line.codes)
        )
        self._monthly: dict[str, Monthly] = {TOTAL: sums.total, EARLIER: sums.earlier}
        for line in family.lines:
            self._monthly[line.key] = _monthly_of(sums, family.dimension, line)
        self._points: dict[int, Points] = {}

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
        if not self._is_public or key in self._own:
            return True
        opened = self._points_of(period.year)[key]
        return period.after in opened and period.last in opened

    def _points_of(self, year: int) -> Points:
        if year not in self._points:
            self._points[year] = self._open_points(year, self._stand.last_whole_of(year))
        return self._points[year]

    def _open_points(self, year: int, last: int) -> Points:
        """What is open in a year, beside what editions have told of it."""
        months = {
            key: [monthly.get(year * 100 + month, NOTHING) for month in range(1, last + 1)]
            for key, monthly in self._monthly.items()
        }
        live = {key: Course.of(row + [NOTHING] * (MONTHS - last)) for key, row in months.items()}
        out: dict[int, set[str]] = defaultdict(set)
        changed: list[tuple[int, dict[str, Sum]]] = []
        for point, rows in self._told_of(year):
            same = {key for key, one in rows.items() if live[key].sums[point] == one}
            out[point] |= same
            if len(same) < len(rows) and (point, rows) not in changed:
                changed.append((point, rows))
        if self._confirmed // 100 == year:
            out[self._confirmed % 100].add(TOTAL)
        told = {point: frozenset(keys) for point, keys in out.items() if point}
        told |= {MONTHS + 1 + n: frozenset(rows) for n, (_point, rows) in enumerate(changed)}
        courses = {
            key: Course((*one.sums, *(rows.get(key, NOTHING) for _point, rows in changed)))
            for key, one in live.items()
        }
        return open_points(
            courses,
            self._family.wholes,
            last=last,
            total=TOTAL,
            told=told,
            changed=[point for point, _rows in changed],
        )

    def _told_of(self, year: int) -> Iterator[tuple[int, dict[str, Sum]]]:
        """Point by point, what editions have told of the rows up to there.

        What held nothing at the end held nothing before, so what is told of the total is told of
        the others.
        """
        for one in sorted(self._told, key=lambda told: told.position):
            if one.year != year:
                continue
            rows = self._family.rows_told(one)
            if one.last_month in one.totals:
                rows[TOTAL] = one.totals[one.last_month]
            if one.earlier is not None:
                rows[EARLIER] = one.earlier
            yield one.last_month, rows
            empty = {key: NOTHING for key, told in rows.items() if told == NOTHING}
            for point, total in one.totals.items():
                if point != one.last_month:
                    yield point, {**empty, TOTAL: total}


def _monthly_of(sums: Sums, dimension: str, line: Line) -> Monthly:
    under = sums.of(dimension, line.codes)
    if line.key != REST:
        return under
    return {month: one - under.get(month, NOTHING) for month, one in sums.total.items()}
