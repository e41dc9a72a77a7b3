"""When tasks run. Every task can also be poked earlier."""

from __future__ import annotations

from celery.schedules import crontab

from marketplace.core.messaging import DRAIN

DRAIN_SECONDS = 3.0
# A row must be under seal within a minute, also where a long transaction has to end first.
SEAL_SECONDS = 15.0
SEAL = "market.seal"
THINK = "market.think"
RECONCILE = "market.reconcile"
CLEAN = "market.clean"
REMIND = "market.remind"
FRESHNESS = "market.freshness"
ALERTS = "market.alerts"
FORECAST = "market.forecast"
EXPIRE = "market.expire"
ENCODE = "market.encode"
LAPSE = "market.lapse"
RADAR = "market.radar"
DEADLINES = "market.deadlines"
# What is due follows from the clock; a letter of 08:00 goes out within this time.
ALERT_SECONDS = 300.0
# They come round within seconds: of those that wait, one does what all would.
POKES = frozenset({DRAIN, SEAL, THINK})

SCHEDULE = {
    "drain": {
        "task": DRAIN,
        "schedule": DRAIN_SECONDS,
        "options": {"expires": DRAIN_SECONDS},
    },
    "think": {
        "task": THINK,
        "schedule": DRAIN_SECONDS,
        "options": {"expires": DRAIN_SECONDS},
    },
    "seal": {
        "task": SEAL,
        "schedule": SEAL_SECONDS,
        "options": {"expires": SEAL_SECONDS},
    },
    "alerts": {
        "task": ALERTS,
        "schedule": ALERT_SECONDS,
        "options": {"expires": ALERT_SECONDS},
    },
    # 02:40 in Asia/Shanghai, when few people search.
    "reconcile": {"task": RECONCILE, "schedule": crontab(hour="18", minute="40")},
    # 09:20 to 16:20 in Asia/Shanghai, when letters are read. The first round of a day does its
    # work; the others find nothing, unless that one didn't come.
    "freshness": {"task": FRESHNESS, "schedule": crontab(hour="1-8", minute="20")},
    # 04:30 in Asia/Shanghai: a year of contracts is drawn a thousand times.
    "forecast": {"task": FORECAST, "schedule": crontab(hour="20", minute="30")},
    # Five minutes after midnight in Asia/Shanghai a day is over; the other rounds find nothing,
    # unless that one didn't come.
    "expire": {"task": EXPIRE, "schedule": crontab(minute="5")},
    # What lacks a vector after the encoders changed; else it finds nothing to do.
    "encode": {"task": ENCODE, "schedule": crontab(minute="*/10")},
    # 00:25 in Asia/Shanghai, once a day is over.
    "lapse": {"task": LAPSE, "schedule": crontab(hour="16", minute="25")},
    "clean": {"task": CLEAN, "schedule": crontab(hour="19", minute="10")},
    # 03:40 in Asia/Shanghai: on the first of a month another month is told of.
    "radar": {"task": RADAR, "schedule": crontab(hour="19", minute="40")},
    # Likewise from 08:20 to 16:20, when offices are open; one reminder is sent once.
    "deadlines": {"task": DEADLINES, "schedule": crontab(hour="0-8", minute="20")},
    # 08:20 in Asia/Shanghai, when offices open.
    "remind": {"task": REMIND, "schedule": crontab(hour="0", minute="20")},
}
