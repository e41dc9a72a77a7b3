"""A person's browser in tests: fills in forms as they stand on the page, and reads its mail."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from contextvars import Context
from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from marketplace.accounts.models import Person
from marketplace.accounts.secrets import hash_password
from marketplace.accounts.signing_in import open_sign_in
from marketplace.core.db import db, now, writing
from marketplace.core.outbox import drain
from tests.functional.catalogue.pages import check_page

PASSWORD = "malachite ferry 12 lanterns"
DEVICE = "Chrome, Linux"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"


class Browser:
    """One browser with its cookies, at one network address."""

    def __init__(self, app: Flask, address: str = "192.0.2.1") -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.address = address

    def get(self, path: str, **extra: Any) -> TestResponse:
        """Open a page; every page must be well-formed."""
        return self._checked(self._ask(self.client.get, path, **extra))

    def post(self, path: str, **fields: str | list[str]) -> TestResponse:
        """Send a form with the token that this browser's pages have."""
        data = {"csrf_token": self.token(), **fields}
        return self._checked(self._ask(self.client.post, path, data=data))

    def token(self) -> str:
        """The token of the forms on this browser's pages.

        Made as Flask-WTF makes it: opening a page for each form took a third of the tests' time.
        """
        with self.client.session_transaction() as cookie:
            raw = cookie.setdefault("csrf_token", secrets.token_hex(20))
        signed = URLSafeTimedSerializer(self.app.secret_key or "", salt="wtf-csrf-token").dumps(raw)
        return str(signed)

    def _checked(self, response: TestResponse) -> TestResponse:
        if response.mimetype == "text/html" and response.status_code // 100 != 3:
            check_page(response.text)
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


def open_account(email: str, name: str = "李雯") -> int:
    """Give somebody an account with :data:`PASSWORD`; the id.

    What pages and letters do for it is for the tests of registering.
    """
    with writing() as session:
        person = Person(email=email, name=name, confirmed_at=now(), password_hash=_hashed())
        session.add(person)
        session.flush()
        return person.id


@cache
def _hashed() -> str:
    return hash_password(PASSWORD)


def enter(
    app: Flask, person_id: int, address: str = "192.0.2.1", *, has_second_step: bool = True
) -> Browser:
    """A browser in which the person is signed in, with the second step given."""
    browser = Browser(app, address)
    with writing() as session:
        key = open_sign_in(session, person_id, DEVICE, has_second_step=has_second_step).key
    with browser.client.session_transaction() as cookie:
        cookie["_user_id"] = key
    return browser


def register(app: Flask, email: str, name: str = "李雯", password: str = PASSWORD) -> Browser:
    """Somebody registers, opens the link, and chooses a password."""
    browser = Browser(app)
    assert browser.post("/account/register", email=email, name=name).status_code == 302
    path = link_in(letters(app)[-1])
    assert browser.post(path, password=password).status_code == 302
    return browser
