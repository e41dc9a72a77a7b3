"""A second step is reset by two administrators, and never by one alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import Person, RecoveryCode, SecondStepReset
from marketplace.accounts.own_data import CLOSED_NAME
from marketplace.core.actor import Role
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, now
from marketplace.core.my_tasks import my_tasks
from marketplace.core.states import StateChange
from tests.functional.accounts.browsing import Browser, enter, letters, open_account, seen
from tests.functional.accounts.conftest import LIWEN
from tests.functional.accounts.organisations import actor
from tests.functional.accounts.test_own_account import turn_on
from tests.functional.security.people import add_organisation, add_person

PAGE = "/staff/second-steps"
REASON = "手机丢了，当面核对过身份证"


@pytest.fixture
def administrators(app: Flask) -> list[Browser]:
    """Three administrators."""
    bureau = add_organisation("云岫市科学技术局")
    return [
        enter(app, add_person(f"admin{number}@yunxiu.example", Role.ADMIN.value, bureau))
        for number in range(3)
    ]


@pytest.fixture
def locked_out(app: Flask) -> Browser:
    """李雯, who has the second step on."""
    browser = enter(app, open_account(LIWEN), has_second_step=False)
    turn_on(browser)
    return browser


def ask(browser: Browser, email: str = LIWEN, reason: str = REASON) -> int:
    """Ask for a reset; the status of the answer."""
    return browser.post(PAGE, email=email, reason=reason).status_code


def only_reset() -> SecondStepReset:
    """The one request."""
    db.session.rollback()
    return db.session.scalars(select(SecondStepReset)).one()


def decide(browser: Browser, what: str, **fields: str) -> int:
    """Confirm or refuse the one request."""
    return browser.post(f"{PAGE}/{only_reset().id}/{what}", **fields).status_code


def has_second_step() -> bool:
    """Whether 李雯 still has hers."""
    db.session.rollback()
    return db.session.scalars(select(Person).where(Person.email == LIWEN)).one().has_second_step


def test_two_administrators_reset_it_and_the_person_is_told(
    app: Flask, administrators: list[Browser], locked_out: Browser
) -> None:
    asking, confirming, _third = administrators
    assert ask(asking) == 302
    assert "有人请求重置" in str(letters(app)[-1]["Subject"])
    assert has_second_step()
    assert REASON in seen(confirming.get(PAGE))
    assert decide(confirming, "confirm") == 302
    assert not has_second_step()
    assert db.session.scalars(select(RecoveryCode)).all() == []
    assert locked_out.get("/account").status_code == 302
    assert "你的两步验证重置了" in str(letters(app)[-1]["Subject"])
    browser = Browser(app)
    assert browser.sign_in(LIWEN).location == "/account"
    told = seen(browser.get("/inbox"))
    assert "一位管理员请求重置你账号的两步验证" in told
    assert "两位管理员重置了你账号的两步验证" in told


def test_each_step_stands_in_the_trail(administrators: list[Browser], locked_out: Browser) -> None:
    ask(administrators[0])
    decide(administrators[1], "confirm")
    acts = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.contains("second_step_reset"))
    ).all()
    told = [(one.action, one.subject_kind, one.detail.get("reason")) for one in acts]
    assert told == [
        ("second_step_reset.request", "second_step_reset", REASON),
        ("second_step_reset.confirm", "second_step_reset", None),
        ("account.second_step_reset", "person", REASON),
    ]
    assert acts[0].person_id != acts[1].person_id == acts[2].person_id
    assert db.session.scalars(select(StateChange.target)).all()[-1] == "confirmed"


def test_whoever_asked_can_not_confirm(administrators: list[Browser], locked_out: Browser) -> None:
    ask(administrators[0])
    assert "要由另一位管理员确认" in seen(administrators[0].get(PAGE))
    assert decide(administrators[0], "confirm") == 403
    assert has_second_step()


def test_whom_it_concerns_can_not_confirm_even_as_an_administrator(
    app: Flask, administrators: list[Browser]
) -> None:
    concerned = administrators[1]
    with_step = db.session.scalars(
        select(Person).where(Person.email == "admin1@yunxiu.example")
    ).one()
    with_step.totp_since = now()
    db.session.commit()
    assert ask(administrators[0], "admin1@yunxiu.example") == 302
    assert decide(concerned, "confirm") == 403
    assert only_reset().state == "requested"
    assert decide(administrators[2], "confirm") == 302


def test_somebody_who_is_no_administrator_can_neither_ask_nor_look(
    app: Flask, administrators: list[Browser], locked_out: Browser
) -> None:
    ask(administrators[0])
    assert locked_out.get(PAGE).status_code == 403
    for path in (PAGE, f"{PAGE}/1/confirm", f"{PAGE}/1/refuse"):
        assert locked_out.post(path).status_code == 403
    assert has_second_step()


def test_after_a_day_a_request_is_over_and_a_new_one_may_come(
    administrators: list[Browser], locked_out: Browser
) -> None:
    ask(administrators[0])
    reset = only_reset()
    assert reset.due_at - reset.requested_at == timedelta(hours=24)
    reset.due_at = now() - timedelta(seconds=1)
    db.session.commit()
    answer = administrators[1].post(f"{PAGE}/{reset.id}/confirm")
    assert answer.status_code == 422
    assert "过了 24 小时" in seen(answer)
    assert has_second_step()
    assert ask(administrators[0]) == 302


def test_a_request_is_refused_with_a_reason(
    administrators: list[Browser], locked_out: Browser
) -> None:
    ask(administrators[0])
    assert decide(administrators[1], "refuse") == 422
    assert decide(administrators[1], "refuse", why="电话里声音不对") == 302
    assert only_reset().state == "refused"
    assert decide(administrators[2], "confirm") == 422
    assert has_second_step()
    assert "电话里声音不对" in administrators[0].get(PAGE).text


def test_whoever_asked_takes_it_back(administrators: list[Browser], locked_out: Browser) -> None:
    ask(administrators[0])
    assert "收回请求" in administrators[0].get(PAGE).text
    assert decide(administrators[0], "refuse", why="找到手机了") == 302
    assert only_reset().state == "refused"


def test_old_requests_name_nobody_whose_account_is_closed(
    app: Flask, administrators: list[Browser], locked_out: Browser
) -> None:
    ask(administrators[0])
    decide(administrators[1], "confirm")
    closed = ("admin0@yunxiu.example", "admin1@yunxiu.example", LIWEN)
    for one in db.session.scalars(select(Person).where(Person.email.in_(closed))).all():
        one.name, one.email, one.closed_at = CLOSED_NAME, f"closed-{one.id}@invalid", now()
    db.session.commit()
    page = seen(administrators[2].get(PAGE))
    assert re.search(f"{CLOSED_NAME} 在 .+ 提出", page)
    assert re.search(f"{CLOSED_NAME} 在 .+ 决定", page)
    assert f"<h3>{CLOSED_NAME} " in page
    assert "@invalid" not in page


@pytest.mark.parametrize(
    ("email", "reason", "told"),
    [
        (LIWEN, " ", "请写明原因"),
        (LIWEN, "长" * 501, "原因最多 500 个字"),
        ("nobody@yunxiu.example", REASON, "没有这个邮箱的账号"),
        ("admin1@yunxiu.example", REASON, "没有开两步验证"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_lost(
    administrators: list[Browser], locked_out: Browser, email: str, reason: str, told: str
) -> None:
    answer = administrators[0].post(PAGE, email=email, reason=reason)
    assert answer.status_code == 422
    assert told in seen(answer)
    assert f'value="{email}"' in answer.text
    assert db.session.scalars(select(SecondStepReset)).all() == []


def test_one_person_has_one_request_at_a_time(
    administrators: list[Browser], locked_out: Browser
) -> None:
    assert ask(administrators[0]) == 302
    assert ask(administrators[1]) == 422


def test_it_waits_for_the_other_administrators(
    app: Flask, administrators: list[Browser], locked_out: Browser
) -> None:
    ask(administrators[0])
    asker = only_reset().requested_by_id
    actors = [actor(f"admin{number}@yunxiu.example") for number in range(3)]
    with app.test_request_context():
        waiting = {
            one.person_id: [str(task.title) for task in tasks]
            for one in actors
            if (tasks := my_tasks.waiting_for(db.session, one))
        }
    assert len(waiting) == 2
    assert asker not in waiting
    assert {title for titles in waiting.values() for title in titles} == {
        "确认或拒绝重置 李雯 的两步验证"
    }
