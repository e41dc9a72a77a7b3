"""Keeps the schedule where Redis is the broker: ``python -m tasks.beat``.

One is enough. A second one, on another machine say, stands by: the schedule is kept by whoever
holds the lock, which falls to the next when that one dies.
"""

from __future__ import annotations

import sys
from time import sleep

import structlog
from celery.apps.beat import Beat
from celery.beat import PersistentScheduler, ScheduleEntry, SchedulingError
from redis import RedisError

from marketplace.core.faults import DATABASE_FAULTS, reason_of
from marketplace.core.locks import exclusive
from marketplace.core.redis import redis_client
from marketplace.factory import create_app
from marketplace.settings import Settings
from tasks.schedule import POKES
from tasks.worker import make_worker_app

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 3.0
STANDBY_SECONDS = 2.0
# So many wait only where no worker has taken any for minutes.
POKES_ENOUGH = 100
NEEDS_REDIS = (
    "Without MARKET_REDIS_URL the worker keeps the schedule itself: python -m tasks.worker"
)


class Schedule(PersistentScheduler):
    """Celery's own, which loses a poke with one line and lets few wait.

    Those that wait do what one more would; without a worker they would fill Redis.
    """

    def apply_entry(self, entry: ScheduleEntry, producer: object = None) -> None:
        """Send one task that is due."""
        try:
            if entry.task not in POKES or self._pokes_waiting() < POKES_ENOUGH:
                self.apply_async(entry, producer=producer, advance=False)
        except (SchedulingError, RedisError) as error:
            log.warning("poke_lost", task=entry.task, error=str(error))

    def _pokes_waiting(self) -> int:
        client = redis_client()
        return int(client.llen(self.app.conf.task_default_queue)) if client else 0  # type: ignore[arg-type]


def main() -> None:
    """Run until SIGTERM."""
    app = create_app()
    settings: Settings = app.extensions["settings"]
    if not settings.redis_url:
        sys.exit(NEEDS_REDIS)
    beat = Beat(
        app=make_worker_app(app),
        scheduler=Schedule,
        schedule=str(settings.data_dir / "schedule"),
        loglevel="WARNING",
        quiet=True,
    )
    while True:
        try:
            with app.app_context(), exclusive("beat", waits=True, poll=STANDBY_SECONDS):
                beat.run()
                return
        except DATABASE_FAULTS as error:
            log.warning("database_down", reason=reason_of(error))
            sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
