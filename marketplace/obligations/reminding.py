"""Reminding units of what is due: a notice and a letter, once for each of the settings' days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.letters import letter_for
from marketplace.accounts.models import Person
from marketplace.accounts.standing import people_with
from marketplace.core.actor import HOLDER_ROLES, Actor
from marketplace.core.audit import record_audit
from marketplace.core.calendar.terms import reminders_due
from marketplace.core.db import db, writing
from marketplace.core.i18n import today
from marketplace.core.mail.delivery import send_letter
from marketplace.core.mail.letters import Letter, LetterKind, Topic, declare_letters
from marketplace.core.mail.links import link_to
from marketplace.core.notifications import notify
from marketplace.obligations.kinds import SUBJECT
from marketplace.obligations.models import Obligation, ObligationReminder
from marketplace.obligations.notices import DUE_SOON, about
from marketplace.obligations.states import OPEN_STATES
from marketplace.obligations.wording import KIND_NAMES
from marketplace.settings import Settings

TOPIC = Topic("obligations", _l("转化义务的提醒"))
BATCH = 200


def remind(actor: Actor) -> int:
    """Remind the units of all that comes due; how many obligations. May run at any time, again.

    Where several reminders stand out, as after a standstill, the unit gets the nearest alone.
    """
    reminded = 0
    for obligation_id in _waiting():
        with writing() as session:
            obligation = session.get_one(Obligation, obligation_id, with_for_update=True)
            reminded += _remind(session, actor, obligation)
    return reminded


def _waiting() -> list[int]:
    days = _days_before()
    rows = db.session.execute(
        select(Obligation.id, Obligation.due_on)
        .where(Obligation.state.in_(OPEN_STATES), Obligation.due_on >= today())
        .order_by(Obligation.due_on, Obligation.id)
    ).all()
    return [row.id for row in rows if reminders_due(row.due_on, today(), days)]


def _remind(session: Session, actor: Actor, obligation: Obligation) -> bool:
    if obligation.state not in OPEN_STATES:
        return False
    sent = set(
        session.scalars(
            select(ObligationReminder.days_before).where(
                ObligationReminder.obligation_id == obligation.id
            )
        )
    )
    due = reminders_due(obligation.due_on, today(), _days_before())
    if not due or due[0] in sent:
        return False
    session.add_all(
        ObligationReminder(obligation_id=obligation.id, days_before=days)
        for days in due
        if days not in sent
    )
    record_audit(session, actor, "obligation.remind", SUBJECT, obligation.id, days_before=due[0])
    notify(session, obligation.organisation_id, DUE_SOON, **about(obligation))
    for person_id in people_with(obligation.organisation_id, *HOLDER_ROLES):
        send_letter(
            session,
            DUE_SOON,
            "person",
            person_id,
            recipient_id=person_id,
            obligation_id=obligation.id,
        )
    return True


def _days_before() -> tuple[int, ...]:
    settings: Settings = current_app.extensions["settings"]
    return settings.reminder_days


def declare_obligation_letters() -> None:
    """Let the letter be sent."""
    declare_letters(LetterKind(DUE_SOON, TOPIC, _compose))


def _compose(person_id: int, params: Mapping[str, Any]) -> Letter | None:
    person = db.session.get(Person, person_id)
    obligation = db.session.get(Obligation, params["obligation_id"])
    # Between asking and sending it may have been handed in, or the account closed.
    if person is None or not person.is_open or obligation is None or not obligation.is_open:
        return None
    return letter_for(
        person,
        "obligation_due",
        project=obligation.project.title,
        kind=KIND_NAMES[obligation.kind],
        due_on=obligation.due_on,
        link=link_to("obligations.show", person.language, obligation_id=obligation.id),
    )
