"""Sending a task by its name. What a task does belongs to ``tasks``.

A message is a mere poke: the work stands in the database, and the schedule comes round to it
within seconds. So a lost poke is written to the log and costs nothing else.
"""

from __future__ import annotations

import structlog
from celery import Celery
from flask import current_app

from marketplace.core.redis import redis_client
from marketplace.core.request_ids import KEY as REQUEST_ID
from marketplace.core.request_ids import current_request_id

log = structlog.get_logger(__name__)

DRAIN = "market.drain"


def send(name: str) -> None:
    """Poke the worker to run the task called ``name``."""
    sender: Celery | None = current_app.extensions.get("celery")
    if sender is None:
        return
    try:
        headers = {REQUEST_ID: current_request_id()}
        sender.send_task(name, ignore_result=True, retry=False, headers=headers)
    except Exception as error:
        log.warning("poke_lost", task=name, error=str(error))


def forget_messages() -> None:
    """Drop all messages of the embedded broker, which keeps those that were delivered, too."""
    sender: Celery | None = current_app.extensions.get("celery")
    if sender is not None and redis_client() is None:
        sender.control.purge()


def poke_drain() -> None:
    """Ask the worker to hand over what waits in the outbox."""
    send(DRAIN)
