"""One line a request, with its id, and nothing of what was asked."""

from __future__ import annotations

import logging
import warnings

import pytest
import structlog
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marketplace.core.db import db
from tests.functional.operations.conftest import Lines

HTTPS = {
    "Host": "market.example.cn",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.9",
}


def test_each_request_writes_one_line(production: Flask, log_lines: Lines) -> None:
    response = production.test_client().get("/about", headers=HTTPS, buffered=True)
    (line,) = [one for one in log_lines() if one["event"] == "request"]
    assert line.pop("timestamp")
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "route": "/about",
        "status": 200,
        "bytes": len(response.data),
        "request_id": response.headers["X-Request-ID"],
    }


def test_a_sane_id_is_taken_and_returned(production: Flask, log_lines: Lines) -> None:
    client = production.test_client()
    answer = client.get("/about", headers={**HTTPS, "X-Request-ID": "proxy-1"})
    assert answer.headers.getlist("X-Request-ID") == ["proxy-1"]
    answer = client.get("/about", headers={**HTTPS, "X-Request-ID": "a b@example.cn"})
    assert "@" not in answer.headers["X-Request-ID"]
    assert "example.cn" not in str(log_lines())


@pytest.mark.parametrize("address", ["/search?q={}", "/en/search?q={}", "/suggest?q={}"])
def test_no_line_of_a_search_holds_what_was_searched(
    production: Flask, log_lines: Lines, address: str
) -> None:
    words = "碲镉汞焦平面"
    answer = production.test_client().get(address.format(words), headers=HTTPS, buffered=True)
    assert answer.status_code == 200
    logged = log_lines()
    assert [line["event"] for line in logged] == ["request"]
    assert words not in str(logged)
    assert "203.0.113.9" not in str(logged)


def test_no_line_of_a_search_that_fails_holds_what_was_searched(
    production: Flask, log_lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "碲镉汞焦平面"

    def fail(*_arguments: object) -> None:
        raise RuntimeError("wrong")

    monkeypatch.setattr("marketplace.catalogue.routes.search_page", fail)
    answer = production.test_client().get(f"/search?q={words}", headers=HTTPS, buffered=True)
    assert answer.status_code == 500
    logged = log_lines()
    assert {"unexpected_error", "request"} <= {line["event"] for line in logged}
    assert {line["request_id"] for line in logged} == {answer.headers["X-Request-ID"]}
    assert words not in str(logged)


@pytest.mark.parametrize("address", ["/张三/{}", "/patents/4711/{}", "/en/{}"])
def test_no_line_of_a_page_that_is_not_there_repeats_its_address(
    production: Flask, log_lines: Lines, address: str
) -> None:
    long = address.format("A" * 40_000)
    answer = production.test_client().get(long, headers=HTTPS, buffered=True)
    assert answer.status_code == 404
    (page,) = [line for line in log_lines() if line["event"] == "error_page"]
    assert page["route"] is None
    assert "AAA" not in str(page)
    assert "张三" not in str(page)


def test_the_page_of_an_error_is_logged_with_the_template_of_its_route(
    production: Flask, log_lines: Lines
) -> None:
    production.test_client().get("/patents/4711", headers=HTTPS, buffered=True)
    (page,) = [line for line in log_lines() if line["event"] == "error_page"]
    assert page["route"].startswith("/patents/<int")


def test_the_parameters_of_a_failed_statement_are_not_logged(
    production: Flask, log_lines: Lines
) -> None:
    name = "张" + "三"  # the traceback repeats the source
    with production.app_context():
        try:
            db.session.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": name})
        except DBAPIError:
            structlog.get_logger("test").exception("failed")
    assert name not in str(logged := log_lines())
    assert "nowhere" in str(logged)


def test_requests_that_reach_no_page_have_their_line_and_id(
    production: Flask, log_lines: Lines
) -> None:
    answer = production.test_client().get(
        "/x", headers={"Host": "forged.example.org"}, buffered=True
    )
    assert answer.status_code == 400
    assert answer.headers["X-Request-ID"]
    (line,) = [one for one in log_lines() if one["event"] == "request"]
    assert (line["route"], line["status"]) == (None, 400)


def test_the_id_does_not_outlive_its_request(production: Flask, log_lines: Lines) -> None:
    production.test_client().get("/about", headers=HTTPS, buffered=True)
    log_lines()
    structlog.get_logger("test").info("later")
    assert "request_id" not in log_lines()[0]


def test_libraries_write_the_same_lines(production: Flask, log_lines: Lines) -> None:
    logging.getLogger("sqlalchemy.pool").error("lost %s", "postgresql://market:geheim@db/market")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old way", DeprecationWarning, stacklevel=1)
    first, second = log_lines()
    assert (first["logger"], first["level"]) == ("sqlalchemy.pool", "error")
    assert first["event"] == "lost postgresql://[hidden]@db/market"
    assert "old way" in second["event"]
