"""What the two sides say to a match, and that nobody is named before both have agreed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from marketplace.accounts.own_data import kept_data
from marketplace.catalogue.models import Demand
from marketplace.core.actor import system
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.notifications import Notification
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden, visible_to
from marketplace.core.states import StateError
from marketplace.matching.answering import MatchProblem, answer
from marketplace.matching.asking import ask, reply
from marketplace.matching.lapsing import lapse_waiting
from marketplace.matching.models import Match, MatchContact, MatchDecision
from marketplace.matching.proposing import propose
from marketplace.matching.queries import contacts_of, matches_of, own_matches
from marketplace.matching.suggesting import suggest
from tests.functional.matching.conftest import (
    BURRS,
    GOOD,
    ROUGH,
    add_result,
    let_wait,
    match_now,
    matches_of_demand,
)
from tests.functional.posting.conftest import People

Matched = Callable[..., tuple[int, dict[str, Match]]]

OURS = {"name": "赵一鸣", "phone": "0371-60000001", "email": ""}
THEIRS = {"name": "周文", "phone": "", "email": "zhou@example.edu.cn"}


def _notices(kind: str) -> list[Notification]:
    drain()
    db.session.rollback()
    return list(db.session.scalars(select(Notification).where(Notification.kind == kind)).all())


def _first(matched: Matched) -> int:
    _demand_id, matches = matched()
    return matches[BURRS].id


def test_interest_of_both_and_consent_of_both_shows_the_contacts(
    matched: Matched, people: People
) -> None:
    match_id = _first(matched)
    steps = (
        ("demander", "want", {}, "one_wants"),
        ("clerk", "want", {}, "mutual"),
        ("clerk", "consent", THEIRS, "one_consents"),
        ("demander", "consent", OURS, "introduced"),
    )
    for who, step, given, state in steps:
        match = answer(people[who], match_id, step, given)
        assert match is not None
        assert match.state == state
    for who in ("demander", "clerk"):
        contacts = contacts_of(people[who], match_now(match_id))
        assert contacts["demander"].phone == OURS["phone"]
        assert contacts["holder"].email == THEIRS["email"]
    assert len(_notices("match_introduced")) == 2


def test_before_the_second_consent_each_side_sees_its_own_contact_alone(
    matched: Matched, people: People
) -> None:
    match_id = _first(matched)
    for who in ("demander", "clerk"):
        answer(people[who], match_id, "want", {})
    answer(people["clerk"], match_id, "consent", THEIRS)
    assert set(contacts_of(people["clerk"], match_now(match_id))) == {"holder"}
    for who in ("demander", "bureau", "admin", "broker", "neighbour"):
        db.session.rollback()
        seen = select(MatchContact).where(visible_to(people[who], MatchContact))
        assert db.session.scalars(seen).all() == []


def test_consent_can_be_taken_back_until_the_other_side_gives_its_own(
    matched: Matched, people: People
) -> None:
    match_id = _first(matched)
    for who in ("demander", "clerk"):
        answer(people[who], match_id, "want", {})
    answer(people["clerk"], match_id, "consent", THEIRS)
    with pytest.raises(StateError):
        answer(people["demander"], match_id, "retract", {})
    answer(people["clerk"], match_id, "retract", {})
    assert match_now(match_id).state == "mutual"
    assert db.session.scalar(select(func.count(MatchContact.id))) == 0
    answer(people["demander"], match_id, "consent", OURS)
    assert match_now(match_id).state == "one_consents"


def test_interest_alone_can_not_be_said_twice_by_one_side(matched: Matched, people: People) -> None:
    match_id = _first(matched)
    answer(people["demander"], match_id, "want", {})
    with pytest.raises(StateError, match="等对方回应"):
        answer(people["demander"], match_id, "want", {})
    assert match_now(match_id).state == "one_wants"


def test_a_refused_record_leaves_the_list_and_the_reason_lowers_likes_of_it_at_once(
    matched: Matched, people: People
) -> None:
    riper = {**GOOD, "title": Bilingual("极片激光分切毛刺抑制的中试"), "trl": 8}
    add_result(**riper)
    demand_id, matches = matched()
    refused = matches[BURRS]
    before = matches[ROUGH["title"].zh].features["score"]
    answer(people["demander"], refused.id, "decline", {"code": "too_early"})
    after = matches_of_demand(demand_id)
    assert refused.id not in [one.id for one in matches_of(people["demander"], demand_id)]
    assert after[ROUGH["title"].zh].features["lowered"] == ["too_early"]
    assert after[ROUGH["title"].zh].features["score"] == pytest.approx(before * 0.8, abs=0.001)
    assert after[riper["title"].zh].features["lowered"] == []
    drain()
    again = matches_of_demand(demand_id)
    assert again[ROUGH["title"].zh].features["lowered"] == ["too_early"]
    assert again[BURRS].state == "declined"


def test_a_refusal_reaches_the_holder_with_its_reason_and_without_the_demand(
    matched: Matched, people: People
) -> None:
    answer(people["demander"], _first(matched), "decline", {"code": "too_dear"})
    (notice,) = _notices("match_refused")
    assert notice.organisation_id == people["clerk"].organisation_id
    assert (notice.params["code"], notice.params["demand"]) == ("too_dear", {})


def test_whoever_refused_may_think_again_and_nobody_else(matched: Matched, people: People) -> None:
    match_id = _first(matched)
    answer(people["clerk"], match_id, "decline", {"code": "unclear"})
    with pytest.raises(StateError, match="只有对方"):
        answer(people["demander"], match_id, "reopen", {})
    answer(people["clerk"], match_id, "reopen", {})
    assert match_now(match_id).state == "suggested"


def test_a_refusal_without_a_known_reason_is_answered_with_the_reasons(
    matched: Matched, people: People
) -> None:
    match_id = _first(matched)
    for code in ("", "ugly"):
        with pytest.raises(MatchProblem, match="不相关、太早、太贵"):
            answer(people["demander"], match_id, "decline", {"code": code})
    assert match_now(match_id).state == "suggested"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "", "phone": "13800000000"}, "name"),
        ({"name": "赵", "phone": "", "email": ""}, "phone"),
        ({"name": "赵", "phone": "123"}, "phone"),
        ({"name": "赵", "phone": "1" * 40}, "phone"),
        ({"name": "赵", "phone": "请先发邮件13800000000"}, "phone"),
        ({"name": "赵", "email": "zhao at home"}, "email"),
        ({"name": "赵" * 81, "phone": "13800000000"}, "name"),
    ],
)
def test_a_contact_that_nobody_could_call_is_not_taken(
    matched: Matched, people: People, given: dict[str, str], field: str
) -> None:
    match_id = _first(matched)
    for who in ("demander", "clerk"):
        answer(people[who], match_id, "want", {})
    with pytest.raises(MatchProblem) as refused:
        answer(people["demander"], match_id, "consent", given)
    assert set(refused.value.problems) == {field}
    assert match_now(match_id).state == "mutual"


def test_every_decision_is_kept_with_the_features_of_its_moment(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched()
    features = matches[BURRS].features
    answer(people["demander"], matches[BURRS].id, "want", {})
    suggest(system("matching"), demand_id)
    db.session.rollback()
    decision = db.session.scalars(select(MatchDecision)).one()
    assert (decision.action, decision.side, decision.features) == ("want", "demander", features)
    assert decision.algorithm


def test_who_stands_on_neither_side_sees_and_says_nothing(matched: Matched, people: People) -> None:
    match_id = _first(matched)
    for who in ("neighbour", "owner", "broker"):
        assert answer(people[who], match_id, "want", {}) is None
    with pytest.raises(Forbidden):
        answer(people["bureau"], match_id, "want", {})


def test_a_broker_proposes_and_the_demands_side_is_told_why(
    people: People, matched: Matched
) -> None:
    demand_id, matches = matched()
    other = add_result(**{**GOOD, "title": Bilingual("刀具涂层")})
    match = propose(people["broker"], demand_id, "result", other, "他们做过同样的产线。")
    assert match.state == "proposed"
    assert match.id in [one.id for one in matches_of(people["demander"], demand_id)]
    assert match.id in [one.id for one in own_matches(people["broker"], 0, 50)[0]]
    assert len(_notices("match_proposed")) == 1
    with pytest.raises(StateError):
        propose(people["broker"], demand_id, "result", other, "再说一次。")
    for who in ("demander", "clerk", "bureau"):
        with pytest.raises(Forbidden):
            propose(people[who], demand_id, "result", matches[BURRS].record_id, "好")


@pytest.mark.parametrize(
    ("demand", "record", "why", "field"),
    [(True, True, "", "why"), (False, True, "好", "demand"), (True, False, "好", "record")],
)
def test_a_proposal_of_what_is_not_there_says_which_number_is_wrong(
    people: People, matched: Matched, demand: bool, record: bool, why: str, field: str
) -> None:
    demand_id, matches = matched()
    record_id = matches[BURRS].record_id
    with pytest.raises(MatchProblem) as refused:
        propose(
            people["broker"],
            demand_id if demand else 9999,
            "result",
            record_id if record else 9999,
            why,
        )
    assert set(refused.value.problems) == {field}


def test_what_waits_for_thirty_days_lapses_and_is_found_again(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched()
    match_id = matches[BURRS].id
    answer(people["demander"], match_id, "want", {})
    assert lapse_waiting(system("deadlines")) == 0
    let_wait(match_id)
    assert lapse_waiting(system("deadlines")) == 1
    assert match_now(match_id).state == "lapsed"
    suggest(system("matching"), demand_id)
    found = match_now(match_id)
    assert (found.state, found.wants) == ("suggested", [])


def test_a_match_that_lapsed_after_one_consent_keeps_no_contact_and_can_be_agreed_to_again(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched()
    match_id = matches[BURRS].id
    answer(people["demander"], match_id, "want", {})
    answer(people["clerk"], match_id, "want", {})
    answer(people["demander"], match_id, "consent", OURS)
    let_wait(match_id)
    assert lapse_waiting(system("deadlines")) == 1
    assert db.session.scalars(select(MatchContact)).all() == []
    suggest(system("matching"), demand_id)
    answer(people["clerk"], match_id, "want", {})
    answer(people["demander"], match_id, "want", {})
    answer(people["demander"], match_id, "consent", OURS)
    assert match_now(match_id).state == "one_consents"


def test_whoever_closes_the_account_takes_the_consent_back_with_the_contact(
    matched: Matched, people: People
) -> None:
    match_id = _first(matched)
    answer(people["demander"], match_id, "want", {})
    answer(people["clerk"], match_id, "want", {})
    answer(people["demander"], match_id, "consent", OURS)
    person_id = people["demander"].person_id
    assert person_id is not None
    with writing() as session:
        kept_data.forget(session, person_id)
    assert match_now(match_id).state == "lapsed"
    assert answer(people["clerk"], match_id, "consent", THEIRS) is None
    assert db.session.scalars(select(MatchContact)).all() == []


def test_a_question_of_a_match_that_was_declined_waits_for_no_answer(
    matched: Matched, people: People
) -> None:
    match_id = _first(matched)
    assert ask(people["demander"], match_id, "毛刺能到 5 μm 吗？")
    answer(people["clerk"], match_id, "decline", {"code": "unclear"})
    with pytest.raises(StateError):
        reply(people["clerk"], match_id, can=True)
    assert match_now(match_id).state == "declined"


def test_a_demand_for_matched_holders_is_read_by_those_whose_record_matches(
    people: People, matched: Matched
) -> None:
    demand_id, matches = matched(visibility="matched")
    seen = {
        who
        for who in ("clerk", "owner", "rival", "demander", "neighbour")
        if db.session.scalar(
            select(Demand.id).where(Demand.id == demand_id, visible_to(people[who], Demand))
        )
    }
    assert seen == {"clerk", "demander"}
    for match in matches.values():
        answer(people["demander"], match.id, "decline", {"code": "not_relevant"})
    assert not db.session.scalar(
        select(Demand.id).where(Demand.id == demand_id, visible_to(people["clerk"], Demand))
    )
