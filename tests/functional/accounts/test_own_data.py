"""The own data: what the file holds, and what ends with the account."""

from __future__ import annotations

import json

from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import Deputy, Invitation, JoinRequest
from marketplace.core.actor import Role
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.disclosure.models import AccessRequest, FurtherPart
from tests.functional.accounts.browsing import PASSWORD, Browser, seen
from tests.functional.accounts.conftest import LIWEN
from tests.functional.accounts.organisations import (
    NEW,
    grant,
    invite,
    name_deputy,
    organisation,
    person_id,
    someone,
)


def test_the_own_data_hold_what_was_arranged_with_others(app: Flask, liwen: Browser) -> None:
    unit, other = organisation("甲大学"), organisation("乙大学")
    grant(LIWEN, unit, Role.HOLDER_MGR)
    someone(app, "zhou", "周青")
    grant("zhou@yunxiu.example", unit, Role.HOLDER)
    assert invite(liwen, unit) == 302
    assert name_deputy(liwen, LIWEN, "zhou@yunxiu.example") == 302
    db.session.add(JoinRequest(applicant_id=person_id(LIWEN), organisation_id=other))
    db.session.commit()
    data = json.loads(liwen.get("/account/data").text)
    assert [one["manages_members"] for one in data["organisations"]] == [False]
    assert [(one["for"], one["deputy"]) for one in data["deputies"]] == [("李雯", "周青")]
    assert [(one["sent"], one["received"]) for one in data["invitations"]] == [(True, False)]
    assert NEW not in json.dumps(data)
    assert [one["organisation"]["zh"] for one in data["join_requests"]] == ["乙大学"]
    assert {"files", "letters", "refused_letters", "second_step_resets"} <= set(data)
    assert {"disclosure", "posting", "confirmations", "shelf", "notices"} <= set(data)


def test_a_closed_account_waits_for_nobody_and_nobody_stands_in_for_it(
    app: Flask, liwen: Browser
) -> None:
    unit, other = organisation("甲大学"), organisation("乙大学")
    grant(LIWEN, unit, Role.HOLDER_MGR)
    someone(app, "zhou", "周青")
    grant("zhou@yunxiu.example", unit, Role.HOLDER, in_charge=True)
    invite(liwen, unit)
    name_deputy(liwen, LIWEN, "zhou@yunxiu.example")
    own = person_id(LIWEN)
    with writing() as session:
        session.add(JoinRequest(applicant_id=own, organisation_id=other))
        part = FurtherPart(
            kind="result", record_id=1, rank=1, level=3, heading=Bilingual("x"), text=Bilingual("x")
        )
        session.add(part)
        session.flush()
        session.add(
            AccessRequest(
                part_id=part.id,
                person_id=own,
                person_name="李雯",
                organisation_id=unit,
                purpose="x",
            )
        )
    assert liwen.post("/account/close", password=PASSWORD).status_code == 302
    db.session.rollback()
    assert db.session.scalars(select(JoinRequest.state)).one() == "withdrawn"
    assert db.session.scalars(select(AccessRequest.state)).one() == "withdrawn"
    assert db.session.scalars(select(Deputy.ended_at)).one() is not None
    assert db.session.scalars(select(Invitation.ended_at)).one() is not None


def test_whoever_alone_looks_after_the_members_of_units_closes_the_account_after_them(
    app: Flask, liwen: Browser
) -> None:
    units = [organisation("甲大学"), organisation("乙大学")]
    someone(app, "zhou", "周青")
    for unit in units:
        grant(LIWEN, unit, Role.HOLDER_MGR)
        grant("zhou@yunxiu.example", unit, Role.HOLDER)
    answer = liwen.post("/account/close", password=PASSWORD, alone="1")
    assert answer.status_code == 422
    assert "你是 甲大学、乙大学 最后一位管成员的人" in seen(answer)


def test_whoever_leaves_a_unit_without_anybody_is_told_and_confirms_it(
    app: Flask, liwen: Browser
) -> None:
    grant(LIWEN, organisation("甲大学"), Role.HOLDER_MGR)
    shared = organisation("乙大学")
    grant(LIWEN, shared, Role.HOLDER)
    someone(app, "zhou", "周青")
    grant("zhou@yunxiu.example", shared, Role.HOLDER_MGR)
    page = seen(liwen.get("/account/close"))
    warning = page[page.index("唯一的成员") : page.index("仍要注销")]
    assert "甲大学" in warning
    assert "乙大学" not in warning
    answer = liwen.post("/account/close", password=PASSWORD)
    assert answer.status_code == 422
    assert "请确认" in seen(answer)
    assert liwen.post("/account/close", password=PASSWORD, alone="1").status_code == 302


def test_whoever_leaves_nobody_alone_has_nothing_to_confirm(liwen: Browser) -> None:
    assert "仍要注销" not in seen(liwen.get("/account/close"))
    assert liwen.post("/account/close", password=PASSWORD).status_code == 302
