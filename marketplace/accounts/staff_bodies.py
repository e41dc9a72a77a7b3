"""The city's own offices: only in them can staff roles be held."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Membership, Organisation
from marketplace.accounts.policies import STAFF_BODIES
from marketplace.accounts.problems import AccountProblem
from marketplace.core.actor import STAFF_ROLES, Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.listed import name_key
from marketplace.core.policy import policy

LONGEST_NAME = 200


def set_up_staff_body(actor: Actor, name: str) -> int:
    """Mark an organisation as one of the city's offices; one that isn't there is made, not public.

    :returns: its id.
    :raises AccountProblem: when the name can't be one, or the organisation has members who aren't
        staff.
    :raises Forbidden: when the actor isn't an administrator.
    """
    policy.require(actor, STAFF_BODIES)
    with writing() as session:
        return staff_body(session, actor, name).id


def staff_body(session: Session, actor: Actor, name: str) -> Organisation:
    """The same in the caller's transaction; whether the actor may is the caller's question."""
    body = " ".join(name.split())
    if not body or len(body) > LONGEST_NAME:
        raise AccountProblem("organisation", _l("请写管理部门的全称，例如“某市科学技术局”。"))
    organisation = session.scalar(
        select(Organisation)
        .where(Organisation.name_key == name_key(body))
        .order_by(Organisation.is_staff_body.desc(), Organisation.id)
    )
    if organisation is None:
        organisation = Organisation(
            name=Bilingual(zh=body), name_key=name_key(body), kind="government", nature="010"
        )
        session.add(organisation)
        session.flush()
    elif not organisation.is_staff_body and _has_market_members(session, organisation.id):
        raise AccountProblem(
            "organisation", _l("这个单位有持有人、需求方或技术经理人，不能做管理部门。")
        )
    if not organisation.is_staff_body:
        organisation.is_staff_body = True
        session.flush()
        record_audit(session, actor, "staff_body.set_up", "organisation", organisation.id)
    return organisation


def staff_bodies() -> Sequence[Organisation]:
    """All of them, in the order in which they were made."""
    return db.session.scalars(
        select(Organisation).where(Organisation.is_staff_body).order_by(Organisation.id)
    ).all()


def _has_market_members(session: Session, organisation_id: int) -> bool:
    memberships = session.scalars(
        select(Membership).where(
            Membership.organisation_id == organisation_id, Membership.ended_at.is_(None)
        )
    )
    return any(one.roles - STAFF_ROLES for one in memberships)
