"""Who answers for an organisation's listings, and who may answer by a letter."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Membership, MembershipRole, Person
from marketplace.core.actor import Actor, ActorKind, Role

ANSWERING = (Role.HOLDER, Role.HOLDER_MGR)


def holds(actor: Actor) -> bool:
    """Whether the actor could hold listings."""
    is_holder = actor.has_role(*ANSWERING) and actor.organisation_id is not None
    return actor.is_person and is_holder


def _answers(*roles: Role) -> tuple[ColumnElement[bool], ...]:
    return (
        Membership.ended_at.is_(None),
        Person.confirmed_at.is_not(None),
        Person.closed_at.is_(None),
        MembershipRole.role.in_([role.value for role in roles]),
    )


def organisations_that_answer() -> Select[int]:
    """The query for organisations with anybody who could be asked."""
    return (
        select(Membership.organisation_id)
        .join(MembershipRole, MembershipRole.membership_id == Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(*_answers(*ANSWERING))
        .distinct()
    )


def people_to_ask(session: Session, organisation_id: int) -> Sequence[int]:
    """Those who look after the listings; where there is nobody, those who manage them."""
    for role in ANSWERING:
        found = session.scalars(
            select(Membership.person_id)
            .join(MembershipRole, MembershipRole.membership_id == Membership.id)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.organisation_id == organisation_id, *_answers(role))
            .order_by(Membership.person_id)
        ).all()
        if found:
            return found
    return ()


def holder(session: Session, person_id: int, organisation_id: int) -> Actor | None:
    """The person acting for the organisation's listings; nothing for one who no longer does."""
    membership = session.scalar(
        select(Membership)
        .join(MembershipRole, MembershipRole.membership_id == Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.person_id == person_id,
            Membership.organisation_id == organisation_id,
            *_answers(*ANSWERING),
        )
        .limit(1)
    )
    if membership is None:
        return None
    return Actor(
        ActorKind.PERSON,
        membership.person.name,
        person_id,
        organisation_id,
        membership.roles.intersection(ANSWERING),
    )
