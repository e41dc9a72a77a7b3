"""Which topics somebody wants no letters about, and the token that lets them say so unsigned-in.

The token stands in the letters themselves (RFC 8058), names a recipient and a topic, and never
ends: a letter of years ago must still lead there. It allows nothing but refusing and accepting.
"""

from __future__ import annotations

import hashlib

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.core.db import db, writing
from marketplace.core.locks import lock_until_commit
from marketplace.core.mail.letters import Topic, letter_topic
from marketplace.core.mail.models import MailDelivery, MailRefusal

_SALT = "mail-refusal"


def refuse_topic(recipient_id: int, topic: str) -> None:
    """Send somebody no more letters about a topic; saying it again changes nothing."""
    with writing() as session:
        lock_until_commit(session, f"mail-refusal:{recipient_id}")
        if session.get(MailRefusal, (recipient_id, topic)) is None:
            session.add(MailRefusal(recipient_id=recipient_id, topic=topic))


def accept_topic(recipient_id: int, topic: str) -> None:
    """Send somebody letters about a topic again."""
    with writing() as session:
        session.execute(
            delete(MailRefusal).where(
                MailRefusal.recipient_id == recipient_id, MailRefusal.topic == topic
            )
        )


def forget_recipient(session: Session, recipient_id: int) -> None:
    """Forget, in the present transaction, what somebody refused and which letters they got."""
    session.execute(delete(MailRefusal).where(MailRefusal.recipient_id == recipient_id))
    session.execute(
        update(MailDelivery)
        .where(MailDelivery.recipient_id == recipient_id)
        .values(recipient_id=None)
    )


def refused_topics(recipient_id: int) -> frozenset[str]:
    """The names of the topics that somebody refuses."""
    names = select(MailRefusal.topic).where(MailRefusal.recipient_id == recipient_id)
    return frozenset(db.session.scalars(names))


def is_refused(recipient_id: int, topic: str) -> bool:
    """Whether somebody refuses letters about a topic."""
    return topic in refused_topics(recipient_id)


def refusal_token(recipient_id: int, topic: str) -> str:
    """What lets its bearer refuse and accept letters about this topic for this recipient."""
    return _serializer().dumps([recipient_id, topic])


def read_refusal_token(token: str) -> tuple[int, Topic] | None:
    """Whose and which topic a token of ours names; nothing when it isn't ours, or no topic now."""
    try:
        recipient_id, name = _serializer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    topic = letter_topic(name)
    return (recipient_id, topic) if topic is not None else None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(
        str(current_app.secret_key), salt=_SALT, signer_kwargs={"digest_method": hashlib.sha256}
    )
