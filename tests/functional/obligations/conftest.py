"""A university with a finished project and its results, its people, and staff."""

from __future__ import annotations

import io
import re
from contextvars import Context
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import (
    Project,
    ProjectOrganisation,
    Result,
    ResultOwner,
    ResultProject,
)
from marketplace.core.actor import Actor, ActorKind, Role, system
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import Bilingual
from marketplace.obligations.models import DepositedResult, Obligation, ScienceReport
from tests.functional.accounts.browsing import Browser, enter, open_account
from tests.unit.core.attachments.contents import PDF

REPORT = {
    "title": "铝壳焊缝气孔闭环控制研究报告",
    "authors": "方鹤鸣；李雯",
    "unit": "河湾理工大学",
    "partners": "青堤机械有限公司",
    "written_on": "2026-05-08",
    "abstract": "气孔率由 6% 降到 2%。",
    "keywords": "焊缝；气孔；闭环控制",
    "scope": "open",
}


@dataclass(frozen=True)
class Scene:
    """The ids of what there is."""

    university: int
    firm: int
    project: int
    result: int
    basic_result: int


@pytest.fixture
def scene(app: Flask) -> Scene:
    """A university and a firm; the university's accepted, publicly funded project."""
    with writing() as session:
        listed = {"state": "published", "published_at": now()}
        university = Organisation(
            **listed,
            name=Bilingual("河湾理工大学", "Hewan University of Technology"),
            name_key="河湾理工大学",
            division="410102",
            uscc="1241010041580000XR",
        )
        firm = Organisation(
            **listed, name=Bilingual("青堤机械有限公司"), name_key="青堤机械有限公司"
        )
        project = Project(
            **listed,
            title=Bilingual("薄板焊接质量在线控制", "On-line quality control of sheet welding"),
            number="2024-P-017",
            is_fiscal=True,
            started_on=date(2024, 3, 1),
            ended_on=date(2026, 2, 28),
            accepted_on=date(2026, 3, 20),
        )
        project.parties = [ProjectOrganisation(organisation=university, rank=1)]
        results = [
            Result(**listed, title=Bilingual(title), result_class=code)
            for title, code in (("铝壳焊缝气孔闭环控制", "Y"), ("气孔形成机理", "J"))
        ]
        for one in results:
            one.owner_links = [ResultOwner(organisation=university, rank=1)]
            one.project_links = [ResultProject(project=project, rank=1)]
        session.add_all([university, firm, project, *results])
        session.flush()
        return Scene(university.id, firm.id, project.id, results[0].id, results[1].id)


def someone(
    app: Flask,
    mailbox: str,
    name: str,
    organisation_id: int,
    *roles: Role,
    districts: tuple[str, ...] = (),
) -> Browser:
    """The browser of somebody with roles, the second step given."""
    own = open_account(f"{mailbox}@yunxiu.example", name)
    with writing() as session:
        grant_roles(session, system("test"), own, organisation_id, roles, districts)
    return enter(app, own)


@pytest.fixture
def clerk(app: Flask, scene: Scene) -> Browser:
    """Who fills in the university's forms."""
    return someone(app, "liwen", "李雯", scene.university, Role.HOLDER)


@pytest.fixture
def staff(app: Flask, scene: Scene) -> Browser:
    """Somebody of the bureau."""
    return someone(app, "xuning", "许宁", bureau_id(), Role.BUREAU)


def bureau_id() -> int:
    """The id of the bureau."""
    found = db.session.scalar(select(Organisation.id).where(Organisation.name_key == "科技局"))
    if found:
        return found
    with writing() as session:
        made = Organisation(name=Bilingual("科技局"), name_key="科技局", state="draft")
        session.add(made)
        session.flush()
        return made.id


def bureau_actor(**values: Any) -> Actor:
    """The same as an actor."""
    given = {"roles": frozenset({Role.BUREAU}), "organisation_id": bureau_id(), **values}
    return Actor(ActorKind.PERSON, "许宁", 900, **given)


def holder_actor(scene: Scene, *roles: Role) -> Actor:
    """Somebody of the university as an actor."""
    held = frozenset(roles or (Role.HOLDER,))
    return Actor(ActorKind.PERSON, "李雯", 901, scene.university, held)


def handed_in_deposit(scene: Scene, *result_ids: int) -> int:
    """A deposit that waits for staff and tells of these results as converted; its id."""
    deposit = owed(scene, "deposit")
    with writing() as session:
        obligation = session.get_one(Obligation, deposit)
        obligation.state = "submitted"
        obligation.deposited = [
            DepositedResult(
                result_id=one, conversion="converted", mode="3", converted_on=date(2026, 10, 1)
            )
            for one in result_ids
        ]
    return deposit


def owed(scene: Scene, kind: str = "final", due_on: date = date(2026, 12, 1)) -> int:
    """The id of an obligation of the project."""
    with writing() as session:
        made = Obligation(
            project_id=scene.project, organisation_id=scene.university, kind=kind, due_on=due_on
        )
        session.add(made)
        session.flush()
        return made.id


def state_of(obligation_id: int) -> str:
    """The state as it is now."""
    db.session.rollback()
    return db.session.get_one(Obligation, obligation_id).state


def report_id() -> int:
    """The id of the only report."""
    db.session.rollback()
    return db.session.scalars(select(ScienceReport.id)).one()


def send(
    browser: Browser, address: str, files: tuple[bytes, ...] = (PDF,), **fields: Any
) -> TestResponse:
    """Send a form with files, the fields as they stand on the page."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(address).text)
    assert token, address
    data = {
        "csrf_token": token[1],
        "file": [(io.BytesIO(one), "报告.pdf") for one in files],
        **fields,
    }
    db.session.rollback()
    return Context().run(browser.client.post, address, data=data)


def accept_report(clerk: Browser, staff: Browser, obligation_id: int, **fields: str) -> int:
    """Hand a report in and accept it; its id."""
    address = f"/obligations/{obligation_id}"
    assert send(clerk, address, do="submit", **{**REPORT, **fields}).status_code == 302
    assert staff.post(f"{address}/decide", do="accept").status_code == 302
    db.session.rollback()
    return db.session.scalars(
        select(ScienceReport.id).where(ScienceReport.obligation_id == obligation_id)
    ).one()
