"""Every id in every address, asked for and sent to by people whose it isn't.

The addresses are made from the routes and the tables: a new route with an id is asked by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Demand
from marketplace.core.db import db
from marketplace.matching.models import Match
from tests.functional.accounts.browsing import Browser
from tests.functional.security.conftest import Garden, kept_changes
from tests.functional.security.reading_all import model_of, rules, values_of

pytestmark = pytest.mark.exhaustive

PUBLIC = {
    "catalogue.result",
    "catalogue.patent",
    "catalogue.demand",
    "catalogue.project",
    "catalogue.organisation",
    "disclosure.parts",
    "obligations.report",
    "editions.edition",
    "editions.edition_json",
    "files.show",
    "files.ask",
}
"""Pages of public records too; that they show nothing else, the canaries tell."""
ONES_OWN = {
    "shelf.save": "keeps a public record for oneself",
    "shelf.remove": "lets one's own go",
    "shelf.note": "notes on one's own",
    "disclosure.letter": "writes to the holder of a public record",
    "disclosure.send_letter": "writes to the holder of a public record",
    "disclosure.ask": "asks the holder of a public record",
    "disclosure.accept": "accepts terms for oneself",
    "disclosure.open_one": "opens for oneself, as far as one may",
    "disclosure.part": "leads to the list where the step isn't reached",
    "files.content": "opens what one may see",
}
"""What anybody may do with a public record changes nothing of another's."""
REFUSED = (403, 404)
SIGN_IN = 302
NO_ID = 2_000_000_000
FILLED_IN = dict.fromkeys(("reason", "why", "name", "note", "text", "purpose", "title_zh"), "理由")
ELSEWHERE = {"next": "//evil.example/", "goal": "https://evil.example/"}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("who", ["rival", "alone", "demander", "anonymous"])
def test_what_is_not_theirs_is_refused_whatever_its_id(
    garden: Garden, who: str, method: str
) -> None:
    browser, wrong, asked = garden.browsers[who], [], 0
    with kept_changes() as changes:
        for address, nowhere in others_addresses(garden, who, method):
            asked += 1
            answer = ask(browser, method, address)
            if answer.status_code in REFUSED:
                continue
            led_on = answer.status_code == SIGN_IN and "/account/sign-in" in answer.location
            if led_on and who == "anonymous":
                continue
            # Some forms say on another page that there is no such thing: then of all alike.
            same = ask(browser, method, nowhere)
            if said(answer) != said(same):
                wrong.append(f"{method} {address}: {answer.status_code}")
    assert asked > 60
    assert not wrong, "\n".join(wrong)
    assert changes == []


def said(answer: TestResponse) -> tuple[int, str]:
    """The status and where it leads, whatever the id."""
    return answer.status_code, re.sub(r"\d+", "", answer.location or "")


def ask(browser: Browser, method: str, address: str) -> TestResponse:
    """Open it, or send a form in which nothing is missing."""
    if method == "GET":
        return browser.get(address, query_string=ELSEWHERE)
    answer = browser.post_without_token(address, **FILLED_IN, **ELSEWHERE)
    assert "evil" not in (answer.location or ""), address
    return answer


def others_addresses(garden: Garden, who: str, method: str) -> Iterator[tuple[str, str]]:
    """The addresses of all rows but those of the person or its organisation.

    Beside each the same with ids that nothing has.
    """
    adapter = garden.app.url_map.bind("")
    for rule in rules(garden.app, method):
        ids = [name for name in rule.arguments if name.endswith("_id")]
        if not ids or rule.endpoint in PUBLIC or rule.endpoint in ONES_OWN:
            continue
        for values in values_of(rule):
            if not any(is_own(garden, who, rule, name, values) for name in ids):
                missing = {**values, **dict.fromkeys(ids, NO_ID)}
                here, nowhere = (
                    adapter.build(rule.endpoint, one, method=method) for one in (values, missing)
                )
                yield here, nowhere


def is_own(garden: Garden, who: str, rule: Rule, name: str, values: dict[str, Any]) -> bool:
    """Whether the row of an id belongs to the person, or to the organisation acted for."""
    if who == "anonymous":
        return False
    actor = garden.planted.people[who]
    row: Any = db.session.get_one(model_of(rule, name, values), values[name])
    unit = row.id if isinstance(row, Organisation) else getattr(row, "organisation_id", None)
    person = getattr(row, "person_id", None) or getattr(row, "applicant_id", None)
    is_of_unit = unit is not None and unit == actor.organisation_id
    if is_certificate(row):
        return who == "alone"
    if isinstance(row, Demand | Match) or getattr(row, "subject_kind", "") == "demand":
        # All that were planted are of one unit, and there of those who look for technology.
        return who == "demander"
    return is_of_unit or (person is not None and person == actor.person_id)


def is_certificate(row: Any) -> bool:
    """Whether it is the file of an application, which is of whoever applies."""
    return getattr(row, "subject_kind", "") == "application"
