"""Table 10: what stands in the market, kind by kind."""

from __future__ import annotations

from datetime import datetime

import pytest

from marketplace.catalogue.models import Demand, Result
from marketplace.core.actor import system
from marketplace.core.db import db, writing
from marketplace.core.i18n import DISPLAY_ZONE, Bilingual
from marketplace.core.states import StateChange, change_values
from marketplace.matching.models import Match
from marketplace.matching.states import MATCH_STATES, MUTUAL
from marketplace.statistics.tables.catalogue import read_catalogue
from marketplace.statistics.tables.periods import Period

pytestmark = pytest.mark.usefixtures("app")
MARCH, APRIL = (datetime(2026, month, 1, tzinfo=DISPLAY_ZONE) for month in (3, 4))


def row_of(kind: str) -> tuple[int, int, int, int | None]:
    """New in March 2026, live, reserved, converted."""
    rows = read_catalogue(db.session, Period.of_month(2026, 3))
    return next(
        (one.new, one.live, one.reserved, one.converted) for one in rows if one.kind == kind
    )


def put(model: type, published_at: datetime, states: dict[str, int], **values: object) -> None:
    with writing() as session:
        for state, count in states.items():
            for _n in range(count):
                session.add(
                    model(title=Bilingual("题"), state=state, published_at=published_at, **values)
                )


def test_demands_stand_beside_results_with_their_own_states() -> None:
    ended = {"expired": 1, "closed": 1, "withdrawn": 1, "dept_ok": 1}
    put(Demand, MARCH, {"open": 4, "matched": 3, "contracted": 2, **ended})
    put(Demand, APRIL, {"open": 1})
    put(Result, MARCH, {"published": 2, "reserved": 1, "suspended": 1})
    assert row_of("demand") == (9, 5, 3, 2)
    assert row_of("result") == (3, 2, 1, 0)


@pytest.mark.parametrize("visibility", ["signed_in", "matched"])
def test_demands_that_are_not_for_everybody_are_not_counted(visibility: str) -> None:
    put(Demand, MARCH, {"open": 2, "matched": 1}, visibility=visibility)
    assert row_of("demand") == (0, 0, 0, 0)


def test_matches_count_from_the_day_on_which_both_sides_were_first_interested() -> None:
    put(Demand, MARCH, {"open": 7})
    states = ("suggested", "one_wants", "mutual", "one_consents", "introduced", "introduced")
    with writing() as session:
        for number, state in enumerate((*states, "declined"), 1):
            match = Match(demand_id=number, kind="result", record_id=1, state=state)
            session.add(match)
            session.flush()
            if number > 2:
                wanted_again = [MARCH, APRIL] if number > 3 else [APRIL]
                session.add_all(_wanted_by_both(match, at) for at in wanted_again)
    assert row_of("match") == (4, 2, 2, None)


def _wanted_by_both(match: Match, at: datetime) -> StateChange:
    step = next(row for row in MATCH_STATES.transitions if row.target == MUTUAL)
    values = change_values(system("test"), step, MATCH_STATES.subject_kind, match.id, 1)
    return StateChange(**{**values, "at": at})
