"""From "a letter is due" to a letter that is sent: a consumer of the outbox.

Delivery happens at least once. A row in ``mail_delivery`` says before each letter that it is begun
and afterwards what became of it; what is settled there is never sent again. A process that ends
between the server's answer and that second row leaves one letter that goes out twice, with the
same ``Message-ID``. There is no way around it: the server knows nothing of our transactions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from marketplace.core.db import db, now, writing
from marketplace.core.faults import DATABASE_FAULTS
from marketplace.core.mail.letters import Letter, LetterKind, letter_kind
from marketplace.core.mail.message import envelope_of
from marketplace.core.mail.models import MailDelivery, Outcome
from marketplace.core.mail.refusals import is_refused
from marketplace.core.mail.transports import Carrier, Transport
from marketplace.core.mail.waiting import LetterDelayed, LetterRejected
from marketplace.core.outbox import Consumer, NotNow, OutboxEvent, record_event, subscribe
from marketplace.service_addresses import mail_address

log = structlog.get_logger(__name__)

CONSUMER = "mail"
MAIL_DUE = "mail_due"
# Others wait meanwhile, and a worker that ends waits for it.
ROUND = 10
KEPT_FOR = timedelta(days=90)


class LettersFailed(Exception):
    """Some letters of a round could not be sent; it says which events, and of whom nothing."""


def send_letter(
    session: Session,
    kind_name: str,
    subject_kind: str,
    subject_id: int,
    *,
    recipient_id: int | None = None,
    **params: Any,
) -> None:
    """Say in the present transaction that a letter is due.

    ``params`` (JSON) go to the kind's ``compose``. No secret belongs there: the outbox keeps them
    for days. With ``recipient_id`` a letter that this person refuses isn't even composed.

    :raises ValueError: when no kind of letter has the name.
    """
    record_event(
        session,
        MAIL_DUE,
        subject_kind,
        subject_id,
        letter=letter_kind(kind_name).name,
        recipient_id=recipient_id,
        params=params,
    )


def subscribe_mail() -> None:
    """Let the outbox deliver letters."""
    subscribe(Consumer(CONSUMER, frozenset({MAIL_DUE}), _deliver, batch=ROUND))


def letters_waiting() -> int:
    """How many letters are due and not settled, those of dead events left out."""
    waiting = select(func.count()).where(
        OutboxEvent.consumer == CONSUMER,
        OutboxEvent.done_at.is_(None),
        OutboxEvent.dead_at.is_(None),
    )
    return db.session.scalar(waiting) or 0


def letters_rejected(since: datetime) -> int:
    """How many letters the mail server refused for good since a moment."""
    rejected = select(func.count()).where(
        MailDelivery.outcome == Outcome.REJECTED, MailDelivery.created_at >= since
    )
    return db.session.scalar(rejected) or 0


def forget_deliveries() -> int:
    """Drop what became of letters more than :data:`KEPT_FOR` ago; returns of how many."""
    with writing() as session:
        result = session.connection().execute(
            delete(MailDelivery).where(MailDelivery.created_at < now() - KEPT_FOR)
        )
        return result.rowcount


@dataclass(frozen=True)
class _Due:
    """A letter that is due, as its event says; read once, so that nothing stays open meanwhile."""

    event_id: int
    created_at: datetime
    subject_id: int
    payload: Mapping[str, Any]

    @property
    def recipient_id(self) -> int | None:
        """Whose letter it is, where that was said."""
        return self.payload.get("recipient_id")


def _deliver(events: Sequence[OutboxEvent]) -> None:
    """Send the letters of some events, each on its own account.

    Whatever stops the round, what was sent is settled; the outbox brings the others again.
    """
    transport: Transport = current_app.extensions["mail"]
    letters = [_Due(one.id, one.created_at, one.subject_id, one.payload) for one in events]
    settled = _settled(due.event_id for due in letters)
    failed: dict[int, str] = {}
    with transport.round() as carrier:
        for due in letters:
            if due.event_id in settled:
                continue
            try:
                _deliver_one(due, carrier)
            except (NotNow, *DATABASE_FAULTS):
                raise
            except LetterDelayed as error:
                log.warning("letter_delayed", event_id=due.event_id, reason=str(error))
                failed[due.event_id] = str(error)
            except Exception as error:
                log.exception("letter_failed", event_id=due.event_id)
                failed[due.event_id] = type(error).__name__
    if failed:
        raise LettersFailed("; ".join(f"{key}: {reason}" for key, reason in failed.items()))


def _settled(event_ids: Iterable[int]) -> set[int]:
    db.session.rollback()
    known = select(MailDelivery.event_id).where(
        MailDelivery.event_id.in_(list(event_ids)), MailDelivery.outcome != Outcome.BEGUN
    )
    return set(db.session.scalars(known))


def _deliver_one(due: _Due, carrier: Carrier) -> None:
    kind = letter_kind(due.payload["letter"])
    if _is_unwanted(kind, due.recipient_id):
        _note(due, kind, due.recipient_id, Outcome.UNWANTED)
        return
    # First of all: links that nobody will get need not be minted while the server is away.
    carrier.connect()
    db.session.rollback()
    letter = kind.compose(due.subject_id, due.payload.get("params", {}))
    if letter is None:
        _note(due, kind, due.recipient_id, Outcome.NOT_NEEDED)
    elif _is_unwanted(kind, letter.recipient_id):
        _note(due, kind, letter.recipient_id, Outcome.UNWANTED)
    else:
        _send(due, kind, letter, carrier)


def _is_unwanted(kind: LetterKind, recipient_id: int | None) -> bool:
    if kind.topic is None or recipient_id is None:
        return False
    return is_refused(recipient_id, kind.topic.name)


def _send(due: _Due, kind: LetterKind, letter: Letter, carrier: Carrier) -> None:
    if kind.topic is not None and letter.recipient_id is None:
        raise ValueError(f"a letter about {kind.topic.name} must say whose it is")
    try:
        recipient = mail_address(letter.to)
    except ValueError:
        log.warning("letter_without_address", event_id=due.event_id, kind=kind.name)
        _note(due, kind, letter.recipient_id, Outcome.REJECTED)
        return
    envelope = envelope_of(letter, recipient, kind.topic, due.event_id, due.created_at)
    # A database that can't be written to must not let the same letter go out again and again.
    _note(due, kind, letter.recipient_id, Outcome.BEGUN)
    try:
        carrier.deliver(envelope)
    except LetterRejected as error:
        log.warning("letter_rejected", event_id=due.event_id, kind=kind.name, reason=str(error))
        _note(due, kind, letter.recipient_id, Outcome.REJECTED)
    else:
        log.info("letter_sent", event_id=due.event_id, kind=kind.name)
        _note(due, kind, letter.recipient_id, Outcome.SENT)


def _note(due: _Due, kind: LetterKind, recipient_id: int | None, outcome: Outcome) -> None:
    """Write down what became of a letter, in a transaction of its own."""
    with writing() as session:
        row = session.scalar(select(MailDelivery).where(MailDelivery.event_id == due.event_id))
        if row is None:
            row = MailDelivery(event_id=due.event_id, kind=kind.name, attempts=0)
            session.add(row)
        row.topic = kind.topic.name if kind.topic else None
        row.recipient_id = recipient_id
        row.outcome = outcome
        # Something to write each time, even where the last attempt ended before its outcome.
        row.attempts += outcome is Outcome.BEGUN
        row.sent_at = now() if outcome is Outcome.SENT else None
