"""Deadlines of demands: moved while they are to come, and set anew when a demand has ended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from marketplace.catalogue.models import Demand
from marketplace.catalogue.services import take_listing_step
from marketplace.core.actor import system
from marketplace.core.calendar.terms import years_after
from marketplace.core.db import db, writing
from marketplace.core.i18n import today
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateChange
from marketplace.demands.deadlines import move_deadline
from marketplace.demands.expiring import expire_demands
from marketplace.posting.checking import PostingProblem
from marketplace.posting.models import RecordVersion
from marketplace.posting.reviewing import approve, publish, return_posting
from marketplace.posting.writing import begin_change, latest_deadline, save_cells, submit
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.demands.conftest import demand_of, opened
from tests.functional.posting.conftest import People
from tests.functional.posting.writing_down import fresh

IN_A_YEAR = (today() + timedelta(days=365)).isoformat()


def in_days(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def set_deadline(demand_id: int, day: date) -> None:
    with writing() as session:
        session.execute(update(Demand).where(Demand.id == demand_id).values(deadline=day))


def expired(people: People, **cells: Any) -> int:
    demand_id = opened(people, **cells)
    set_deadline(demand_id, today() - timedelta(days=1))
    expire_demands(system("deadlines"))
    drain()
    return demand_id


def steps_of(kind: str, subject_id: int) -> list[str]:
    db.session.rollback()
    taken = select(StateChange.action).where(
        StateChange.subject_kind == kind, StateChange.subject_id == subject_id
    )
    return list(db.session.scalars(taken.order_by(StateChange.id)))


def test_an_open_demand_is_extended_at_once_and_keeps_the_version_before(people: People) -> None:
    demand_id = opened(people)
    posting = move_deadline(people["demander"], demand_id, in_days(60))
    demand = demand_of(demand_id)
    assert (posting.state, demand.state) == ("published", "open")
    assert demand.deadline == today() + timedelta(days=60)
    kept = db.session.scalars(select(RecordVersion.cells).order_by(RecordVersion.version)).all()
    assert [cells["deadline"] for cells in kept] == ["2099-12-31", in_days(60)]


def test_a_matched_demand_is_extended_and_stays_matched(people: People) -> None:
    demand_id = opened(people)
    take_listing_step(system("matching"), "demand", demand_id, "demand.match")
    move_deadline(people["demander"], demand_id, in_days(60))
    assert demand_of(demand_id).state == "matched"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "这里要一个日期"),
        ("明年", "这里要一个日期"),
        ("2027-02-30", "日历上没有这一天"),
        ("today", "截止日期要在今天以后，最晚到"),
        ("yesterday", "截止日期要在今天以后，最晚到"),
        ("two years and a day", "截止日期要在今天以后，最晚到"),
        ("present", "新的截止日期和现在的一样"),
    ],
)
def test_a_day_that_cannot_be_a_deadline_is_said_at_the_field(
    people: People, typed: str, sentence: str
) -> None:
    days = {
        "today": in_days(0),
        "yesterday": in_days(-1),
        "two years and a day": (latest_deadline() + timedelta(days=1)).isoformat(),
        "present": in_days(30),
    }
    demand_id = opened(people, deadline=in_days(30))
    answer = people.browser("demander").post(
        f"/deadlines/{demand_id}", deadline=days.get(typed, typed)
    )
    assert answer.status_code == 422
    assert sentence in seen(answer)
    assert 'href="#f-deadline"' in answer.text
    assert demand_of(demand_id).deadline == today() + timedelta(days=30)


def test_tomorrow_and_two_years_from_today_are_the_ends_of_what_is_taken(people: People) -> None:
    demand_id = opened(people)
    for day in (in_days(1), latest_deadline().isoformat()):
        assert move_deadline(people["demander"], demand_id, day).state == "published"
    assert latest_deadline() == years_after(today(), 2)


@pytest.mark.parametrize("who", ["neighbour", "rival", "bureau", "clerk", "broker"])
@pytest.mark.parametrize("visibility", ["public", "matched"])
def test_nobody_else_moves_a_deadline(people: People, who: str, visibility: str) -> None:
    demand_id = opened(people, visibility=visibility)
    browser = people.browser(who)
    for answer in (
        browser.get(f"/deadlines/{demand_id}"),
        browser.post(f"/deadlines/{demand_id}", deadline=IN_A_YEAR),
    ):
        assert answer.status_code in (403, 404)
    assert demand_of(demand_id).deadline == date(2099, 12, 31)


def test_a_change_that_is_under_way_is_where_the_deadline_is_moved(people: People) -> None:
    demand_id = opened(people)
    change = begin_change(people["demander"], "demand", demand_id)
    browser = people.browser("demander")
    page = browser.get(f"/deadlines/{demand_id}").text
    assert f'href="/postings/{change}"' in page
    assert 'name="deadline"' not in page
    answer = browser.post(f"/deadlines/{demand_id}", deadline=IN_A_YEAR)
    assert answer.status_code == 409
    assert "正在修改或审核" in seen(answer)
    assert demand_of(demand_id).deadline == date(2099, 12, 31)


def test_a_form_that_moves_the_deadline_alone_asks_for_no_review(people: People) -> None:
    demand_id = opened(people)
    posting = fresh(begin_change(people["demander"], "demand", demand_id))
    for deadline, is_small in (("2098-01-01", False), (in_days(90), True)):
        posting = save_cells(
            people["demander"],
            posting.id,
            posting.version,
            {**posting.cells, "deadline": deadline},
        )
        page = people.browser("demander").get(f"/postings/{posting.id}").text
        assert ('value="apply"' in page) == is_small


@pytest.mark.parametrize("ended_by", ["deadline", "demander"])
def test_a_demand_that_has_ended_is_open_again_after_one_review(
    app: Flask, people: People, ended_by: str
) -> None:
    if ended_by == "deadline":
        demand_id = expired(people)
    else:
        demand_id = opened(people)
        take_listing_step(people["demander"], "demand", demand_id, "demand.close", "先不找了")
    browser = people.browser("demander")
    answer = browser.post(f"/deadlines/{demand_id}", deadline=in_days(200))
    posting_id = int(answer.headers["Location"].rpartition("/")[2])
    assert fresh(posting_id).state == "form_ok"
    assert demand_of(demand_id).state in ("expired", "closed")
    publish(people["bureau"], posting_id, opinion="还在找，可以")
    drain()
    demand = demand_of(demand_id)
    assert (demand.state, demand.deadline) == ("open", today() + timedelta(days=200))
    assert steps_of("demand", demand_id)[-1] == "demand.renew"
    assert steps_of("posting", posting_id) == ["demand.hand_in_renewal", "demand.pass_department"]
    assert Browser(app).get(f"/demands/{demand_id}").status_code == 200
    assert f"/demands/{demand_id}" in Browser(app).get("/search?kind=demand").text
    newest = db.session.scalar(select(func.max(RecordVersion.version)))
    page = seen(browser.get(f"/records/demand/{demand_id}/versions"))
    assert f"第 {newest} 版" in page.replace("\u00a0", " ")


def test_the_demander_cannot_open_it_again_alone(people: People) -> None:
    demand_id = expired(people)
    posting = move_deadline(people["demander"], demand_id, IN_A_YEAR)
    with pytest.raises(Forbidden):
        publish(people["demander"], posting.id, opinion="可以")
    with pytest.raises(Forbidden):
        take_listing_step(people["demander"], "demand", demand_id, "demand.renew")
    answer = people.browser("demander").post(
        f"/records/demand/{demand_id}/step", action="demand.renew"
    )
    assert answer.status_code == 422
    assert demand_of(demand_id).state == "expired"


def test_a_renewal_can_be_sent_back_and_handed_in_again(people: People) -> None:
    demand_id = expired(people)
    posting = move_deadline(people["demander"], demand_id, IN_A_YEAR)
    return_posting(people["bureau"], posting.id, "太久了，半年就够")
    posting = fresh(posting.id)
    assert posting.state == "returned"
    cells = {**posting.cells, "deadline": in_days(180)}
    save_cells(people["demander"], posting.id, posting.version, cells)
    assert submit(people["demander"], posting.id, confirms_secrecy=True).state == "form_ok"
    publish(people["bureau"], posting.id, opinion="可以")
    assert demand_of(demand_id).deadline == today() + timedelta(days=180)


def test_where_more_than_the_deadline_changes_both_reviews_are_done(people: People) -> None:
    demand_id = expired(people)
    posting = fresh(begin_change(people["demander"], "demand", demand_id))
    cells = {**posting.cells, "deadline": IN_A_YEAR, "goal_zh": "停线不超过一天。"}
    save_cells(people["demander"], posting.id, posting.version, cells)
    assert submit(people["demander"], posting.id, confirms_secrecy=True).state == "submitted"
    approve(people["admin"], posting.id, opinion="齐全")
    assert demand_of(demand_id).state == "expired"
    publish(people["bureau"], posting.id, opinion="可以")
    demand = demand_of(demand_id)
    assert (demand.state, str(demand.goal)) == ("open", "停线不超过一天。")


def test_without_a_new_deadline_it_stays_ended(people: People) -> None:
    demand_id = expired(people)
    posting = fresh(begin_change(people["demander"], "demand", demand_id))
    save_cells(
        people["demander"], posting.id, posting.version, {**posting.cells, "goal_zh": "一天。"}
    )
    with pytest.raises(PostingProblem) as problem:
        submit(people["demander"], posting.id, confirms_secrecy=True)
    assert list(problem.value.problems) == ["deadline"]


def test_a_withdrawn_demand_is_not_taken_up_again(people: People) -> None:
    demand_id = opened(people)
    take_listing_step(people["demander"], "demand", demand_id, "demand.withdraw", "不找了")
    browser = people.browser("demander")
    assert 'name="deadline"' not in browser.get(f"/deadlines/{demand_id}").text
    answer = browser.post(f"/deadlines/{demand_id}", deadline=IN_A_YEAR)
    assert answer.status_code == 409
    assert demand_of(demand_id).state == "withdrawn"


def test_the_page_of_an_expired_demand_tells_its_owner_how_to_take_it_up_again(
    app: Flask, people: People
) -> None:
    demand_id = expired(people)
    link = f'href="/deadlines/{demand_id}"'
    owner = people.browser("demander")
    for address in (f"/demands/{demand_id}", f"/records/demand/{demand_id}/versions"):
        page = owner.get(address)
        assert link in page.text
        assert "换个截止日期就行" in seen(page)
    for browser in (people.browser("bureau"), people.browser("neighbour"), Browser(app)):
        assert link not in browser.get(f"/demands/{demand_id}").text
    gone = Browser(app).get(f"/demands/{demand_id}")
    assert gone.status_code == 410
    assert "登录以后打开这一页就能重新征集" in seen(gone)
