"""What nobody may do though they might like to: the rules of the domain, each asked by a request.

A case says who tries what, and what they are told. Nothing of the market may change by it.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.accounts.models import (
    Application,
    Invitation,
    JoinRequest,
    Membership,
    SecondStepReset,
)
from marketplace.catalogue.models import Demand
from marketplace.core.attachments import Attachment
from marketplace.core.db import db
from marketplace.disclosure.models import AccessRequest
from marketplace.obligations.models import Obligation, ScienceReport, TransferClock
from marketplace.posting.models import Posting, Upload
from marketplace.shelf.models import SavedSearch
from tests.functional.security.conftest import Garden, kept_changes
from tests.functional.security.forbidden import CASES, LED_ON, Case


@pytest.fixture
def places(garden: Garden) -> dict[str, object]:
    """The addresses that the cases name."""
    people, record = garden.planted.people, garden.planted.record_id
    unit = people["clerk"].organisation_id
    of_clerk = Membership.person_id == people["clerk"].person_id
    own = Posting.submitted_by_id == people["both"].person_id

    def one(*condition: object) -> object:
        return db.session.scalar(select(*condition[:1]).where(*condition[1:]).order_by("id"))

    def posting(state: str, *more: object) -> str:
        return f"/postings/{one(Posting.id, Posting.state == state, *more)}"

    def file(kind: str, purpose: str) -> str:
        of = (Attachment.subject_kind == kind, Attachment.purpose == purpose)
        return f"/files/{one(Attachment.id, *of)}"

    parts = {f"part_{n}": f"/parts/{id}" for n, id in enumerate(garden.planted.part_ids, 1)}
    closed = one(ScienceReport.id, ScienceReport.scope == "closed")
    report = one(ScienceReport.id, ScienceReport.scope == "open")
    hidden = garden.planted.hidden_ids[0]
    project = one(Obligation.project_id)
    return {
        **parts,
        "unit_id": unit,
        "unit": f"/account/organisations/{unit}",
        "members": f"/account/organisations/{unit}/members",
        "clerk": f"/account/members/{one(Membership.id, of_clerk)}",
        "invitation": f"/account/invitations/{one(Invitation.id)}",
        "join": f"/account/join-requests/{one(JoinRequest.id)}",
        "application": f"/account/applications/{one(Application.id)}",
        "application_review": f"/staff/applications/{one(Application.id)}",
        "reset": f"/staff/second-steps/{one(SecondStepReset.id)}",
        "draft": posting("draft"),
        "waiting": posting("submitted"),
        "own_waiting": posting("submitted", own),
        "approved": posting("unit_ok"),
        "returned": posting("returned"),
        "withheld": f"/records/result/{garden.planted.hidden_ids[1]}",
        "withdrawn": f"/records/result/{garden.planted.hidden_ids[2]}",
        "change": f"/postings/change/result/{record}",
        "record": f"/records/result/{record}",
        "hidden": f"/results/{hidden}",
        "keep_hidden": f"/saved/result/{hidden}",
        "item": f"result-{record}",
        "upload": f"/uploads/{one(Upload.id)}",
        "request": f"/access-requests/{one(AccessRequest.id)}",
        "owed": f"/obligations/{one(Obligation.id, Obligation.state == 'returned')}",
        "handed_in": f"/obligations/{one(Obligation.id, Obligation.state == 'submitted')}",
        "report": f"/reports/{report}",
        "closed": f"/reports/{closed}",
        "clock": f"/staff/obligations/clocks/{one(TransferClock.id)}",
        "project": f"/staff/obligations/projects/{project}",
        "search": f"/saved/searches/{one(SavedSearch.id)}",
        "evidence": file("application", "evidence"),
        "review_file": file("posting", "review"),
        "full_text": file("obligation", "full_text"),
        "hidden_file": file("result", "open"),
        "masked_file": file("demand", "open"),
        "members_demand": f"/demands/{one(Demand.id, Demand.visibility == 'signed_in')}",
        "matched_demand": f"/demands/{one(Demand.id, Demand.visibility == 'matched')}",
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence.replace(" ", "_"))
def test_it_is_forbidden(garden: Garden, places: dict[str, object], case: Case) -> None:
    method, address = case.request.format(**places).split()
    fields = {name: text.format(**places) for name, text in case.fields.items()}
    browser = garden.browsers["anonymous" if case.who == "elsewhere" else case.who]
    with kept_changes() as changes:
        if method == "GET":
            answer = browser.get(address)
        else:
            answer = browser.post_without_token(address, **fields)
    assert answer.status_code == case.status
    if case.status == LED_ON and case.who == "anonymous":
        assert "/account/sign-in?next=" in answer.location
    assert changes == []


def test_there_are_enough_cases_and_none_twice() -> None:
    assert len({case.sentence for case in CASES}) == len(CASES) >= 60
