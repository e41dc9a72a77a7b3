"""Error pages look to signed-in people like the others, and come up without the database."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from marketplace.core.db import db
from marketplace.core.web.uploads import TEXT_BYTES
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.posting.conftest import UNIVERSITY, People, add_people

SIGN_IN = 'href="/account/sign-in"'
ACTING = f"clerk，替 {UNIVERSITY} 办事"


@pytest.fixture
def people(app: Flask) -> People:
    """People of several organisations."""
    return People(app, add_people())


@pytest.fixture
def away(app: Flask) -> Iterator[list[str]]:
    """The database goes away once a statement is put into the list."""
    gone: list[str] = []

    def refuse(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if gone:
            raise OperationalError(statement, (), OSError("gone"))

    event.listen(db.engine, "before_cursor_execute", refuse)
    yield gone
    event.remove(db.engine, "before_cursor_execute", refuse)


@pytest.mark.parametrize("path", ["/nix", "/results/999", "/static/nix.css"])
def test_a_page_that_is_not_there_knows_who_is_signed_in(people: People, path: str) -> None:
    answer = people.browser("clerk").get(path)
    assert answer.status_code == 404
    assert ACTING in seen(answer)
    assert SIGN_IN not in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "clerk" not in people.browser("rival").get(path).text


def test_a_visitor_is_offered_the_way_in_on_a_page_that_is_not_there(app: Flask) -> None:
    assert SIGN_IN in Browser(app).get("/nix").text


@pytest.mark.parametrize(("path", "status"), [("/nix", 404), ("/account", 503), ("/", 503)])
def test_without_the_database_the_page_comes_up_all_the_same(
    people: People, away: list[str], path: str, status: int
) -> None:
    browser = people.browser("clerk")
    away.append("now")
    answer = browser.client.get(path)
    away.clear()
    assert answer.status_code == status
    assert SIGN_IN in answer.text
    assert "clerk" not in answer.text


def test_too_much_text_is_said_not_to_have_arrived_and_how_much_may(app: Flask) -> None:
    text = {"note": "长" * TEXT_BYTES}
    answer = Browser(app).client.post("/account/register", data=text)
    assert answer.status_code == 413
    assert "这里一次最多收 1 MB" in seen(answer)
    assert "写的内容没有收到，什么都没有改" in seen(answer)
    assert 'href="/account/register"' in answer.text


def test_too_many_files_are_said_not_to_have_arrived_and_how_much_may(people: People) -> None:
    browser = people.browser("clerk")
    answer = browser.client.post(
        "/postings/1/files",
        data={"file": (BytesIO(b"x"), "a.pdf")},
        environ_overrides={"CONTENT_LENGTH": str(1 << 40)},
    )
    assert answer.status_code == 413
    most = 3 * people.app.extensions["settings"].upload_limit_mb + 1
    assert f"这里一次最多收 {most} MB，其中文字最多 1 MB" in seen(answer)
    assert "写的内容和选的文件都没有收到" in seen(answer)
