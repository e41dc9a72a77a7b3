"""Every route asked by everybody: a visitor, somebody without a role, one person of each role.

What each gets stands in ``routes.txt``, which somebody wrote; see ``test_tables``.
"""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.functional.accounts.browsing import Browser, enter
from tests.functional.security.people import VISITOR, WHO, gather
from tests.functional.security.tables import expected_answer, lines_of

pytestmark = pytest.mark.exhaustive

VALUES: dict[str, dict[str, object]] = {
    f"calendar.{name}": {"year": 2026} for name in ("form", "load", "preview", "year")
}
"""Where a route wants more than a 1 in its address: its values, by endpoint."""
BY_KIND = ("/postings/new/demand",)
"""Who writes records may be refused those of one kind."""


def address_of(app: Flask, endpoint: str, method: str) -> str | None:
    """An address of the route; none for files."""
    rule = next(
        one
        for one in app.url_map.iter_rules(endpoint)
        if method in (one.methods or ()) and not one.alias
    )
    if "filename" in rule.arguments:
        return None
    # A choice takes its first, anything else a 1.
    values: dict[str, object] = {
        name: min(getattr(rule._converters[name], "items", ["1"])) for name in rule.arguments
    }
    values |= VALUES.get(endpoint, {})
    return app.url_map.bind("").build(endpoint, values, method=method)


def told(answer: TestResponse) -> str:
    """``ok``, ``sign-in``, ``403``, ``404``; anything of a server's fault as it is."""
    if answer.status_code == 302 and "/account/sign-in?next=" in answer.headers["Location"]:
        return "sign-in"
    if answer.status_code in (403, 404, 429) or answer.status_code >= 500:
        return str(answer.status_code)
    return "ok"


def is_as_expected(expected: str, found: str, address: str) -> bool:
    """Those who may ask for a route may still be refused the record that its address names.

    Which records whose are says the table of permissions; here none may answer with a fault.
    """
    is_of_some = "1" in address or address in BY_KIND
    return found == expected or (expected == "ok" and found in ("403", "404") and is_of_some)


@pytest.mark.parametrize("who", WHO)
def test_every_route_answers_each_role_as_the_table_says(app: Flask, who: str) -> None:
    # Tokens of forms are the matter of another test.
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["settings"].refusal_limit = 10_000
    ids = gather()
    wrong = []
    reading = browser_of(app, ids, who)
    # What only reads comes first: a form may end all sign-ins.
    for line in sorted(lines_of("routes.txt"), key=lambda one: " GET " not in one):
        endpoint, method = line.split(" | ")[0].split()
        address = address_of(app, endpoint, method)
        if address is None:
            continue
        # A form may sign its browser out.
        browser = reading if method == "GET" else browser_of(app, ids, who)
        found, expected = told(ask(browser, method, address)), expected_answer(line, who)
        if not is_as_expected(expected, found, address):
            wrong.append(f"{method} {address}: {found} instead of {expected}")
    assert not wrong, f"{who}:\n" + "\n".join(wrong)


def browser_of(app: Flask, ids: dict[str, int], who: str) -> Browser:
    """A browser of theirs; of those who have an account, signed in."""
    return Browser(app) if who == VISITOR else enter(app, ids[who])


def ask(browser: Browser, method: str, address: str) -> TestResponse:
    """Open the page, or send an empty form."""
    return browser.get(address) if method == "GET" else browser.post_without_token(address)
