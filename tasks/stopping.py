"""How a worker ends: it finishes its batch, and takes no other."""

from __future__ import annotations

import os
import signal
from typing import Any

from celery.signals import worker_shutting_down

from marketplace.core.outbox import stop_draining

EXIT_AT_ONCE = 1


def end_well() -> None:
    """On the first SIGTERM or SIGINT end after the present batch, on the second at once.

    Ending at once leaves nothing half-done either: what wasn't settled is handed over again.
    """
    worker_shutting_down.connect(_begin_to_end, weak=False)


def _begin_to_end(**_about: Any) -> None:
    stop_draining()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: os._exit(EXIT_AT_ONCE))
