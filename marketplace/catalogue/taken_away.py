"""Telling the holders of a record that it was withheld or withdrawn for good, and why.

The notice holds title and reason, and so does the event that brings it to a holder. The event of
a letter names only ids: the letter reads what it says when it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.letters import letter_for
from marketplace.accounts.models import Organisation, Person
from marketplace.accounts.standing import people_with
from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.states import WITHDRAWN, WITHHELD
from marketplace.core.actor import Actor, Role
from marketplace.core.db import db
from marketplace.core.i18n import Bilingual
from marketplace.core.mail.delivery import send_letter
from marketplace.core.mail.letters import Letter, LetterKind, Topic, declare_letters
from marketplace.core.mail.links import link_to
from marketplace.core.mail.rendering import Lines
from marketplace.core.notifications import notify
from marketplace.core.policy import keeper_roles_of
from marketplace.core.states import StateChange

NOTICES = {WITHHELD: "listing_withheld", WITHDRAWN: "listing_withdrawn"}
TOPIC = Topic("taken_away", _l("记录不予公开或被撤下"))


def tell_holders(
    session: Session, actor: Actor, kind: str, record: Any, reason: str | None
) -> None:
    """Tell, in the present transaction, each holder but the one that took the step itself.

    A record in any other state tells nobody. That an undertaker hears why is law
    (促进科技成果转化法 art. 11); that the other holders do follows from their joint right.
    """
    if record.state not in NOTICES:
        return
    name = NOTICES[record.state]
    said: dict[str, Any] = {}
    if record.state == WITHDRAWN:
        said["by"] = _holder_among(record, actor.organisation_id).as_dict()
    told = [one for one in record.owner_ids if one != actor.organisation_id]
    roles = keeper_roles_of(record)
    for organisation_id in told:
        notify(
            session,
            organisation_id,
            name,
            record_kind=kind,
            record_id=record.id,
            title=_title_of(record).as_dict(),
            reason=reason,
            **said,
        )
    for person_id in _people_of(told, roles):
        send_letter(
            session, name, kind, record.id, recipient_id=person_id, kind=kind, person_id=person_id
        )


def declare_catalogue_letters() -> None:
    """Let these letters be sent."""
    declare_letters(*(LetterKind(name, TOPIC, _compose) for name in NOTICES.values()))


def _compose(record_id: int, params: Mapping[str, Any]) -> Letter | None:
    """Nothing for whoever no longer looks after what its holders hold."""
    kind = params["kind"]
    record: Any = db.session.get(RECORD_MODELS[kind], record_id)
    person = db.session.get(Person, params["person_id"])
    if record is None or record.state not in NOTICES or person is None:
        return None
    if person.id not in _people_of(record.owner_ids, keeper_roles_of(record)):
        return None
    step = db.session.scalars(
        select(StateChange)
        .where(
            StateChange.subject_kind == kind,
            StateChange.subject_id == record_id,
            StateChange.target == record.state,
        )
        .order_by(StateChange.id.desc())
        .limit(1)
    ).one()
    return letter_for(
        person,
        NOTICES[record.state],
        title=_title_of(record).in_language(person.language),
        by=_holder_among(record, step.organisation_id).in_language(person.language),
        reason=Lines(step.reason or ""),
        link=link_to("own.notices", person.language),
    )


def _people_of(organisation_ids: Iterable[int], roles: Iterable[Role]) -> list[int]:
    """Who looks after what they hold, in one of these roles, each once."""
    return list(
        dict.fromkeys(
            person_id for one in organisation_ids for person_id in people_with(one, *roles)
        )
    )


def _title_of(record: Any) -> Bilingual:
    title: Bilingual = record.name if isinstance(record, Organisation) else record.title
    return title


def _holder_among(record: Any, organisation_id: int | None) -> Bilingual:
    """The name of the holder that took the step; nothing for the market and its staff."""
    if organisation_id not in record.owner_ids:
        return Bilingual()
    organisation = db.session.get(Organisation, organisation_id)
    return organisation.name if organisation else Bilingual()
