"""A task works for the request that poked it, and is counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
import time_machine
from celery import Celery
from flask import Flask
from sqlalchemy.exc import OperationalError

from marketplace.core import outbox
from marketplace.core.actor import system
from marketplace.core.audit import record_audit
from marketplace.core.audit_chain.sealing import oldest_unsealed
from marketplace.core.db import now, writing
from marketplace.core.messaging import DRAIN
from marketplace.core.metrics import OWN
from marketplace.core.outbox import OutboxEvent
from marketplace.core.outbox_upkeep import backlog
from marketplace.core.request_ids import current_request_id
from tasks import definitions
from tasks.schedule import SEAL_SECONDS
from tests.unit.core.listening import Listener, happen
from tests.unit.core.test_faults import sqlite_error


def counted(outcome: str) -> float:
    return OWN.get_sample_value("market_tasks_total", {"task": DRAIN, "outcome": outcome}) or 0.0


def run(app: Flask, **headers: str) -> None:
    """Run the task as a worker does on a message with these headers."""
    celery = Celery("test")
    definitions.define_tasks(celery, app)
    task = celery.tasks[DRAIN]
    task.push_request(**headers)
    try:
        task.run()
    finally:
        task.pop_request()


def test_a_task_logs_the_id_of_the_request_that_poked_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str | None] = []
    monkeypatch.setitem(definitions.WORK, DRAIN, lambda: seen.append(current_request_id()))
    before = counted("done")
    run(app, request_id="from-a-request")
    run(app)
    assert seen == ["from-a-request", None]
    assert current_request_id() is None
    assert counted("done") == before + 2


def test_a_task_without_its_database_has_failed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setitem(definitions.WORK, DRAIN, fail)
    before = counted("failed")
    run(app)
    assert counted("failed") == before + 1


def test_a_mistake_of_the_program_in_a_task_is_not_taken_for_a_database_that_is_down(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OperationalError("SELECT 1", {}, sqlite_error("SELECT missing"))

    monkeypatch.setitem(definitions.WORK, DRAIN, fail)
    with pytest.raises(OperationalError):
        run(app)


@pytest.mark.parametrize(("seconds", "is_sealed"), [(0, False), (4 * SEAL_SECONDS, True)])
def test_audit_rows_are_sealed_amid_a_long_backlog_once_the_schedule_would_have(
    app: Flask, monkeypatch: pytest.MonkeyPatch, seconds: float, is_sealed: bool
) -> None:
    monkeypatch.setattr(outbox, "_consumers", {})
    with time_machine.travel(now() - timedelta(seconds=seconds), tick=False), writing() as session:
        record_audit(session, system("test"), "listing.publish", "patent", 1)
    unsealed: list[bool] = []

    class Looking(Listener):
        def handle(self, events: Sequence[OutboxEvent]) -> None:
            super().handle(events)
            unsealed.append(oldest_unsealed() is not None)

    Looking(batch=5)
    happen(*range(10))
    definitions.hand_over()
    assert unsealed == [True, not is_sealed]


def test_a_worker_gives_signs_of_life_while_it_hands_over_a_long_backlog(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs: list[int] = []
    monkeypatch.setattr(outbox, "_consumers", {})
    monkeypatch.setattr(definitions, "note_alive", lambda: signs.append(backlog().waiting))
    listener = Listener(batch=5)
    happen(*range(15))
    definitions.hand_over()
    assert signs == [15, 10, 5, 0]
    assert listener.heard == [*range(15)]
