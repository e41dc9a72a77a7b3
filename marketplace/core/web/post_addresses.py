"""Addresses that take forms only: opening one in the address bar leads to where its form stands.

A form that is refused is shown again at the address it was sent to. Whoever reloads that page,
or goes back to its address later, asks for it by GET.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from marketplace.core.db import SAFE_METHODS

Home = str | Callable[..., str]
View = TypeVar("View", bound=Callable[..., object])


def form_stands_on(home: Home) -> Callable[[View], View]:
    """Say on which page the form of this view stands; stands under the route's decorator.

    :param home: the endpoint of the page, which gets what it takes of the address; or, where
        that isn't enough, a function that gets all of it, looks only for what whoever asks may
        see, and returns the page's address.
    """

    def declare(view: View) -> View:
        view.form_stands_on = home  # type: ignore[attr-defined]
        return view

    return declare


def lead_to_forms(app: Flask) -> None:
    """Answer a GET to an address that takes POST only with the way to its form."""

    @app.before_request
    def _lead() -> Response | None:
        is_mistaken = isinstance(request.routing_exception, MethodNotAllowed)
        found = _match("POST") if is_mistaken and request.method in SAFE_METHODS else None
        home = _home_of(found[0].endpoint) if found else None
        if found is None or home is None:
            return None
        # Whoever is refused on the way is refused the record that the address names.
        request.url_rule, request.view_args = found
        return redirect(_address_of(home, found[1]))


def can_be_opened() -> bool:
    """Whether the address of the present request, a POST, leads anywhere by GET."""
    return _home_of(request.endpoint) is not None or _match("GET") is not None


def _home_of(endpoint: str | None) -> Home | None:
    view = current_app.view_functions.get(endpoint or "")
    home: Home | None = getattr(view, "form_stands_on", None)
    return home


def _match(method: str) -> tuple[Rule, dict[str, Any]] | None:
    """The route that takes this method at the present address, and what its address says."""
    adapter = request_ctx.url_adapter
    try:
        found = adapter.match(method=method, return_rule=True) if adapter else None
    except HTTPException:
        return None
    return (found[0], dict(found[1])) if found else None


def _address_of(home: Home, values: Mapping[str, Any]) -> str:
    if not isinstance(home, str):
        return home(**values)
    taken = next(current_app.url_map.iter_rules(home)).arguments
    return url_for(home, **{name: value for name, value in values.items() if name in taken})
