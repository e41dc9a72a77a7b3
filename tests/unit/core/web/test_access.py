"""The access table: who may call a route."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import lazy_gettext as _l

from marketplace.core.actor import ANONYMOUS
from marketplace.core.policy import Forbidden, Permission, PolicyTable, anyone, only_system
from marketplace.core.web import access
from marketplace.core.web.access import ANYONE, AccessTable, current_actor


@pytest.fixture
def client(bare_core_app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A visitor of a site with a route of each sort."""
    permissions = PolicyTable()
    permissions.add(
        [
            Permission("door.knock", anyone, _l("谁都可以敲门。")),
            Permission("door.open", only_system, _l("门由系统打开。")),
        ]
    )
    monkeypatch.setattr(access, "policy", permissions)
    for name in ("open", "knock", "locked", "forgotten", "unknown"):
        bare_core_app.add_url_rule(
            f"/{name}", name, lambda: current_actor().name, methods=["GET", "POST"]
        )
    table = AccessTable()
    table.add({"open": ANYONE, "knock": "door.knock", "locked": "door.open"})
    table.add({"unknown": "door.paint"})
    table.guard(bare_core_app)
    bare_core_app.register_error_handler(Forbidden, lambda error: (str(error.needed), 403))
    return bare_core_app.test_client()


@pytest.mark.parametrize("address", ["/open", "/knock", "/en/open"])
def test_an_open_route_answers_a_visitor_as_an_anonymous_actor(
    client: FlaskClient, address: str
) -> None:
    response = client.get(address)
    assert (response.status_code, response.text) == (200, ANONYMOUS.name)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_a_route_that_needs_more_refuses_a_visitor(client: FlaskClient, method: str) -> None:
    assert client.open("/locked", method=method).status_code == 403


def test_a_refusal_says_what_is_needed(client: FlaskClient) -> None:
    assert client.get("/locked").text == "门由系统打开。"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_a_route_without_a_row_answers_nobody(client: FlaskClient, method: str) -> None:
    assert client.open("/forgotten", method=method).status_code == 404


def test_a_route_whose_action_has_no_row_answers_nobody(client: FlaskClient) -> None:
    assert client.get("/unknown").status_code == 403


def test_an_address_without_a_route_is_not_found(client: FlaskClient) -> None:
    assert client.get("/nowhere").status_code == 404
    assert client.delete("/open").status_code == 405


def test_two_different_rows_for_one_route_are_refused() -> None:
    table = AccessTable()
    table.add({"home": ANYONE})
    table.add({"home": ANYONE})
    with pytest.raises(ValueError, match="home"):
        table.add({"home": "door.open"})
    assert table.rows["home"] == ANYONE


def test_outside_a_request_the_actor_is_anonymous(core_app: Flask) -> None:
    assert current_actor() is ANONYMOUS
