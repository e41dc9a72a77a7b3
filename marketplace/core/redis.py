"""The connection to Redis, where one is set.

Redis holds nothing that can't be lost: pokes, counts of requests, the worker's sign of life. So
whoever asks it waits a second at most, and goes on without.
"""

from __future__ import annotations

from typing import Any

from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from marketplace.settings import Settings

CONNECT_SECONDS = 1.0
PREFIX = "market:"


def redis_options() -> dict[str, Any]:
    """How a client connects: quickly or not at all."""
    return {
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": CONNECT_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }


def make_redis(settings: Settings) -> Redis | None:
    """A client of the Redis of these settings; none where none is set."""
    return Redis.from_url(settings.redis_url, **redis_options()) if settings.redis_url else None


def redis_client() -> Redis | None:
    """The client of the running application; none where none is set."""
    client: Redis | None = current_app.extensions.get("redis")
    return client
