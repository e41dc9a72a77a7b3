"""What programs ask every site for by its name."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.core.web.access import ANYONE


@pytest.fixture
def robots(client: FlaskClient) -> RobotFileParser:
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    parser = RobotFileParser()
    parser.parse(answer.text.splitlines())
    return parser


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_robots_may_look_at_public_pages_alone(robots: RobotFileParser, prefix: str) -> None:
    for path in ("/", "/search?kind=result", "/results/1", "/about", "/static/mark.svg"):
        assert robots.can_fetch("AnyBot", prefix + path), path
    for path in ("/account/sign-in", "/suggest?q=a", "/search/export?q=a", "/staff/bodies"):
        assert not robots.can_fetch("AnyBot", prefix + path), path


def test_the_mark_of_the_site_is_found_by_the_name_that_browsers_ask_for(
    client: FlaskClient,
) -> None:
    answer = client.get("/favicon.ico", follow_redirects=True)
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")


def test_robots_stay_away_from_what_only_some_may_open(app: Flask, robots: RobotFileParser) -> None:
    needed = app.extensions["access"].rows
    closed = [rule for rule in app.url_map.iter_rules() if needed[rule.endpoint] != ANYONE]
    assert {one.rule for one in closed if robots.can_fetch("AnyBot", one.rule)} == set()
