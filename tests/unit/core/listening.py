"""What the tests of the outbox share: a consumer that remembers, and things that happen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import time_machine
from sqlalchemy import select

from marketplace.core.db import db, writing
from marketplace.core.outbox import (
    ATTEMPT_LIMIT,
    Consumer,
    NotNow,
    OutboxEvent,
    drain,
    record_events,
    subscribe,
)


class Listener:
    """A consumer that remembers what it was handed; it fails on poison, and takes none at rest."""

    def __init__(self, name: str = "index", *, kinds: str = "changed", batch: int = 500) -> None:
        self.name = name
        self.batches: list[list[int]] = []
        self.poison: set[int] = set()
        self.is_resting = False
        subscribe(Consumer(name, frozenset(kinds.split()), self.handle, batch))

    def handle(self, events: Sequence[OutboxEvent]) -> None:
        subjects = [event.subject_id for event in events]
        self.batches.append(subjects)
        if self.is_resting:
            raise NotNow("down")
        if self.poison & set(subjects):
            raise ValueError("this one can't be digested")

    @property
    def heard(self) -> list[int]:
        return [subject for batch in self.batches for subject in batch]

    def rows(self) -> list[OutboxEvent]:
        db.session.rollback()
        rows = select(OutboxEvent).where(OutboxEvent.consumer == self.name)
        return list(db.session.scalars(rows.order_by(OutboxEvent.id)))


def happen(*subjects: int, kind: str = "changed") -> None:
    with writing() as session:
        record_events(session, kind, "result", subjects)


def drain_until_dead(clock: time_machine.Traveller) -> None:
    for _attempt in range(ATTEMPT_LIMIT):
        drain()
        clock.shift(timedelta(days=1))
