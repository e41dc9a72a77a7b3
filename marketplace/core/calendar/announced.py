"""The years whose holidays came with the program, and the holidays by law of any other.

The days come from the library ``holidays``. For a year without a notice it silently gives the
holidays by law, so which years were announced is said by ``core/data/announced_years.json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType

from holidays.countries.china import China

from marketplace.core.calendar.days import HOLIDAY, WORKING, ListedDay

DATA = Path(__file__).parents[1] / "data" / "announced_years.json"
BY_LAW = frozenset(["元旦", "春节", "农历除夕", "清明节", "劳动节", "端午节", "中秋节", "国庆节"])
"""全国年节及纪念日放假办法 art. 2; which of their days are off the library knows by year."""
_SWAPPED = re.compile(r"（由 (\d{4}-\d{2}-\d{2}) 调休）")


@dataclass(frozen=True)
class Announced:
    """Which years the program knows, and the last notice: title with number, day, address."""

    first_year: int
    last_year: int
    authority: str
    last_notice: str
    issued_on: date
    address: str


@lru_cache(maxsize=1)
def announced() -> Announced:
    """What the program knows without anybody having loaded it."""
    data = json.loads(DATA.read_text("utf-8"))
    notice = data["last_notice"]
    return Announced(
        data["first_year"],
        data["last_year"],
        data["authority"],
        f"{notice['title']}（{notice['number']}）",
        date.fromisoformat(notice["issued_on"]),
        notice["url"],
    )


@lru_cache(maxsize=1)
def announced_lists() -> Mapping[int, tuple[ListedDay, ...]]:
    """The days of each announced year, by year; worked weekends lie with the day that they buy."""
    known = announced()
    years = range(known.first_year, known.last_year + 1)
    return MappingProxyType(
        {year: tuple(sorted(_listed(year), key=attrgetter("day"))) for year in years}
    )


def _listed(year: int) -> Iterator[ListedDay]:
    for day, name in sorted(China(years=year, language="zh_CN").items()):
        yield ListedDay(day, HOLIDAY, name)
        # The library's own set of worked weekends mixes in Decembers of other years.
        for worked in _SWAPPED.findall(name):
            yield ListedDay(date.fromisoformat(worked), WORKING)


@lru_cache(maxsize=64)
def days_by_law(year: int) -> tuple[ListedDay, ...]:
    """The days of a year that are off by law, whatever a notice may add."""
    found = China(years=year, observed=False, language="zh_CN").items()
    return tuple(
        ListedDay(day, HOLIDAY, name) for day, name in sorted(found) if _names(name) <= BY_LAW
    )


@lru_cache(maxsize=64)
def expected_days(year: int) -> tuple[ListedDay, ...]:
    """What can be said of a year without a notice: days by law, and those in their stead."""
    found = China(years=year, language="zh_CN").items()
    return tuple(ListedDay(day, HOLIDAY, name) for day, name in sorted(found))


def _names(name: str) -> set[str]:
    return set(name.split("; "))
