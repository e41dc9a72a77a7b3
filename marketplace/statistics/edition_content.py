"""What an edition holds: figures, goals and exclusions of a period, as they were computed.

Everything in it is text and whole numbers, so that its hash is the same on every machine. What
the certificate says is frozen here too, in both languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import orjson
from flask_babel import force_locale
from sqlalchemy.orm import Session

from marketplace.contracts.ledger.sums import Months, counts_demo, position
from marketplace.contracts.models import DIMENSIONS
from marketplace.core.i18n import LANGUAGES, today
from marketplace.statistics.excluded import excluded_now
from marketplace.statistics.figures import Figures, figures_at, list_of
from marketplace.statistics.goal_lines import GoalLine, goal_lines
from marketplace.statistics.indicators import BY_CLASS, CONTRACT_TURNOVER
from marketplace.statistics.models.edition import BOARD
from marketplace.statistics.protecting import Protection
from marketplace.statistics.stored_forecasts import told_forecast
from marketplace.statistics.tables.periods import Period
from marketplace.statistics.tables.rows import FOUR_TRANSFER, SUBTYPE
from marketplace.statistics.wording import basis_words, exclusion_words

FORMAT = 1
TABLE_DIMENSIONS = tuple(one for one in DIMENSIONS if one not in ("buyer_division", "industry"))
"""What the published tables have: flow tells the buyers' places, and no table is by industry."""
BOARD_DIMENSIONS = ("contract_class", "seller_division", "tech_field")


def months_of(year: int, last_month: int) -> Months:
    """January to the last month."""
    return Months.of_year(year, last_month)


def period_end(year: int, last_month: int) -> date:
    """The last day of the period, or today where that hasn't come."""
    after = date(year + 1, 1, 1) if last_month == 12 else date(year, last_month + 1, 1)
    return min(after - timedelta(days=1), today())


def content_of(
    session: Session, kind: str, year: int, last_month: int, *, is_correction: bool = False
) -> dict[str, Any]:
    """The content of an edition of January to a month, as everything stands now.

    It shows what the tables show of these months. A correction tells the total in any case.
    """
    months, place, is_demo = months_of(year, last_month), position(session), counts_demo(session)
    period = Period.to_month(year, last_month)
    dimensions = BOARD_DIMENSIONS if kind == BOARD else TABLE_DIMENSIONS
    figures = figures_at(session, months, dimensions, place, is_demo=is_demo)
    before = figures_at(session, months.a_year_before(), dimensions, place, is_demo=is_demo)
    confirmed = months.last if is_correction else 0
    public = Protection(session, year, dimensions, confirmed=confirmed)
    shown = public.protected(figures, period)
    as_of = period_end(year, last_month)
    lines = []
    if kind == BOARD:
        lines = goal_lines(
            session, year, figures, as_of, lambda basis: public.shows_basis(basis, figures, period)
        )
    return {
        "format": FORMAT,
        "kind": kind,
        "year": year,
        "last_month": last_month,
        "as_of": as_of.isoformat(),
        "position": place,
        "is_demo": is_demo,
        "indicator": CONTRACT_TURNOVER,
        "basis": _in_both(basis_words),
        "exclusions": _in_both(exclusion_words),
        "dimensions": list(dimensions),
        "figures": shown.as_content(),
        "figures_before": public.protected(before, period.a_year_before()).as_content(),
        "goals": [line.as_content() for line in lines],
        "goal_rows": _goal_rows(lines, public, period),
        "excluded": [asdict(one) for one in excluded_now(session, shown, year, is_public=True)],
        "forecast": told_forecast(session, year) if kind == BOARD else None,
    }


def _goal_rows(
    lines: Iterable[GoalLine], public: Protection, period: Period
) -> dict[str, list[int]]:
    """The row of the tables by which a goal counts, where it is one of classes."""
    by_class = [line for line in lines if line.actual is not None and line.basis in BY_CLASS]
    row = public.shown(SUBTYPE, FOUR_TRANSFER, period) if by_class else None
    return {FOUR_TRANSFER: list_of(row)} if row else {}


def hash_of(content: Mapping[str, Any]) -> str:
    """The SHA-256 of a content: of its JSON with sorted keys, without spaces, in UTF-8."""
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def recomputed(session: Session, content: Mapping[str, Any]) -> tuple[Figures, Figures]:
    """The figures of a content, and those of a year before, again from the ledger's entries.

    With everything in them: what the content withholds is there, too.
    """
    months = months_of(content["year"], content["last_month"])
    place, is_demo = content["position"], content["is_demo"]
    return (
        figures_at(session, months, content["dimensions"], place, is_demo=is_demo),
        figures_at(session, months.a_year_before(), content["dimensions"], place, is_demo=is_demo),
    )


def _in_both(words: Any) -> dict[str, str]:
    texts = {}
    for code, locale in LANGUAGES.items():
        with force_locale(locale):
            texts[code] = str(words())
    return texts
