"""Writing to whoever holds a record, and answering: from inbox to inbox, nobody's address shown.

A letter is a notice in the inbox of each organisation that holds the record; nothing else keeps
its text. By e-mail goes only that there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.letters import letter_to
from marketplace.accounts.models import Membership, Organisation
from marketplace.accounts.standing import organisations_with, people_with
from marketplace.catalogue.states import OPEN_STATES
from marketplace.core.actor import HOLDER_ROLES, Actor
from marketplace.core.audit import AuditEntry, record_audit
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.locks import lock_until_commit
from marketplace.core.mail.delivery import send_letter
from marketplace.core.mail.letters import Letter, LetterKind, Topic, declare_letters
from marketplace.core.notifications import Notification, find_notice, notify
from marketplace.core.policy import policy
from marketplace.core.states import StateError
from marketplace.disclosure.checking import read_letter
from marketplace.disclosure.policies import ANSWER, LETTER
from marketplace.disclosure.queries import find_record

RECEIVED = "letter_received"
ANSWERED = "letter_answered"
TOPIC = Topic("letters", _l("关于记录的来信和答复"))
MOST_A_DAY = 20
"""Letters and answers of one person within 24 hours."""


def write_letter(actor: Actor, kind: str, record_id: int, typed: str) -> None:
    """Write to whoever holds a result or patent; the same text again within a day goes nowhere.

    :raises DisclosureProblem: when the text is lacking or too long.
    :raises StateError: when there is no such public record, nobody reads its holder's inbox here,
        or the person has written too often.
    :raises Forbidden: when nobody is signed in, or the actor's own organisation holds it.
    """
    policy.require(actor, LETTER)
    with writing() as session:
        record = find_record(session, actor, kind, record_id)
        if record is None or record.state not in OPEN_STATES:
            raise StateError(_l("找不到这条记录，可能已经删除。请回到列表再看看。"))
        policy.require(actor, LETTER, record)
        text = read_letter(typed)
        receivers = {one: people for one in record.owner_ids if (people := readers_of(one))}
        if not receivers:
            raise StateError(NOBODY_READS)
        if not _begin(session, actor, LETTER, kind, record.id, record.version, text):
            return
        params = _about(actor, kind, record, text)
        for organisation_id, people in receivers.items():
            notify(session, organisation_id, RECEIVED, **params)
            for person_id in people:
                _send(session, RECEIVED, person_id, record.title)


def answer_letter(actor: Actor, notice_id: int, typed: str) -> None:
    """Answer a letter in the own inbox; the writer gets it from the organisation, not the person.

    :raises DisclosureProblem: as above.
    :raises StateError: when it isn't there, or the person has written too often.
    :raises Forbidden: when the actor doesn't hold records for the organisation.
    """
    policy.require(actor, ANSWER)
    with writing() as session:
        notice = find_letter(actor, notice_id)
        if notice is None:
            raise StateError(_l("找不到这封信。请回到收件箱再看看。"))
        policy.require(actor, ANSWER, notice)
        text = read_letter(typed)
        if not _begin(session, actor, ANSWER, "notification", notice.id, None, text):
            return
        organisation = session.get_one(Organisation, notice.organisation_id)
        params = {key: notice.params[key] for key in ("record_kind", "record_id", "title")}
        writer = notice.params["writer"]
        notify(
            session,
            writer["organisation_id"],
            ANSWERED,
            person_id=writer["id"],
            organisation=organisation.name.as_dict(),
            text=text,
            **params,
        )
        _send(session, ANSWERED, writer["id"], Bilingual.of(params["title"]))
        notice.read_at = notice.read_at or now()


def find_letter(actor: Actor, notice_id: int) -> Notification | None:
    """The letter, where it lies in the actor's inbox."""
    notice = find_notice(actor, notice_id)
    return notice if notice is not None and notice.kind == RECEIVED else None


def letters_waiting(session: Session, actor: Actor, limit: int) -> Sequence[Notification]:
    """The letters to the actor's organisation that nobody has answered or marked as read."""
    return session.scalars(
        select(Notification)
        .where(
            Notification.organisation_id == actor.organisation_id,
            Notification.kind == RECEIVED,
            Notification.read_at.is_(None),
        )
        .order_by(Notification.id)
        .limit(limit)
    ).all()


def readers_of(organisation_id: int) -> Sequence[int]:
    """The people who look after what an organisation holds, who are told of a letter."""
    return people_with(organisation_id, *HOLDER_ROLES)


def is_read(session: Session, record: Any) -> bool:
    """Whether a letter about the record would come to anybody; one query, for its page."""
    holders = organisations_with(*HOLDER_ROLES).where(
        Membership.organisation_id.in_(record.owner_ids)
    )
    return bool(session.scalar(select(holders.exists())))


NOBODY_READS = _l("持有单位还没有人在本站收信。请从它的机构页面找公开的联系方式。")


def _begin(
    session: Session,
    actor: Actor,
    action: str,
    kind: str,
    subject_id: int,
    version: int | None,
    text: str,
) -> bool:
    """Note that the actor writes; whether it is anything new. Raises where it is too much."""
    lock_until_commit(session, f"letters {actor.person_id}")
    digest = sha256(text.encode()).hexdigest()[:16]
    written = session.execute(
        select(
            AuditEntry.action, AuditEntry.subject_kind, AuditEntry.subject_id, AuditEntry.detail
        ).where(
            AuditEntry.person_id == actor.person_id,
            AuditEntry.at > now() - timedelta(days=1),
            AuditEntry.action.in_((LETTER, ANSWER)),
        )
    ).all()
    same = (action, kind, subject_id, digest)
    if any((*row[:3], row.detail.get("digest")) == same for row in written):
        return False
    if len(written) >= MOST_A_DAY:
        raise StateError(
            _l("一天最多写 %(n)s 封信，你已经写满了。明天再写，写好的请先留着。", n=MOST_A_DAY)
        )
    record_audit(session, actor, action, kind, subject_id, version, digest=digest)
    return True


def _about(actor: Actor, kind: str, record: Any, text: str) -> dict[str, Any]:
    organisation = (
        db.session.get(Organisation, actor.organisation_id) if actor.organisation_id else None
    )
    return {
        "record_kind": kind,
        "record_id": record.id,
        "title": record.title.as_dict(),
        "text": text,
        "writer": {
            "id": actor.person_id,
            "name": actor.name,
            "organisation_id": actor.organisation_id,
            "organisation": organisation.name.as_dict() if organisation else {},
            "is_verified": actor.is_verified,
        },
    }


def _send(session: Session, letter: str, person_id: int, title: Bilingual) -> None:
    send_letter(session, letter, "person", person_id, recipient_id=person_id, title=title.as_dict())


def declare_disclosure_letters() -> None:
    """Let these letters be sent."""
    declare_letters(*(LetterKind(name, TOPIC, _composing(name)) for name in (RECEIVED, ANSWERED)))


def _composing(name: str) -> Any:
    def compose(person_id: int, params: Mapping[str, Any]) -> Letter | None:
        return letter_to(person_id, name, "own.notices", title=Bilingual.of(params["title"]))

    return compose
