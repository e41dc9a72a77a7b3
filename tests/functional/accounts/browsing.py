"""A person's browser in tests: fills in forms as they stand on the page, and reads its mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import Context
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.core.db import db
from marketplace.core.outbox import drain
from tests.functional.catalogue.pages import Page

PASSWORD = "malachite ferry 12 lanterns"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"


class Browser:
    """One browser with its cookies, at one network address."""

    def __init__(self, app: Flask, address: str = "192.0.2.1") -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.address = address

    def get(self, path: str, **extra: Any) -> TestResponse:
        """Open a page; every page must be well-formed."""
        response = self._ask(self.client.get, path, **extra)
        if response.mimetype == "text/html" and response.status_code // 100 != 3:
            Page(response.text)
        return response

    def post(self, path: str, page: str | None = None, **fields: str | list[str]) -> TestResponse:
        """Send a form with the token of ``page``, or of the page at the same address."""
        data = {"csrf_token": self.token(page or path), **fields}
        response = self._ask(self.client.post, path, data=data)
        if response.mimetype == "text/html" and response.status_code // 100 != 3:
            Page(response.text)
        return response

    def token(self, page: str) -> str:
        """The token of the forms on a page."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        assert found, f"no form on {page}"
        return found[1]

    def post_without_token(self, path: str, **fields: str) -> TestResponse:
        """Send what no form of the site sent."""
        return self._ask(self.client.post, path, data=fields)

    def sign_in(self, email: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        """Fill in the form to sign in."""
        return self.post("/account/sign-in", email=email, password=password, **fields)

    def _ask(self, method: Callable[..., TestResponse], path: str, **extra: Any) -> TestResponse:
        """Ask outside of the test's own context, as a server does: each request with its own."""
        # What the test has read so far must not hide what the request writes.
        db.session.rollback()
        return Context().run(
            method,
            path,
            environ_overrides={"REMOTE_ADDR": self.address},
            headers={"User-Agent": CHROME},
            # What happens once the answer has gone out has happened, too.
            buffered=True,
            **extra,
        )


def seen(response: TestResponse) -> str:
    """What stands on the page, with plain spaces where pages tie words together."""
    return response.text.replace("\u00a0", " ")


def letters(app: Flask) -> list[Any]:
    """The letters that went out, oldest first."""
    drain()
    return list(app.extensions["mail"].letters)


def link_in(letter: Any) -> str:
    """The path of the first link of a letter."""
    found = re.search(r"https?://[^/\s]+(/\S+)", letter.get_content())
    assert found, letter.get_content()
    return found[1]


def register(app: Flask, email: str, name: str = "李雯", password: str = PASSWORD) -> Browser:
    """Somebody registers, opens the link, and chooses a password."""
    browser = Browser(app)
    assert browser.post("/account/register", email=email, name=name).status_code == 302
    path = link_in(letters(app)[-1])
    assert browser.post(path, password=password).status_code == 302
    return browser
