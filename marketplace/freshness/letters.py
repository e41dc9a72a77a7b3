"""The letters to holders: does this still stand, and: this is hidden now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from marketplace.accounts.letters import letter_for
from marketplace.accounts.models import Organisation, Person
from marketplace.catalogue.states import PUBLISHED, SUSPENDED
from marketplace.core.db import db
from marketplace.core.i18n import DISPLAY_ZONE
from marketplace.core.mail.letters import Letter, LetterKind, Topic, declare_letters
from marketplace.core.mail.links import link_to
from marketplace.freshness.holders import holder
from marketplace.freshness.links import make_link
from marketplace.freshness.models import Asking, Outcome
from marketplace.freshness.queries import records_of
from marketplace.freshness.terms import present_terms

ASKED = "listing_asked"
HIDDEN = "listing_hidden"
TOPIC = Topic("confirm", _l("确认是否仍然有效"))
MOST_LISTED = 50
"""So many listings have a line of their own; the page of all that is due shows the others."""


@dataclass(frozen=True)
class Line:
    """One listing in a letter; ``since`` is the day of its last confirmation or publication."""

    title: str
    since: date | datetime | None
    is_confirmed: bool
    link: str


def declare_freshness_letters() -> None:
    """Let these letters be sent."""
    declare_letters(LetterKind(ASKED, TOPIC, _asked), LetterKind(HIDDEN, TOPIC, _hidden))


def _asked(organisation_id: int, params: Mapping[str, Any]) -> Letter | None:
    """Does it still stand? Only for what waits for this very letter's answer."""
    day = date.fromisoformat(params["day"])
    askings = db.session.scalars(
        select(Asking)
        .where(
            Asking.organisation_id == organisation_id,
            Asking.asked_on == day,
            Asking.closed_at.is_(None),
        )
        .order_by(Asking.id)
    ).all()
    last_days = [present_terms().hidden_on(one) - timedelta(days=1) for one in askings]
    return _letter(
        ASKED,
        organisation_id,
        params["person_id"],
        askings,
        PUBLISHED,
        last_day=min(last_days, default=None),
        is_repeated=any(one.number > 1 for one in askings),
    )


def _hidden(organisation_id: int, params: Mapping[str, Any]) -> Letter | None:
    """What was hidden that day and still is."""
    day = datetime.combine(date.fromisoformat(params["day"]), time(), DISPLAY_ZONE)
    askings = db.session.scalars(
        select(Asking)
        .where(
            Asking.organisation_id == organisation_id,
            Asking.outcome == Outcome.HIDDEN.value,
            Asking.closed_at >= day,
            Asking.closed_at < day + timedelta(days=1),
        )
        .order_by(Asking.id)
    ).all()
    return _letter(HIDDEN, organisation_id, params["person_id"], askings, SUSPENDED)


def _letter(
    kind: str,
    organisation_id: int,
    person_id: int,
    askings: Sequence[Asking],
    state: str,
    **values: Any,
) -> Letter | None:
    actor = holder(db.session, person_id, organisation_id)
    if actor is None:
        return None
    person = db.session.get_one(Person, person_id)
    records = records_of(actor, askings, state)
    lines = [
        _line(asking, records[key], person)
        for asking in askings
        if (key := (asking.subject_kind, asking.subject_id)) in records
    ][:MOST_LISTED]
    if not lines:
        return None
    organisation = db.session.get_one(Organisation, organisation_id)
    return letter_for(
        person,
        kind,
        organisation=organisation.name.in_language(person.language),
        lines=lines,
        total=len(records),
        more=len(records) - len(lines),
        page=link_to("freshness.due", person.language),
        **values,
    )


def _line(asking: Asking, record: Any, person: Person) -> Line:
    return Line(
        record.title.in_language(person.language),
        record.confirmed_on or record.published_at,
        record.confirmed_on is not None,
        link_to("freshness.letter", person.language, token=make_link(asking.id, person.id)),
    )
