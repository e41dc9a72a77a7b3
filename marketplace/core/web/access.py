"""The access table: every route, and who may call it. A route without a row answers nobody."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from flask import Flask, abort, g, request

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
            g.actor = ANONYMOUS
            if request.endpoint is None:
                return
            needed = self._rows.get(request.endpoint)
            if needed is None:
                log.error("route_without_access_row", endpoint=request.endpoint)
                abort(404)
            if needed != ANYONE:
                policy.require(g.actor, needed)


def current_actor() -> Actor:
    """Who makes the present request."""
    actor: Actor = g.get("actor", ANONYMOUS)
    return actor
