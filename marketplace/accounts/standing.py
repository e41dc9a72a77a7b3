"""What somebody may do for an organisation today: by the own membership, and as a deputy.

Computed whenever it is asked, so that a deputy's time begins and ends by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, aliased, joinedload

from marketplace.accounts.models import Deputy, Membership, MembershipRole, Organisation, Person
from marketplace.core.actor import STAFF_ROLES, Role
from marketplace.core.db import db
from marketplace.core.i18n import today
from marketplace.core.locks import lock_until_commit


@dataclass(frozen=True)
class Standing:
    """A membership with what it gives today; ``deputising`` is for whom else, and until when."""

    membership: Membership
    deputising: tuple[Deputy, ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        """The own roles and those of whoever is stood in for."""
        return self.membership.roles.union(*(roles_lent(one) for one in self.deputising))

    @property
    def manages_members(self) -> bool:
        """Whether the person looks after the members today."""
        lent = any(one.membership.is_in_charge for one in self.deputising)
        return self.membership.is_in_charge or lent


def roles_lent(deputy: Deputy) -> frozenset[Role]:
    """The roles that a deputy gets: those of the member stood in for, none of their deputyships.

    Staff roles only between two who answer for the same districts: else somebody could do in
    one district what was granted for another.
    """
    roles = deputy.membership.roles
    has_same_districts = set(deputy.membership.districts) == set(deputy.deputy.districts)
    return roles if has_same_districts else roles - STAFF_ROLES


def standings(memberships: Iterable[Membership]) -> list[Standing]:
    """What these memberships give today, in their order."""
    found = list(memberships)
    asked = {"deputies": [one.id for one in found], "day": today()}
    rows = db.session.scalars(_deputyships(), asked)
    lent: dict[int, list[Deputy]] = defaultdict(list)
    for row in rows:
        lent[row.deputy_id].append(row)
    return [Standing(one, tuple(lent[one.id])) for one in found]


# Each page of somebody who is signed in asks it, and building the statement took longer.
@cache
def _deputyships() -> Select[Deputy]:
    lender = aliased(Membership)
    return (
        select(Deputy)
        .join(lender, lender.id == Deputy.membership_id)
        .where(
            Deputy.deputy_id.in_(bindparam("deputies", expanding=True)),
            Deputy.from_on <= bindparam("day"),
            Deputy.until_on >= bindparam("day"),
            Deputy.ended_at.is_(None),
            lender.ended_at.is_(None),
        )
        .options(joinedload(Deputy.membership).joinedload(Membership.person))
        .order_by(Deputy.id)
    )


def members_of(organisation_id: int) -> Sequence[Membership]:
    """Who acts for the organisation, in the order in which it was granted."""
    return db.session.scalars(
        select(Membership)
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
        .options(joinedload(Membership.person))
        .order_by(Membership.id)
    ).all()


def people_with(organisation_id: int, *roles: Role) -> list[int]:
    """The ids of those with an open account and one of the roles today, deputies among them."""
    return [
        one.membership.person_id
        for one in standings(members_of(organisation_id))
        if one.membership.person.is_open and not one.roles.isdisjoint(roles)
    ]


def organisations_with(*roles: Role) -> Select[int]:
    """The query for the ids of organisations for which :func:`people_with` finds anybody.

    Deputies need no looking for: whoever is stood in for is a member with the role.
    """
    return (
        select(Membership.organisation_id)
        .join(MembershipRole, MembershipRole.membership_id == Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.ended_at.is_(None),
            Person.confirmed_at.is_not(None),
            Person.closed_at.is_(None),
            MembershipRole.role.in_([role.value for role in roles]),
        )
        .distinct()
    )


def may_invite(session: Session, person_id: int, organisation: Organisation) -> bool:
    """Whether the person looks after the organisation's members today, wherever they act now.

    Of a staff body administrators do; any other organisation has to be a verified one.
    """
    person = session.get_one(Person, person_id)
    own = select(Membership).where(Membership.person_id == person_id, Membership.ended_at.is_(None))
    if not organisation.is_staff_body:
        own = own.where(Membership.organisation_id == organisation.id)
    standing = standings(session.scalars(own))
    if organisation.is_staff_body:
        return person.is_open and any(Role.ADMIN in one.roles for one in standing)
    is_verified = organisation.verified_on is not None
    return person.is_open and is_verified and any(one.manages_members for one in standing)


def people_in_charge(session: Session, organisation: Organisation) -> set[int]:
    """The ids of those with an open account who look after the members in their own right.

    Of a staff body these are its administrators.
    """
    memberships = session.scalars(
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id == organisation.id,
            Membership.ended_at.is_(None),
            Person.confirmed_at.is_not(None),
            Person.closed_at.is_(None),
        )
    )
    if organisation.is_staff_body:
        return {one.person_id for one in memberships if Role.ADMIN in one.roles}
    return {one.person_id for one in memberships if one.is_in_charge}


def hold_administrators(session: Session) -> None:
    """Let nobody else change until the commit who administers the market."""
    lock_until_commit(session, "administrators")


def administrators(session: Session) -> set[int]:
    """The ids of those with an open account who administer the market."""
    return set(
        session.scalars(
            select(Membership.person_id)
            .join(MembershipRole)
            .join(Person, Person.id == Membership.person_id)
            .where(
                MembershipRole.role == Role.ADMIN.value,
                Membership.ended_at.is_(None),
                Person.closed_at.is_(None),
                Person.confirmed_at.is_not(None),
            )
        )
    )
