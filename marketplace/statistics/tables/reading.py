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
from marketplace.statistics.figures import LINES
from marketplace.statistics.tables.exposure import MONTHS
from marketplace.statistics.tables.periods import Available
from marketplace.statistics.tables.rows import Family

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
