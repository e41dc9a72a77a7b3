"""Forms: each wants its token, none leads elsewhere, nothing that is typed becomes a page's own."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from marketplace.core.actor import Role
from marketplace.core.db import db, now, writing
from tests.architecture.test_reading import noted_changes
from tests.functional.accounts import browsing
from tests.functional.accounts.browsing import PASSWORD, Browser, enter, letters, link_in, register
from tests.functional.accounts.test_own_account import turn_on
from tests.functional.security.people import add_organisation, add_person
from tests.functional.security.test_routes_and_roles import address_of

LIWEN = "liwen@yunxiu.example"
WITHOUT_TOKEN = {"mail.unsubscribe"}
"""Mail programs post there by themselves; the token in the address is the proof (RFC 8058)."""
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "http:evil.example",
    "evil.example",
    "/ok\r\nSet-Cookie: a=b",
)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
RAW = re.compile(r"<script>alert|<img src=x|onerror=alert\(2\)>(?!\s*\")")


@pytest.mark.exhaustive
def test_no_form_is_taken_without_its_token_and_nothing_changes(app: Flask) -> None:
    bureau = add_organisation("云岫市科学技术局")
    somebody = enter(app, add_person("admin@yunxiu.example", Role.ADMIN.value, bureau))
    posts = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint not in WITHOUT_TOKEN
    }
    assert len(posts) > 15
    with noted_changes() as changes:
        for endpoint in sorted(posts):
            address = address_of(app, endpoint, "POST")
            assert address
            for fields in ({}, {"csrf_token": "forged"}):
                answer = somebody.post_without_token(address, **fields)
                assert answer.status_code == 400, address
    assert changes == []
    assert somebody.get("/account").status_code == 200


def test_a_token_of_another_browser_is_worth_nothing(app: Flask) -> None:
    page = Browser(app).get("/account/register").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    other = Browser(app)
    other.get("/account/register")
    fields = {"csrf_token": token[1], "email": LIWEN, "name": "李雯"}
    assert other.post_without_token("/account/register", **fields).status_code == 400


@pytest.fixture
def liwen(app: Flask) -> Browser:
    """The browser of somebody who has an account and is signed in."""
    browser = register(app, LIWEN)
    browser.sign_in(LIWEN)
    return browser


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_parameter_leads_to_another_site(app: Flask, liwen: Browser, elsewhere: str) -> None:
    generator, codes = turn_on(liwen)
    bureau = add_organisation("云岫市科学技术局")
    acting = enter(app, add_person("wang@yunxiu.example", Role.HOLDER.value, bureau))
    other = Browser(app)
    asked = other.sign_in(LIWEN, next=elsewhere)
    answers = [
        asked,
        other.post("/account/code", code=codes[0], next=elsewhere),
        acting.get("/account/sign-in", query_string={"next": elsewhere}),
        acting.post("/account/act-for", organisation=str(bureau), next=elsewhere),
    ]
    assert generator
    for answer in answers:
        assert answer.status_code == 302
        assert answer.location in ("/account", "/account/code")


def test_what_people_type_about_themselves_never_becomes_part_of_a_page(app: Flask) -> None:
    visitor = Browser(app)
    answer = visitor.post("/account/register", email=f"{HOSTILE}@b.example", name=HOSTILE)
    assert not RAW.search(answer.text)
    visitor.post("/account/register", email=LIWEN, name=HOSTILE)
    path = link_in(letters(app)[-1])
    assert not RAW.search(visitor.get(path).text)
    visitor.post(path, password=PASSWORD)
    visitor.sign_in(LIWEN)
    for page in ("/account", "/", "/account/second-step", "/account/close", "/search"):
        text = visitor.get(page).text
        assert not RAW.search(text), page
    assert "&lt;script&gt;" in visitor.get("/account").text


def test_what_people_type_never_becomes_part_of_an_administrators_page(app: Flask) -> None:
    bureau = add_organisation(HOSTILE)
    asking, looking = (
        enter(app, add_person(f"admin{number}@yunxiu.example", Role.ADMIN.value, bureau))
        for number in range(2)
    )
    person = add_person("li@yunxiu.example", "person", bureau, totp_since=now())
    with writing() as session:
        from marketplace.accounts.models import Person

        session.get_one(Person, person).name = HOSTILE
    sent = asking.post("/staff/second-steps", email="li@yunxiu.example", reason=HOSTILE)
    assert sent.status_code == 302
    db.session.rollback()
    for page in ("/staff/second-steps", "/staff/audit", f"/staff/audit?who={HOSTILE}", "/account"):
        text = looking.get(page).text
        assert not RAW.search(text), page
    assert "&lt;script&gt;" in looking.get("/staff/second-steps").text


def test_a_browser_that_calls_itself_something_hostile_is_told_in_our_words(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(app, LIWEN)
    monkeypatch.setattr(browsing, "CHROME", f"Firefox {HOSTILE}")
    browser = Browser(app)
    browser.sign_in(LIWEN)
    page = browser.get("/account").text
    assert "Firefox" in page
    assert not RAW.search(page)


def test_a_form_that_was_open_too_long_says_how_to_keep_what_was_typed(app: Flask) -> None:
    answer = Browser(app).post_without_token("/account/register", csrf_token="old", name="李雯")
    assert answer.status_code == 400
    assert "这张表单过期了" in answer.text
    assert "先复制或抄下来" in answer.text
    assert ">\n李雯</textarea>" in answer.text
