"""What nobody goes on with ends, those who spoke are told, and who just acted loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core.actor import system
from marketplace.core.db import db, now, writing
from marketplace.core.notifications import Notification
from marketplace.core.outbox import drain
from marketplace.matching import lapsing
from marketplace.matching.answering import answer
from marketplace.matching.asking import ask
from marketplace.matching.ending import lapse_all
from marketplace.matching.lapsing import lapse_waiting
from marketplace.matching.models import Match, MatchQuestion
from tests.functional.matching.conftest import (
    BURRS,
    change_state,
    let_wait,
    match_now,
)
from tests.functional.posting.conftest import People
from tests.functional.statements import statements

Matched = Callable[..., tuple[int, dict[str, Match]]]
LONG_AGO = timedelta(days=31)


def told(kind: str) -> list[int | None]:
    drain()
    db.session.rollback()
    found = select(Notification.organisation_id).where(Notification.kind == kind)
    return sorted(db.session.scalars(found).all(), key=lambda one: one or 0)


def test_who_acts_between_the_two_looks_keeps_the_match(
    matched: Matched, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    _demand_id, matches = matched()
    match_id = matches[BURRS].id
    answer(people["demander"], match_id, "want", {})
    let_wait(match_id)
    lapse = lapsing.lapse_all

    def after_a_step(*given: object) -> int:
        answer(people["clerk"], match_id, "want", {})
        return lapse(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(lapsing, "lapse_all", after_a_step)
    assert lapse_waiting(system("deadlines")) == 0
    assert match_now(match_id).state == "mutual"


def test_both_sides_are_told_that_a_match_ended_on_which_one_had_spoken(
    matched: Matched, people: People
) -> None:
    _demand_id, matches = matched()
    match_id = matches[BURRS].id
    answer(people["demander"], match_id, "want", {})
    let_wait(match_id)
    assert lapse_waiting(system("deadlines")) == 1
    both = {people["demander"].organisation_id, people["clerk"].organisation_id}
    assert set(told("match_ended")) == both
    for who in ("demander", "clerk"):
        assert "对接结束了" in people.browser(who).get("/inbox").text


def test_a_mere_suggestion_leaves_its_list_unsaid(matched: Matched) -> None:
    _demand_id, matches = matched()
    change_state(matches[BURRS].record_id, "suspended", "listing_suspended")
    assert told("match_ended") == []


def test_however_many_end_at_once_what_was_said_to_them_is_taken_back_in_one_go(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched()
    for match in matches.values():
        answer(people["demander"], match.id, "want", {})
        ask(people["demander"], match.id, "毛刺能到 5 μm 吗？")
    with statements() as sent, writing() as session:
        assert lapse_all(session, system("matching"), Match.demand_id == demand_id) == 2
    deleted = [one.split()[2] for one in sent if one.startswith("DELETE")]
    assert sorted(deleted) == ["match_contact", "match_question"]
    assert db.session.scalars(select(MatchQuestion)).all() == []
    assert {match_now(match.id).state for match in matches.values()} == {"lapsed"}


def test_a_question_that_nobody_answers_is_taken_back_and_another_may_follow(
    matched: Matched, people: People
) -> None:
    _demand_id, matches = matched()
    match_id = matches[BURRS].id
    ask(people["demander"], match_id, "毛刺能到 5 μm 吗？")
    assert lapse_waiting(system("deadlines")) == 0
    assert len(db.session.scalars(select(MatchQuestion)).all()) == 1
    with writing() as session:
        session.scalars(select(MatchQuestion)).one().asked_at = now() - LONG_AGO
    lapse_waiting(system("deadlines"))
    assert told("match_unanswered") == [people["demander"].organisation_id]
    assert ask(people["demander"], match_id, "那 6 μm 呢？")
