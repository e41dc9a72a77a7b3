"""Refusals of people who are signed in: recorded, and slowed down when there are many."""

from __future__ import annotations

from contextvars import Context
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, now, writing
from tests.functional.accounts.browsing import Browser, enter
from tests.functional.security.people import NOBODY, add_organisation, add_person

CLOSED = "/staff/audit"


@pytest.fixture
def person(app: Flask) -> Browser:
    """Somebody who is signed in and has no role."""
    return enter(app, add_person("liwen@yunxiu.example", NOBODY, 0))


def refusals() -> list[AuditEntry]:
    """The refusals in the trail, oldest first."""
    db.session.rollback()
    rows = select(AuditEntry).where(AuditEntry.action == "refused").order_by(AuditEntry.id)
    return list(db.session.scalars(rows))


def test_a_refused_page_stands_in_the_trail_with_who_wanted_what(person: Browser) -> None:
    assert person.get(CLOSED).status_code == 403
    (row,) = refusals()
    assert (row.actor_name, row.subject_kind, row.subject_id) == (f"人{NOBODY}", "page", 0)
    assert row.detail == {"wanted": "audit.read", "route": "oversight.audit"}


def test_a_refused_form_stands_in_the_trail_too(person: Browser) -> None:
    answer = person.post("/staff/second-steps/7/confirm")
    assert answer.status_code == 403
    (row,) = refusals()
    assert (row.subject_kind, row.subject_id) == ("second_step_reset", 7)
    assert row.detail["wanted"] == "second_step_reset.request"


def test_a_record_that_is_hidden_and_one_that_is_not_there_are_recorded_alike(
    person: Browser,
) -> None:
    hidden = add_organisation("云岫研究院")
    with writing() as session:
        from marketplace.accounts.models import Organisation

        session.get_one(Organisation, hidden).state = "draft"
    for number in (hidden, 99999):
        assert person.get(f"/organisations/{number}").status_code == 404
    told = [(row.subject_kind, row.subject_id, row.detail["wanted"]) for row in refusals()]
    assert told == [("organisation", hidden, "see"), ("organisation", 99999, "see")]


def test_an_address_that_names_no_record_is_no_refusal(person: Browser) -> None:
    assert person.get("/nonsense").status_code == 404
    assert refusals() == []


def test_a_visitor_has_no_name_and_is_not_recorded(app: Flask) -> None:
    visitor = Browser(app)
    assert visitor.get(CLOSED).status_code == 302
    assert visitor.get("/results/99999").status_code == 404
    assert refusals() == []


def test_too_many_refusals_are_slowed_down_and_open_pages_stay_open(
    app: Flask, person: Browser
) -> None:
    app.extensions["settings"].refusal_limit = 3
    moment = now()
    with time_machine.travel(moment, tick=False):
        answers = [person.get(CLOSED) for _time in range(5)]
        assert [one.status_code for one in answers] == [403, 403, 403, 429, 429]
        assert answers[-1].headers["Retry-After"] == "600"
        assert "账号没有锁定" in answers[-1].text
        assert person.get("/results/99999").status_code == 429
        assert person.get("/account").status_code == 200
        assert len(refusals()) == 3
    with time_machine.travel(moment + timedelta(minutes=10, seconds=1), tick=False):
        assert person.get(CLOSED).status_code == 403


def test_one_persons_refusals_slow_nobody_else_down(app: Flask, person: Browser) -> None:
    app.extensions["settings"].refusal_limit = 1
    other = enter(app, add_person("wang@yunxiu.example", NOBODY, 0))
    assert [person.get(CLOSED).status_code for _time in range(2)] == [403, 429]
    assert other.get(CLOSED).status_code == 403


def test_the_row_is_written_when_the_answer_is_out_and_not_before(
    app: Flask, person: Browser
) -> None:
    answer = Context().run(person.client.get, CLOSED)
    assert answer.status_code == 403
    assert refusals() == []
    Context().run(answer.close)
    assert len(refusals()) == 1


def test_an_answer_goes_out_although_the_row_cannot_be_written(
    person: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marketplace.core.web import refusal_log

    def broken(*_args: object, **_values: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(refusal_log, "record_audit", broken)
    assert person.get(CLOSED).status_code == 403
