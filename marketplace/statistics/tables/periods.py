"""The span of time that a table is about, as its address names it.

``?year=2024&month=10`` is one month, ``?year=2024&quarter=3`` a quarter, ``?year=2024&until=10``
January to October. Without anything it is the year to the last month that has postings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from marketplace.contracts.ledger.sums import Months
from marketplace.core.web.numbers import number_of
from marketplace.core.web.wording import gettext as _

MONTHS = 12
QUARTER_MONTHS = 3
MONTH, QUARTER, UNTIL = "month", "quarter", "until"
PARAMETERS = ("year", MONTH, QUARTER, UNTIL)
"""By what an address may name a period."""


@dataclass(frozen=True, slots=True)
class Period:
    """Months of one year, after the month ``after`` (0 to 11) up to ``last`` (1 to 12).

    ``kind`` is the parameter that names it, ``number`` that parameter's value. A quarter or a year
    that isn't over ends with the last month that can be shown.
    """

    year: int
    kind: str
    number: int
    after: int
    last: int

    @classmethod
    def of_month(cls, year: int, month: int) -> Period:
        """One month."""
        return cls(year, MONTH, month, month - 1, month)

    @classmethod
    def of_quarter(cls, year: int, quarter: int, last: int = MONTHS) -> Period:
        """A quarter, or what there is of it up to the month ``last``."""
        ends = quarter * QUARTER_MONTHS
        return cls(year, QUARTER, quarter, ends - QUARTER_MONTHS, min(ends, last))

    @classmethod
    def to_month(cls, year: int, month: int) -> Period:
        """January to a month."""
        return cls(year, UNTIL, month, 0, month)

    @property
    def months(self) -> Months:
        """The same as the ledger counts months."""
        return Months(self.year * 100 + self.after + 1, self.year * 100 + self.last)

    @property
    def parameters(self) -> dict[str, int]:
        """What its address says."""
        return {"year": self.year, self.kind: self.number}

    @property
    def is_whole_year(self) -> bool:
        """Whether it is January to December."""
        return (self.after, self.last) == (0, MONTHS)

    def a_year_before(self) -> Period:
        """The same months of the year before."""
        return Period(self.year - 1, self.kind, self.number, self.after, self.last)

    def __str__(self) -> str:
        if self.is_whole_year:
            return _("%(year)s 年", year=self.year)
        if self.after + 1 == self.last:
            return _("%(year)s 年 %(month)s 月", year=self.year, month=self.last)
        if self.kind == QUARTER and self.last - self.after == QUARTER_MONTHS:
            return _("%(year)s 年第 %(quarter)s 季度", year=self.year, quarter=self.number)
        return _(
            "%(year)s 年 %(first)s–%(last)s 月",
            year=self.year,
            first=self.after + 1,
            last=self.last,
        )


@dataclass(frozen=True, slots=True)
class Available:
    """From which month to which there are figures; months as the ledger counts them.

    ``whole_until`` is the last month that is over.
    """

    first: int
    last: int
    whole_until: int = 9999_12

    @property
    def years(self) -> range:
        """The years, newest first."""
        return range(self.last // 100, self.first // 100 - 1, -1)

    def last_month_of(self, year: int) -> int:
        """The last month of a year that has figures."""
        return self.last % 100 if year == self.last // 100 else MONTHS

    @property
    def latest(self) -> Period:
        """The year to its last month that is over, if one is."""
        last = min(self.last, self.whole_until)
        return Period.to_month(*divmod(last if last >= self.first else self.last, 100))


def reaching(available: Available | None, year: int) -> Available:
    """The same, up to and with all months of a year in which nothing may have been counted."""
    first, last = year * 100 + 1, year * 100 + MONTHS
    if available is None:
        return Available(first, last)
    return replace(available, first=min(available.first, first), last=max(available.last, last))


def read_period(given: Mapping[str, str], available: Available) -> tuple[Period, str]:
    """The period that an address names, and what is wrong with it.

    Where something is wrong it is the whole year, of a year without figures the latest period.
    """
    if not any(given.get(name) for name in PARAMETERS):
        return available.latest, ""
    year = number_of(given["year"]) if given.get("year") else available.last // 100
    if year not in available.years:
        return available.latest, _(
            "没有这一年的数，现在有 %(first)s 到 %(last)s 年的。",
            first=available.first // 100,
            last=available.last // 100,
        )
    last = available.last_month_of(year)
    to_date = Period.to_month(year, last)
    named = [name for name in (MONTH, QUARTER, UNTIL) if given.get(name)]
    if len(named) > 1:
        return to_date, _("月、季度和累计只能选一个。")
    if not named:
        return to_date, ""
    number = number_of(given[named[0]])
    # Up to a month in which nothing was registered yet is up to the last one with figures.
    highest = {MONTH: last, QUARTER: -(-last // QUARTER_MONTHS), UNTIL: MONTHS}[named[0]]
    if not 1 <= number <= highest:
        return to_date, _(
            "没有“%(given)s”这个期间：%(year)s 年的数从 1 月到 %(month)s 月。",
            given=given[named[0]][:20],
            year=year,
            month=last,
        )
    if named[0] == MONTH:
        return Period.of_month(year, number), ""
    if named[0] == QUARTER:
        return Period.of_quarter(year, number, last), ""
    return Period.to_month(year, min(number, last)), ""
