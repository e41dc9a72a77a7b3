"""Staff of one district decide nothing of another, and read there what everybody reads.

Every route with a number in its address is asked: with a form with which staff of the right
district would succeed, and as a page for what isn't public.
"""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Application, Deputy, Invitation, Membership
from marketplace.catalogue.models import Patent, Project, Result
from marketplace.contracts.models import (
    Contract,
    ContractBatch,
    ContractFlag,
    ContractObjection,
    ContractReceipt,
)
from marketplace.core.actor import STAFF_ROLES, Role, system
from marketplace.core.db import db, writing
from marketplace.obligations.models import Obligation, TransferClock
from marketplace.posting.models import Posting
from tests.functional.accounts.browsing import Browser, enter
from tests.functional.security.belongings import DISTRICT, Belongings, add_belongings
from tests.functional.security.people import NOBODY, add_organisation, add_person
from tests.functional.security.test_foreign_records import addresses, told

pytestmark = pytest.mark.exhaustive

OTHER_DISTRICT = "410105"
FORMS: dict[str, list[dict[str, str]]] = {
    "contract_batches.undo": [{"reason": "不要了"}],
    "accounts.refuse": [{"reason": "不全"}],
    "accounts.send_back": [{"comment-uscc": "不对"}],
    "posting.decide": [
        {"work": "publish"},
        {"work": "return", "reason": "不全"},
        {"work": "approve", "secrecy": "1"},
    ],
    "posting.listing_step": [
        {"action": action, "reason": "有异议"}
        for action in ("listing.suspend", "listing.withhold", "listing.resume", "listing.reserve")
    ],
    "obligations.decide_post": [
        {"do": do, "reason": "理由"} for do in ("accept", "return", "waive")
    ],
    "obligations.set_up_post": [{"kind": "annual", "due_on": "2026-12-31"}],
    "obligations.clock_post": [{"result": "{result}", "reason": "适合"}],
    "obligations.cancel_clock_post": [{"reason-{clock}": "不适合"}],
    "contracts.decide_post": [
        {"do": "accept"},
        {"do": "refuse", "codes": "OTHER", "reason-refuse": "理由"},
        {
            "do": "register",
            "number": "2026410103000482",
            "on-register": "2026-10-12",
            "turnover": "1",
            "tech_amount": "1",
        },
        {"do": "propose_revocation", "reason-propose_revocation": "理由"},
        {"do": "revoke", "on-revoke": "2026-10-12"},
    ],
    "contracts.step_for_unit_post": [
        {"do": do, f"reason-{do}": "理由", f"asked_by-{do}": "林一", f"document-{do}": "来函"}
        for do in ("end_for", "withdraw_for", "object_for", "take_back_for")
    ],
    "contracts.note_objection_post": [{"raised_by": "tax", "name": "税务局", "objection": "疑"}],
    "contracts.answer_post": [{"outcome-{objection}": "upheld", "answer-{objection}": "对"}],
    "contracts.verify_post": [{"verified-{receipt}": "1"}],
    "contracts.flag_post": [{"do": "dismissed", "reason-{flag}": "不相干"}],
    "shelf.change_search": [{"name": "夹具"}],
    "accounts.deputy_name": [{"deputy": "1", "from_on": "2026-12-01", "until_on": "2026-12-02"}],
}
OWN_AFFAIRS = {
    "accounts.end_sign_in": "only browsers of one's own; the answer is the same for all numbers",
    "disclosure.send_letter": "whoever is signed in writes to any holder",
    "freshness.letter_post": "by the token of a letter",
    "shelf.note": "one's own list",
    "shelf.remove": "one's own list",
    "shelf.save": "one's own list, of what everybody sees",
    "uploads.decide": "takes what waits for oneself, and says that there is nothing",
}
"""Routes that touch nothing of the district, and why they answer otherwise."""
CITY_WIDE = {
    "accounts.confirm_second_step_reset",
    "accounts.refuse_second_step_reset",
    "editions.draft",
    "editions.draft_post",
    "goals.edit",
    "goals.edit_post",
    "goals.value",
    "goals.value_post",
}
"""Acts for which no district counts: of administrators, and about the whole city's figures."""
KEPT: dict[str, Any] = {
    "application": Application,
    "posting": Posting,
    "obligation": Obligation,
    "clock": TransferClock,
    "contract": Contract,
    "objection": ContractObjection,
    "receipt": ContractReceipt,
    "flag": ContractFlag,
    "result": Result,
    "patent": Patent,
    "project": Project,
    "batch": ContractBatch,
    "membership": Membership,
    "deputy": Deputy,
    "invitation": Invitation,
}


def add_staff(app: Flask, role: Role, district: str) -> Browser:
    """Somebody of an office of the city who answers for one district."""
    office = add_organisation("云岫市科学技术局")
    number = add_person("staff@yunxiu.example", NOBODY, office)
    with writing() as session:
        grant_roles(session, system("test"), number, office, [role], [district])
    return enter(app, number)


def rows(unit: Belongings) -> dict[str, dict[str, Any]]:
    """What the database holds of the organisation, column by column."""
    db.session.rollback()
    found = {name: db.session.get_one(model, unit[name]) for name, model in KEPT.items()}
    return {
        name: {column.key: getattr(row, column.key) for column in row.__table__.columns}
        for name, row in found.items()
    }


def filled(form: dict[str, str], unit: Belongings) -> dict[str, str]:
    return {name.format(**unit): text.format(**unit) for name, text in form.items()}


@pytest.mark.parametrize("role", sorted(STAFF_ROLES, key=str))
def test_staff_of_another_district_change_nothing_of_this_one(app: Flask, role: Role) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["settings"].refusal_limit = 10_000
    unit = add_belongings(is_listed=True, is_sent=True)
    elsewhere = add_staff(app, role, OTHER_DISTRICT)
    before = rows(unit)
    allowed = []
    for endpoint, method, theirs, _nothing in addresses(app, unit):
        if method == "GET" or endpoint in OWN_AFFAIRS or endpoint in CITY_WIDE:
            continue
        for form in FORMS.get(endpoint, [{}]):
            status = elsewhere.post_without_token(theirs, **filled(form, unit)).status_code
            if status not in (403, 404):
                allowed.append(f"{endpoint} {form}: {status}")
    elsewhere.post_without_token("/reviews", posting=str(unit["posting"]), secrecy="1")
    assert not allowed, "\n".join(allowed)
    assert rows(unit) == before


@pytest.mark.parametrize("role", [Role.BUREAU, Role.ADMIN])
def test_what_is_not_public_in_another_district_answers_like_what_is_not_there(
    app: Flask, role: Role
) -> None:
    # Whoever is refused too often reads nothing but that, of all that is asked for afterwards.
    app.extensions["settings"].refusal_limit = 10_000
    unit = add_belongings(is_sent=True)
    elsewhere = add_staff(app, role, OTHER_DISTRICT)
    differing = []
    for endpoint, method, theirs, nothing in addresses(app, unit):
        if method == "GET" and endpoint not in CITY_WIDE:
            answers = [told(elsewhere.get(address), address) for address in (theirs, nothing)]
            if answers[0] != answers[1] or answers[0][0] >= 500:
                differing.append(f"{endpoint}: {answers}")
    assert not differing, "\n".join(differing)


def test_who_may_not_because_of_the_district_reads_that(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    unit = add_belongings(is_listed=True)
    elsewhere = add_staff(app, Role.BUREAU, OTHER_DISTRICT)
    path = f"/records/result/{unit['result']}/step"
    refused = elsewhere.post_without_token(path, action="listing.withhold", reason="有异议")
    assert refused.status_code == 403
    assert "在你负责的区划以外" in refused.get_data(as_text=True)


def test_the_forms_are_such_that_staff_of_the_district_succeed(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    unit = add_belongings(is_listed=True, is_sent=True)
    here = add_staff(app, Role.BUREAU, DISTRICT)
    told = {}
    for endpoint, method, theirs, _nothing in addresses(app, unit):
        if method == "POST" and endpoint.startswith("obligations.") and endpoint in FORMS:
            form = filled(FORMS[endpoint][0], unit)
            told[endpoint] = here.post_without_token(theirs, **form).status_code
    assert set(told.values()) == {302}, told
    for path, form in (
        (f"/staff/applications/{unit['application']}/return", FORMS["accounts.send_back"][0]),
        (f"/records/result/{unit['result']}/step", FORMS["posting.listing_step"][0]),
    ):
        assert here.post_without_token(path, **form).status_code == 302, path
