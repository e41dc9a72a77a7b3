"""The tasks, each one line that calls a service."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from celery import Celery, Task
from flask import Flask

from marketplace.accounts.attempts import forget_old_attempts
from marketplace.accounts.inviting import forget_invitations
from marketplace.accounts.registering import forget_unconfirmed
from marketplace.accounts.signing_in import forget_old_sign_ins
from marketplace.catalogue.indexing import reconcile_index, restore_lost_index
from marketplace.core.actor import system
from marketplace.core.audit_chain.sealing import oldest_unsealed, seal_audit_trail
from marketplace.core.contents import forget_contents
from marketplace.core.db import now
from marketplace.core.faults import DATABASE_FAULTS, is_out_of_reach, reason_of
from marketplace.core.heartbeat import note_alive
from marketplace.core.mail.delivery import forget_deliveries
from marketplace.core.messaging import DRAIN, forget_messages
from marketplace.core.metrics import counted_task
from marketplace.core.outbox import drain
from marketplace.core.outbox_upkeep import forget_done
from marketplace.core.request_ids import KEY as REQUEST_ID
from marketplace.core.request_ids import working_for
from marketplace.demands.expiring import expire_demands
from marketplace.demands.reminding import remind_of_deadlines
from marketplace.freshness.asking import run_round
from marketplace.matching.lapsing import lapse_waiting
from marketplace.matching.radar.services import forget_searches, renew_groups
from marketplace.matching.vectors.encoding import encode_missing
from marketplace.obligations.reminding import remind
from marketplace.shelf.announcing import announce_all
from marketplace.statistics.stored_forecasts import compute_forecast
from tasks.schedule import (
    ALERTS,
    CLEAN,
    DEADLINES,
    ENCODE,
    EXPIRE,
    FORECAST,
    FRESHNESS,
    LAPSE,
    RADAR,
    RECONCILE,
    REMIND,
    SEAL,
    SEAL_SECONDS,
    THINK,
)

log = structlog.get_logger(__name__)

# A fraction of a second's worth.
SEALS_BETWEEN = 10


def hand_over() -> None:
    """Hand over what waits, and say before and meanwhile that a worker is alive.

    It comes round every few seconds, but not while all threads hand over what an import left.
    """
    note_alive()
    restore_lost_index(system("index"))
    drain(after_batch=go_on, part="quick")


def think() -> None:
    """Hand over what takes long: encoding and matching."""
    drain(part="long")


def go_on() -> None:
    """What can't wait until all threads have handed over what an import left."""
    note_alive()
    oldest = oldest_unsealed()
    if oldest and (now() - oldest).total_seconds() > SEAL_SECONDS:
        seal_audit_trail(patience=0, seals=SEALS_BETWEEN)


def clean() -> None:
    """Drop what nobody needs any more: events, letters, messages, sign-ins, files, searches."""
    forget_done()
    forget_deliveries()
    forget_messages()
    forget_old_sign_ins()
    forget_old_attempts()
    forget_unconfirmed()
    forget_invitations()
    forget_contents()
    forget_searches()


WORK: dict[str, Callable[[], object]] = {
    DRAIN: hand_over,
    THINK: think,
    SEAL: seal_audit_trail,
    RECONCILE: lambda: reconcile_index(system("reconcile")),
    CLEAN: clean,
    REMIND: lambda: remind(system("reminders")),
    FRESHNESS: lambda: run_round(system("freshness")),
    ALERTS: announce_all,
    FORECAST: compute_forecast,
    ENCODE: lambda: encode_missing(system("encoding")),
    LAPSE: lambda: lapse_waiting(system("deadlines")),
    DEADLINES: lambda: remind_of_deadlines(system("deadlines")),
    EXPIRE: lambda: expire_demands(system("deadlines")),
    RADAR: renew_groups,
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
