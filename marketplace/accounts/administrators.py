"""The first administrators: made on the command line, where there is nobody yet to grant a role."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.accounts.emails import checked_email
from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Person
from marketplace.accounts.registering import ENDPOINTS, checked_name, link_of, make_link
from marketplace.accounts.staff_bodies import staff_body
from marketplace.core.actor import Actor, Role
from marketplace.core.db import writing
from marketplace.core.mail.links import path_to
from marketplace.core.policy import policy

ADMINISTRATOR_ROLES = (Role.ADMIN, Role.BUREAU)


@dataclass(frozen=True)
class NewAdministrator:
    """Who is one now, and the path of the link by which a password is chosen."""

    person_id: int
    organisation_id: int
    path: str


def create_administrator(
    actor: Actor, email: str, name: str, organisation_name: str
) -> NewAdministrator:
    """Make somebody an administrator of the market, acting for the body that runs it.

    The person gets an account where there is none, the body a record that isn't public. May be
    repeated; the roles count once the second step is on.

    :raises AccountProblem: when address, name or the body's name can't be one, or the body has
        members who aren't staff.
    :raises Forbidden: when the actor may not.
    """
    policy.require(actor, "administrator.create")
    address, called = checked_email(email), checked_name(name)
    with writing() as session:
        person = session.scalar(select(Person).where(Person.email == address))
        if person is None:
            person = Person(email=address, name=called)
            session.add(person)
        organisation = staff_body(session, actor, organisation_name)
        session.flush()
        grant_roles(session, actor, person.id, organisation.id, ADMINISTRATOR_ROLES)
        purpose = link_of(person)
        return NewAdministrator(
            person.id,
            organisation.id,
            path_to(ENDPOINTS[purpose], "zh", token=make_link(purpose, person)),
        )
