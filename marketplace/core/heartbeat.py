"""The worker's sign of life: when it last worked.

Web and worker on one machine share a file in the data folder, whose time says it. With Redis set
they may stand on different machines, and it stands there. Does not belong here: what is behind
because no worker runs; that is the outbox's to tell.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import structlog
from flask import current_app
from redis import RedisError

from marketplace.core.db import now
from marketplace.core.redis import PREFIX, redis_client
from marketplace.settings import Settings

log = structlog.get_logger(__name__)

KEY = f"{PREFIX}worker.alive"


def note_alive() -> None:
    """Say that the worker works now. A Redis that is down doesn't keep it from working."""
    moment = now().timestamp()
    redis = redis_client()
    if redis is None:
        path = _file()
        path.touch()
        os.utime(path, (moment, moment))
        return
    try:
        redis.set(KEY, moment)
    except RedisError as error:
        log.warning("sign_of_life_lost", error=str(error))


def last_alive() -> datetime | None:
    """When a worker of this market last worked (UTC); nothing when none ever did.

    :raises redis.RedisError: when Redis keeps it and doesn't answer.
    """
    redis = redis_client()
    if redis is not None:
        moment = redis.get(KEY)
        return datetime.fromtimestamp(float(moment), UTC) if moment else None  # type: ignore[arg-type]
    try:
        return datetime.fromtimestamp(_file().stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def _file() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.data_dir / "worker.alive"
