"""The daily round: what is due is asked for, what nobody answers is lowered, then hidden.

Each step reads the present state and commits with its letters and notices, one organisation or
one portion of listings at a time; so a round may be repeated, broken off, or come days late.
Listings and their askings are held in the order in which holders confirm them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import structlog
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, insert, select, update
from sqlalchemy.orm import Session, aliased

from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.queries import OWNER_LINKS
from marketplace.catalogue.states import FRESHNESS_CHANGED, HIDE, LISTING_STATES, PUBLISHED
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import format_day
from marketplace.core.locks import exclusive, lock_until_commit
from marketplace.core.mail.delivery import send_letter
from marketplace.core.notifications import notify
from marketplace.core.outbox import record_events
from marketplace.core.policy import policy, visible_to
from marketplace.freshness.holders import organisations_that_answer, people_to_ask
from marketplace.freshness.letters import ASKED, HIDDEN
from marketplace.freshness.models import Asking, Outcome
from marketplace.freshness.policies import ASK
from marketplace.freshness.queries import (
    CHUNK,
    HELD_IN_ORDER,
    KINDS,
    in_portions,
    locked_record,
)
from marketplace.freshness.terms import Terms, present_terms

log = structlog.get_logger(__name__)


def run_round(actor: Actor) -> None:
    """Do all that the present day asks for; does nothing while another process is at it.

    :raises Forbidden: when the actor is not the system.
    """
    policy.require(actor, ASK)
    with exclusive("freshness") as is_held:
        if not is_held:
            return
        terms = present_terms()
        _settle(terms)
        for organisation_id in _organisations(terms.hides()):
            _hide(actor, terms, organisation_id)
        _lower(actor, terms)
        db.session.rollback()
        for organisation_id in db.session.scalars(organisations_that_answer()).all():
            _ask(actor, terms, organisation_id)


def _organisations(condition: Any) -> Sequence[int]:
    db.session.rollback()
    of_open = select(Asking.organisation_id).where(Asking.closed_at.is_(None), condition)
    return db.session.scalars(of_open.distinct()).all()


def _settle(terms: Terms) -> None:
    """Close askings that time has answered: listings off the pages, or with a newer word."""
    for kind in KINDS:
        model: Any = RECORD_MODELS[kind]
        gone = select(model.id).where(model.state != PUBLISHED)
        renewed = select(model.id).where(model.state == PUBLISHED, ~terms.due(model))
        for ids, outcome in ((gone, Outcome.STOPPED), (renewed, Outcome.RENEWED)):
            while _close_some(kind, ids, outcome):
                pass
        heard = (model.silent_since.is_not(None), ~terms.due(model))
        while _mark_some(kind, heard, None):
            pass


def _lower(actor: Actor, terms: Terms) -> None:
    """Have the search lower what nobody has answered for since the first letter."""
    for kind in KINDS:
        model: Any = RECORD_MODELS[kind]
        unanswered = select(Asking.subject_id).where(
            Asking.subject_kind == kind,
            Asking.closed_at.is_(None),
            Asking.first_asked_on <= terms.asked_again_until,
        )
        silent = (
            model.id.in_(unanswered),
            model.state == PUBLISHED,
            model.silent_since.is_(None),
            terms.due(model),
        )
        while _mark_some(kind, silent, terms.day, actor):
            pass


def _close_some(kind: str, subjects: Select[int], outcome: Outcome) -> bool:
    """Close a portion of the open askings about these listings; whether there were any."""
    with writing() as session:
        of_kind = (Asking.subject_kind == kind, Asking.closed_at.is_(None))
        ids = session.scalars(
            select(Asking.id)
            .where(*of_kind, Asking.subject_id.in_(subjects))
            .order_by(Asking.subject_id)
            .limit(CHUNK)
            .with_for_update()
        ).all()
        closed = {"closed_at": now(), "outcome": outcome.value}
        session.execute(update(Asking).where(Asking.id.in_(ids)).values(closed))
        return bool(ids)


def _mark_some(
    kind: str,
    condition: Sequence[ColumnElement[bool]],
    silent_since: date | None,
    actor: Actor | None = None,
) -> bool:
    """Say of a portion of the listings since when nobody answers; whether there were any.

    ``actor`` is who lowers them by that; nobody does where they were heard of.
    """
    model: Any = RECORD_MODELS[kind]
    with writing() as session:
        ids = session.scalars(
            select(model.id).where(*condition).order_by(model.id).limit(CHUNK).with_for_update()
        ).all()
        session.execute(update(model).where(model.id.in_(ids)).values(silent_since=silent_since))
        record_events(session, FRESHNESS_CHANGED, kind, ids)
        if actor is not None:
            for record_id in ids:
                record_audit(session, actor, "listing.lower", kind, record_id)
        return bool(ids)


def _hide(actor: Actor, terms: Terms, organisation_id: int) -> None:
    """Hide what nobody of the organisation has answered for to the end, and tell it once."""
    with writing() as session:
        lock_until_commit(session, f"freshness:{organisation_id}")
        hidden = sum(
            _hide_one(session, actor, terms, session.get_one(Asking, asking_id))
            for kind in HELD_IN_ORDER
            for portion in in_portions(session, _unanswered(terms, kind, organisation_id))
            for _subject_id, asking_id in portion
        )
        if hidden:
            _tell(session, HIDDEN, organisation_id, terms, hidden)
            log.info("listings_hidden", organisation_id=organisation_id, listings=hidden)


def _unanswered(terms: Terms, kind: str, organisation_id: int) -> Select[int, int]:
    return select(Asking.subject_id, Asking.id).where(
        Asking.organisation_id == organisation_id,
        Asking.subject_kind == kind,
        Asking.closed_at.is_(None),
        terms.hides(),
    )


def _hide_one(session: Session, actor: Actor, terms: Terms, asking: Asking) -> bool:
    """Hide the listing, unless somebody has answered meanwhile; whether it is hidden by this."""
    record = locked_record(session, asking.subject_kind, asking.subject_id)
    session.refresh(asking, with_for_update=True)
    if not asking.is_open or record.state != PUBLISHED or not terms.is_due(record):
        return False
    reason = _(
        "从 %(day)s 起问过 %(times)s 次，持有人没有确认是否仍然有效。",
        day=format_day(asking.first_asked_on),
        times=asking.number,
    )
    LISTING_STATES[asking.subject_kind].take_step(session, actor, record, HIDE, reason)
    asking.close(Outcome.HIDDEN)
    return True


def _ask(actor: Actor, terms: Terms, organisation_id: int) -> None:
    """Ask an organisation for all that is due, in one letter to each of its people."""
    with writing() as session:
        lock_until_commit(session, f"freshness:{organisation_id}")
        asked = 0
        for kind in HELD_IN_ORDER:
            due = _due_of(actor, terms, kind, organisation_id)
            for portion in in_portions(session, due):
                ids = [row[0] for row in portion]
                values = _askings(session, terms, kind, ids, organisation_id)
                asked += len(values)
                if values:
                    session.execute(insert(Asking), values)
        if not asked:
            return
        record_audit(session, actor, ASK, "organisation", organisation_id, None, listings=asked)
        _tell(session, ASKED, organisation_id, terms, asked)
        log.info("holder_asked", organisation_id=organisation_id, listings=asked)


def _due_of(actor: Actor, terms: Terms, kind: str, organisation_id: int) -> Select[int]:
    """The listings that are due, of which the organisation is the first that can be asked."""
    model: Any = RECORD_MODELS[kind]
    link, owned_id = OWNER_LINKS[kind]
    earlier: Any = aliased(link)
    earlier_id = getattr(earlier, owned_id.key)
    is_earlier_asked = (
        select(earlier_id)
        .where(
            earlier_id == model.id,
            earlier.rank < link.rank,
            earlier.organisation_id.in_(organisations_that_answer()),
        )
        .exists()
    )
    return (
        select(model.id)
        .join(link, owned_id == model.id)
        .where(
            link.organisation_id == organisation_id,
            visible_to(actor, model),
            model.state == PUBLISHED,
            terms.due(model),
            ~is_earlier_asked,
        )
    )


def _askings(
    session: Session, terms: Terms, kind: str, ids: Sequence[int], organisation_id: int
) -> list[dict[str, Any]]:
    """The values of new askings; an open one makes way for the next, if it is time for that."""
    of_kind = (Asking.subject_kind == kind, Asking.closed_at.is_(None), Asking.subject_id.in_(ids))
    opened = select(Asking).where(*of_kind).order_by(Asking.subject_id).with_for_update()
    before = {one.subject_id: one for one in session.scalars(opened)}
    values = []
    for record_id in ids:
        last = before.get(record_id)
        if last is not None:
            if not terms.must_repeat(last):
                continue
            last.close(Outcome.REPEATED)
        values.append(
            {
                "subject_kind": kind,
                "subject_id": record_id,
                "organisation_id": organisation_id,
                "number": last.number + 1 if last else 1,
                "first_asked_on": last.first_asked_on if last else terms.day,
                "asked_on": terms.day,
            }
        )
    # The index lets only one be open.
    session.flush()
    return values


def _tell(session: Session, kind: str, organisation_id: int, terms: Terms, listings: int) -> None:
    """One notice to the organisation, and one letter to each of its people."""
    notify(session, organisation_id, kind, listings=listings, day=terms.day.isoformat())
    for person_id in people_to_ask(organisation_id):
        send_letter(
            session,
            kind,
            "organisation",
            organisation_id,
            recipient_id=person_id,
            person_id=person_id,
            day=terms.day.isoformat(),
        )
