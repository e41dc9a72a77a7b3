"""The demonstration's people: invented, without a password, one for each kind of work."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from marketplace.accounts.evidence import add_evidence
from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Application, Membership, Organisation, Person
from marketplace.accounts.signing_in import person_actor
from marketplace.accounts.states import APPLICATION_STATES, DRAFT, SUBMIT
from marketplace.core.actor import Actor, ActorKind, Role
from marketplace.core.db import now
from marketplace.core.i18n import Bilingual
from marketplace.core.listed import name_key
from marketplace.demo.papers import LICENCE, paper

BUREAU = Bilingual("云岫市科学技术局", "Yunxiu Science and Technology Bureau")
UNIVERSITY, FIRM = "云岫理工大学", "恒砺精密工具有限公司"

APPLICANT = ("sunwan", "孙婉")
WAITING: dict[str, Any] = {
    "name": "澜桥传感科技有限公司",
    "uscc": "91990172MA4KD27P8U",
    "kind": "enterprise",
    "nature": "150",
    "division": "990172",
    "is_state_founded": False,
    "purposes": ["hold", "need"],
    "position": "技术部经理",
}
"""Who has an account and no organisation yet, and what they applied for."""

PEOPLE: tuple[tuple[str, str, str, tuple[Role, ...]], ...] = (
    ("liwen", "李雯", UNIVERSITY, (Role.HOLDER,)),
    ("zhouqing", "周青", UNIVERSITY, (Role.HOLDER_MGR,)),
    ("zhaoyiming", "赵一鸣", FIRM, (Role.DEMANDER,)),
    ("hejiashu", "何嘉树", UNIVERSITY, (Role.MANAGER,)),
    ("xuning", "许宁", BUREAU.zh, (Role.BUREAU,)),
    ("fangke", "方可", BUREAU.zh, (Role.REGISTRAR,)),
    ("chensiyuan", "陈思远", BUREAU.zh, (Role.REVIEWER,)),
    ("mengzhao", "孟昭", BUREAU.zh, (Role.STAT,)),
    ("tangyue", "唐越", BUREAU.zh, (Role.ADMIN,)),
    ("luxin", "陆欣", BUREAU.zh, (Role.ADMIN,)),
)


def load_people(session: Session, actor: Actor) -> None:
    """Bring in the people and the bureau, in the present transaction; may be repeated."""
    organisations = {name: _organisation(session, name) for _, _, name, _ in PEOPLE}
    for mailbox, name, organisation, roles in PEOPLE:
        person = _person(session, mailbox, name)
        organisation_id = organisations[organisation].id
        is_member = select(Membership.id).where(
            Membership.person_id == person.id, Membership.organisation_id == organisation_id
        )
        if session.scalar(is_member) is None:
            membership = grant_roles(session, actor, person.id, organisation_id, roles)
            # At a firm nobody is HOLDER_MGR; somebody has to look after its members.
            membership.manages_members = organisation == FIRM
    load_application(session)


def person_at_work(session: Session, mailbox: str) -> Actor:
    """One of the people, acting for their organisation in all their roles."""
    email = f"{mailbox}@yunxiu.example"
    membership = session.scalars(
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.email == email, Membership.ended_at.is_(None))
        .order_by(Membership.id)
    ).first()
    if membership is None:
        raise LookupError(email)
    return Actor(
        ActorKind.PERSON,
        membership.person.name,
        membership.person_id,
        membership.organisation_id,
        membership.roles,
        is_verified=membership.organisation.verified_on is not None,
    )


def load_application(session: Session) -> None:
    """Let one organisation wait for verification, so that the queue isn't empty."""
    applicant = _person(session, *APPLICANT)
    is_there = select(Application.id).where(Application.applicant_id == applicant.id)
    if session.scalar(is_there) is not None:
        return
    application = Application(
        **WAITING, applicant_id=applicant.id, state=DRAFT, comments={}, is_demo=True
    )
    session.add(application)
    session.flush()
    actor = person_actor(applicant)
    licence = FileStorage(BytesIO(paper(LICENCE)), "licence.pdf")
    add_evidence(actor, application.id, [licence])
    APPLICATION_STATES.take_step(session, actor, application, SUBMIT)
    application.submitted_at = now()


def _person(session: Session, mailbox: str, name: str) -> Person:
    email = f"{mailbox}@yunxiu.example"
    person = session.scalar(select(Person).where(Person.email == email))
    if person is None:
        person = Person(email=email, name=name, confirmed_at=now(), is_demo=True)
        session.add(person)
        session.flush()
    return person


def _organisation(session: Session, name: str) -> Organisation:
    """The organisation of that name; the bureau, which isn't listed, is made where missing."""
    found = session.scalar(
        select(Organisation)
        .where(Organisation.name_key == name_key(name), Organisation.is_demo)
        .order_by(Organisation.id)
    )
    if found is None:
        found = Organisation(
            is_staff_body=True,
            name=BUREAU,
            name_key=name_key(BUREAU.zh),
            kind="government",
            nature="013",
            division="990101",
            is_demo=True,
        )
        session.add(found)
        session.flush()
    return found
