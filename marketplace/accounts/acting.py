"""For whom a signed-in person acts, and which actor that makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Membership, Person, SignIn
from marketplace.accounts.problems import AccountProblem
from marketplace.accounts.standing import Standing, standings
from marketplace.core.actor import STAFF_ROLES, Actor, ActorKind, Role
from marketplace.core.audit import record_audit
from marketplace.core.db import db, writing


def memberships_of(person_id: int) -> Sequence[Membership]:
    """Where the person acts, in the order in which it was granted."""
    return db.session.scalars(_memberships(), {"person_id": person_id}).all()


# Each page of somebody who is signed in asks it, and building the statement took longer.
@cache
def _memberships() -> Select[Membership]:
    return (
        select(Membership)
        .where(Membership.person_id == bindparam("person_id"), Membership.ended_at.is_(None))
        .options(joinedload(Membership.organisation))
        .order_by(Membership.id)
    )


def actor_of(sign_in: SignIn, memberships: Sequence[Membership]) -> Actor:
    """The person, acting for the organisation chosen in this browser, or for none.

    ``memberships`` are the person's. Staff roles count only where a second step was given at
    sign-in.
    """
    membership = _present(sign_in, memberships)
    standing = standings([membership])[0] if membership else None
    return _acting(sign_in.person, standing, has_second_step=sign_in.has_second_step)


def actor_in_absence(person: Person, organisation_id: int | None) -> Actor:
    """The person as the market works for them while they aren't there, such as for a letter.

    They act for the organisation as long as they belong to it, and never in a role of staff.
    """
    return actors_in_absence([(person, organisation_id)])[0]


def actors_in_absence(people: Sequence[tuple[Person, int | None]]) -> list[Actor]:
    """The same for many, in a few queries; each stands with the id of an organisation or none."""
    rows = db.session.scalars(
        select(Membership)
        .where(
            Membership.person_id.in_(
                {person.id for person, organisation in people if organisation}
            ),
            Membership.ended_at.is_(None),
        )
        .options(joinedload(Membership.organisation))
    )
    present = {
        (one.membership.person_id, one.membership.organisation_id): one for one in standings(rows)
    }
    return [
        _acting(person, present.get((person.id, organisation_id or 0)), has_second_step=False)
        for person, organisation_id in people
    ]


def actor_since(person: Person, organisation_id: int | None, roles: frozenset[Role]) -> Actor:
    """The person as they go on with what they began when they had these roles.

    What counts is what they may do for the organisation today, their own or as a deputy, and of
    that only what they could do then: a role of staff where the second step was given.
    """
    rows = [one for one in memberships_of(person.id) if one.organisation_id == organisation_id]
    standing = standings(rows)[0] if rows and person.closed_at is None else None
    actor = _acting(person, standing, has_second_step=True)
    return replace(actor, roles=actor.roles & roles)


def _acting(person: Person, standing: Standing | None, *, has_second_step: bool) -> Actor:
    if standing is None:
        return Actor(ActorKind.PERSON, person.name, person.id)
    membership, roles = standing.membership, standing.roles
    return Actor(
        ActorKind.PERSON,
        person.name,
        person.id,
        membership.organisation_id,
        roles if has_second_step else roles - STAFF_ROLES,
        frozenset(membership.districts),
        is_verified=membership.organisation.verified_on is not None,
        manages_members=standing.manages_members,
    )


def lacks_second_step(sign_in: SignIn) -> bool:
    """Whether roles lie idle because no second step was given."""
    membership = _present(sign_in, memberships_of(sign_in.person_id))
    return (
        membership is not None
        and not sign_in.has_second_step
        and not standings([membership])[0].roles.isdisjoint(STAFF_ROLES)
    )


def act_for(actor: Actor, sign_in_id: int, organisation_id: int) -> None:
    """Act for another of one's organisations from now on, in this browser.

    :raises AccountProblem: when the person doesn't belong to it.
    """
    with writing() as session:
        sign_in = session.get_one(SignIn, sign_in_id, with_for_update=True)
        own = {one.organisation_id for one in memberships_of(sign_in.person_id)}
        if organisation_id not in own or sign_in.person_id != actor.person_id:
            raise AccountProblem("organisation", _l("你不在这个单位里，不能替它办事。"))
        sign_in.organisation_id = organisation_id
        record_audit(session, actor, "account.act_for", "organisation", organisation_id)


def _present(sign_in: SignIn, memberships: Sequence[Membership]) -> Membership | None:
    chosen = (one for one in memberships if one.organisation_id == sign_in.organisation_id)
    return next(chosen, memberships[0] if memberships else None)
