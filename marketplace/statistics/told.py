"""What editions have told of a year: it is out, and decides what may be told beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.contracts.ledger.posting import CANCELLED_EARLIER
from marketplace.contracts.ledger.sums import NOTHING, Sum
from marketplace.core.db import db
from marketplace.statistics.figures import LINES, MONTHS, Figures, sums_of
from marketplace.statistics.models import Edition

KEPT_CONTENTS = 512


@dataclass(frozen=True)
class Told:
    """What one edition has told of one of its two years, up to its last month.

    ``totals`` are the sums of all contracts up to a month that follow from it, ``by_code`` those
    under codes of a dimension, ``hidden`` the codes of which it only said that they are withheld,
    ``goal_rows`` the rows by class by which a goal counts.
    """

    year: int
    last_month: int
    is_demo: bool
    position: int
    totals: Mapping[int, Sum]
    earlier: Sum | None
    by_code: Mapping[str, Mapping[str, Sum]]
    hidden: Mapping[str, frozenset[str]]
    goal_rows: Mapping[str, Sum]

    @classmethod
    def of(cls, content: Mapping[str, Any], year: int) -> Told:
        """From the content of an edition of this year or of the one after it."""
        name = "figures" if content["year"] == year else "figures_before"
        figures = Figures.of_content(content[name])
        by_code = {**figures.by_code, LINES: figures.by_line}
        hidden = {
            table: frozenset(code for place, code in figures.withheld if place == table)
            for table in by_code
        }
        is_earlier_told = (LINES, CANCELLED_EARLIER) not in figures.withheld
        return cls(
            year,
            content["last_month"],
            content["is_demo"],
            content["position"],
            _totals(figures, year, content["last_month"]),
            figures.by_line.get(CANCELLED_EARLIER, NOTHING) if is_earlier_told else None,
            by_code,
            hidden,
            sums_of(content.get("goal_rows", {})) if content["year"] == year else {},
        )

    def of_codes(self, dimension: str, codes: Iterable[str], *, is_rest: bool) -> Sum | None:
        """The sum under some codes, or under all others; nothing where a part of it is withheld."""
        told, hidden = self.by_code.get(dimension), self.hidden.get(dimension, frozenset())
        if told is None:
            return None
        wanted = frozenset(codes)
        if any((code in wanted) != is_rest for code in hidden):
            return None
        return sum((one for code, one in told.items() if (code in wanted) != is_rest), NOTHING)


def read_told(session: Session, years: Iterable[int], *, is_demo: bool) -> list[Told]:
    """What the editions of real or of demonstration figures have told of some years."""
    wanted = set(years)
    asked = select(Edition.id, Edition.year, Edition.content_hash).where(
        Edition.year.in_(wanted | {year + 1 for year in wanted})
    )
    found = [
        _told(edition_id, content_hash, year)
        for edition_id, of, content_hash in session.execute(asked.order_by(Edition.id))
        for year in (of - 1, of)
        if year in wanted
    ]
    return [one for one in found if one.is_demo == is_demo]


@lru_cache(maxsize=KEPT_CONTENTS)
def _told(edition_id: int, content_hash: str, year: int) -> Told:
    """The same of one edition, kept: an edition never changes, and is asked for again and again."""
    del content_hash  # names the content, so that another with this number isn't taken for it
    return Told.of(db.session.get_one(Edition, edition_id).content, year)


def _totals(figures: Figures, year: int, last_month: int) -> dict[int, Sum]:
    """The sums up to each month that follow from the total and from the months that are told."""
    found = {0: NOTHING}
    if not figures.is_total_withheld:
        found[last_month] = figures.total
    months = range(1, last_month + 1)
    for month in (*months, *reversed(months)):
        key = year * 100 + month
        if (MONTHS, str(key)) in figures.withheld:
            continue
        brought = figures.by_month.get(key, NOTHING)
        if month - 1 in found:
            found.setdefault(month, found[month - 1] + brought)
        elif month in found:
            found[month - 1] = found[month] - brought
    return found
