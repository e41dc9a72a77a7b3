"""Reading what the tables need from the ledger's sums, and what of it the public may see.

A page asks for two years of a few dimensions in one statement, of the sums alone: they are a few
thousand rows however many contracts there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from marketplace.contracts.ledger.posting import ALL, CANCELLED_EARLIER
from marketplace.contracts.ledger.sums import NOTHING, Sum, counts_demo
from marketplace.contracts.models import LedgerEntry, LedgerSum
from marketplace.core.i18n import today
from marketplace.statistics.suppression import LEAST_CONTRACTS
from marketplace.statistics.tables.exposure import MONTHS, Course, Points, open_points
from marketplace.statistics.tables.periods import Available, Period
from marketplace.statistics.tables.rows import REST, TOTAL, Family, Line

EARLIER = "earlier"
"""The row of what earlier years' contracts took off when they were cancelled."""

Key = tuple[str, str, bool]
Monthly = dict[int, Sum]


@dataclass(frozen=True, slots=True)
class Stand:
    """How far the ledger goes: its months, the number of its last entry and when it was made."""

    is_demo: bool
    available: Available | None
    position: int
    at: datetime | None


def read_stand(session: Session, *, is_public: bool) -> Stand:
    """How far the figures go that somebody may see.

    The public sees whole months only: from one day to the next a running month would tell of
    single contracts.
    """
    is_demo = counts_demo(session)
    asked = select(func.min(LedgerSum.month), func.max(LedgerSum.month)).where(
        LedgerSum.is_demo == is_demo, LedgerSum.dimension == ALL
    )
    if is_public:
        day = today()
        asked = asked.where(LedgerSum.month < day.year * 100 + day.month)
    first, last = session.execute(asked).one()
    newest = session.execute(
        select(LedgerEntry.id, LedgerEntry.at).order_by(LedgerEntry.id.desc()).limit(1)
    ).first()
    position, at = newest if newest else (0, None)
    return Stand(is_demo, Available(first, last) if first else None, position, at)


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


class Figures:
    """The rows of one family in some years, for somebody who may see all of them, or the public."""

    def __init__(self, sums: Sums, family: Family, stand: Stand, *, is_public: bool) -> None:
        self._stand = stand
        self._is_public = is_public
        self._family = family
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
        """The same, or nothing where the public may not see it."""
        return self.exact(key, period) if self.is_open(key, period) else None

    def is_open(self, key: str, period: Period) -> bool:
        """Whether a figure may be seen."""
        if not self._is_public:
            return True
        opened = self._points_of(period.year)[key]
        return period.after in opened and period.last in opened

    def _points_of(self, year: int) -> Points:
        if year not in self._points:
            available = self._stand.available
            last = available.last_month_of(year) if available else 0
            courses = {key: _course(monthly, year, last) for key, monthly in self._monthly.items()}
            self._points[year] = open_points(
                courses, self._family.wholes, last=last, minimum=LEAST_CONTRACTS, total=TOTAL
            )
        return self._points[year]


def _monthly_of(sums: Sums, dimension: str, line: Line) -> Monthly:
    under = sums.of(dimension, line.codes)
    if line.key != REST:
        return under
    return {month: one - under.get(month, NOTHING) for month, one in sums.total.items()}


def _course(monthly: Monthly, year: int, last: int) -> Course:
    """Up to the last month that can be shown: what comes after must not decide about it."""
    months = [
        monthly.get(year * 100 + month, NOTHING) if month <= last else NOTHING
        for month in range(1, MONTHS + 1)
    ]
    return Course.of((one.count for one in months), (one != NOTHING for one in months))
