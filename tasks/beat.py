"""Keeps the schedule where Redis is the broker: ``python -m tasks.beat``.

One is enough. A second one, on another machine say, stands by: the schedule is kept by whoever
holds the lock, which falls to the next when that one dies.
"""

from __future__ import annotations

import sys
from time import sleep

import structlog
from celery.apps.beat import Beat

from marketplace.core.faults import DATABASE_FAULTS, reason_of
from marketplace.core.locks import exclusive
from marketplace.factory import create_app
from marketplace.settings import Settings
from tasks.worker import make_worker_app

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 3.0
NEEDS_REDIS = (
    "Without MARKET_REDIS_URL the worker keeps the schedule itself: python -m tasks.worker"
)


def main() -> None:
    """Run until SIGTERM."""
    app = create_app()
    settings: Settings = app.extensions["settings"]
    if not settings.redis_url:
        sys.exit(NEEDS_REDIS)
    beat = Beat(
        app=make_worker_app(app),
        schedule=str(settings.data_dir / "schedule"),
        loglevel="WARNING",
        quiet=True,
    )
    while True:
        try:
            with app.app_context(), exclusive("beat", waits=True):
                beat.run()
                return
        except DATABASE_FAULTS as error:
            log.warning("database_down", reason=reason_of(error))
            sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
