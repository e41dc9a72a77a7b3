"""A holder's word: by the link of a letter, or signed in, for one listing or many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.services import suspend_listing
from marketplace.catalogue.states import (
    FRESHNESS_CHANGED,
    LISTING_STATES,
    PUBLISHED,
    is_hidden_for_silence,
)
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import db, writing
from marketplace.core.i18n import today
from marketplace.core.outbox import record_event
from marketplace.core.policy import policy, visible_to
from marketplace.core.states import StateError
from marketplace.core.web.numbers import number_of
from marketplace.freshness.holders import holder
from marketplace.freshness.links import Link, read_link
from marketplace.freshness.models import Asking, Outcome
from marketplace.freshness.policies import CONFIRM, RECONFIRM
from marketplace.freshness.queries import KINDS, Key, locked_record


class LinkState(StrEnum):
    """What a link is good for.

    ``foreign``: not made here. ``not_theirs``: made for somebody who no longer acts for the
    holder. ``outdated``: a newer letter took its place. The others say what became of the listing.
    """

    OPEN = "open"
    CONFIRMED = "confirmed"
    OUTDATED = "outdated"
    HIDDEN = "hidden"
    OFF = "off"
    FOREIGN = "foreign"
    NOT_THEIRS = "not_theirs"


@dataclass(frozen=True)
class Followed:
    """A link that somebody followed.

    ``actor`` is whose letter it was, ``answer`` the asking that was answered, where one was;
    ``by`` says by what: ``this`` link, another ``letter``, or the ``site``.
    """

    state: LinkState
    actor: Actor | None = None
    asking: Asking | None = None
    record: Any = None
    answer: Asking | None = None
    by: str = ""


@dataclass(frozen=True)
class Confirmed:
    """How many listings were confirmed, how many of them are shown again, how many can't be."""

    confirmed: int
    shown_again: int
    left_out: int


def follow_link(token: str) -> Followed:
    """What the link of a letter is good for; changes nothing."""
    return _follow(db.session, token)


def confirm_by_link(token: str) -> Followed:
    """Confirm the listing of a link, once; what the link was good for before.

    The link is the proof of whose letter it was, and of nothing but this one act.
    """
    with writing() as session:
        followed = _follow(session, token, is_locking=True)
        if followed.state is LinkState.OPEN and followed.actor and followed.asking:
            _confirm(session, followed.actor, followed.record, is_by_letter=True)
        return followed


def confirm_listings(actor: Actor, keys: Iterable[Key]) -> Confirmed:
    """Say that listings still stand; those hidden for want of that are shown again.

    What the actor can't see, and what is off the pages for another reason, is left out.

    :raises Forbidden: when one of them is somebody else's; nothing is confirmed then.
    """
    confirmed = shown_again = left_out = 0
    with writing() as session:
        for kind, record_id in sorted(set(keys)):
            record = _visible(session, actor, kind, record_id)
            if record is None:
                left_out += 1
                continue
            policy.require(actor, CONFIRM, record)
            if is_hidden_for_silence(record):
                LISTING_STATES[kind].take_step(session, actor, record, RECONFIRM)
                shown_again += 1
            elif record.state != PUBLISHED:
                left_out += 1
                continue
            _confirm(session, actor, record, is_by_letter=False)
            confirmed += 1
    return Confirmed(confirmed, shown_again, left_out)


def stop_listing(actor: Actor, key: Key, reason: str) -> None:
    """Say that a listing no longer stands: it goes off the pages, with the reason.

    :raises StateError: when the reason is missing, or it isn't on the pages.
    :raises Forbidden: when it is somebody else's.
    """
    with writing() as session:
        suspend_listing(actor, *key, reason.strip())
        asking = _open_asking(session, *key)
        if asking is not None:
            asking.close(Outcome.STOPPED)


def own_listing(actor: Actor, key: Key) -> Any:
    """The listing, if the actor may confirm it; nothing for one that isn't there for them.

    :raises Forbidden: when it is somebody else's.
    """
    kind, record_id = key
    model: Any = RECORD_MODELS[kind]
    record = db.session.scalar(select(model).where(model.id == record_id, visible_to(actor, model)))
    if record is not None:
        policy.require(actor, CONFIRM, record)
    return record


def listing_key(text: str) -> Key:
    """Kind and number of ``result-12``.

    :raises StateError: for anything that names no result and no patent.
    """
    kind, _dash, number = text.partition("-")
    if kind not in KINDS or not number_of(number):
        raise StateError(_l("找不到这条记录，可能已经删除。请回到列表再看看。"))
    return kind, number_of(number)


def _visible(session: Session, actor: Actor, kind: str, record_id: int) -> Any:
    model: Any = RECORD_MODELS[kind]
    is_visible = select(model.id).where(model.id == record_id, visible_to(actor, model))
    if session.scalar(is_visible) is None:
        return None
    return locked_record(session, kind, record_id)


def _confirm(session: Session, actor: Actor, record: Any, *, is_by_letter: bool) -> None:
    policy.require(actor, CONFIRM, record)
    kind = record.__tablename__
    record.confirmed_on = today()
    record.silent_since = None
    asking = _open_asking(session, kind, record.id)
    if asking is not None:
        asking.close(Outcome.CONFIRMED)
        asking.is_by_letter = is_by_letter
        asking.person_id = actor.person_id
    record_audit(
        session,
        actor,
        CONFIRM,
        kind,
        record.id,
        record.version,
        by="letter" if is_by_letter else "site",
        asking=asking.id if asking else None,
    )
    record_event(session, FRESHNESS_CHANGED, kind, record.id)


def _open_asking(session: Session, kind: str, record_id: int) -> Asking | None:
    return session.scalar(
        select(Asking)
        .where(
            Asking.subject_kind == kind,
            Asking.subject_id == record_id,
            Asking.closed_at.is_(None),
        )
        .with_for_update()
    )


def _follow(session: Session, token: str, *, is_locking: bool = False) -> Followed:
    link = read_link(token)
    asking = session.get(Asking, link.asking_id) if link else None
    if link is None or asking is None:
        return Followed(LinkState.FOREIGN)
    actor = holder(session, link.person_id, asking.organisation_id)
    if actor is None:
        return Followed(LinkState.NOT_THEIRS)
    if is_locking:
        record = locked_record(session, asking.subject_kind, asking.subject_id)
        session.refresh(asking, with_for_update=True)
    else:
        record = session.get(RECORD_MODELS[asking.subject_kind], asking.subject_id)
    if record is None or not policy.can(actor, CONFIRM, record):
        return Followed(LinkState.NOT_THEIRS)
    state = _state_of(asking, record)
    answer = _answer_to(session, asking) if state is LinkState.CONFIRMED else None
    return Followed(state, actor, asking, record, answer, _by(link, asking, answer))


def _state_of(asking: Asking, record: Any) -> LinkState:
    if record.state != PUBLISHED:
        return LinkState.HIDDEN if is_hidden_for_silence(record) else LinkState.OFF
    if asking.is_open:
        return LinkState.OPEN
    if _is_since(record.confirmed_on, asking.asked_on):
        return LinkState.CONFIRMED
    return LinkState.OUTDATED


def _is_since(confirmed_on: date | None, asked_on: date) -> bool:
    return confirmed_on is not None and confirmed_on >= asked_on


def _answer_to(session: Session, asking: Asking) -> Asking | None:
    """The asking about the same listing that was answered last; none where the site was asked."""
    return session.scalar(
        select(Asking)
        .where(
            Asking.subject_kind == asking.subject_kind,
            Asking.subject_id == asking.subject_id,
            Asking.id >= asking.id,
            Asking.outcome == Outcome.CONFIRMED.value,
        )
        .order_by(Asking.id.desc())
        .limit(1)
    )


def _by(link: Link, asking: Asking, answer: Asking | None) -> str:
    if answer is None or not answer.is_by_letter:
        return "site"
    is_this = answer.id == asking.id and answer.person_id == link.person_id
    return "this" if is_this else "letter"
