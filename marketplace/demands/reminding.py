"""Reminding organisations of deadlines: a notice and a letter, once for each of the days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.letters import letter_for
from marketplace.accounts.models import Person
from marketplace.accounts.standing import people_with
from marketplace.catalogue.models import Demand
from marketplace.catalogue.states import LASTING_DEMAND_STATES
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.calendar.terms import reminders_due
from marketplace.core.db import db, writing
from marketplace.core.i18n import today
from marketplace.core.mail.delivery import send_letter
from marketplace.core.mail.letters import Letter, LetterKind, Topic, declare_letters
from marketplace.core.mail.links import link_to
from marketplace.core.notifications import notify
from marketplace.core.policy import policy
from marketplace.demands.models import DemandReminder
from marketplace.demands.notices import DUE_SOON
from marketplace.demands.policies import REMIND
from marketplace.demands.queries import KIND, ends_within

DAYS_BEFORE = (14, 3)
TOPIC = Topic("demands", _l("需求快到截止日期的提醒"))


def remind_of_deadlines(actor: Actor) -> int:
    """Remind of all demands that end soon, in Asia/Shanghai; how many. May run again.

    Where both reminders stand out, as after a standstill, there is one. A deadline that is moved
    is a new one. Each demand has a transaction of its own.

    :raises Forbidden: for anybody but the system.
    """
    policy.require(actor, REMIND)
    soon = select(Demand.id).where(ends_within(max(DAYS_BEFORE)))
    ids = db.session.scalars(soon.order_by(Demand.deadline, Demand.id)).all()
    db.session.rollback()
    return sum(_remind(actor, demand_id) for demand_id in ids)


def _remind(actor: Actor, demand_id: int) -> bool:
    with writing() as session:
        demand = session.get_one(Demand, demand_id, with_for_update=True, populate_existing=True)
        if demand.state not in LASTING_DEMAND_STATES or demand.deadline is None:
            return False
        due = reminders_due(demand.deadline, today(), DAYS_BEFORE)
        sent = _days_reminded(session, demand)
        if not due or due[0] in sent:
            return False
        session.add_all(
            DemandReminder(demand_id=demand.id, deadline=demand.deadline, days_before=days)
            for days in due
            if days not in sent
        )
        record_audit(session, actor, REMIND, KIND, demand.id, days_before=due[0])
        _tell(session, demand)
        return True


def _days_reminded(session: Session, demand: Demand) -> set[int]:
    return set(
        session.scalars(
            select(DemandReminder.days_before).where(
                DemandReminder.demand_id == demand.id,
                DemandReminder.deadline == demand.deadline,
            )
        )
    )


def _tell(session: Session, demand: Demand) -> None:
    deadline = demand.deadline.isoformat() if demand.deadline else ""
    for organisation_id in demand.owner_ids:
        notify(
            session,
            organisation_id,
            DUE_SOON,
            record_id=demand.id,
            title=demand.title.as_dict(),
            deadline=deadline,
        )
    for person_id in _people_of(demand):
        send_letter(
            session,
            DUE_SOON,
            KIND,
            demand.id,
            recipient_id=person_id,
            person_id=person_id,
            deadline=deadline,
        )


def _people_of(demand: Demand) -> list[int]:
    found = (people_with(one, *demand.keeper_roles) for one in demand.owner_ids)
    return list(dict.fromkeys(person_id for people in found for person_id in people))


def declare_demand_letters() -> None:
    """Let the letter be sent."""
    declare_letters(LetterKind(DUE_SOON, TOPIC, _compose))


def _compose(demand_id: int, params: Mapping[str, Any]) -> Letter | None:
    """Nothing once the demand has ended or its deadline was moved, or for who left meanwhile."""
    demand = db.session.get(Demand, demand_id)
    person = db.session.get(Person, params["person_id"])
    deadline = date.fromisoformat(params["deadline"])
    if demand is None or person is None or person.id not in _people_of(demand):
        return None
    if demand.state not in LASTING_DEMAND_STATES or demand.deadline != deadline:
        return None
    return letter_for(
        person,
        DUE_SOON,
        title=demand.title.in_language(person.language),
        deadline=deadline,
        link=link_to("demands.deadline", person.language, demand_id=demand.id),
    )
