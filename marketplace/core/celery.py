"""The Celery application that sends pokes and that the worker runs.

In the embedded default messages pass through a small SQLite file in a folder of its own; they
hold nothing that the database doesn't, so the folder may be emptied while nothing runs.
"""

from __future__ import annotations

from celery import Celery
from kombu.transport.sqlalchemy import Transport

from marketplace.settings import Settings

# The transport takes no such option: what stands in its options goes on to the database.
Transport.polling_interval = 0.2


def make_celery(settings: Settings) -> Celery:
    """A Celery application on the embedded broker of these settings."""
    broker = settings.broker_dir
    broker.mkdir(parents=True, exist_ok=True)
    application = Celery("market")
    application.conf.update(
        broker_url=f"sqla+sqlite:///{broker / 'messages.sqlite3'}",
        broker_connection_retry_on_startup=True,
        task_ignore_result=True,
        task_acks_late=False,
        task_default_queue="market",
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        timezone="UTC",
        beat_schedule_filename=str(broker / "schedule"),
    )
    return application
