"""Reading the ledger's sums: what counts in some months, by the codes of one dimension."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.contracts.ledger.posting import ALL
from marketplace.contracts.models.ledger import LedgerEntry, LedgerSum


@dataclass(frozen=True, slots=True)
class Sum:
    """Contracts, and their 合同成交额 and 技术交易额 in 分."""

    count: int = 0
    turnover: int = 0
    tech_amount: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(
            self.count + other.count,
            self.turnover + other.turnover,
            self.tech_amount + other.tech_amount,
        )

    def __sub__(self, other: Sum) -> Sum:
        return Sum(
            self.count - other.count,
            self.turnover - other.turnover,
            self.tech_amount - other.tech_amount,
        )


NOTHING = Sum()


@dataclass(frozen=True, slots=True)
class Months:
    """Some months, both ends included; each is year × 100 + month."""

    first: int
    last: int

    @classmethod
    def of_year(cls, year: int, last_month: int = 12) -> Months:
        """January to the last month of a year."""
        return cls(year * 100 + 1, year * 100 + last_month)

    def a_year_before(self) -> Months:
        """The same months of the year before."""
        return Months(self.first - 100, self.last - 100)


def counts_demo(session: Session) -> bool:
    """Whether figures are those of the demonstration: only while nothing real counts."""
    real = select(LedgerSum.month).where(~LedgerSum.is_demo, LedgerSum.dimension == ALL).limit(1)
    return session.scalar(real) is None


def has_demo_sums(session: Session) -> bool:
    """Whether there are figures of the demonstration, counting or not."""
    asked = select(LedgerSum.month).where(LedgerSum.is_demo, LedgerSum.dimension == ALL)
    return session.scalar(asked.limit(1)) is not None


def ends_demo(session: Session) -> bool:
    """Whether the next real contract that counts takes the demonstration out of all figures."""
    return has_demo_sums(session) and counts_demo(session)


def sums_by_code(
    session: Session,
    dimension: str,
    months: Months | None = None,
    lines: Iterable[str] | None = None,
) -> dict[str, Sum]:
    """What counts under each code of a dimension, in all months or in some, on some lines."""
    return {
        code: total
        for (code,), total in _grouped(session, dimension, (LedgerSum.code,), months, lines).items()
    }


def sums_by_month(
    session: Session,
    months: Months | None = None,
    dimension: str = ALL,
    lines: Iterable[str] | None = None,
) -> dict[tuple[int, str], Sum]:
    """The same by month and code."""
    columns = (LedgerSum.month, LedgerSum.code)
    return {
        (month, code): total
        for (month, code), total in _grouped(session, dimension, columns, months, lines).items()
    }


def total(
    session: Session, months: Months | None = None, lines: Iterable[str] | None = None
) -> Sum:
    """What counts in all."""
    return sums_by_code(session, ALL, months, lines).get(ALL, NOTHING)


def position(session: Session) -> int:
    """The number of the last entry of the ledger; 0 where it is empty."""
    return session.scalar(select(func.max(LedgerEntry.id))) or 0


def _grouped(
    session: Session,
    dimension: str,
    columns: tuple[Any, ...],
    months: Months | None,
    lines: Iterable[str] | None,
) -> dict[tuple[Any, ...], Sum]:
    asked = select(*columns, LedgerSum.count, LedgerSum.turnover, LedgerSum.tech_amount).where(
        LedgerSum.is_demo == counts_demo(session), LedgerSum.dimension == dimension
    )
    if months is not None:
        asked = asked.where(LedgerSum.month.between(months.first, months.last))
    if lines is not None:
        asked = asked.where(LedgerSum.line.in_(list(lines)))
    found: dict[tuple[Any, ...], Sum] = defaultdict(Sum)
    for *key, count, turnover, tech_amount in session.execute(asked):
        found[tuple(key)] += Sum(count, turnover, tech_amount)
    return dict(found)
