"""Reading applications, requests to join, and what the market knows of an organisation already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Application, Deputy, JoinRequest, Membership, Organisation
from marketplace.accounts.states import (
    OPEN_APPLICATIONS,
    REFUSED,
    SUBMITTED,
    VERIFIED,
    WAITING,
)
from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.i18n import today
from marketplace.core.listed import name_key
from marketplace.core.policy import in_districts, visible_to
from marketplace.core.states import StateChange

MOST_SHOWN = 100
MOST_DECIDED = 20
MOST_ALIKE = 5
SHORTEST_STEM = 3
_LEGAL_FORM = re.compile(r"(股份有限公司|有限责任公司|有限公司|集团|\(.*?\))+$")


def applications_waiting(actor: Actor) -> Sequence[Application]:
    """Those that the actor may decide, whoever waits longest first."""
    return db.session.scalars(
        select(Application)
        .where(_waits_for(actor))
        .options(joinedload(Application.applicant))
        .order_by(Application.submitted_at, Application.id)
        .limit(MOST_SHOWN)
    ).all()


def count_waiting(actor: Actor) -> int:
    """How many wait in the actor's own districts."""
    return db.session.scalar(select(func.count()).where(_waits_for(actor))) or 0


def _waits_for(actor: Actor) -> ColumnElement[bool]:
    return and_(
        visible_to(actor, Application),
        Application.state == SUBMITTED,
        in_districts(actor, Application.division),
    )


def applications_decided(actor: Actor) -> Sequence[Application]:
    """The last ones that were decided, newest first."""
    return db.session.scalars(
        select(Application)
        .where(visible_to(actor, Application), Application.state.in_([VERIFIED, REFUSED]))
        .order_by(Application.updated_at.desc())
        .limit(MOST_DECIDED)
    ).all()


def find_application(actor: Actor, application_id: int) -> Application | None:
    """The application, if the actor may see it."""
    return db.session.scalar(
        select(Application).where(Application.id == application_id, visible_to(actor, Application))
    )


def own_applications(actor: Actor) -> Sequence[Application]:
    """The person's own, newest first: those that are open, and those that were refused."""
    return db.session.scalars(
        select(Application)
        .where(
            Application.applicant_id == actor.person_id,
            Application.state.in_([*OPEN_APPLICATIONS, REFUSED]),
        )
        .order_by(Application.id.desc())
        .limit(MOST_DECIDED)
    ).all()


def own_requests(actor: Actor) -> Sequence[JoinRequest]:
    """The person's own requests to join that nobody has answered."""
    return db.session.scalars(
        select(JoinRequest)
        .where(JoinRequest.applicant_id == actor.person_id, JoinRequest.state == WAITING)
        .options(joinedload(JoinRequest.organisation))
        .order_by(JoinRequest.id)
    ).all()


def requests_waiting(actor: Actor, organisation_id: int) -> Sequence[JoinRequest]:
    """Who asks to join the organisation, whoever waits longest first."""
    return db.session.scalars(
        select(JoinRequest)
        .where(
            visible_to(actor, JoinRequest),
            JoinRequest.organisation_id == organisation_id,
            JoinRequest.state == WAITING,
        )
        .options(joinedload(JoinRequest.applicant))
        .order_by(JoinRequest.asked_at, JoinRequest.id)
    ).all()


def find_request(actor: Actor, request_id: int) -> JoinRequest | None:
    """The request to join, if the actor may see it."""
    return db.session.scalar(
        select(JoinRequest).where(JoinRequest.id == request_id, visible_to(actor, JoinRequest))
    )


def is_listed_for(actor: Actor, organisation: Organisation) -> bool:
    """Whether the actor may know that there is such an organisation."""
    listed = select(Organisation.id).where(
        Organisation.id == organisation.id, visible_to(actor, Organisation)
    )
    return db.session.scalar(listed) is not None


def history_of(kind: str, record_id: int) -> Sequence[StateChange]:
    """The steps that a record took, newest first."""
    return db.session.scalars(
        select(StateChange)
        .where(StateChange.subject_kind == kind, StateChange.subject_id == record_id)
        .order_by(StateChange.id.desc())
    ).all()


def known_under(actor: Actor, code: str) -> Organisation | None:
    """The organisation of this 统一社会信用代码, if there is one that the actor may see."""
    return db.session.scalar(
        select(Organisation).where(Organisation.uscc == code, visible_to(actor, Organisation))
    )


def named_alike(actor: Actor, name: str, code: str) -> Sequence[Organisation]:
    """Organisations of another code, or of none, whose name is the same but for its legal form."""
    key = name_key(name)
    stem = _LEGAL_FORM.sub("", key)
    same: Any = Organisation.name_key == key
    if len(stem) >= SHORTEST_STEM:
        same = or_(same, Organisation.name_key.startswith(stem, autoescape=True))
    return db.session.scalars(
        select(Organisation)
        .where(
            visible_to(actor, Organisation),
            same,
            or_(Organisation.uscc.is_(None), Organisation.uscc != code),
        )
        .order_by(Organisation.name_key != key, Organisation.id)
        .limit(MOST_ALIKE)
    ).all()


def deputies_of(organisation_id: int) -> Sequence[Deputy]:
    """Who stands in for whom in the organisation, today or later."""
    return db.session.scalars(
        select(Deputy)
        .join(Membership, Membership.id == Deputy.membership_id)
        .where(
            Membership.organisation_id == organisation_id,
            Deputy.until_on >= today(),
            Deputy.ended_at.is_(None),
        )
        .options(
            joinedload(Deputy.membership).joinedload(Membership.person),
            joinedload(Deputy.deputy).joinedload(Membership.person),
        )
        .order_by(Deputy.from_on, Deputy.id)
    ).all()
