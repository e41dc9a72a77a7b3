"""The Celery application that sends pokes and that the worker runs.

In the embedded default messages pass through a folder of their own; they hold nothing that
the database doesn't, so the folder may be emptied at any time.
"""

from __future__ import annotations

from celery import Celery

from marketplace.settings import Settings


def make_celery(settings: Settings) -> Celery:
    """A Celery application on the embedded broker of these settings."""
    broker = settings.broker_dir
    for folder in ("messages", "control", "done"):
        (broker / folder).mkdir(parents=True, exist_ok=True)
    application = Celery("market")
    application.conf.update(
        broker_url="filesystem://localhost",
        broker_transport_options={
            "data_folder_in": str(broker / "messages"),
            "data_folder_out": str(broker / "messages"),
            "control_folder": str(broker / "control"),
            "processed_folder": str(broker / "done"),
            "store_processed": False,
            "polling_interval": 0.2,
        },
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
