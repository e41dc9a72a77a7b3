"""Every route stands in the access table, every row has its route."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.core.policy import policy
from marketplace.core.web.access import ANYONE


def endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_route_stands_in_the_access_table(app: Flask) -> None:
    assert endpoints(app) - set(app.extensions["access"].rows) == set()


def test_every_row_of_the_access_table_has_its_route(app: Flask) -> None:
    assert set(app.extensions["access"].rows) - endpoints(app) == set()


def test_every_row_needs_something_that_the_policy_table_knows(app: Flask) -> None:
    for endpoint, needed in app.extensions["access"].rows.items():
        assert needed == ANYONE or needed in policy.rows, endpoint


def test_a_route_without_a_row_answers_nobody(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    response = client.get("/forgotten")
    assert response.status_code == 404
    assert b"secret" not in response.data


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_route_that_only_system_may_call_refuses_a_visitor(
    app: Flask, client: FlaskClient, method: str
) -> None:
    app.add_url_rule("/guarded", "guarded", lambda: "secret")
    app.extensions["access"].add({"guarded": "listing.import"})
    response = client.open("/guarded", method=method.upper())
    assert response.status_code == 403
    assert b"secret" not in response.data
