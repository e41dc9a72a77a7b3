"""Numbers of what belongs to others: the same answer as for a number that nothing has.

Every route with a number in its address is asked, by people of another organisation, for a thing of
its kind that isn't public, and for one that isn't there. What is public is told by its own pages.
"""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from marketplace.accounts.models import Membership
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, writing
from tests.functional.accounts.browsing import Browser, enter
from tests.functional.security.belongings import Belongings, add_belongings
from tests.functional.security.people import NOBODY, add_organisation, add_person

pytestmark = pytest.mark.exhaustive

MISSING = 999_999
KINDS = {"request_id": "join_request", "disclosure request_id": "access_request"}
"""Where the parameter of an address doesn't say by itself what it is the number of."""
QUERIES = {
    "obligations.yearly": "organisation",
    "obligations.yearly_file": "organisation",
    "posting.reviews": "upload",
}
"""Routes that take the number of something in the query of their address."""
FORM = {
    "do": "accept",
    "work": "admit",
    "action": "listing.suspend",
    "roles": "HOLDER",
    "reason": "理由",
    "purpose": "看看",
    "version": "1",
}
WHO = ("HOLDER", "HOLDER_MGR", "DEMANDER", NOBODY)


def numbered_routes(app: Flask) -> list[tuple[Rule, str, dict[str, list[str]]]]:
    """Rule, method, and the kinds of thing that each of its numbers may name."""
    found = []
    for rule in app.url_map.iter_rules():
        kinds = {name: kinds_of(rule, name) for name in rule.arguments if is_number(name)}
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"} if kinds else ()
        found += [(rule, method, kinds) for method in methods]
    return sorted(found, key=lambda one: (one[0].endpoint, one[1]))


def is_number(name: str) -> bool:
    return name.endswith("_id") or name == "item"


def kinds_of(rule: Rule, name: str) -> list[str]:
    if name == "item":
        return ["result", "patent"]
    if name == "record_id":
        kind = rule._converters.get("kind")
        return list(getattr(kind, "items", [rule.endpoint.rpartition(".")[2]]))
    by_package = KINDS.get(f"{rule.endpoint.partition('.')[0]} {name}")
    return [by_package or KINDS.get(name) or name.removesuffix("_id")]


def addresses(app: Flask, number_of: Belongings) -> list[tuple[str, str, str, str]]:
    """Endpoint, method, the address with the foreign number, and with one that nothing has."""
    adapter = app.url_map.bind("")
    found = []
    for rule, method, kinds in numbered_routes(app):
        ((name, those),) = kinds.items()
        for kind in those:
            pair = []
            for number in (number_of[kind], MISSING):
                values: dict[str, object] = {name: number}
                if name == "item":
                    values = {name: f"{kind}-{number}"}
                if "kind" in rule.arguments:
                    values["kind"] = kind
                if "number" in rule.arguments:
                    values["number"] = 1
                if "step" in rule.arguments:
                    values["step"] = "want"
                pair.append(adapter.build(rule.endpoint, values, method=method))
            found.append((rule.endpoint, method, pair[0], pair[1]))
    for endpoint, kind in QUERIES.items():
        address = adapter.build(endpoint)
        found.append(
            (
                endpoint,
                "GET",
                f"{address}?{kind}={number_of[kind]}",
                f"{address}?{kind}={MISSING}",
            )
        )
    return found


def ask(browser: Browser, method: str, address: str, form: dict[str, str]) -> TestResponse:
    if method == "GET":
        return browser.get(address)
    return browser.post_without_token(address, **form)


def told(answer: TestResponse, address: str) -> tuple[int, str]:
    """Status and where it leads, without the number that was asked for."""
    number = "".join(one for one in address.partition("?")[2] or address if one.isdecimal())
    return answer.status_code, (answer.location or "").replace(number, "N")


@pytest.fixture
def foreign(app: Flask) -> Belongings:
    """What belongs to another organisation."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["settings"].refusal_limit = 10_000
    return add_belongings()


@pytest.mark.parametrize("who", WHO)
def test_what_belongs_to_others_answers_like_what_is_not_there(
    app: Flask, foreign: Belongings, who: str
) -> None:
    stranger = add_stranger(app, who)
    differing = []
    for endpoint, method, theirs, nothing in addresses(app, foreign):
        for form in ({}, FORM) if method == "POST" else ({},):
            answers = [
                told(ask(stranger, method, address, form), address) for address in (theirs, nothing)
            ]
            if answers[0] != answers[1] or answers[0][0] >= 500:
                differing.append(f"{method} {endpoint} {sorted(form)}: {answers}")
    assert not differing, "\n".join(differing)


def test_every_number_that_leads_nowhere_counts_as_a_refusal(
    app: Flask, foreign: Belongings
) -> None:
    stranger = add_stranger(app, "HOLDER_MGR")
    uncounted = []
    for endpoint, method, theirs, nothing in addresses(app, foreign):
        for address in (theirs, nothing):
            before = refusals()
            answer = ask(stranger, method, address, {})
            if answer.status_code in (403, 404) and refusals() != before + 1:
                uncounted.append(f"{method} {endpoint}: {answer.status_code}")
    assert not uncounted, "\n".join(uncounted)


def refusals() -> int:
    db.session.rollback()
    refused = select(func.count()).where(AuditEntry.action == "refused")
    return db.session.scalar(refused) or 0


def add_stranger(app: Flask, who: str) -> Browser:
    """Somebody of another organisation; a manager looks after its members, too."""
    unit = add_organisation("云岫研究院")
    number = add_person("stranger@yunxiu.example", who, unit)
    with writing() as session:
        for one in session.query(Membership).filter_by(person_id=number):
            one.manages_members = True
    return enter(app, number)
