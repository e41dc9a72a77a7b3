"""Steps and proposals of one demand at the same moment, and the round that looks for it beside."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.core.actor import system
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.states import StateError
from marketplace.matching.answering import answer
from marketplace.matching.holding import held_match
from marketplace.matching.models import Match
from marketplace.matching.proposing import propose
from marketplace.matching.suggesting import suggest
from tests.functional.matching.conftest import (
    BURRS,
    GOOD,
    ROUGH,
    add_result,
    match_now,
    matched,
    people,
)
from tests.functional.postgresql.conftest import Beside, wait_for_somebody_who_waits
from tests.functional.posting.conftest import People

__all__ = ["matched", "people"]

Matched = Callable[..., tuple[int, dict[str, Match]]]


def refuse(people: People, match_id: int) -> None:
    answer(people["demander"], match_id, "decline", {"code": "too_early"})


def test_two_who_refuse_two_matches_of_one_demand_wait_for_each_other(
    app: Flask, people: People, matched: Matched
) -> None:
    _demand_id, matches = matched()
    first, second = matches[BURRS].id, matches[ROUGH["title"].zh].id
    with writing() as session:
        held_match(session, people["demander"], first)
        beside = Beside(app, lambda: refuse(people, second))
        wait_for_somebody_who_waits()
        refuse(people, first)
    beside.join()
    assert (match_now(first).state, match_now(second).state) == ("declined", "declined")


def test_who_refuses_and_the_round_of_the_demand_wait_for_each_other(
    app: Flask, people: People, matched: Matched
) -> None:
    demand_id, matches = matched()
    first, second = matches[BURRS].id, matches[ROUGH["title"].zh].id
    with writing() as session:
        held_match(session, people["demander"], second)
        beside = Beside(app, lambda: suggest(system("matching"), demand_id))
        wait_for_somebody_who_waits()
        refuse(people, first)
    beside.join()
    assert match_now(first).state == "declined"


def test_two_who_propose_the_same_pair_leave_one_match(
    app: Flask, people: People, matched: Matched
) -> None:
    demand_id, _matches = matched()
    other = add_result(**{**GOOD, "title": Bilingual("刀具涂层")})
    with writing():
        propose(people["broker"], demand_id, "result", other, "做过同样的产线。")
        beside = Beside(
            app, lambda: propose(people["broker"], demand_id, "result", other, "也合适。")
        )
        wait_for_somebody_who_waits()
    with pytest.raises(StateError):
        beside.join()
    db.session.rollback()
    assert len(db.session.scalars(select(Match).where(Match.record_id == other)).all()) == 1
