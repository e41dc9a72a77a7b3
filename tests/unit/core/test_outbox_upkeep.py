"""Upkeep of the outbox: what is behind, what is dead, what may be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event

from marketplace.core.db import db, writing
from marketplace.core.outbox import drain, record_event
from marketplace.core.outbox_upkeep import (
    KEPT_FOR,
    backlog,
    forget_done,
    revive_dead,
    subjects_since,
)
from tests.unit.core.conftest import NOON
from tests.unit.core.listening import Listener, drain_until_dead, happen

pytestmark = pytest.mark.usefixtures("no_consumers")


def test_dead_events_can_be_revived_and_then_succeed(
    core_app: Flask, clock: time_machine.Traveller
) -> None:
    listener = Listener()
    listener.poison = {1}
    happen(1, 2)
    drain_until_dead(clock)
    assert backlog().dead == 1
    listener.poison.clear()
    assert revive_dead() == 1
    assert drain() == 1
    assert (backlog().waiting, backlog().dead) == (0, 0)
    assert revive_dead() == 0


def test_the_backlog_says_how_many_wait_and_since_when(
    core_app: Flask, clock: time_machine.Traveller
) -> None:
    Listener("one")
    Listener("other")
    assert (backlog().waiting, backlog().dead, backlog().oldest) == (0, 0, None)
    happen(1)
    clock.shift(60)
    happen(2)
    behind = backlog()
    assert (behind.waiting, behind.oldest) == (4, NOON)


def test_counting_the_backlog_reads_no_event_that_is_done(core_app: Flask) -> None:
    Listener()
    happen(*range(1000))
    drain()
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    backlog()
    event.remove(db.engine, "before_cursor_execute", note)
    plans = [
        row.detail
        for statement, parameters in asked
        for row in db.session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", parameters
        )
    ]
    assert len(plans) == 2
    assert "ix_outbox_event_waiting" in plans[0]
    assert "ix_outbox_event_dead" in plans[1]


def test_subjects_since_are_those_waiting_dead_or_done_after_the_moment(
    core_app: Flask, clock: time_machine.Traveller
) -> None:
    listener = Listener()
    Listener("other")
    listener.poison = {1}
    happen(1)
    drain_until_dead(clock)
    happen(2)
    drain()
    clock.shift(60)
    moment = datetime.now(UTC)
    assert subjects_since("index", moment) == {"result": {1}}
    happen(3)
    drain()
    happen(4)
    with writing() as session:
        record_event(session, "changed", "patent", 4)
    assert subjects_since("index", moment) == {"result": {1, 3, 4}, "patent": {4}}
    assert subjects_since("nobody", moment) == {}


def test_old_done_events_are_forgotten_others_are_kept(
    core_app: Flask, clock: time_machine.Traveller
) -> None:
    listener = Listener()
    listener.poison = {3}
    happen(1, 2)
    drain()
    happen(3)
    drain_until_dead(clock)
    clock.shift(KEPT_FOR)
    happen(4)
    drain()
    happen(5)
    assert forget_done() == 2
    assert [event.subject_id for event in listener.rows()] == [3, 4, 5]


def test_the_number_of_a_forgotten_event_is_never_given_again(
    core_app: Flask, clock: time_machine.Traveller
) -> None:
    listener = Listener()
    happen(1, 2)
    last_id = listener.rows()[-1].id
    drain()
    clock.shift(KEPT_FOR + timedelta(days=1))
    forget_done()
    happen(3)
    assert listener.rows()[-1].id > last_id


@pytest.mark.parametrize("work", [drain, forget_done, revive_dead, backlog])
def test_an_empty_outbox_is_no_trouble(core_app: Flask, work: Callable[[], object]) -> None:
    work()
