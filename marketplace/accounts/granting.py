"""Roles in an organisation: granting and taking them away, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Membership, MembershipRole
from marketplace.core.actor import Actor, Role
from marketplace.core.audit import record_audit
from marketplace.core.locks import lock_until_commit


def grant_roles(
    session: Session,
    actor: Actor,
    person_id: int,
    organisation_id: int,
    roles: Iterable[Role],
    districts: Iterable[str] = (),
) -> Membership:
    """Give somebody these roles beside those already held; a membership that ended begins anew.

    ``districts`` narrows what staff answer for. Whether the actor may is the caller's question.
    """
    # Two who let somebody in at the same moment make one membership.
    lock_until_commit(session, f"membership {person_id} {organisation_id}")
    membership = session.scalar(
        select(Membership)
        .where(Membership.person_id == person_id, Membership.organisation_id == organisation_id)
        .execution_options(populate_existing=True)
    )
    if membership is None:
        membership = Membership(person_id=person_id, organisation_id=organisation_id)
        session.add(membership)
    elif membership.ended_at is not None:
        membership.ended_at, membership.granted, membership.manages_members = None, [], False
        session.flush()
    membership.districts = sorted(districts)
    new = sorted({role.value for role in roles} - {role.value for role in membership.roles})
    membership.granted += [MembershipRole(role=role) for role in new]
    session.flush()
    record_audit(
        session,
        actor,
        "membership.grant",
        "person",
        person_id,
        organisation_id=organisation_id,
        roles=new,
    )
    return membership
