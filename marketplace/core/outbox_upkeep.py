"""How far behind the outbox is, and its upkeep: what is dead is revived, what is done forgotten."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from marketplace.core.db import db, now, writing
from marketplace.core.outbox import OutboxEvent, long_consumers

KEPT_FOR = timedelta(days=7)
FORGOTTEN_AT_ONCE = 5000


def revive_dead() -> int:
    """Let dead events be tried again; returns how many."""
    with writing() as session:
        result = session.connection().execute(
            update(OutboxEvent)
            .where(OutboxEvent.dead_at.is_not(None))
            .values(dead_at=None, attempts=0, due_at=now())
        )
        return result.rowcount


def forget_done() -> int:
    """Drop events that were done more than seven days ago; returns how many.

    The newest event stays: SQLite gives the number after the highest that it finds, and a
    number given twice would be taken for an event delivered already.
    """
    limit = now() - KEPT_FOR
    newest = db.session.scalar(select(func.max(OutboxEvent.id)))
    old = (
        select(OutboxEvent.id)
        .where(OutboxEvent.done_at < limit, OutboxEvent.id != newest)
        .limit(FORGOTTEN_AT_ONCE)
    )
    forgotten = 0
    while True:
        # In parts: other writers wait meanwhile.
        with writing() as session:
            result = session.connection().execute(
                delete(OutboxEvent).where(OutboxEvent.id.in_(old))
            )
        if not result.rowcount:
            return forgotten
        forgotten += result.rowcount


def subjects_since(consumer: str, moment: datetime) -> dict[str, set[int]]:
    """Subjects with an event still waiting, or done since ``moment``, by kind of subject."""
    rows = db.session.execute(
        select(OutboxEvent.subject_kind, OutboxEvent.subject_id).where(
            OutboxEvent.consumer == consumer,
            (OutboxEvent.done_at.is_(None)) | (OutboxEvent.done_at >= moment),
        )
    )
    subjects: dict[str, set[int]] = defaultdict(set)
    for subject_kind, subject_id in rows:
        subjects[subject_kind].add(subject_id)
    return subjects


@dataclass(frozen=True)
class Backlog:
    """How far behind the consumers are."""

    waiting: int
    due: int
    dead: int
    oldest: datetime | None


def backlog(*, of_long: bool = False) -> Backlog:
    """Counts of events waiting, due now, and dead; and when the oldest waiting one came.

    Of what is settled at once, or ``of_long`` of what takes long and may be far behind after an
    import; dead events are counted either way.
    """
    db.session.rollback()
    long = long_consumers()
    waiting = (OutboxEvent.done_at.is_(None)) & (OutboxEvent.dead_at.is_(None))
    if of_long:
        waiting &= OutboxEvent.consumer.in_(long)
    elif long:
        waiting &= OutboxEvent.consumer.not_in(long)
    count, due, oldest = db.session.execute(
        select(
            func.count(),
            func.count().filter(OutboxEvent.due_at <= now()),
            func.min(OutboxEvent.created_at),
        ).where(waiting)
    ).one()
    dead = db.session.scalar(select(func.count()).where(OutboxEvent.dead_at.is_not(None)))
    return Backlog(count, due, dead or 0, oldest)
