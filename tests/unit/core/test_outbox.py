"""The outbox: every event reaches each of its consumers, whatever fails on the way."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from marketplace.core import messaging
from marketplace.core.db import db, writing
from marketplace.core.locks import exclusive
from marketplace.core.outbox import (
    ATTEMPT_LIMIT,
    FIRST_DELAY,
    LONGEST_DELAY,
    Consumer,
    Handler,
    OutboxEvent,
    consumers_of,
    drain,
    record_event,
    subscribe,
)
from marketplace.core.outbox_upkeep import backlog
from tests.unit.core.conftest import NOON, make_core_app
from tests.unit.core.listening import Listener, drain_until_dead, happen

pytestmark = pytest.mark.usefixtures("no_consumers")


def test_a_consumer_of_one_kind_of_record_hears_of_no_other(core_app: Flask) -> None:
    consumer = Consumer("names", frozenset({"changed"}), print, subject_kinds=frozenset({"firm"}))
    subscribe(consumer)
    assert consumers_of("changed", "firm") == ["names"]
    assert consumers_of("changed", "note") == []
    assert consumers_of("moved", "firm") == []


def test_each_consumer_of_an_event_gets_a_row_of_its_own(core_app: Flask) -> None:
    one, other, deaf = Listener("one"), Listener("other"), Listener("deaf", kinds="moved")
    happen(1)
    assert consumers_of("changed", "note") == ["one", "other"]
    assert drain() == 2
    assert (one.heard, other.heard, deaf.heard) == ([1], [1], [])


def test_an_event_that_nobody_hears_is_not_kept(core_app: Flask) -> None:
    happen(1)
    assert db.session.scalar(select(func.count(OutboxEvent.id))) == 0


def test_subscribing_again_does_not_hand_events_over_twice(core_app: Flask) -> None:
    listener = Listener()
    subscribe(Consumer("index", frozenset({"changed"}), listener.handle))
    happen(1)
    drain()
    assert listener.heard == [1]


def test_an_event_carries_what_the_service_gave_it(core_app: Flask) -> None:
    listener = Listener()
    with writing() as session:
        record_event(session, "changed", "patent", 9, note="新", count=2)
    event = listener.rows()[0]
    assert (event.kind, event.subject_kind, event.subject_id) == ("changed", "patent", 9)
    assert event.payload == {"note": "新", "count": 2}


def test_an_event_of_a_change_that_was_taken_back_never_happened(core_app: Flask) -> None:
    listener = Listener()

    def change_and_fail() -> None:
        with writing() as session:
            record_event(session, "changed", "result", 1)
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="disk"):
        change_and_fail()
    assert drain() == 0
    assert listener.heard == []


def test_the_worker_is_poked_once_after_the_commit(
    core_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    pokes: list[str] = []
    monkeypatch.setattr(messaging, "send", pokes.append)
    Listener()
    with writing():
        happen(1)
        happen(2)
        assert pokes == []
    assert pokes == [messaging.DRAIN]


def test_events_come_oldest_first_and_in_batches(core_app: Flask) -> None:
    listener = Listener(batch=2)
    happen(3, 1, 2)
    happen(0)
    happen(7)
    assert drain() == 5
    assert listener.batches == [[3, 1], [2, 0], [7]]


def test_what_is_done_is_not_handed_over_again(core_app: Flask) -> None:
    listener = Listener()
    happen(1)
    drain()
    assert drain() == 0
    assert listener.heard == [1]


def test_a_consumer_that_records_events_is_followed_by_those_who_hear_them(
    core_app: Flask,
) -> None:
    subscribe(Consumer("spread", frozenset({"moved"}), lambda _events: happen(5)))
    listener = Listener()
    happen(1, kind="moved")
    drain()
    assert listener.heard == [5]


def test_draining_stops_at_its_limit_and_goes_on_next_time(core_app: Flask) -> None:
    listener = Listener(batch=2)
    happen(1, 2, 3)
    assert drain(limit=2) == 2
    assert drain() == 1
    assert listener.heard == [1, 2, 3]


def test_whoever_drains_hears_of_each_batch_also_of_one_that_failed(core_app: Flask) -> None:
    listener = Listener(batch=2)
    listener.poison = {3}
    happen(1, 2, 3, 4, 5)
    heard_so_far: list[int] = []
    assert drain(after_batch=lambda: heard_so_far.append(len(listener.batches))) == 3
    assert heard_so_far == [1, 2, 3]


def test_a_consumer_that_fails_does_not_hold_up_another(
    core_app: Flask, clock: time_machine.Traveller
) -> None:
    broken, sound = Listener("broken"), Listener("sound")
    broken.poison = {1}
    happen(1, 2)
    assert drain() == 2
    assert sound.heard == [1, 2]
    assert backlog().waiting == 2


def test_that_events_wait_is_told_once_and_so_is_that_they_go_on(
    core_app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    listener = Listener()
    listener.is_resting = True
    happen(1)
    for _call in range(3):
        drain()
    listener.is_resting = False
    drain()
    said = capsys.readouterr()
    lines = (said.err + said.out).splitlines()
    told = [name for line in lines for name in ("outbox_waits", "outbox_goes_on") if name in line]
    assert told == ["outbox_waits", "outbox_goes_on"]


def test_events_wait_unharmed_while_what_they_are_for_takes_nothing(core_app: Flask) -> None:
    listener, other = Listener(batch=2), Listener("mail")
    listener.is_resting = True
    happen(1, 2, 3)
    assert drain() == 3
    assert other.heard == [1, 2, 3]
    assert listener.batches == [[1, 2]]
    assert {(event.attempts, event.last_error) for event in listener.rows()} == {(0, None)}
    listener.is_resting = False
    assert drain() == 3
    assert listener.batches[1:] == [[1, 2], [3]]


def test_a_poisonous_event_keeps_none_of_its_batch_waiting_but_itself(
    core_app: Flask, clock: time_machine.Traveller
) -> None:
    listener = Listener()
    listener.poison = {3}
    happen(1, 2, 3, 4, 5)
    assert drain() == 0
    happen(6)
    clock.shift(FIRST_DELAY)
    assert drain() == 5
    waiting = [event for event in listener.rows() if event.done_at is None]
    assert [event.subject_id for event in waiting] == [3]
    assert waiting[0].last_error == "ValueError: this one can't be digested"


def test_a_failed_event_waits_longer_each_time_and_is_dead_after_the_limit(
    core_app: Flask, clock: time_machine.Traveller
) -> None:
    listener = Listener()
    listener.poison = {1}
    happen(1)
    delays = []
    for attempt in range(1, ATTEMPT_LIMIT + 1):
        drain()
        assert drain() == 0
        assert len(listener.batches) == attempt
        (event,) = listener.rows()
        assert event.attempts == attempt
        delay = event.due_at - datetime.now(UTC)
        delays.append(delay)
        clock.shift(delay - timedelta(milliseconds=1))
        assert drain() == 0
        assert len(listener.batches) == attempt
        clock.shift(timedelta(milliseconds=1))
    assert delays[0] == FIRST_DELAY
    assert delays == sorted(delays)
    assert delays[1] == 2 * FIRST_DELAY
    assert delays[-1] == LONGEST_DELAY
    assert drain() == 0
    assert len(listener.batches) == ATTEMPT_LIMIT
    assert (backlog().waiting, backlog().dead) == (0, 1)


def test_a_handler_that_fails_half_way_leaves_nothing_of_its_work(
    core_app: Flask, clock: time_machine.Traveller
) -> None:
    def fail_half_way(_events: Sequence[OutboxEvent]) -> None:
        with writing():
            happen(9)
            raise ValueError

    listener = Listener()
    subscribe(Consumer("clumsy", frozenset({"moved"}), fail_half_way))
    happen(1, kind="moved")
    drain()
    drain()
    assert listener.heard == []


def test_a_drain_by_another_process_is_left_to_it(core_app: Flask) -> None:
    listener = Listener()
    happen(1)
    with exclusive("drain") as is_held:
        assert is_held
        assert drain() == 0
    assert listener.heard == []
    assert drain() == 1


def test_draining_within_a_drain_does_nothing(core_app: Flask) -> None:
    within: list[int] = []
    subscribe(Consumer("index", frozenset({"changed"}), lambda _events: within.append(drain())))
    happen(1)
    assert drain() == 1
    assert within == [0]


def die_while_handling(folder: Path) -> None:
    """In a process of its own: drain, and be killed in the middle of the handler."""

    def die(_events: Sequence[OutboxEvent]) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    subscribe(Consumer("index", frozenset({"changed"}), die))
    with make_core_app(folder).app_context():
        drain()


def test_an_event_whose_worker_was_killed_is_handed_over_again(
    core_app: Flask, tmp_path: Path
) -> None:
    listener = Listener()
    happen(1, 2)
    db.session.rollback()
    worker = multiprocessing.get_context("spawn").Process(
        target=die_while_handling, args=(tmp_path,)
    )
    worker.start()
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
    assert drain() == 2
    assert listener.batches == [[1, 2]]


def test_an_interrupted_drain_hands_the_events_over_again(core_app: Flask) -> None:
    stops = iter([True, False])

    def stop_once(events: Sequence[OutboxEvent]) -> None:
        listener.handle(events)
        if next(stops):
            raise KeyboardInterrupt

    listener = Listener("unused", kinds="none")
    subscribe(Consumer("index", frozenset({"changed"}), stop_once))
    happen(1)
    with pytest.raises(KeyboardInterrupt):
        drain()
    assert drain() == 1
    assert listener.batches == [[1], [1]]


def refuse(poison: set[int], done: set[int]) -> Handler:
    def handle(events: Sequence[OutboxEvent]) -> None:
        for event in events:
            if event.subject_id in poison:
                raise ValueError
            done.add(event.subject_id)

    return handle


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None
)
@given(
    groups=st.lists(st.lists(st.integers(0, 12), max_size=5), max_size=5),
    poison=st.sets(st.integers(0, 12), max_size=3),
    batch=st.integers(1, 6),
)
def test_whatever_is_poisonous_everything_else_gets_through(
    core_app: Flask, groups: list[list[int]], poison: set[int], batch: int
) -> None:
    done: set[int] = set()
    subscribe(Consumer("index", frozenset({"changed"}), refuse(poison, done), batch))
    with time_machine.travel(NOON, tick=False) as clock:
        for subjects in groups:
            happen(*subjects)
            drain()
        drain_until_dead(clock)
    recorded = [subject for subjects in groups for subject in subjects]
    assert done == set(recorded) - poison
    assert backlog().waiting == 0
    assert backlog().dead == sum(subject in poison for subject in recorded)
    with writing() as session:
        session.execute(delete(OutboxEvent))
