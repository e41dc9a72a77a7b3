"""Addresses that take forms only lead a GET to the page on which their form stands."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.core.audit import AuditEntry
from marketplace.core.db import db
from marketplace.core.policy import Level
from tests.functional.accounts.browsing import Browser
from tests.functional.disclosure.conftest import Ladder, ladder, people
from tests.functional.posting.conftest import People
from tests.functional.posting.test_pages import begin_in
from tests.functional.security.people import gather

__all__ = ["ladder", "people"]

NO_FORM = {"operations.metrics"}


def test_every_address_that_takes_forms_only_says_where_its_form_stands(app: Flask) -> None:
    rules = list(app.url_map.iter_rules())
    opened = {rule.rule for rule in rules if "GET" in (rule.methods or ())}
    lost = []
    for rule in rules:
        if rule.rule in opened or "POST" not in (rule.methods or ()):
            continue
        home = getattr(app.view_functions[rule.endpoint], "form_stands_on", None)
        if isinstance(home, str):
            page = next(app.url_map.iter_rules(home), None)
            is_page = page and "GET" in (page.methods or ()) and page.arguments <= rule.arguments
            home = is_page or None
        if home is None:
            lost.append(rule.endpoint)
    assert not lost


def test_reloading_a_refused_form_leads_to_the_page_of_its_record(people: People) -> None:
    browser = people.browser("clerk")
    path = begin_in(browser)
    page = path.partition("/steps")[0]
    for tail in ("hand-in", "files"):
        refused = browser.post(f"{page}/{tail}", work="submit")
        assert refused.status_code == 422
        reloaded = browser.get(f"{page}/{tail}")
        assert (reloaded.status_code, reloaded.location) == (302, page)
    assert browser.get(f"/en{page}/hand-in").location == f"/en{page}"


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/account/applications/7/evidence", "/account/applications/7"),
        ("/staff/applications/7/refuse", "/staff/applications/7"),
        ("/account/second-step/codes", "/account"),
        ("/obligations/7/decide", "/obligations/7"),
        ("/staff/obligations/projects/7/clocks", "/staff/obligations/projects/7"),
        ("/reviews/uploads/7", "/reviews?upload=7"),
        ("/saved/result/7/note", "/saved"),
        ("/records/result/7/step", "/records/result/7/versions"),
        ("/staff/audit/export", "/staff/audit"),
        ("/postings/new/patent", "/postings/new"),
    ],
)
def test_an_address_of_a_form_leads_anybody_to_a_page_that_asks_who_they_are(
    app: Flask, address: str, page: str
) -> None:
    answer = Browser(app).get(address)
    assert (answer.status_code, answer.location) == (302, page)
    assert Browser(app).client.put(address).status_code == 405


def test_where_the_address_does_not_name_the_page_its_holder_alone_is_led_there(
    ladder: Ladder,
) -> None:
    part = ladder.parts[Level.NAMED]
    ladder.accept("reader")
    asked = ladder.ask("reader")
    manage = f"/records/result/{ladder.record_id}/parts/manage"
    addresses = (f"/parts/{part}/arrange", f"/access-requests/{asked}/decision")
    for address in addresses:
        assert ladder.people.browser("clerk").get(address).location == manage
        assert ladder.people.browser("rival").get(address).status_code in (403, 404)
        visitor = Browser(ladder.people.app).get(address)
        assert visitor.status_code == 404 or "/account/sign-in?next=" in visitor.location
    list_of_parts = f"/records/result/{ladder.record_id}/parts#part-{part}"
    for tail in ("requests", "open"):
        answer = ladder.people.browser("reader").get(f"/parts/{part}/{tail}")
        assert answer.location == list_of_parts


def test_who_is_refused_on_the_way_is_refused_what_the_address_names(ladder: Ladder) -> None:
    part = ladder.parts[Level.NAMED]
    rival = ladder.people.browser("rival")
    assert rival.get(f"/parts/{part}/arrange").status_code == 403
    assert rival.get("/parts/999/arrange").status_code == 404
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "refused"))
    found = [(one.subject_kind, one.subject_id, one.detail["route"]) for one in rows]
    assert found == [
        ("disclosure_part", part, "disclosure.arrange"),
        ("part", 999, "disclosure.arrange"),
    ]


def test_what_is_not_there_leads_nowhere(app: Flask) -> None:
    gather()
    visitor = Browser(app)
    for address in ("/parts/999/requests", "/access-requests/999/decision"):
        assert visitor.get(address).status_code == 404
    assert visitor.get("/staff/obligations/clocks/999/cancel").status_code == 302
