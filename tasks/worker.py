"""Runs a worker: ``python -m tasks.worker``.

Beside the embedded broker the one worker keeps the schedule, too. With Redis any number of
workers run, and the schedule is a process of its own, :mod:`tasks.beat`.
"""

from __future__ import annotations

import warnings

from celery import Celery
from celery.beat import EmbeddedService
from celery.exceptions import SecurityWarning
from celery.signals import setup_logging, worker_ready
from flask import Flask

from marketplace.core.celery import WORKER_OPTIONS
from marketplace.core.messaging import DRAIN, send
from marketplace.factory import create_app
from marketplace.process import collect_seldom
from marketplace.settings import Mode, Settings
from tasks.definitions import define_tasks
from tasks.metrics import serve_metrics
from tasks.schedule import SCHEDULE, SEAL
from tasks.stopping import end_well


def make_worker_app(app: Flask) -> Celery:
    """The Celery application with its tasks and schedule."""
    settings: Settings = app.extensions["settings"]
    celery: Celery = app.extensions["celery"]
    define_tasks(celery, app)
    celery.conf.beat_schedule = SCHEDULE
    setup_logging.connect(_leave_logging_as_it_is)
    if settings.redis_url:
        celery.conf.broker_transport_options = WORKER_OPTIONS
    return celery


def _leave_logging_as_it_is(**_signal: object) -> None:
    """Keeps Celery from setting up logging of its own: somebody has, who answers its signal."""


def main() -> None:
    """Run until SIGTERM. The first tasks hand over and seal what waited while no worker ran."""
    app = create_app()
    settings: Settings = app.extensions["settings"]
    if settings.mode is Mode.DEMO:
        # Whoever tries the demo as root runs all of it so; messages hold JSON and never a pickle.
        warnings.filterwarnings("ignore", category=SecurityWarning)
    serve_metrics(app)
    end_well()
    celery = make_worker_app(app)

    @worker_ready.connect(weak=False)
    def _begin(**_signal: object) -> None:
        if not settings.redis_url:
            EmbeddedService(celery, thread=True).start()
        with app.app_context():
            send(DRAIN)
            send(SEAL)

    collect_seldom()
    celery.worker_main(
        [
            "--quiet",
            "worker",
            "--pool=threads",
            "--concurrency=3",
            "--queues=market",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
    )


if __name__ == "__main__":
    main()
