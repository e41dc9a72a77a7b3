"""A form that was opened for one organisation is not taken for another."""

from __future__ import annotations

import re

from flask import Flask

from marketplace.core.actor import Role
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.accounts.organisations import grant, organisation, someone

MAILBOX = "liwen"


def two_units(app: Flask) -> tuple[Browser, int, int]:
    """Somebody who acts for the first of two universities."""
    browser = someone(app, MAILBOX, "李雯")
    units = organisation("甲大学"), organisation("乙大学")
    for unit in units:
        grant(f"{MAILBOX}@yunxiu.example", unit, Role.HOLDER)
    browser.post("/account/act-for", organisation=str(units[0]))
    return browser, *units


def test_a_form_of_another_window_is_refused_after_changing_and_shows_what_was_written(
    app: Flask,
) -> None:
    browser, first, second = two_units(app)
    page = browser.get("/saved/searches/new?q=电池").text
    assert f'name="acting_for" value="{first}"' in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    written = {
        "csrf_token": token[1],
        "name": "电池方面的",
        "search": "q=电池",
        "acting_for": str(first),
    }
    browser.post("/account/act-for", organisation=str(second))
    answer = browser.post_without_token("/saved/searches", **written)
    assert answer.status_code == 409
    assert "这张表单是替另一家单位打开的" in seen(answer)
    assert "电池方面的" in answer.text
    assert 'href="/account">到账号页换单位' in answer.text
    written["acting_for"] = str(second)
    answer = browser.post_without_token("/saved/searches", **written)
    assert answer.location == "/saved/searches"


def test_the_form_to_change_organisations_is_taken_from_any_window(app: Flask) -> None:
    browser, first, second = two_units(app)
    for drawn_for, wanted in ((first, second), (first, first), (second, second)):
        answer = browser.post(
            "/account/act-for",
            organisation=str(wanted),
            acting_for=str(drawn_for),
        )
        assert answer.status_code == 302
