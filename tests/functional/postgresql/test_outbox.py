"""Several workers drain one outbox: each event to one of them, and none lost with a worker."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from marketplace.core import outbox
from marketplace.core.db import db, now, writing
from marketplace.core.outbox import (
    Consumer,
    OutboxEvent,
    drain,
    record_event,
    record_events,
    subscribe,
)
from marketplace.core.outbox_upkeep import backlog, forget_done, revive_dead
from tasks import definitions
from tests.functional.postgresql.conftest import PATIENCE, Beside, end_all_other_connections


@pytest.fixture(autouse=True)
def alone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """No consumers but those of the test."""
    monkeypatch.setattr(outbox, "_consumers", {})


def record(count: int, kind: str = "changed") -> None:
    with writing() as session:
        record_events(session, kind, "patent", range(1, count + 1))


def subjects(events: Sequence[OutboxEvent]) -> list[int]:
    return [event.subject_id for event in events]


def test_a_worker_gives_signs_of_life_while_it_hands_over_a_long_backlog(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs: list[int] = []
    monkeypatch.setattr(definitions, "note_alive", lambda: signs.append(backlog().waiting))
    subscribe(Consumer("index", frozenset({"changed"}), lambda _events: None, batch=5))
    record(15)
    definitions.hand_over()
    assert signs == [15, 10, 5, 0]


def test_two_workers_have_different_events_in_hand_at_the_same_time(app: Flask) -> None:
    both = threading.Barrier(2)
    handled: list[list[int]] = []

    def handle(events: Sequence[OutboxEvent]) -> None:
        both.wait(PATIENCE)
        handled.append(subjects(events))

    subscribe(Consumer("index", frozenset({"changed"}), handle, batch=5))
    record(10)
    beside = Beside(app, drain)
    drain()
    beside.join()
    assert sorted(handled) == [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]
    assert backlog().waiting == 0


def test_events_of_a_worker_that_dies_go_to_the_next(app: Flask) -> None:
    seen: list[list[int]] = []

    def die(events: Sequence[OutboxEvent]) -> None:
        seen.append(subjects(events))
        if len(seen) == 1:
            end_all_other_connections()

    subscribe(Consumer("index", frozenset({"changed"}), die))
    record(3)
    with pytest.raises(OperationalError):
        drain()
    db.session.close()
    assert backlog().waiting == 3
    assert drain() == 3
    assert seen == [[1, 2, 3], [1, 2, 3]]


def test_a_consumer_may_record_and_write_while_its_events_are_held(app: Flask) -> None:
    def spread(events: Sequence[OutboxEvent]) -> None:
        with writing() as session:
            for event in events:
                record_event(session, "spread", "patent", event.subject_id)
        revive_dead()
        forget_done()

    got: list[int] = []
    subscribe(Consumer("spreading", frozenset({"changed"}), spread))
    subscribe(Consumer("index", frozenset({"spread"}), lambda events: got.extend(subjects(events))))
    record(3)
    drain()
    assert sorted(got) == [1, 2, 3]
    assert backlog().waiting == 0


def test_what_fails_is_put_off_and_what_else_was_in_the_batch_is_done(app: Flask) -> None:
    def handle(events: Sequence[OutboxEvent]) -> None:
        if any(event.subject_id == 2 for event in events):
            raise ValueError("no\0t this one")

    subscribe(Consumer("index", frozenset({"changed"}), handle))
    record(3)
    with writing() as session:
        # The first has failed before, so it is handed over apart from the others.
        session.execute(update(OutboxEvent).where(OutboxEvent.subject_id == 1).values(attempts=1))
    assert drain() == 1
    left = db.session.scalars(
        select(OutboxEvent).where(OutboxEvent.done_at.is_(None)).order_by(OutboxEvent.id)
    ).all()
    assert subjects(left) == [2, 3]
    assert {(event.attempts, event.last_error) for event in left} == {
        (1, "ValueError: not this one")
    }
    assert all(event.due_at > now() for event in left)
