"""The tasks, each one line that calls a service."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from celery import Celery, Task
from flask import Flask

from marketplace.catalogue.indexing import reconcile_index, restore_lost_index
from marketplace.core.actor import system
from marketplace.core.faults import DATABASE_FAULTS, is_out_of_reach, reason_of
from marketplace.core.heartbeat import note_alive
from marketplace.core.messaging import DRAIN, forget_messages
from marketplace.core.metrics import counted_task
from marketplace.core.outbox import drain, forget_done
from marketplace.core.request_ids import KEY as REQUEST_ID
from marketplace.core.request_ids import working_for
from tasks.schedule import CLEAN, RECONCILE

log = structlog.get_logger(__name__)


def hand_over() -> None:
    """Hand over what waits, and say before and meanwhile that a worker is alive.

    It comes round every few seconds, but not while all threads hand over what an import left.
    """
    note_alive()
    restore_lost_index(system("index"))
    drain(after_batch=note_alive)


def clean() -> None:
    """Drop what nobody needs any more: old events and delivered messages."""
    forget_done()
    forget_messages()


WORK: dict[str, Callable[[], object]] = {
    DRAIN: hand_over,
    RECONCILE: lambda: reconcile_index(system("reconcile")),
    CLEAN: clean,
}


def define_tasks(celery: Celery, app: Flask) -> None:
    """Register every task under its name, to run inside the application's context."""
    for name, work in WORK.items():
        _define(celery, app, name, work)


def _define(celery: Celery, app: Flask, name: str, work: Callable[[], object]) -> None:
    # Shared it would also become a task of every other Celery application of the process.
    @celery.task(name=name, bind=True, shared=False)
    def run(task: Task) -> None:
        request_id = task.request.get(REQUEST_ID)
        with app.app_context(), working_for([request_id]):
            try:
                with counted_task(name):
                    work()
            except DATABASE_FAULTS as error:
                if not is_out_of_reach(error):
                    raise
                # The schedule comes round again; a stack tells nothing that this line doesn't.
                log.warning("database_down", task=name, reason=reason_of(error))
