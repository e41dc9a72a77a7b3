"""A broker proposes: what may be proposed, who reads why, and who is told what becomes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from marketplace.core.actor import system
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.notifications import Notification
from marketplace.core.outbox import drain
from marketplace.core.states import StateError
from marketplace.matching import proposing
from marketplace.matching.answering import answer
from marketplace.matching.lapsing import lapse_waiting
from marketplace.matching.models import Match
from marketplace.matching.proposing import propose
from tests.functional.demands.conftest import MASKED
from tests.functional.matching.conftest import (
    BURRS,
    GOOD,
    add_result,
    let_wait,
)
from tests.functional.posting.conftest import FIRM, RIVAL, People

Matched = Callable[..., tuple[int, dict[str, Match]]]
WHY = "他们给同样的产线做过。"


def told_of_proposals(people: People) -> list[str]:
    drain()
    db.session.rollback()
    kind = Notification.kind == "match_proposal_answered"
    rows = db.session.scalars(select(Notification).where(kind).order_by(Notification.id)).all()
    assert {row.organisation_id for row in rows} <= {people["broker"].organisation_id}
    return [row.params["state"] for row in rows]


def test_what_only_dropped_out_of_a_list_can_be_proposed(matched: Matched, people: People) -> None:
    demand_id, matches = matched()
    record_id = matches[BURRS].record_id
    with writing() as session:
        session.get_one(Match, matches[BURRS].id).state = "lapsed"
    assert propose(people["broker"], demand_id, "result", record_id, WHY).state == "proposed"


def test_what_was_found_unfit_is_refused_with_that_reason(matched: Matched, people: People) -> None:
    demand_id, matches = matched()
    answer(people["demander"], matches[BURRS].id, "decline", {"code": "too_dear"})
    with pytest.raises(StateError, match="说过不合适"):
        propose(people["broker"], demand_id, "result", matches[BURRS].record_id, WHY)


def test_the_demanders_own_record_is_not_proposed_where_everybody_knows_whose_it_is(
    matched: Matched, people: People
) -> None:
    demand_id, _matches = matched()
    own = add_result(owner=RIVAL, **{**GOOD, "title": Bilingual("自己的刀具涂层")})
    with pytest.raises(StateError, match="需求单位自己的"):
        propose(people["broker"], demand_id, "result", own, WHY)


def test_no_refusal_of_a_proposal_tells_whose_a_masked_demand_is(
    matched: Matched, people: People
) -> None:
    demand_id, _matches = matched(**MASKED)
    for owner in (RIVAL, FIRM):
        record = add_result(owner=owner, **{**GOOD, "title": Bilingual(f"涂层{owner}")})
        assert propose(people["broker"], demand_id, "result", record, WHY).state == "proposed"


def test_so_many_proposals_of_one_organisation_may_wait_and_no_more(
    matched: Matched, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposing, "MOST_OPEN", 1)
    demand_id, matches = matched()
    first, second = (match.record_id for match in matches.values())
    match = propose(people["broker"], demand_id, "result", first, WHY)
    with pytest.raises(StateError, match="等需求方回应"):
        propose(people["broker"], demand_id, "result", second, WHY)
    answer(people["demander"], match.id, "want", {})
    propose(people["broker"], demand_id, "result", second, WHY)


def test_the_broker_is_told_what_becomes_of_a_proposal(matched: Matched, people: People) -> None:
    demand_id, matches = matched()
    first, second = (match.record_id for match in matches.values())
    match = propose(people["broker"], demand_id, "result", first, WHY)
    other = propose(people["broker"], demand_id, "result", second, WHY)
    answer(people["demander"], other.id, "decline", {"code": "too_dear"})
    for who in ("demander", "clerk"):
        answer(people[who], match.id, "want", {})
    for who in ("demander", "clerk"):
        contact = {"name": "赵一鸣", "phone": "0371-60000001", "email": ""}
        answer(people[who], match.id, "consent", contact)
    assert told_of_proposals(people) == ["declined", "one_wants", "mutual", "introduced"]
    assert "双方感兴趣" in people.browser("broker").get("/inbox").text


def test_the_broker_is_told_when_nobody_answered(matched: Matched, people: People) -> None:
    demand_id, matches = matched()
    match = propose(people["broker"], demand_id, "result", matches[BURRS].record_id, WHY)
    let_wait(match.id)
    assert lapse_waiting(system("deadlines")) == 1
    assert told_of_proposals(people) == ["lapsed"]


def test_only_the_demands_side_staff_and_the_broker_read_why(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched(**MASKED)
    match = propose(people["broker"], demand_id, "result", matches[BURRS].record_id, WHY)
    for who, reads in (("demander", True), ("bureau", True), ("broker", True), ("clerk", False)):
        page = people.browser(who).get(f"/matches/{match.id}")
        assert page.status_code == 200, who
        assert (WHY in page.text) == reads, who
