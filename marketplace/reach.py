"""Asking each service whether it answers, and for its version; nobody waits longer than seconds.

What is said of it belongs to those who ask.
"""

from __future__ import annotations

import sqlite3

from elasticsearch import ApiError, Elasticsearch, TransportError
from flask import current_app
from redis import RedisError
from sqlalchemy import text

from marketplace.core.db import db
from marketplace.core.faults import DATABASE_FAULTS
from marketplace.core.postgresql import is_postgresql
from marketplace.core.redis import redis_client
from marketplace.settings import Settings
from search.engines.elastic_connection import address_of

SEARCH_SECONDS = 3.0
SEARCH_FAULTS = (TransportError, ApiError)
REDIS_FAULTS = (RedisError,)

__all__ = ["DATABASE_FAULTS", "REDIS_FAULTS", "SEARCH_FAULTS"]


def database_version() -> str:
    """What the database is: ``PostgreSQL 15.18``, ``SQLite 3.40.1``.

    :raises DATABASE_FAULTS: when it doesn't answer.
    """
    with db.engine.connect() as connection:
        if is_postgresql(db.engine):
            number = str(connection.scalar(text("SHOW server_version"))).split()[0]
            return f"PostgreSQL {number}"
        connection.execute(text("SELECT 1"))
        return f"SQLite {sqlite3.sqlite_version}"


def redis_version() -> str:
    """``Redis 7.0.15``; nothing where none is set.

    :raises RedisError: when it doesn't answer.
    """
    client = redis_client()
    return f"Redis {client.info('server')['redis_version']}" if client else ""


def search_version() -> str:
    """``Elasticsearch 9.5.3``; nothing where the search is embedded.

    :raises SEARCH_FAULTS: when it doesn't answer.
    """
    settings: Settings = current_app.extensions["settings"]
    if not settings.search_url:
        return ""
    # ``info`` would say it too, but is one of the modules that a small node goes without.
    with Elasticsearch(
        address_of(settings.search_url), request_timeout=SEARCH_SECONDS, max_retries=0
    ) as client:
        nodes = client.nodes.info(node_id="_local", filter_path="nodes.*.version")["nodes"]
    return "Elasticsearch " + next(iter(nodes.values()))["version"]
