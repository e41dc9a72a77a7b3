"""One person of each role for the tests of security, in a market with a record of each kind."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Organisation, Person
from marketplace.core.actor import Role, system
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import Bilingual
from tests.functional.catalogue.conftest import fill_market

VISITOR, NOBODY = "visitor", "person"
"""Somebody who isn't signed in; somebody who is, without any organisation."""
WHO = (VISITOR, NOBODY, *(role.value for role in Role))


def gather() -> dict[str, int]:
    """Fill a market and give one person of each role an account, acting for its first holder.

    :returns: the people's ids by :data:`WHO`.
    """
    fill_market()
    holder = db.session.scalars(select(Organisation.id).order_by(Organisation.id)).first()
    assert holder is not None
    return {who: add_person(f"{who.lower()}@yunxiu.example", who, holder) for who in WHO[1:]}


def add_person(email: str, who: str, organisation_id: int, **values: Any) -> int:
    """Somebody with the role (or none, for :data:`NOBODY`) in the organisation."""
    with writing() as session:
        person = Person(email=email, name=f"人{who}", confirmed_at=now(), is_demo=True, **values)
        session.add(person)
        session.flush()
        if who != NOBODY:
            grant_roles(session, system("test"), person.id, organisation_id, [Role(who)])
        return person.id


def add_organisation(name: str) -> int:
    """A new organisation's id."""
    with writing() as session:
        made = Organisation(name=Bilingual(name), name_key=name, state="published")
        session.add(made)
        session.flush()
        return made.id
