"""Organisations, applications and people with roles, for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from marketplace.accounts.acting import actor_of, memberships_of
from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Application, Membership, Organisation, Person, SignIn
from marketplace.accounts.staff_bodies import staff_body
from marketplace.core.actor import Actor, Role, system
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import Bilingual, today
from marketplace.core.listed import name_key
from tests.functional.accounts.browsing import Browser, enter, open_account

BUREAU = "云岫市科学技术局"
CODE = "91410100MA3X000109"
OTHER_CODE = "1241010041580000XR"
FORM = {
    "uscc": CODE,
    "name": "清溪精密有限公司",
    "kind": "enterprise",
    "nature": "150",
    "is_state_founded": "no",
    "division": "410103",
    "purposes": "hold",
    "position": "研发部经理",
}
"""What an applicant types."""
SYSTEM = system("test")
ZHOU, LI, NEW = "zhou@yunxiu.example", "li@yunxiu.example", "new@yunxiu.example"


def application_of(person_id: int, **values: Any) -> Application:
    """A draft as an applicant leaves it."""
    given = {
        "name": FORM["name"],
        "uscc": CODE,
        "kind": "enterprise",
        "nature": "150",
        "division": "410103",
        "purposes": ["hold"],
        "position": "研发部经理",
    }
    return Application(applicant_id=person_id, **{**given, **values})


def organisation(name: str = "河湾大学", *, is_verified: bool = True, **values: Any) -> int:
    """The id of a new organisation that is public."""
    with writing() as session:
        made = Organisation(
            name=Bilingual(name),
            name_key=name_key(name),
            state="published",
            division="410103",
            verified_on=date(2026, 2, 11) if is_verified else None,
            **values,
        )
        session.add(made)
        session.flush()
        return made.id


def person_id(email: str) -> int:
    """The id of a person."""
    db.session.rollback()
    return db.session.scalars(select(Person.id).where(Person.email == email)).one()


def membership_id(email: str) -> int:
    """The id of a person's only membership."""
    db.session.rollback()
    return db.session.scalars(
        select(Membership.id).where(Membership.person_id == person_id(email))
    ).one()


def grant(email: str, organisation_id: int, *roles: Role, in_charge: bool = False) -> None:
    """Give somebody roles."""
    own = person_id(email)
    with writing() as session:
        made = grant_roles(session, SYSTEM, own, organisation_id, roles)
        made.manages_members |= in_charge


def someone(app: Flask, mailbox: str, name: str) -> Browser:
    """The browser of somebody who has an account and is signed in."""
    return enter(app, open_account(f"{mailbox}@yunxiu.example", name), has_second_step=False)


def staff(
    app: Flask, mailbox: str, name: str, *roles: Role, districts: tuple[str, ...] = ()
) -> Browser:
    """The same of somebody of the bureau, who has given the second step."""
    browser = someone(app, mailbox, name)
    own = person_id(f"{mailbox}@yunxiu.example")
    with writing() as session:
        bureau = staff_body(session, SYSTEM, BUREAU)
        grant_roles(session, SYSTEM, own, bureau.id, roles, districts)
        sign_in = session.scalars(select(SignIn).where(SignIn.person_id == own)).one()
        sign_in.has_second_step = True
    return browser


def submitted(email: str, **values: Any) -> int:
    """The id of an application that waits for staff."""
    own = person_id(email)
    with writing() as session:
        made = application_of(own, state="submitted", submitted_at=now(), **values)
        session.add(made)
        session.flush()
        return made.id


def members(organisation_id: int) -> str:
    return f"/account/organisations/{organisation_id}/members"


def invite(
    browser: Browser, organisation_id: int, email: str = NEW, **fields: str | list[str]
) -> int:
    path = f"/account/organisations/{organisation_id}/invitations"
    return browser.post(path, **{"email": email, "roles": "HOLDER", **fields}).status_code


def actor(email: str) -> Actor:
    """Whom the person's browser stands for now."""
    db.session.rollback()
    sign_in = db.session.scalars(
        select(SignIn).where(SignIn.person_id == person_id(email)).order_by(SignIn.id.desc())
    ).first()
    assert sign_in
    return actor_of(sign_in, memberships_of(sign_in.person_id))


def change(browser: Browser, email: str, *roles: str, **fields: str | list[str]) -> int:
    path = f"/account/members/{membership_id(email)}/roles"
    return browser.post(path, roles=list(roles), **fields).status_code


def name_deputy(browser: Browser, email: str, deputy: str, days: int = 3, begins: int = 0) -> int:
    first = today() + timedelta(days=begins)
    return browser.post(
        f"/account/members/{membership_id(email)}/deputies",
        deputy=str(membership_id(deputy)),
        from_on=first.isoformat(),
        until_on=(first + timedelta(days=days)).isoformat(),
    ).status_code
