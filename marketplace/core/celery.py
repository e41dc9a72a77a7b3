"""The Celery application that sends pokes and that the worker runs.

In the embedded default messages pass through a small SQLite file in a folder of its own; with
``MARKET_REDIS_URL`` set they pass through Redis. They hold nothing that the database doesn't, so
the folder may be emptied while nothing runs, and Redis at any time.
"""

from __future__ import annotations

from typing import Any

from celery import Celery
from kombu.transport.sqlalchemy import Transport

from marketplace.core.redis import CONNECT_SECONDS
from marketplace.settings import Settings

# The transport takes no such option: what stands in its options goes on to the database.
Transport.polling_interval = 0.2

# A request that pokes must not wait for a Redis that is down; the schedule comes round anyway.
SENDER_OPTIONS: dict[str, Any] = {
    "socket_connect_timeout": CONNECT_SECONDS,
    "socket_timeout": CONNECT_SECONDS,
    "max_retries": 0,
    "connect_retries_timeout": CONNECT_SECONDS,
}
# Far longer than a task takes: a message that comes back is a mere poke more.
WORKER_OPTIONS: dict[str, Any] = {
    "socket_connect_timeout": 5,
    "socket_timeout": 10,
    "health_check_interval": 10,
    "visibility_timeout": 3600,
}


def make_celery(settings: Settings) -> Celery:
    """A Celery application that sends through the broker of these settings."""
    application = Celery("market")
    application.conf.update(
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        task_ignore_result=True,
        task_acks_late=False,
        task_default_queue="market",
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        timezone="UTC",
    )
    if settings.redis_url:
        application.conf.update(
            broker_url=settings.redis_url, broker_transport_options=SENDER_OPTIONS
        )
    else:
        broker = settings.broker_dir
        broker.mkdir(parents=True, exist_ok=True)
        application.conf.update(
            broker_url=f"sqla+sqlite:///{broker / 'messages.sqlite3'}",
            beat_schedule_filename=str(broker / "schedule"),
        )
    return application
