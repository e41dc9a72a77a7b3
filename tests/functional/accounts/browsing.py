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
from tests.functional.catalogue.pages import check_page

PASSWORD = "malachite ferry 12 lanterns"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
EXPIRED = re.compile("这张表单过期了|This form has expired")
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"


class Browser:
    """One browser with its cookies, at one network address."""

    def __init__(self, app: Flask, address: str = "192.0.2.1") -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.address = address
        self._token = ""

    def get(self, path: str, **extra: Any) -> TestResponse:
        """Open a page; every page must be well-formed."""
        return self._checked(self._ask(self.client.get, path, **extra))

    def post(self, path: str, page: str | None = None, **fields: str | list[str]) -> TestResponse:
        """Send a form with a token of this browser's pages.

        The one read last is good for all forms until its time is over or somebody signs in or
        out; then ``page`` is opened for another, or the page at the same address.
        """
        if self._token:
            response = self._send(path, self._token, fields)
            if response.status_code != 400 or not EXPIRED.search(response.text):
                return response
        return self._send(path, self.token(page or path), fields)

    def token(self, page: str) -> str:
        """The token of the forms on a page."""
        self._token = ""
        self.get(page)
        assert self._token, f"no form on {page}"
        return self._token

    def _send(self, path: str, token: str, fields: dict[str, str | list[str]]) -> TestResponse:
        data = {"csrf_token": token, **fields}
        return self._checked(self._ask(self.client.post, path, data=data))

    def _checked(self, response: TestResponse) -> TestResponse:
        if response.mimetype == "text/html" and response.status_code // 100 != 3:
            check_page(response.text)
            if found := TOKEN.search(response.text):
                self._token = found[1]
        return response

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
