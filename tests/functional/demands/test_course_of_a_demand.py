"""From a workshop's words to an open demand, through two reviews, and to its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.catalogue.models import Demand
from marketplace.catalogue.services import take_listing_step
from marketplace.core.actor import system
from marketplace.core.db import db, writing
from marketplace.core.i18n import today
from marketplace.core.notifications import Notification
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateChange, StateError
from marketplace.demands.expiring import expire_demands
from marketplace.posting.checking import PostingProblem
from marketplace.posting.reviewing import approve, publish, return_posting
from marketplace.posting.writing import begin_change, begin_posting, save_cells, submit
from tests.functional.accounts.browsing import letters, seen
from tests.functional.demands.conftest import DEMAND, begin, demand_of, opened, submitted
from tests.functional.posting.conftest import People
from tests.functional.posting.writing_down import fresh

OpenDemand = Callable[..., int]


def test_a_demand_is_open_and_found_once_it_was_reviewed_twice(
    app: Flask, people: People, open_demand: OpenDemand
) -> None:
    demand = demand_of(open_demand())
    assert (demand.state, str(demand.title)) == ("open", DEMAND["title_zh"])
    assert demand.owner_ids == (people["demander"].organisation_id,)
    assert (demand.budget_min_fen, demand.budget_max_fen) == (80_000_000, 150_000_000)
    assert f"/demands/{demand.id}" in app.test_client().get("/search?q=毛刺&kind=demand").text


def test_each_review_is_kept_with_its_opinion_and_who_gave_it(people: People) -> None:
    opened(people)
    steps = db.session.scalars(select(StateChange).order_by(StateChange.id)).all()
    told = [(one.action, one.target, one.actor_name, one.reason) for one in steps]
    assert [one for one in told if one[0] != "listing.publish"] == [
        ("posting.submit", "submitted", "demander", None),
        ("demand.pass_form", "form_ok", "admin", "齐全"),
        ("demand.pass_department", "published", "bureau", "真实，可以征集"),
        ("demand.open", "open", "bureau", None),
    ]


def test_neither_review_goes_without_an_opinion(people: People) -> None:
    posting = submitted(people["demander"])
    with pytest.raises(PostingProblem) as problem:
        approve(people["admin"], posting.id, opinion=" ")
    assert list(problem.value.problems) == ["opinion"]
    approve(people["admin"], posting.id, opinion="齐全")
    with pytest.raises(PostingProblem):
        publish(people["bureau"], posting.id)
    assert fresh(posting.id).state == "form_ok"


def test_one_person_does_not_do_both_reviews(people: People) -> None:
    posting = submitted(people["demander"])
    approve(people["bureau"], posting.id, opinion="齐全")
    with pytest.raises(Forbidden):
        publish(people["bureau"], posting.id, opinion="可以")


@pytest.mark.parametrize("who", ["clerk", "reviewer", "rival", "neighbour", "demander"])
def test_nobody_but_the_bureau_reviews_a_demand(people: People, who: str) -> None:
    posting = submitted(people["demander"])
    with pytest.raises((Forbidden, StateError)):
        approve(people[who], posting.id, opinion="齐全")


def test_either_review_can_send_it_back_and_it_comes_again(people: People) -> None:
    posting = submitted(people["demander"])
    return_posting(people["bureau"], posting.id, "写清楚是哪种箔材", {"problem_zh": "铜箔还是铝箔"})
    assert fresh(posting.id).state == "returned"
    submit(people["demander"], posting.id, confirms_secrecy=True)
    approve(people["bureau"], posting.id, opinion="齐全")
    return_posting(people["admin"], posting.id, "预算不合理")
    assert fresh(posting.id).state == "returned"


def test_whoever_hands_it_in_says_that_it_holds_no_secrets(people: People) -> None:
    posting = begin(people["demander"])
    with pytest.raises(PostingProblem) as problem:
        submit(people["demander"], posting.id)
    assert list(problem.value.problems) == ["secrecy"]


@pytest.mark.parametrize("who", ["clerk", "both", "bureau", "rival"])
def test_only_a_demander_writes_a_demand(people: People, who: str) -> None:
    with pytest.raises(Forbidden):
        begin_posting(people[who], "demand")


def test_a_demander_writes_nothing_else(people: People) -> None:
    with pytest.raises(Forbidden):
        begin_posting(people["demander"], "result")


def test_a_demand_ends_the_day_after_its_deadline(app: Flask, people: People) -> None:
    demand_id = opened(people)
    last_day(demand_id, 0)
    assert expire_demands(system("deadlines")) == 0
    last_day(demand_id, 1)
    assert expire_demands(system("deadlines")) == 1
    assert expire_demands(system("deadlines")) == 0
    drain()
    assert demand_of(demand_id).state == "expired"
    assert app.test_client().get(f"/demands/{demand_id}").status_code == 410
    assert f"/demands/{demand_id}" not in app.test_client().get("/search?kind=demand").text
    kinds = db.session.scalars(
        select(Notification.kind).where(
            Notification.organisation_id == people["demander"].organisation_id
        )
    ).all()
    assert "demand_expired" in kinds


def last_day(demand_id: int, days_ago: int) -> None:
    with writing() as session:
        day = today() - timedelta(days=days_ago)
        session.execute(update(Demand).where(Demand.id == demand_id).values(deadline=day))


@pytest.mark.parametrize(("action", "state"), [("close", "closed"), ("withdraw", "withdrawn")])
def test_its_demander_ends_it_with_a_reason(
    app: Flask, people: People, action: str, state: str
) -> None:
    demand_id = opened(people)
    with pytest.raises(Forbidden):
        take_listing_step(people["neighbour"], "demand", demand_id, f"demand.{action}", "不")
    with pytest.raises(StateError):
        take_listing_step(people["demander"], "demand", demand_id, f"demand.{action}", "")
    take_listing_step(people["demander"], "demand", demand_id, f"demand.{action}", "已经解决")
    drain()
    assert demand_of(demand_id).state == state
    assert app.test_client().get(f"/demands/{demand_id}").status_code == 410


def test_a_change_of_an_open_demand_goes_through_both_reviews_again(people: People) -> None:
    demand_id = opened(people)
    posting = fresh(begin_change(people["demander"], "demand", demand_id))
    cells = {**posting.cells, "goal_zh": "停线不超过一天。"}
    save_cells(people["demander"], posting.id, posting.version, cells)
    submit(people["demander"], posting.id, confirms_secrecy=True)
    assert "周末" in str(demand_of(demand_id).goal)
    approve(people["admin"], posting.id, opinion="齐全")
    publish(people["bureau"], posting.id, opinion="可以")
    assert "一天" in str(demand_of(demand_id).goal)


def test_what_an_open_demand_says_reads_back_as_it_was_typed(people: People) -> None:
    demand_id = opened(people, masked_name_zh="某动力电池企业", years_from="2026", years_to="2027")
    cells = fresh(begin_change(people["demander"], "demand", demand_id)).cells
    expected = {**DEMAND, "masked_name_zh": "某动力电池企业", "years_from": "2026"}
    for key, cell in expected.items():
        if key != "requirements":
            assert cells[key] == cell, key
    assert cells["requirements"][0]["operator"] == "≤"


def test_a_demand_that_the_bureau_withdraws_tells_its_demander_why(
    app: Flask, people: People
) -> None:
    demand_id = opened(people)
    take_listing_step(people["bureau"], "demand", demand_id, "demand.withdraw", "内容涉及广告")
    drain()
    page = seen(people.browser("demander").get("/inbox"))
    assert "由本站撤下，不能恢复：内容涉及广告" in page
    sent = [letter for letter in letters(app) if letter["To"] == "demander@x.example"]
    assert any("内容涉及广告" in letter.get_body(("plain",)).get_content() for letter in sent)
