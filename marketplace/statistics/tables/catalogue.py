"""Table 10: what the catalogue of the market holds, and what came of it.

Deals have no records yet; their row comes with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from time import monotonic
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Demand, Patent, Result
from marketplace.catalogue.states import (
    CONTRACTED,
    CONVERTED,
    MATCHED,
    OPEN,
    PUBLISHED,
    RESERVED,
)
from marketplace.core.actor import ANONYMOUS
from marketplace.core.i18n import DISPLAY_ZONE
from marketplace.core.policy import visible_to
from marketplace.core.states import StateChange
from marketplace.matching.models import Match
from marketplace.matching.states import INTRODUCED, MATCH_STATES, MUTUAL, ONE_CONSENTS
from marketplace.statistics.tables.periods import MONTHS, Period
from marketplace.statistics.tables.rows import Name

LISTING_COLUMNS = (PUBLISHED, RESERVED, CONVERTED)
KINDS: tuple[tuple[str, Name, type[Any], tuple[str, str, str]], ...] = (
    ("result", _l("成果"), Result, LISTING_COLUMNS),
    ("patent", _l("专利"), Patent, LISTING_COLUMNS),
    ("demand", _l("需求"), Demand, (OPEN, MATCHED, CONTRACTED)),
)
"""Each with the states that its columns live, reserved and converted count."""
MATCH = MATCH_STATES.subject_kind
KEPT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Listed:
    """How many public records of a kind there are now, and how many came in a period.

    Of demands ``reserved`` are those that were matched, ``converted`` those with a contract. A
    match is ``new`` when both sides were first interested, ``live`` from then until both know whom
    to call, ``reserved`` after that; what it is ``converted`` to is not known yet.
    """

    kind: str
    name: Name
    new: int
    live: int
    reserved: int
    converted: int | None

    @property
    def is_listing(self) -> bool:
        """Whether these are records that a search finds."""
        return self.kind != MATCH


def read_catalogue(session: Session, period: Period) -> list[Listed]:
    """A row for each kind; at most :data:`KEPT_SECONDS` old, for large catalogues count slowly."""
    kept: dict[Period, tuple[float, list[Listed]]]
    kept = current_app.extensions.setdefault("statistics.catalogue", {})
    found = kept.get(period)
    if found is None or found[0] < monotonic():
        kept.clear()
        rows = [_count(session, period, *kind) for kind in KINDS]
        found = (monotonic() + KEPT_SECONDS, [*rows, _count_matches(session, period)])
        kept[period] = found
    return found[1]


def _count(
    session: Session,
    period: Period,
    kind: str,
    name: Name,
    model: type[Any],
    states: tuple[str, str, str],
) -> Listed:
    is_public = visible_to(ANONYMOUS, model)
    by_state = _by_state(session, model, is_public)
    begin, end = _span(period)
    new = session.scalar(
        select(func.count()).where(
            is_public,
            model.state.in_(states),
            model.published_at >= begin,
            model.published_at < end,
        )
    )
    live, reserved, converted = (by_state.get(state, 0) for state in states)
    return Listed(kind, name, new or 0, live, reserved, converted)


def _count_matches(session: Session, period: Period) -> Listed:
    """Matches in which both sides are interested; numbers alone, so those of all demands."""
    begin, end = _span(period)
    wanted_by_both = (
        select(func.min(StateChange.at).label("at"))
        .where(StateChange.subject_kind == MATCH, StateChange.target == MUTUAL)
        .group_by(StateChange.subject_id)
        .subquery()
    )
    new = session.scalar(
        select(func.count()).where(wanted_by_both.c.at >= begin, wanted_by_both.c.at < end)
    )
    by_state = _by_state(session, Match, Match.state.in_((MUTUAL, ONE_CONSENTS, INTRODUCED)))
    live = by_state.get(MUTUAL, 0) + by_state.get(ONE_CONSENTS, 0)
    return Listed(MATCH, _l("对接"), new or 0, live, by_state.get(INTRODUCED, 0), None)


def _by_state(session: Session, model: type[Any], condition: ColumnElement[bool]) -> dict[str, int]:
    counted = select(model.state, func.count()).where(condition).group_by(model.state)
    return {str(state): int(count) for state, count in session.execute(counted)}


def _span(period: Period) -> tuple[datetime, datetime]:
    """The moments at which the period begins and ends in the city."""
    after = (period.year, period.last + 1) if period.last < MONTHS else (period.year + 1, 1)
    return _begin_of(period.year, period.after + 1), _begin_of(*after)


def _begin_of(year: int, month: int) -> datetime:
    return datetime.combine(date(year, month, 1), time(), DISPLAY_ZONE).astimezone(UTC)
