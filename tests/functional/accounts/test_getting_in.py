"""Registering, signing in and out, and a forgotten password, as a browser does it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts.models import Person, SignIn
from marketplace.accounts.registering import forget_unconfirmed
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, now, writing
from tests.functional.accounts.browsing import PASSWORD, Browser, letters, link_in, register
from tests.functional.accounts.conftest import LIWEN


def test_somebody_registers_chooses_a_password_and_signs_in(app: Flask, visitor: Browser) -> None:
    visitor.post("/account/register", email=" LiWen@Yunxiu.example ", name=" 李  雯 ")
    letter = letters(app)[-1]
    assert letter["To"] == LIWEN
    assert "李 雯" in letter.get_content()
    visitor.post(link_in(letter), password=PASSWORD)
    answer = visitor.sign_in(LIWEN)
    assert answer.location == "/account"
    page = visitor.get("/account")
    assert "李 雯" in page.text
    assert "Chrome, Linux" in page.text


def test_opening_the_link_of_a_letter_changes_nothing(app: Flask, visitor: Browser) -> None:
    visitor.post("/account/register", email=LIWEN, name="李雯")
    path = link_in(letters(app)[-1])
    for _time in range(3):
        assert visitor.get(path).status_code == 200
    person = db.session.scalar(select(Person))
    assert person is not None
    assert person.confirmed_at is None
    assert visitor.sign_in(LIWEN, "").status_code == 422


def test_the_english_page_of_a_link_has_no_chinese_comma(app: Flask, visitor: Browser) -> None:
    visitor.post("/en/account/register", email=LIWEN, name="Li Wen")
    path = link_in(letters(app)[-1])
    assert path.startswith("/en/account/welcome/")
    page = visitor.get(path).text
    assert "Li Wen" in page
    assert "，" not in page


def test_a_link_works_once(app: Flask, visitor: Browser) -> None:
    visitor.post("/account/register", email=LIWEN, name="李雯")
    path = link_in(letters(app)[-1])
    visitor.post(path, password=PASSWORD)
    answer = visitor.get(path)
    assert answer.status_code == 410
    assert "这个链接不能用了" in answer.text


@pytest.mark.parametrize(("kind", "hours"), [("welcome", 73), ("reset", 2)])
def test_a_link_works_for_a_time(app: Flask, visitor: Browser, kind: str, hours: int) -> None:
    if kind == "welcome":
        visitor.post("/account/register", email=LIWEN, name="李雯")
    else:
        register(app, LIWEN)
        visitor.post("/account/forgotten", email=LIWEN)
    path = link_in(letters(app)[-1])
    assert f"/{kind}/" in path
    assert visitor.get(path).status_code == 200
    with time_machine.travel(now() + timedelta(hours=hours), tick=False):
        assert visitor.get(path).status_code == 410


def test_a_link_of_one_kind_opens_nothing_of_another(app: Flask, visitor: Browser) -> None:
    visitor.post("/account/register", email=LIWEN, name="李雯")
    path = link_in(letters(app)[-1])
    assert visitor.get(path.replace("/welcome/", "/reset/")).status_code == 410
    # Not the last character, of which not every bit is part of the signature.
    forged = path[:-2] + ("a" if path[-2] != "a" else "b") + path[-1]
    assert visitor.get(forged).status_code == 410


def test_a_forgotten_password_is_chosen_anew_and_signs_everybody_out(
    app: Flask, liwen: Browser
) -> None:
    other = Browser(app)
    other.post("/account/forgotten", email=LIWEN)
    other.post(link_in(letters(app)[-1]), password="another heron 7 windows")
    assert liwen.get("/account").location.startswith("/account/sign-in")
    assert other.sign_in(LIWEN).status_code == 422
    assert other.sign_in(LIWEN, "another heron 7 windows").status_code == 302
    assert "密码换过了" in str(letters(app)[-1]["Subject"])


def test_whoever_asks_is_not_told_whether_an_address_is_known(app: Flask) -> None:
    register(app, LIWEN)
    answers = {}
    for email in (LIWEN, "nobody@yunxiu.example"):
        browser = Browser(app, address=f"192.0.2.{len(answers) + 10}")
        wrong = browser.sign_in(email, "wrong heron 7 windows")
        forgotten = browser.post("/account/forgotten", email=email)
        again = browser.post("/account/register", email=email, name="王五")
        answers[email] = (
            wrong.status_code,
            wrong.text.replace(email, "…"),
            forgotten.status_code,
            forgotten.location,
            again.status_code,
            again.location,
        )
    known, unknown = answers.values()
    assert _without_tokens(known) == _without_tokens(unknown)


def test_an_unknown_address_costs_as_much_work_as_a_known_one(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marketplace.accounts import secrets

    register(app, LIWEN)
    verified = []
    real = secrets._hasher()

    class Counting:
        def hash(self, password: str) -> str:
            return real.hash(password)

        def verify(self, password: str, kept: str) -> bool:
            verified.append(kept)
            return real.verify(password, kept)

    monkeypatch.setattr(secrets, "_hasher", Counting)
    for email in (LIWEN, "nobody@yunxiu.example"):
        Browser(app).sign_in(email, "wrong heron 7 windows")
    assert len(verified) == 2
    assert len({kept.split("$")[1] + kept.split("$")[3] for kept in verified}) == 1


def test_registering_a_known_address_changes_nothing_and_its_owner_is_told(
    app: Flask, liwen: Browser
) -> None:
    Browser(app).post("/account/register", email=LIWEN, name="别人")
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1
    assert db.session.scalar(select(Person.name)) == "李雯"
    assert "已经有账号" in letters(app)[-1].get_content()
    assert liwen.get("/account").status_code == 200


def test_to_one_address_only_a_few_letters_go(app: Flask, visitor: Browser) -> None:
    for _time in range(8):
        answer = visitor.post("/account/register", email=LIWEN, name="李雯")
        assert answer.location == "/account/letter-sent"
    assert len(letters(app)) == 3


def test_a_registration_that_nobody_confirms_is_forgotten_after_a_week(
    app: Flask, visitor: Browser
) -> None:
    register(app, LIWEN)
    visitor.post("/account/register", email="late@yunxiu.example", name="迟到")
    with time_machine.travel(now() + timedelta(days=8)):
        forget_unconfirmed()
    assert db.session.scalars(select(Person.email)).all() == [LIWEN]


@pytest.mark.parametrize(
    ("email", "name", "told"),
    [
        ("liwen", "李雯", "这不像一个邮箱地址"),
        ("", "李雯", "请填写邮箱"),
        (LIWEN, " ", "请写姓名"),
        (LIWEN, "长" * 81, "姓名最多 80 个字"),
        ("a@b\r\nBcc: x@y.example", "李雯", "这不像一个邮箱地址"),
    ],
)
def test_what_cannot_be_is_told_at_the_field_and_nothing_is_lost(
    visitor: Browser, email: str, name: str, told: str
) -> None:
    answer = visitor.post("/account/register", email=email, name=name)
    assert answer.status_code == 422
    assert told in answer.text.replace("\u00a0", " ")
    assert "<title>错误：" in answer.text
    assert db.session.scalar(select(Person.id)) is None
    if name.strip():
        assert f'value="{name}"' in answer.text


@pytest.mark.parametrize(
    "weak",
    ["short", "aaaaaaaaaaaa", "liwen-liwen-liwen", "1234567890123", "password2024", "x" * 201],
)
def test_a_weak_password_is_refused(app: Flask, visitor: Browser, weak: str) -> None:
    visitor.post("/account/register", email=LIWEN, name="李雯")
    path = link_in(letters(app)[-1])
    assert visitor.post(path, password=weak).status_code == 422
    assert visitor.get(path).status_code == 200
    assert weak not in visitor.post(path, password=weak).text


def test_a_sign_in_ends_after_twelve_hours_or_after_fourteen_days_where_it_is_kept(
    app: Flask,
) -> None:
    register(app, LIWEN)
    short, kept = Browser(app), Browser(app)
    short.sign_in(LIWEN)
    kept.sign_in(LIWEN, keep="1")
    with time_machine.travel(now() + timedelta(hours=13)):
        assert short.get("/account").status_code == 302
        assert kept.get("/account").status_code == 200
    with time_machine.travel(now() + timedelta(days=15)):
        assert kept.get("/account").status_code == 302


def test_signing_out_ends_the_sign_in_and_not_only_the_cookie(app: Flask, liwen: Browser) -> None:
    cookie = liwen.client.get_cookie("session")
    assert cookie is not None
    liwen.post("/account/sign-out")
    thief = Browser(app)
    thief.client.set_cookie("session", cookie.value)
    assert thief.get("/account").status_code == 302


def test_a_cookie_from_before_signing_in_is_worth_nothing_after_it(app: Flask) -> None:
    """Session fixation: the key is new at each sign-in."""
    register(app, LIWEN)
    browser = Browser(app)
    browser.get("/account/sign-in")
    before = browser.client.get_cookie("session")
    assert before is not None
    browser.sign_in(LIWEN)
    thief = Browser(app)
    thief.client.set_cookie("session", before.value)
    assert thief.get("/account").status_code == 302
    keys = db.session.scalars(select(SignIn.digest)).all()
    browser.post("/account/sign-out")
    browser.sign_in(LIWEN)
    assert len(set(db.session.scalars(select(SignIn.digest)).all()) - set(keys)) == 1


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/ok\r\nSet-Cookie: a=b",
    ],
)
def test_signing_in_never_leads_to_another_site(app: Flask, elsewhere: str) -> None:
    register(app, LIWEN)
    answer = Browser(app).sign_in(LIWEN, next=elsewhere)
    assert answer.location == "/account"


def test_whoever_wants_a_page_that_needs_an_account_comes_back_to_it(app: Flask) -> None:
    register(app, LIWEN)
    browser = Browser(app)
    answer = browser.get("/account/password")
    assert answer.location == "/account/sign-in?next=/account/password"
    answer = browser.post("/account/sign-in", email=LIWEN, password=PASSWORD)
    assert answer.status_code == 302
    assert browser.get("/en/account/password").status_code == 200


def test_the_demonstration_leads_to_the_page_that_was_wanted_and_nowhere_else(
    app: Flask,
) -> None:
    with writing() as session:
        session.add(Person(id=7, email="d@y.example", name="演", confirmed_at=now(), is_demo=True))
    page = Browser(app).get("/account/sign-in?next=/account/password").text
    assert page.count('name="next" value="/account/password"') == 2
    for wanted, led in (("/account/password", "/account/password"), ("//evil.example", "/account")):
        answer = Browser(app).post("/account/demo", person="7", next=wanted)
        assert answer.location == led


def test_a_form_without_its_token_is_refused(app: Flask, liwen: Browser) -> None:
    for path in ("/account/sign-out", "/account/act-for", "/account/close", "/account/password"):
        assert liwen.post_without_token(path, password=PASSWORD).status_code == 400
    assert liwen.get("/account").status_code == 200


def test_pages_of_people_who_are_signed_in_are_kept_by_no_cache(liwen: Browser) -> None:
    for path in ("/account", "/", "/search"):
        assert liwen.get(path).headers["Cache-Control"] == "private, no-store"


def test_what_happens_to_an_account_is_in_the_audit_trail(app: Flask) -> None:
    register(app, LIWEN).sign_in(LIWEN)
    acts = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts == ["account.register", "account.confirmed", "account.sign_in"]


def _without_tokens(answer: tuple[object, ...]) -> list[str]:
    import re

    return [re.sub(r'(csrf_token" value=)"[^"]*"', r"\1", str(part)) for part in answer]
