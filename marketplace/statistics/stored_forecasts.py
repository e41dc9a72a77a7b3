"""Forecasts of the year's turnover: computed at night and kept, for pages only read them.

What counts as a case: a contract that was handed in here, from that day through its stages until
it is registered, refused or withdrawn. Of a contract from an imported register only dates are
known, and nobody can say since when it had been on its way, so it is one that came on the day on
which it was registered.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.contracts.ledger.sums import Months, counts_demo, position, total
from marketplace.contracts.models import Contract
from marketplace.contracts.states import DRAFT, HELD, REGISTERED
from marketplace.core.amounts import FEN_PER_YI
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import local_date, today
from marketplace.core.states import StateChange
from marketplace.statistics.excluded import IN_HAND
from marketplace.statistics.forecast import (
    ENDED,
    WINDOW_MONTHS,
    Case,
    NoForecast,
    backtest,
    forecast,
    months_before,
    open_cases,
)
from marketplace.statistics.models import StoredForecast

SUBJECT = "contract"
ENDS = frozenset({"refused", "withdrawn", "deregistered", "revoked"})
NOT_YET = frozenset({DRAFT, HELD})
TESTED_YEARS = 2
TESTED_MONTHS = (4, 7, 10)
"""The forecasts of these months' beginnings are tried for past years."""
MOST_BUNDLES = 10_000
"""So many imported contracts of the window are drawn one by one; of more, some together."""


def forecast_of(session: Session, year: int) -> dict[str, Any] | None:
    """The forecast of a year as it was computed last, if it was.

    It holds ``as_of`` and ``until``, ``cases`` and ``reason`` where there is none; else ``low``,
    ``middle`` and ``high`` of the whole year's turnover in 分, ``registered`` of it so far,
    ``open`` cases by stage, how many more wait of which nobody knows since when (``unknown``), and
    ``tried``: past forecasts beside what came.
    """
    found = session.get(StoredForecast, year)
    return found.content if found else None


def told_forecast(session: Session, year: int) -> dict[str, Any] | None:
    """The forecast as the public may see it: in whole 亿元, and without what is registered so far.

    To the 分 it would tell from one night to the next what was registered in between, and of past
    spans what the tables withhold.
    """
    kept = forecast_of(session, year)
    if kept is None or "middle" not in kept:
        return kept
    told = _in_whole_yi({key: value for key, value in kept.items() if key != "registered"})
    return {**told, "tried": [_in_whole_yi(one) for one in kept["tried"]]}


def _in_whole_yi(content: dict[str, Any]) -> dict[str, Any]:
    amounts = {
        key: round(Fraction(content[key], FEN_PER_YI)) * FEN_PER_YI
        for key in ("low", "middle", "high", "actual")
        if key in content
    }
    return content | amounts


def compute_forecast() -> None:
    """Compute the forecast of the present year, in the place of the one before."""
    as_of = today()
    db.session.rollback()
    place = position(db.session)
    content = content_of(db.session, as_of)
    with writing() as session:
        session.merge(
            StoredForecast(
                year=as_of.year, as_of=as_of, position=place, content=content, made_at=now()
            )
        )


def content_of(session: Session, as_of: date) -> dict[str, Any]:
    """The forecast of the year of a day, made from what is known on it."""
    cases = list(_cases(session, months_before(as_of, 12 * TESTED_YEARS + WINDOW_MONTHS + 12)))
    until = date(as_of.year, 12, 31)
    waiting = open_cases(cases, as_of)
    made = forecast(cases, waiting, as_of, until)
    content: dict[str, Any] = {
        "as_of": as_of.isoformat(),
        "until": until.isoformat(),
        "cases": made.cases,
    }
    if isinstance(made, NoForecast):
        return {**content, "reason": made.reason.value}
    registered = total(session, Months.of_year(as_of.year)).turnover
    tried = backtest(cases, list(_tested(as_of))).tried
    return {
        **content,
        "registered": registered,
        "low": registered + made.low,
        "middle": registered + made.middle,
        "high": registered + made.high,
        "unknown": _waiting_unknown(session),
        "open": dict(sorted(Counter(one.stage for one in waiting).items())),
        "tried": [
            {
                "as_of": one.forecast.as_of.isoformat(),
                "low": one.forecast.low,
                "high": one.forecast.high,
                "actual": one.actual,
                "is_inside": one.is_inside,
            }
            for one in tried
        ],
    }


def _tested(as_of: date) -> Iterator[tuple[date, date]]:
    for year in range(as_of.year - TESTED_YEARS, as_of.year):
        for month in TESTED_MONTHS:
            yield date(year, month, 1) - timedelta(days=1), date(year, 12, 31)


def _cases(session: Session, since: date) -> Iterator[Case]:
    """The cases that were entered since a day, from the contracts and their steps."""
    steps = _steps(session)
    contracts = session.execute(
        select(
            Contract.id,
            Contract.turnover,
            Contract.registered_on,
        )
        .where(
            Contract.is_demo == counts_demo(session),
            Contract.turnover.is_not(None),
            Contract.state.not_in(NOT_YET),
        )
        .order_by(Contract.registered_on, Contract.id)
    )
    imported: list[tuple[date, int]] = []
    for contract_id, turnover, registered_on in contracts:
        amount = turnover or 0
        taken = steps.get(contract_id)
        if taken is None:
            if registered_on is not None and registered_on > since:
                imported.append((registered_on, amount))
            continue
        reached = tuple(
            (ENDED if stage in ENDS else stage, day) for stage, day in taken if stage != REGISTERED
        )
        if reached and reached[0][1] > since:
            yield Case(reached[0][1], reached, amount, registered_on)
    yield from _bundled(imported)


def _waiting_unknown(session: Session) -> int:
    """How many contracts wait of which the history here knows no step."""
    has_steps = select(StateChange.id).where(
        StateChange.subject_kind == SUBJECT, StateChange.subject_id == Contract.id
    )
    return (
        session.scalar(
            select(func.count())
            .select_from(Contract)
            .where(
                Contract.is_demo == counts_demo(session),
                Contract.state.in_(IN_HAND),
                ~has_steps.exists(),
            )
        )
        or 0
    )


def _steps(session: Session) -> dict[int, list[tuple[str, date]]]:
    """The stages that each contract has reached here, and on which day."""
    found: dict[int, list[tuple[str, date]]] = defaultdict(list)
    rows = session.execute(
        select(StateChange.subject_id, StateChange.target, StateChange.at)
        .where(StateChange.subject_kind == SUBJECT, StateChange.target.not_in(NOT_YET))
        .order_by(StateChange.subject_id, StateChange.id)
    )
    for contract_id, target, at in rows:
        found[contract_id].append((target, local_date(at)))
    return found


def _bundled(imported: list[tuple[date, int]]) -> Iterator[Case]:
    """Contracts of which only the day of registration is known, some together where many are.

    A thousand futures are drawn contract by contract; with very many, what a few of them come to
    together says as much.
    """
    size = -(-len(imported) // MOST_BUNDLES) or 1
    for first in range(0, len(imported), size):
        together = imported[first : first + size]
        day = together[0][0]
        yield Case(day, (), sum(amount for _, amount in together), day)
