"""Addresses that take forms only: opening one in the address bar leads to where its form stands.

A form that is refused is shown again at the address it was sent to. Whoever reloads that page,
or goes back to its address later, asks for it by GET.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect
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
        if not is_mistaken or request.method not in SAFE_METHODS:
            return None
        address = page_of_post()
        return redirect(address) if address else None


def can_be_opened() -> bool:
    """Whether the address of the present request, a POST, leads anywhere by GET."""
    try:
        _match("GET")
    except RequestRedirect:
        return True
    except HTTPException:
        endpoint = request.endpoint or ""
        return hasattr(current_app.view_functions.get(endpoint), "form_stands_on")
    return True


def page_of_post() -> str | None:
    """The address of the page with the form whose POST goes to the present address, if known."""
    try:
        endpoint, values = _match("POST")
    except (HTTPException, RequestRedirect):
        return None
    home: Home | None = getattr(current_app.view_functions[endpoint], "form_stands_on", None)
    if home is None:
        return None
    if not isinstance(home, str):
        return home(**values)
    taken = next(current_app.url_map.iter_rules(home)).arguments
    return url_for(home, **{name: value for name, value in values.items() if name in taken})


def _match(method: str) -> tuple[str, Mapping[str, Any]]:
    adapter = request_ctx.url_adapter
    if adapter is None:
        raise NotFound
    endpoint, values = adapter.match(method=method)
    return str(endpoint), values
