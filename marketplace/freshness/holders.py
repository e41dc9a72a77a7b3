"""Who answers for an organisation's listings, and who may answer by a letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Select
from sqlalchemy.orm import Session

from marketplace.accounts.acting import actor_in_absence
from marketplace.accounts.models import Person
from marketplace.accounts.standing import organisations_with, people_with
from marketplace.core.actor import HOLDER_ROLES, Actor


def organisations_that_answer() -> Select[int]:
    """The query for organisations with anybody who could be asked."""
    return organisations_with(*HOLDER_ROLES)


def people_to_ask(organisation_id: int) -> Sequence[int]:
    """Those who look after the listings today; where there is nobody, those who manage them."""
    found = (people_with(organisation_id, role) for role in HOLDER_ROLES)
    return next((people for people in found if people), ())


def holder(session: Session, person_id: int, organisation_id: int) -> Actor | None:
    """The person acting for the organisation's listings; nothing for one who no longer does."""
    person = session.get(Person, person_id)
    if person is None or not person.is_open:
        return None
    actor = actor_in_absence(person, organisation_id)
    return (
        replace(actor, roles=roles) if (roles := actor.roles.intersection(HOLDER_ROLES)) else None
    )
