"""When tasks run. Every task can also be poked earlier."""

from __future__ import annotations

from celery.schedules import crontab

from marketplace.core.messaging import DRAIN

DRAIN_SECONDS = 3.0
RECONCILE = "market.reconcile"
CLEAN = "market.clean"

SCHEDULE = {
    "drain": {
        "task": DRAIN,
        "schedule": DRAIN_SECONDS,
        "options": {"expires": DRAIN_SECONDS},
    },
    # 02:40 in Asia/Shanghai, when few people search.
    "reconcile": {"task": RECONCILE, "schedule": crontab(hour="18", minute="40")},
    "clean": {"task": CLEAN, "schedule": crontab(hour="19", minute="10")},
}
