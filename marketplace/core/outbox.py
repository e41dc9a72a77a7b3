"""The outbox: what has happened, kept in the transaction that made it happen.

A service records an event; each consumer that has subscribed gets a row of its own, so that
one that fails never holds up another. :func:`drain` hands the rows over in batches.
Consumers are idempotent: they read the current state of the subjects, so that an event that
comes twice, late or out of order does no harm. What a consumer does is its own affair.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Any, Literal, cast

import structlog
from sqlalchemy import (
    JSON,
    ColumnElement,
    Index,
    Select,
    String,
    Table,
    Text,
    Update,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.core.db import Base, UtcDateTime, after_commit, db, now, writing
from marketplace.core.locks import exclusive
from marketplace.core.messaging import poke_drain
from marketplace.core.postgresql import is_postgresql
from marketplace.core.request_ids import KEY as REQUEST_ID
from marketplace.core.request_ids import current_request_id, working_for

log = structlog.get_logger(__name__)

ATTEMPT_LIMIT = 60
FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(minutes=1)


class OutboxEvent(Base):
    """One event for one consumer: waiting, done, or dead."""

    __tablename__ = "outbox_event"
    __table_args__ = (
        # Only what waits is in it, so its size follows the backlog and not the history.
        Index(
            "ix_outbox_event_waiting",
            "consumer",
            "id",
            sqlite_where=text("done_at IS NULL AND dead_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND dead_at IS NULL"),
        ),
        # Few are ever dead, and probes count them every few seconds.
        Index(
            "ix_outbox_event_dead",
            "dead_at",
            sqlite_where=text("dead_at IS NOT NULL"),
            postgresql_where=text("dead_at IS NOT NULL"),
        ),
        Index("ix_outbox_event_done", "consumer", "done_at"),
        Index("ix_outbox_event_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    consumer: Mapped[str] = mapped_column(String(32))
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dead_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)


class NotNow(Exception):
    """What a consumer writes to takes nothing at present; its events wait and lose no attempt."""


Handler = Callable[[Sequence[OutboxEvent]], None]


@dataclass(frozen=True)
class Consumer:
    """Who hears which events; the handler gets a batch and commits its own work.

    ``subject_kinds`` narrows them to events about such records; by default it hears of all.
    ``takes_long`` says that a command which waits for what it began should not wait for this one.
    """

    name: str
    kinds: frozenset[str]
    handle: Handler
    batch: int = 500
    subject_kinds: frozenset[str] | None = None
    takes_long: bool = False

    def hears(self, kind: str, subject_kind: str) -> bool:
        """Whether an event of this kind about such a record is for this consumer."""
        is_about = self.subject_kinds is None or subject_kind in self.subject_kinds
        return kind in self.kinds and is_about


Part = Literal["all", "quick", "long"]
LOCKS: dict[Part, str] = {"quick": "drain", "long": "drain-long"}
"""Which lock is held by who hands over a part, where one process does it."""

_consumers: dict[str, Consumer] = {}
_at_rest: set[str] = set()
_stopping = Event()


def subscribe(consumer: Consumer) -> None:
    """Add a consumer; saying the same again changes nothing."""
    _consumers[consumer.name] = consumer


def consumers_of(kind: str, subject_kind: str) -> list[str]:
    """The names of the consumers that hear this kind of event about such a record."""
    return [one.name for one in _consumers.values() if one.hears(kind, subject_kind)]


def long_consumers() -> list[str]:
    """The names of the consumers that take long."""
    return [one.name for one in _consumers.values() if one.takes_long]


def record_event(
    session: Session, kind: str, subject_kind: str, subject_id: int, **payload: Any
) -> None:
    """Record in the present transaction that something happened to a record."""
    record_events(session, kind, subject_kind, [subject_id], **payload)


def record_events(
    session: Session, kind: str, subject_kind: str, subject_ids: Iterable[int], **payload: Any
) -> None:
    """Record the same event for many subjects at once.

    The id of the request that caused it goes into the payload, for the log of whoever hears it.
    """
    moment = now()
    if request_id := current_request_id():
        payload[REQUEST_ID] = request_id
    rows = [
        {
            "kind": kind,
            "consumer": consumer,
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "payload": payload,
            "created_at": moment,
            "due_at": moment,
            "attempts": 0,
        }
        for subject_id in subject_ids
        for consumer in consumers_of(kind, subject_kind)
    ]
    if rows:
        session.execute(insert(cast(Table, OutboxEvent.__table__)), rows)
        after_commit(session, "poke_drain", poke_drain)


def drain(
    limit: int = 1_000_000,
    after_batch: Callable[[], object] = lambda: None,
    *,
    part: Part = "all",
) -> int:
    """Hand waiting events to their consumers, oldest first; returns how many were done.

    ``after_batch`` is called after each batch, also after one that failed. ``part``: everything,
    what is "quick", or what takes "long", of which a worker has a task each, so that the one never
    waits for the other.

    On PostgreSQL any number of processes drain at once, each with batches of its own; on SQLite
    one does each part, and another that tries meanwhile does nothing. The consumers take turns,
    so that a flood for one doesn't hold up the others. A batch that fails is tried again in ever
    smaller parts after a growing delay; an event that has failed :data:`ATTEMPT_LIMIT` times is
    dead and stays visible. A consumer that says :class:`NotNow` is asked again by the next call.
    """
    if is_postgresql(db.engine):
        return _drain(_claimed, limit, after_batch, part)
    parts = LOCKS if part == "all" else {part: LOCKS[part]}
    done, has_more = 0, True
    while has_more and done < limit:
        has_more = False
        for one, lock in parts.items():
            with exclusive(lock) as is_held:
                did = _drain(_next, limit - done, after_batch, one) if is_held else 0
            done += did
            # What takes long tells those that don't.
            has_more = part == "all" and one == "long" and did > 0
    return done


def waiting_events(
    session: Session, consumer: str, subject_kind: str, subject_id: int
) -> list[int]:
    """The ids of the events about a record that a consumer has not heard, of those committed."""
    waiting = select(OutboxEvent.id).where(
        OutboxEvent.subject_kind == subject_kind,
        OutboxEvent.subject_id == subject_id,
        OutboxEvent.consumer == consumer,
        OutboxEvent.done_at.is_(None),
        OutboxEvent.dead_at.is_(None),
    )
    return list(session.scalars(waiting))


def end_events(session: Session, ids: Sequence[int]) -> None:
    """Count events as heard in the present transaction, but for those that a batch holds.

    For a consumer that read a record when these waited already, and so has seen what they tell.
    """
    for start in range(0, len(ids), 500):
        chunk = OutboxEvent.id.in_(ids[start : start + 500])
        free = select(OutboxEvent.id).where(chunk).with_for_update(skip_locked=True)
        ended = update(OutboxEvent).where(OutboxEvent.id.in_(session.scalars(free).all()))
        session.execute(ended.values(done_at=now()).execution_options(synchronize_session=False))


def stop_draining() -> None:
    """Let the batch that is being handed over be the last of this process."""
    _stopping.set()


Settle = Callable[[Update], object]
Batches = Callable[[Consumer], AbstractContextManager[tuple[Sequence[OutboxEvent], Settle]]]


def _drain(batches: Batches, limit: int, after_batch: Callable[[], object], part: Part) -> int:
    done, has_more = 0, True
    ready = [
        one for one in _consumers.values() if part == "all" or one.takes_long == (part == "long")
    ]
    while has_more and done < limit:
        has_more = False
        for consumer in _wanted(ready):
            if _stopping.is_set():
                break
            with batches(consumer) as (batch, settle):
                try:
                    done += _hand_over(consumer, batch, settle)
                except NotNow as reason:
                    _note_rest(consumer, reason)
                    ready.remove(consumer)
                else:
                    has_more = has_more or bool(batch)
            if batch:
                after_batch()
    return done


def _wanted(consumers: Sequence[Consumer]) -> list[Consumer]:
    """Those of the consumers for which events wait, found with one statement for all."""
    if not consumers:
        return []
    db.session.rollback()
    asked = select(*(select(1).where(*_waits(one)).exists() for one in consumers))
    found = db.session.execute(asked).one()
    db.session.rollback()
    return [one for one, is_wanted in zip(consumers, found, strict=True) if is_wanted]


@contextmanager
def _next(consumer: Consumer) -> Iterator[tuple[Sequence[OutboxEvent], Settle]]:
    """The next batch; what became of it is settled in a transaction of its own."""

    def settle(statement: Update) -> None:
        with writing() as session:
            session.execute(statement)

    db.session.rollback()
    yield db.session.scalars(_waiting(consumer)).all(), settle


@contextmanager
def _claimed(consumer: Consumer) -> Iterator[tuple[Sequence[OutboxEvent], Settle]]:
    """The next batch that no other process has; free again as soon as this one dies.

    What holds the rows is a transaction on a connection of its own, which is also the only one
    that may settle them: from any other the rows would wait for this one for ever.
    """
    with Session(db.engine) as claim, claim.begin():
        statement = _waiting(consumer).with_for_update(skip_locked=True)
        yield claim.scalars(statement).all(), claim.execute


def _waiting(consumer: Consumer) -> Select[OutboxEvent]:
    waiting = select(OutboxEvent).where(*_waits(consumer))
    return waiting.order_by(OutboxEvent.id).limit(consumer.batch)


def _waits(consumer: Consumer) -> tuple[ColumnElement[bool], ...]:
    return (
        OutboxEvent.consumer == consumer.name,
        OutboxEvent.done_at.is_(None),
        OutboxEvent.dead_at.is_(None),
        OutboxEvent.due_at <= now(),
    )


def _note_rest(consumer: Consumer, reason: NotNow) -> None:
    """Say once that a consumer's events wait; the schedule asks it every few seconds."""
    if consumer.name not in _at_rest:
        _at_rest.add(consumer.name)
        log.warning("outbox_waits", consumer=consumer.name, reason=str(reason))


def _note_work(consumer: Consumer) -> None:
    if consumer.name in _at_rest:
        _at_rest.discard(consumer.name)
        log.warning("outbox_goes_on", consumer=consumer.name)


def _hand_over(consumer: Consumer, batch: Sequence[OutboxEvent], settle: Settle) -> int:
    done = 0
    for group in _groups(batch):
        ids, attempts = [event.id for event in group], group[0].attempts + 1
        # Rows as they were read: they are settled without being loaded again.
        ended = update(OutboxEvent).where(OutboxEvent.id.in_(ids))
        ended = ended.execution_options(synchronize_session=False)
        with working_for(event.payload.get(REQUEST_ID) for event in group):
            error = _failure_of(consumer, group)
        if error:
            settle(ended.values(**_put_off(attempts, error)))
        else:
            _note_work(consumer)
            settle(ended.values(done_at=now()))
            done += len(ids)
    return done


def _failure_of(consumer: Consumer, group: Sequence[OutboxEvent]) -> Exception | None:
    """Hand a group over; what went wrong, if anything did."""
    try:
        consumer.handle(group)
    except NotNow:
        raise
    except Exception as error:
        log.exception("outbox_failed", consumer=consumer.name, events=len(group))
        return error
    return None


def _groups(batch: Sequence[OutboxEvent]) -> Iterator[Sequence[OutboxEvent]]:
    """New events together; those that failed with others in parts an eighth of the size."""
    by_attempts: dict[int, list[OutboxEvent]] = defaultdict(list)
    for event in batch:
        by_attempts[event.attempts].append(event)
    for attempts, events in by_attempts.items():
        size = max(1, len(events) >> (3 * attempts))
        for start in range(0, len(events), size):
            yield events[start : start + size]


def _put_off(attempts: int, error: Exception) -> dict[str, Any]:
    """The values of events that have failed so many times, now with this error."""
    delay = min(FIRST_DELAY * 2 ** min(attempts - 1, 8), LONGEST_DELAY)
    return {
        "attempts": attempts,
        "last_error": f"{type(error).__name__}: {error}".replace("\0", "")[:2000],
        "due_at": now() + delay,
        "dead_at": now() if attempts >= ATTEMPT_LIMIT else None,
    }
