"""Runs the worker with its schedule in one process: ``python -m tasks.worker``."""

from __future__ import annotations

from celery import Celery
from celery.beat import EmbeddedService
from celery.signals import worker_ready

from marketplace.core.messaging import DRAIN
from marketplace.factory import create_app
from tasks.definitions import define_tasks
from tasks.metrics import serve_metrics
from tasks.schedule import SCHEDULE
from tasks.stopping import end_well


def make_worker_app() -> Celery:
    """The Celery application with its tasks and schedule."""
    app = create_app()
    serve_metrics(app)
    celery: Celery = app.extensions["celery"]
    define_tasks(celery, app)
    celery.conf.beat_schedule = SCHEDULE
    return celery


def main() -> None:
    """Run until SIGTERM. The first task hands over what waited while no worker ran."""
    celery = make_worker_app()
    end_well()

    @worker_ready.connect(weak=False)
    def _begin(**_signal: object) -> None:
        EmbeddedService(celery, thread=True).start()
        celery.send_task(DRAIN)

    celery.worker_main(
        [
            "--quiet",
            "worker",
            "--pool=threads",
            "--concurrency=2",
            "--queues=market",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
    )


if __name__ == "__main__":
    main()
