"""What counts in some months of a year: as it stands now, or as it stood at a place of the ledger.

Read now it comes from the ledger's sums, a few hundred rows whatever the number of contracts. For
an edition it is added up again from the ledger's entries, up to the one that the edition names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session

from marketplace.contracts.ledger.posting import ALL, CANCELLED_EARLIER
from marketplace.contracts.ledger.sums import NOTHING, Months, Sum, counts_demo
from marketplace.contracts.models import DIMENSIONS, LedgerEntry, LedgerSum

LINES, MONTHS = "line", "month"
Place = tuple[str, str]
"""One figure: :data:`LINES`, :data:`MONTHS` or a dimension, and a code of it."""
TOTAL: Place = ("total", "")
Row = tuple[str, int, str, str, Sum]
"""Dimension, month, code, line, and what counts there."""


@dataclass(frozen=True)
class Figures:
    """Sums of some months in all, by line of the statistics, by month, and by codes.

    Cancelled contracts of earlier years stand on their line alone, for they say nothing of what
    these months brought. ``withheld`` are the places of figures that there are and that aren't
    shown.
    """

    total: Sum = NOTHING
    by_line: Mapping[str, Sum] = field(default_factory=dict)
    by_month: Mapping[int, Sum] = field(default_factory=dict)
    by_code: Mapping[str, Mapping[str, Sum]] = field(default_factory=dict)
    withheld: frozenset[Place] = frozenset()

    @property
    def is_total_withheld(self) -> bool:
        """Whether not even the total is shown."""
        return TOTAL in self.withheld

    def without(self, withheld: frozenset[Place]) -> Figures:
        """The figures without some, of which only is kept that they are withheld."""
        return Figures(
            NOTHING if TOTAL in withheld else self.total,
            {one: s for one, s in self.by_line.items() if (LINES, one) not in withheld},
            {one: s for one, s in self.by_month.items() if (MONTHS, str(one)) not in withheld},
            {
                name: {code: s for code, s in found.items() if (name, code) not in withheld}
                for name, found in self.by_code.items()
            },
            withheld,
        )

    def as_content(self) -> dict[str, Any]:
        """As editions keep it: ``[count, turnover, technology amount]``, amounts in 分."""
        return {
            "total": list_of(self.total),
            "by_line": _lists(self.by_line),
            "by_month": _lists({str(month): one for month, one in self.by_month.items()}),
            "by_code": {name: _lists(found) for name, found in sorted(self.by_code.items())},
            "withheld": sorted(map(list, self.withheld)),
        }

    @classmethod
    def of_content(cls, content: Mapping[str, Any]) -> Figures:
        """The same back."""
        return cls(
            Sum(*content["total"]),
            sums_of(content["by_line"]),
            {int(month): one for month, one in sums_of(content["by_month"]).items()},
            {name: sums_of(found) for name, found in content["by_code"].items()},
            frozenset((table, code) for table, code in content["withheld"]),
        )


def figures_now(
    session: Session, months: Months, dimensions: Sequence[str] = (), *, is_demo: bool | None = None
) -> Figures:
    """What counts in these months now, by the codes of some dimensions."""
    shown = counts_demo(session) if is_demo is None else is_demo
    return _gathered(_sum_rows(session, months, dimensions, is_demo=shown))


def _sum_rows(
    session: Session, months: Months, dimensions: Sequence[str], *, is_demo: bool
) -> Iterator[Row]:
    asked = select().where(
        LedgerSum.is_demo == is_demo, LedgerSum.month.between(months.first, months.last)
    )
    amounts = (LedgerSum.count, LedgerSum.turnover, LedgerSum.tech_amount)
    places = session.execute(
        asked.add_columns(LedgerSum.dimension, LedgerSum.month, LedgerSum.code, LedgerSum.line)
        .add_columns(*amounts)
        .where(LedgerSum.dimension == ALL)
    )
    codes = session.execute(
        asked.add_columns(LedgerSum.dimension, literal(0), LedgerSum.code, literal(ALL))
        .add_columns(*(func.sum(one) for one in amounts))
        .where(LedgerSum.dimension.in_(dimensions), LedgerSum.line != CANCELLED_EARLIER)
        .group_by(LedgerSum.dimension, LedgerSum.code)
    )
    for rows in (places, codes):
        for place, sums in _halves(rows, 4):
            yield (*place, Sum(*map(int, sums)))


def figures_until(
    session: Session, day: date, dimensions: Sequence[str] = (), *, is_demo: bool
) -> Figures:
    """What counts from the first of January up to and with a day."""
    whole = Months.of_year(day.year, day.month - 1)
    month = day.year * 100 + day.month
    of_month = (LedgerEntry.is_demo == is_demo, LedgerEntry.month == month)
    days = _entry_rows(session, dimensions, *of_month, LedgerEntry.counts_on <= day)
    return _gathered(chain(_sum_rows(session, whole, dimensions, is_demo=is_demo), days))


def figures_at(
    session: Session,
    months: Months,
    dimensions: Sequence[str],
    position: int,
    *,
    is_demo: bool,
) -> Figures:
    """What counted in these months when ``position`` was the last entry of the ledger."""
    return _gathered(
        _entry_rows(
            session,
            dimensions,
            LedgerEntry.is_demo == is_demo,
            LedgerEntry.month.between(months.first, months.last),
            LedgerEntry.id <= position,
        )
    )


def _entry_rows(
    session: Session, dimensions: Sequence[str], *conditions: ColumnElement[bool]
) -> Iterator[Row]:
    amounts = (LedgerEntry.d_count, LedgerEntry.d_turnover, LedgerEntry.d_tech_amount)
    for dimension in (ALL, *(name for name in DIMENSIONS if name in dimensions)):
        codes = [getattr(LedgerEntry, dimension)] if dimension else []
        keys = [LedgerEntry.month, LedgerEntry.line, *codes]
        rows = session.execute(
            select(*keys, *(func.sum(one) for one in amounts)).where(*conditions).group_by(*keys)
        )
        for (month, line, *code), sums in _halves(rows, len(keys)):
            total = Sum(*(int(one) for one in sums))
            yield dimension, month, code[0] if code else ALL, line, total


def _halves(rows: Iterable[Any], keys: int) -> Iterable[tuple[Sequence[Any], Sequence[Any]]]:
    return ((row[:keys], row[keys:]) for row in rows)


def _gathered(rows: Iterator[Row]) -> Figures:
    total = NOTHING
    by_line: dict[str, Sum] = defaultdict(Sum)
    by_month: dict[int, Sum] = defaultdict(Sum)
    by_code: dict[str, dict[str, Sum]] = defaultdict(lambda: defaultdict(Sum))
    for dimension, month, code, line, one in rows:
        if dimension == ALL:
            by_line[line] += one
        if line == CANCELLED_EARLIER:
            continue
        if dimension == ALL:
            total += one
            by_month[month] += one
        else:
            by_code[dimension][code] += one
    return Figures(
        total,
        _counting(by_line),
        _counting(by_month),
        {name: _counting(found) for name, found in by_code.items()},
    )


def _counting(sums: Mapping[Any, Sum]) -> dict[Any, Sum]:
    """Only what isn't nothing, in the order of its keys: the same from sums and from entries."""
    return {key: sums[key] for key in sorted(sums) if sums[key] != NOTHING}


def list_of(one: Sum) -> list[int]:
    """A sum as editions keep it: count, turnover, technology amount in 分."""
    return [one.count, one.turnover, one.tech_amount]


def _lists(sums: Mapping[str, Sum]) -> dict[str, list[int]]:
    return {key: list_of(one) for key, one in sorted(sums.items())}


def sums_of(content: Mapping[str, list[int]]) -> dict[str, Sum]:
    """Sums as editions keep them, back."""
    return {key: Sum(*one) for key, one in content.items()}
