"""Pages for what went wrong, in both languages."""

from __future__ import annotations

import re
import sqlite3

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.testing import capture_logs

from marketplace.core.policy import Forbidden
from marketplace.core.web.access import ANYONE
from tests.functional.catalogue.pages import Page


def fail_with(app: Flask, error: Exception | int) -> FlaskClient:
    def view() -> str:
        if isinstance(error, int):
            abort(error)
        raise error

    app.add_url_rule("/broken", "broken", view)
    app.extensions["access"].add({"broken": ANYONE})
    return app.test_client()


@pytest.mark.parametrize(
    ("status", "chinese", "english"),
    [
        (403, "这一页现在不对你开放", "This page is not open to you now"),
        (404, "没有这一页", "There is no such page"),
        (405, "这个地址不接受这种请求", "This address does not take such a request"),
        (418, "这个请求没有办法处理", "This request cannot be handled"),
        (429, "请求来得太快了", "Requests came too fast"),
        (500, "这一页没有打开，是我们的问题", "This page did not open; the fault is ours"),
        (502, "这一页没有打开，是我们的问题", "This page did not open; the fault is ours"),
        (503, "暂时打不开，正在恢复", "Temporarily unavailable"),
    ],
)
def test_an_error_says_what_happened_in_both_languages_with_a_reference(
    market: Flask, status: int, chinese: str, english: str
) -> None:
    visitor = fail_with(market, status)
    for address, words in (("/broken", chinese), ("/en/broken", english)):
        response = visitor.get(address)
        assert response.status_code == status
        page = Page(response.text)
        assert words in page.text
        assert re.search(rf"{status}-[0-9A-F]{{6}}", page.text)
        assert "noindex" in response.text


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("SELECT name FROM person WHERE id = ?", ("secret",), OSError("gone")),
        PoolTimeout("no connection became free"),
    ],
)
def test_a_database_that_does_not_answer_is_told_plainly_and_when_to_come_back(
    market: Flask, error: Exception
) -> None:
    with capture_logs() as logged:
        response = fail_with(market, error).get("/broken")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "暂时打不开，正在恢复" in Page(response.text).text
    assert "database_down" in [line["event"] for line in logged]
    assert "secret" not in str(logged)


def test_a_mistake_in_a_statement_is_told_as_ours_and_leaves_its_stack_in_the_log(
    market: Flask,
) -> None:
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(":memory:").execute("SELECT missing")
    error = OperationalError("SELECT missing", (), caught.value)
    with capture_logs() as logged:
        response = fail_with(market, error).get("/broken")
    assert response.status_code == 500
    assert "Retry-After" not in response.headers
    assert "database_down" not in [line["event"] for line in logged]
    (line,) = [line for line in logged if line["event"] == "unexpected_error"]
    assert line["exc_info"] is error


def test_a_refusal_says_what_would_be_needed(market: Flask) -> None:
    response = fail_with(market, Forbidden("listing.import", "导入由系统管理员进行。")).get(
        "/broken"
    )
    assert response.status_code == 403
    assert "导入由系统管理员进行。" in response.text


def test_an_unexpected_error_tells_nothing_of_its_inside(market: Flask) -> None:
    response = fail_with(market, ValueError("secret detail")).get("/broken")
    assert response.status_code == 500
    assert "secret detail" not in response.text


def test_a_plain_page_in_both_languages_comes_when_templates_fail_too(
    market: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.core.web.errors.render_template", None)
    response = fail_with(market, 500).get("/broken")
    assert response.status_code == 500
    assert "是我们的问题" in response.text
    assert "the fault is ours" in response.text
