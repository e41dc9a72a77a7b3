"""An organisation is reminded of a deadline: a notice, a letter, a task, each once."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from marketplace.accounts.models import Membership, Person
from marketplace.catalogue.models import Demand
from marketplace.catalogue.services import take_listing_step
from marketplace.core.actor import Actor, system
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import DISPLAY_ZONE, today
from marketplace.core.notifications import Notification
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden
from marketplace.demands.deadlines import move_deadline
from marketplace.demands.expiring import expire_demands
from marketplace.demands.reminding import remind_of_deadlines
from tests.functional.accounts.browsing import Browser, letters, link_in, seen
from tests.functional.demands.conftest import MASKED, opened
from tests.functional.posting.conftest import People

SYSTEM = system("deadlines")


def ending(people: People, days: int, **cells: str) -> int:
    """An open demand that ends in so many days."""
    return opened(people, **{**cells, "deadline": (today() + timedelta(days=days)).isoformat()})


def told(app: Flask, actor: Actor) -> tuple[int, int]:
    """How many notices and letters the demander's organisation has got."""
    drain()
    notices = db.session.scalars(
        select(Notification.id).where(
            Notification.organisation_id == actor.organisation_id,
            Notification.kind == "demand_due",
        )
    ).all()
    sent = [one for one in letters(app) if "截止：" in one["Subject"]]
    assert {one["To"] for one in sent} <= {"demander@x.example"}
    return len(notices), len(sent)


def at(days: int, hour: int = 9) -> time_machine.travel:
    """So many days from today at an hour of Asia/Shanghai."""
    day = today() + timedelta(days=days)
    return time_machine.travel(datetime.combine(day, time(hour), DISPLAY_ZONE), tick=False)


def test_it_is_told_14_and_3_days_before_and_once_each(app: Flask, people: People) -> None:
    ending(people, 20)
    course = []
    for days in (5, 6, 7, 16, 17, 18, 20, 21):
        with at(days):
            first = remind_of_deadlines(SYSTEM)
            assert remind_of_deadlines(SYSTEM) == 0
            course.append((days, first, told(app, people["demander"])))
    assert course == [
        (5, 0, (0, 0)),
        (6, 1, (1, 1)),
        (7, 0, (1, 1)),
        (16, 0, (1, 1)),
        (17, 1, (2, 2)),
        (18, 0, (2, 2)),
        (20, 0, (2, 2)),
        (21, 0, (2, 2)),
    ]
    days_before = db.session.scalars(
        select(AuditEntry.detail).where(AuditEntry.action == "demand.remind")
    ).all()
    assert [one["days_before"] for one in days_before] == [14, 3]


def test_the_day_is_that_of_shanghai(app: Flask, people: People) -> None:
    ending(people, 20)
    with at(5, hour=23):
        assert remind_of_deadlines(SYSTEM) == 0
    with at(6, hour=1):
        assert remind_of_deadlines(SYSTEM) == 1


def test_after_a_standstill_there_is_one_reminder_and_not_two(app: Flask, people: People) -> None:
    ending(people, 2)
    assert remind_of_deadlines(SYSTEM) == 1
    assert remind_of_deadlines(SYSTEM) == 0
    assert told(app, people["demander"]) == (1, 1)


def test_a_deadline_that_was_moved_is_reminded_of_anew(app: Flask, people: People) -> None:
    demand_id = ending(people, 10)
    remind_of_deadlines(SYSTEM)
    assert told(app, people["demander"]) == (1, 1)
    move_deadline(people["demander"], demand_id, (today() + timedelta(days=40)).isoformat())
    assert remind_of_deadlines(SYSTEM) == 0
    with at(30):
        assert remind_of_deadlines(SYSTEM) == 1
        assert told(app, people["demander"]) == (2, 2)


@pytest.mark.parametrize("change", ["moved", "closed", "left"])
def test_a_letter_that_is_not_true_any_more_is_not_sent(
    app: Flask, people: People, change: str
) -> None:
    demand_id = ending(people, 10)
    remind_of_deadlines(SYSTEM)
    if change == "moved":
        move_deadline(people["demander"], demand_id, (today() + timedelta(days=40)).isoformat())
    elif change == "closed":
        take_listing_step(people["demander"], "demand", demand_id, "demand.close", "找到了")
    else:
        with writing() as session:
            mine = Membership.person_id == people["demander"].person_id
            session.execute(update(Membership).where(mine).values(ended_at=now()))
    assert told(app, people["demander"])[1] == 0


def test_ended_ones_are_not_reminded_of(people: People) -> None:
    demand_id = ending(people, 10)
    take_listing_step(people["demander"], "demand", demand_id, "demand.close", "找到了")
    assert remind_of_deadlines(SYSTEM) == 0


@pytest.mark.parametrize("who", ["demander", "bureau", "admin"])
def test_only_the_schedule_reminds(people: People, who: str) -> None:
    with pytest.raises(Forbidden):
        remind_of_deadlines(people[who])


def test_notice_letter_and_task_lead_to_the_form(app: Flask, people: People) -> None:
    demand_id = ending(people, 10)
    remind_of_deadlines(SYSTEM)
    [letter] = [one for one in letters(app) if "截止：" in one["Subject"]]
    path = f"/deadlines/{demand_id}"
    assert link_in(letter) == path
    browser = people.browser("demander")
    for address in ("/inbox", "/tasks"):
        page = browser.get(address)
        assert f'href="{path}"' in page.text, address
        assert "还要找" in seen(page), address
    assert browser.get(path).status_code == 200


def test_the_task_is_there_for_14_days_and_gone_once_it_is_extended(people: People) -> None:
    demand_id = ending(people, 15)
    browser = people.browser("demander")
    assert "还要找就延长" not in seen(browser.get("/tasks"))
    soon = (today() + timedelta(days=14)).isoformat()
    move_deadline(people["demander"], demand_id, soon)
    assert "还要找就延长" in seen(browser.get("/tasks"))
    for who in ("neighbour", "bureau", "rival"):
        assert "还要找就延长" not in seen(people.browser(who).get("/tasks")), who
    move_deadline(people["demander"], demand_id, (today() + timedelta(days=60)).isoformat())
    assert "还要找就延长" not in seen(browser.get("/tasks"))


def test_nobody_else_is_told_of_a_masked_demand(app: Flask, people: People) -> None:
    ending(people, 10, **MASKED)
    remind_of_deadlines(SYSTEM)
    assert told(app, people["demander"]) == (1, 1)
    others = select(Notification.id).where(
        Notification.kind == "demand_due",
        Notification.organisation_id != people["demander"].organisation_id,
    )
    assert db.session.scalars(others).all() == []


def test_what_expired_says_that_it_can_be_taken_up_again(app: Flask, people: People) -> None:
    demand_id = ending(people, 1)
    with writing() as session:
        session.execute(update(Demand).values(deadline=today() - timedelta(days=1)))
    expire_demands(SYSTEM)
    drain()
    page = people.browser("demander").get("/inbox")
    assert "还要找可以重新征集" in seen(page)
    assert f'href="/deadlines/{demand_id}"' in page.text


def test_the_letter_in_english_says_the_same(app: Flask, people: People) -> None:
    with writing() as session:
        mine = Person.id == people["demander"].person_id
        session.execute(update(Person).where(mine).values(language="en"))
    ending(people, 10)
    remind_of_deadlines(SYSTEM)
    [letter] = [one for one in letters(app) if "Your demand closes on" in one["Subject"]]
    assert "/en/deadlines/" in letter.get_content()


def test_a_visitor_with_the_link_is_asked_to_sign_in(app: Flask, people: People) -> None:
    demand_id = ending(people, 10)
    answer = Browser(app).get(f"/deadlines/{demand_id}")
    assert answer.status_code == 302
    assert "/account/sign-in" in answer.headers["Location"]
