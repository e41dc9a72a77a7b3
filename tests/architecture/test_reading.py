"""A GET changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import lazy_gettext
from sqlalchemy import event
from werkzeug.datastructures import FileStorage

from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Organisation, Person
from marketplace.accounts.signing_in import open_for_demo
from marketplace.catalogue.models import Demand, DemandOwner, Result
from marketplace.contracts.models import Contract, ContractBatch, ReconciliationRun, SentFile
from marketplace.core.actor import Role, system
from marketplace.core.attachments import receive, subjects
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import Bilingual, today
from marketplace.core.mail import letters
from marketplace.core.mail.refusals import refusal_token
from marketplace.core.progress import Job
from marketplace.disclosure.models import FurtherPart
from marketplace.matching.models import Match
from marketplace.obligations.models import Obligation, ScienceReport
from marketplace.posting.models import Posting, Upload
from marketplace.shelf.models import SavedSearch
from marketplace.statistics.editions import decide_edition, propose_edition
from marketplace.statistics.models import IndicatorValue
from marketplace.statistics.states import CONFIRM_EDITION
from tests.functional.accounts.organisations import application_of
from tests.functional.catalogue.conftest import fill_market
from tests.functional.statistics.conftest import luxin, mengzhao
from tests.unit.core.attachments.contents import PDF

LED_ON = {
    "/account/code": 302,
    "/account/sign-in": 302,
    "/account/welcome/": 410,
    "/account/reset/": 410,
    "/confirm/letter/": 404,
    "/confirm/stop/": 404,
    "/account/invitation/": 410,
    "/files/1/open": 302,
    "/letters/": 404,
    "/records/result/1/letter": 403,
    "/favicon.ico": 301,
    "/contracts/1/change": 302,
    "/staff/contracts/1/correct": 403,
    "/staff/contracts/1/change": 403,
    "/files/2/open": 200,
    "/files/2": 302,
}
"""Pages that lead somebody on or are for others, and links that are over."""
NEWS = letters.Topic("news", lazy_gettext("成果"))
MORE = ("/search?q=气孔", "/search?q=耐高温胶粘剂", "/suggest?q=气", "/files/2", "/files/2/open")
CHANGING = re.compile(r"\s*(insert|update|delete|replace|create|drop|alter)\b", re.IGNORECASE)


@contextmanager
def noted_changes() -> Iterator[list[str]]:
    """The statements that change the database while the block runs."""
    changes: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if CHANGING.match(statement):
            changes.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield changes
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def add_demand() -> None:
    """One of the first holder that everybody may read, and its match with the first result."""
    with writing() as session:
        owner = DemandOwner(organisation_id=session.get_one(Result, 1).owner_ids[0], rank=1)
        values = {"state": "open", "title": Bilingual("毛刺"), "published_at": now()}
        demand = Demand(**values, owner_links=[owner])
        session.add(demand)
        session.flush()
        session.add(
            Match(demand_id=demand.id, kind="result", record_id=1, state="suggested", place=1)
        )


def addresses(app: Flask) -> list[str]:
    """An address for every route that answers GET; where a record is wanted, of the first."""
    map_adapter = app.url_map.bind("")
    own = {
        "token": refusal_token(1, NEWS.name),
        "kind": "result",
        "year": "2026",
        "indicator": "achievement_turnover",
        "month": "202603",
    }
    return [
        map_adapter.build(
            rule.endpoint,
            {name: own.get(name, "1") for name in rule.arguments},
        )
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and "filename" not in rule.arguments
    ]


def sign_in(client: FlaskClient) -> None:
    """Sign the client in as a holder of the first result who is writing something.

    It sees the pages of staff, too, and has applied for another organisation.
    """
    with writing() as session:
        person = Person(email="a@b.example", name="李雯", confirmed_at=now(), is_demo=True)
        session.add(person)
        session.flush()
        holder = session.get_one(Result, 1).owner_ids[0]
        session.get_one(Organisation, holder).is_staff_body = True
        own = [Role.HOLDER, Role.HOLDER_MGR, Role.DEMANDER, Role.MANAGER]
        roles = [*own, Role.ADMIN, Role.BUREAU, Role.REGISTRAR]
        grant_roles(session, system("test"), person.id, holder, roles)
        session.add(Posting(kind="result", organisation_id=holder))
        sent = {"by_name": "李雯", "sha256": "0" * 64, "size": 1, "name": "a.csv"}
        session.add(Upload(kind="result", organisation_id=holder, state="checked", **sent))
        session.add(application_of(person.id))
        words = Bilingual("参数")
        session.add(
            FurtherPart(kind="result", record_id=1, rank=1, level=1, heading=words, text=words)
        )
        session.add(SavedSearch(person_id=person.id, name="气孔", params=[["q", "气孔"]]))
        file = SentFile(purpose="batch", **sent)
        session.add(file)
        session.flush()
        batch = {"key": "1", "source": "a.csv", "brought_by": "李雯", "state": "held"}
        session.add(ContractBatch(file_id=file.id, **batch))
        session.add(ReconciliationRun(month=202603, file_id=file.id, state="failed"))
    key = open_for_demo(person.id, "").key
    with client.session_transaction() as cookie:
        cookie["_user_id"] = key


def add_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a file that everybody may see, and one that only signed-in people may."""
    monkeypatch.setattr(subjects, "_subjects", {})
    subjects.declare_subject(
        "test",
        load=lambda _session, _id: "a record",
        may_see=lambda actor, _record, purpose: purpose == "brochure" or actor.is_person,
        may_add=lambda _actor, _record, _purpose: True,
        address=lambda _record: "/",
    )
    for purpose in ("brochure", "evidence"):
        with writing() as session:
            receive(session, system("test"), FileStorage(BytesIO(PDF), "a"), "test", 1, purpose)


def add_report() -> None:
    """Add an obligation of the first holder with its report."""
    with writing() as session:
        session.add(Obligation(project_id=1, organisation_id=1, kind="final", due_on=today()))
        session.flush()
        session.add(
            ScienceReport(
                obligation_id=1,
                project_id=1,
                title="报告",
                unit="单位",
                written_on=today(),
                abstract="摘要",
            )
        )


def add_contract() -> None:
    """Add a draft of a contract of the first holder."""
    with writing() as session:
        session.add(
            Contract(
                state="draft",
                origin="typed",
                rule_version="2026",
                organisation_id=1,
                title="委托开发",
                class_name="",
                subtype="",
                seller_name="",
                buyer_name="",
            )
        )


def add_statistics() -> None:
    """Add an edition, and a value that somebody has entered."""
    draft = propose_edition(mengzhao, {"kind": "board", "year": "2020", "last_month": "12"})
    decide_edition(luxin, draft, CONFIRM_EDITION, "")
    with writing() as session:
        session.add(
            IndicatorValue(
                indicator="high_tech_enterprises",
                as_of=today(),
                value="2918",
                source="名单",
                submitted_by="孟昭",
            )
        )


@pytest.mark.exhaustive
def test_no_get_changes_the_database(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_market()
    sign_in(client)
    add_report()
    add_contract()
    add_demand()
    add_statistics()
    add_files(monkeypatch)
    monkeypatch.setattr(letters, "_kinds", {})
    letters.declare_letters(letters.LetterKind("news", NEWS, lambda _id, _params: None))
    with noted_changes() as changes:
        for address in [*addresses(app), *MORE]:
            # A page that isn't there would read and write nothing.
            expected = next((LED_ON[path] for path in LED_ON if address.startswith(path)), 200)
            assert client.get(address).status_code == expected, address
            assert client.get(f"/en{address}").status_code == expected, address
    assert changes == []


def test_the_one_row_that_follows_a_get_tells_of_a_refusal(app: Flask, client: FlaskClient) -> None:
    """Decision 7: after the answer, in a transaction of its own, into the audit trail."""
    fill_market()
    sign_in(client)
    with noted_changes() as changes:
        answer = Context().run(client.get, "/results/99999")
        assert answer.status_code == 404
        assert changes == []
        Context().run(answer.close)
    assert len(changes) == 1
    assert changes[0].startswith("INSERT INTO audit_entry")


def add_job() -> str:
    db.session.add(Job(kind="test", key="1", label=""))
    db.session.commit()
    return ""


def add_job_in_a_service() -> str:
    with writing() as session:
        session.add(Job(kind="test", key="1", label=""))
    return ""


@pytest.mark.parametrize("view", [add_job, add_job_in_a_service])
def test_a_get_that_commits_is_refused(app: Flask, client: FlaskClient, view: Any) -> None:
    app.add_url_rule("/writes", "writes", view)
    app.extensions["access"].add({"writes": "anyone"})
    assert client.get("/writes").status_code == 500
    db.session.rollback()
    assert db.session.query(Job).count() == 0
