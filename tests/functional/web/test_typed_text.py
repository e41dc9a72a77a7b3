"""Characters that no text holds go before anything is stored; nothing else of it does."""

from __future__ import annotations

import io

import pytest
from flask import Flask, request
from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.core.db import db
from marketplace.core.web.access import ANYONE
from tests.functional.accounts.browsing import Browser
from tests.functional.posting.conftest import People, add_people
from tests.functional.posting.writing_down import begin

CONTROLS = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]))


@pytest.fixture
def people(app: Flask) -> People:
    return People(app, add_people())


def test_what_no_text_holds_is_not_kept_of_a_form(app: Flask) -> None:
    browser = Browser(app)
    answer = browser.post("/account/register", email="a@b.example", name=f"李{CONTROLS}雯")
    assert answer.status_code == 302
    assert db.session.scalars(select(Person.name)).all() == ["李雯"]


def test_a_posting_with_a_nul_in_it_is_saved_without(people: People) -> None:
    posting_id = begin(people["clerk"]).id
    path = f"/postings/{posting_id}/steps/1"
    answer = people.browser("clerk").post(path, title_zh="薄\0片", version="1", later="1")
    assert answer.status_code in (302, 409)
    page = people.browser("clerk").get(f"/postings/{posting_id}")
    assert "\0" not in page.text


@pytest.mark.parametrize(
    "path",
    ["/search?q=%00", "/search?q=a%00b&page=%00", "/postings?kind=%00", "/reviews?upload=%00"],
)
def test_a_nul_in_a_query_is_no_fault(people: People, path: str) -> None:
    assert people.browser("both").get(path).status_code in (200, 302)


def test_an_address_with_a_nul_is_none(app: Flask) -> None:
    app.add_url_rule("/named/<name>", "named", lambda name: name)
    app.extensions["access"].add({"named": ANYONE})
    client = app.test_client()
    assert client.get("/named/ab").status_code == 200
    assert client.get("/named/a%00b").status_code == 404


def test_line_ends_and_tabs_stay_and_files_are_as_they_were_sent(app: Flask) -> None:
    app.add_url_rule(
        "/echo",
        "echo",
        lambda: {"text": request.form["text"], "file": request.files["file"].read().hex()},
        methods=["POST"],
    )
    app.extensions["access"].add({"echo": ANYONE})
    app.config["WTF_CSRF_ENABLED"] = False
    data = {"text": "甲\t乙\r\n丙\0丁", "file": (io.BytesIO(b"a\0\x01b"), "a.bin")}
    answer = app.test_client().post("/echo", data=data)
    assert answer.json == {"text": "甲\t乙\r\n丙丁", "file": "61000162"}
