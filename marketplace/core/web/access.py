"""The access table: every route, and who may call it. A route without a row answers nobody."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from flask import Flask, abort, current_app, g, request

from marketplace.core.actor import ANONYMOUS, Actor
from marketplace.core.policy import policy

log = structlog.get_logger(__name__)

ANYONE = "anyone"


class AccessTable:
    """Endpoint → :data:`ANYONE`, or the action of the policy table that it needs."""

    def __init__(self) -> None:
        self._rows: dict[str, str] = {"static": ANYONE}

    def add(self, rows: Mapping[str, str]) -> None:
        """Put a domain's routes in.

        :raises ValueError: when a route already has a row.
        """
        for endpoint, needed in rows.items():
            if self._rows.setdefault(endpoint, needed) != needed:
                raise ValueError(f"two rows for {endpoint}")

    @property
    def rows(self) -> Mapping[str, str]:
        """The whole table, for pages and tests."""
        return self._rows

    def guard(self, app: Flask) -> None:
        """Check the table before each request."""

        @app.before_request
        def _check() -> None:
            if request.endpoint is None:
                return
            needed = self._rows.get(request.endpoint)
            if needed is None:
                log.error("route_without_access_row", endpoint=request.endpoint)
                abort(404)
            if needed != ANYONE:
                policy.require(current_actor(), needed)


def current_actor() -> Actor:
    """Who makes the present request.

    Found out when first asked, so that a page which shows everybody the same asks no database.
    """
    if "actor" not in g:
        g.actor = current_app.extensions.get("actor_of_request", _anonymous)()
    actor: Actor = g.actor
    return actor


def stay_anonymous() -> None:
    """Let what is shown from now on not ask who makes the request, where nobody has yet."""
    g.setdefault("actor", ANONYMOUS)


def _anonymous() -> Actor:
    return ANONYMOUS
