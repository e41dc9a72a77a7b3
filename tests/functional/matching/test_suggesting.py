"""Matches are found in the background, both ways, and follow what changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalogue.models import Demand
from marketplace.core.actor import ANONYMOUS, Actor, system
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.notifications import Notification
from marketplace.core.outbox import OutboxEvent, drain, record_event
from marketplace.core.policy import Forbidden
from marketplace.matching import suggesting
from marketplace.matching.models import Match
from marketplace.matching.subjects import read_subjects
from marketplace.matching.suggesting import _own_records, suggest
from tests.functional.demands.conftest import opened
from tests.functional.matching.conftest import (
    BURRS,
    GOOD,
    OTHER,
    ROUGH,
    add_result,
    change_state,
    matches_of_demand,
)
from tests.functional.posting.conftest import RIVAL, People

Matched = Callable[..., tuple[int, dict[str, Match]]]


def test_a_new_demand_finds_what_meets_something_and_the_best_stands_first(
    matched: Matched,
) -> None:
    _demand_id, matches = matched()
    assert set(matches) == {BURRS, ROUGH["title"].zh}
    by_score = sorted(matches.values(), key=lambda match: -match.features["score"])
    assert [match.place for match in by_score] == [1, 2]
    assert all(match.state == "suggested" for match in matches.values())
    features = matches[BURRS].features
    assert features["facts"]["maturity"] == "met"
    assert features["shares"]["characters"] > 0
    assert matches[ROUGH["title"].zh].features["facts"]["maturity"] == "unmet"


def test_a_new_result_joins_the_lists_of_the_demands_it_might_serve(people: People) -> None:
    demand_id = opened(people)
    assert matches_of_demand(demand_id) == {}
    add_result(**GOOD)
    drain()
    assert set(matches_of_demand(demand_id)) == {BURRS}


def test_what_the_looking_organisation_holds_itself_is_not_suggested(people: People) -> None:
    add_result(owner=RIVAL, **GOOD)
    demand_id = opened(people)
    assert matches_of_demand(demand_id) == {}


def test_of_what_the_looking_organisation_holds_only_candidates_are_asked_for(
    people: People,
) -> None:
    first, _second = (add_result(owner=RIVAL, **GOOD) for _number in range(2))
    third = add_result(**GOOD)
    demand_id = opened(people)
    found = list(read_subjects("result", [first, third]).values())
    assert _own_records(demand_id, found) == {f"result-{first}"}


def test_the_demands_side_is_told_once_of_what_is_new(matched: Matched, people: People) -> None:
    def told() -> list[int]:
        db.session.rollback()
        return [
            notice.params["matches"]
            for notice in db.session.scalars(
                select(Notification).where(Notification.kind == "matches_found")
            )
        ]

    demand_id, _matches = matched()
    assert told() == [2]
    suggest(system("matching"), demand_id)
    drain()
    assert told() == [2]


def test_a_suspended_result_leaves_the_list_and_comes_back_with_its_return(
    matched: Matched,
) -> None:
    demand_id, matches = matched()
    record_id = matches[BURRS].record_id
    change_state(record_id, "suspended", "listing_suspended")
    assert matches_of_demand(demand_id)[BURRS].state == "lapsed"
    change_state(record_id, "published", "listing_resumed")
    assert matches_of_demand(demand_id)[BURRS].state == "suggested"


def test_an_ended_demand_has_no_suggestions_any_more(matched: Matched) -> None:
    demand_id, _matches = matched()
    with writing() as session:
        session.get_one(Demand, demand_id).state = "closed"
        record_event(session, "demand_closed", "demand", demand_id)
    drain()
    assert {match.state for match in matches_of_demand(demand_id).values()} == {"lapsed"}


def count_rounds(monkeypatch: pytest.MonkeyPatch, before: Callable[[], object]) -> list[int]:
    """The demands that are looked for from now on; `before` is called when a round begins."""
    looked: list[int] = []

    def counting(actor: Actor, demand_id: int) -> int:
        looked.append(demand_id)
        if len(looked) == 1:
            before()
        return suggest(actor, demand_id)

    monkeypatch.setattr(suggesting, "suggest", counting)
    return looked


def tell_due(demand_id: int, times: int = 1) -> None:
    with writing() as session:
        for _time in range(times):
            record_event(session, "demand_round_due", "demand", demand_id)


def test_whatever_waits_for_a_demand_is_seen_by_one_round(
    matched: Matched, monkeypatch: pytest.MonkeyPatch
) -> None:
    demand_id, _matches = matched()
    looked = count_rounds(monkeypatch, lambda: None)
    tell_due(demand_id, times=9)
    drain()
    assert looked == [demand_id]


def test_what_becomes_known_while_a_demand_is_looked_for_is_looked_at_again(
    matched: Matched, monkeypatch: pytest.MonkeyPatch
) -> None:
    demand_id, _matches = matched()
    looked = count_rounds(monkeypatch, lambda: tell_due(demand_id))
    tell_due(demand_id)
    drain()
    assert looked == [demand_id, demand_id]


def test_a_change_of_a_server_whose_clock_is_behind_is_looked_at(
    matched: Matched, monkeypatch: pytest.MonkeyPatch
) -> None:
    demand_id, _matches = matched()
    looked = count_rounds(monkeypatch, lambda: None)
    tell_due(demand_id)
    with writing() as session:
        waiting = select(OutboxEvent).where(OutboxEvent.done_at.is_(None))
        for event in session.scalars(waiting):
            event.created_at -= timedelta(hours=1)
    drain()
    assert looked == [demand_id]


def test_nobody_but_the_system_looks_for_matches(matched: Matched, people: People) -> None:
    demand_id, _matches = matched()
    for actor in (ANONYMOUS, people["bureau"], people["demander"]):
        with pytest.raises(Forbidden):
            suggest(actor, demand_id)


def test_an_irrelevant_result_is_not_suggested_though_it_is_all_there_is(
    app: Flask, people: People
) -> None:
    add_result(**OTHER)
    assert matches_of_demand(opened(people)) == {}


def test_in_a_large_market_the_nearest_are_suggested_whatever_they_meet_and_nobody_is_told(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggesting, "OF_WHICH_ONE_IS_NEAR", 1)
    add_result(**OTHER)
    matches = matches_of_demand(opened(people))
    assert matches[OTHER["title"].zh].features["verdicts"]["met"] == 0
    db.session.rollback()
    told = select(Notification).where(Notification.kind == "matches_found")
    assert db.session.scalars(told).all() == []


def test_what_fails_something_and_meets_nothing_is_not_suggested_however_near_it_is(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggesting, "OF_WHICH_ONE_IS_NEAR", 1)
    add_result(title=Bilingual("切边"), abstract=Bilingual("毛刺高度 90 μm。"))
    assert matches_of_demand(opened(people)) == {}
