"""How PostgreSQL is spoken to: the pool, and how long anything may take.

What a transaction is belongs to ``db``, what is locked to ``locks``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

CONNECT_SECONDS = 3
POOL_SECONDS = 10
# Seconds. A statement of a page takes milliseconds, the longest ones (all versions of a million
# records) a few seconds. A writer waits for another as long as on SQLite. A transaction that
# somebody forgot would keep the database from tidying up.
SESSION_SECONDS = {
    "statement_timeout": 60,
    "lock_timeout": 30,
    "idle_in_transaction_session_timeout": 3600,
}
# A machine that vanishes without a word frees what it held within a minute.
KEEPALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
SERVER_KEEPALIVE = {f"tcp_{name}": value for name, value in KEEPALIVE.items()}


def is_postgresql(engine: Engine) -> bool:
    """Whether the database is PostgreSQL."""
    return engine.dialect.name == "postgresql"


def postgresql_options(threads: int) -> dict[str, Any]:
    """Options of the engine for a process with so many threads.

    A thread needs one connection, and a second while it holds a lock or a claim of the outbox.
    """
    session = {name: f"{seconds}s" for name, seconds in SESSION_SECONDS.items()}
    session |= {name: str(seconds) for name, seconds in SERVER_KEEPALIVE.items()}
    return {
        "pool_pre_ping": True,
        "pool_size": threads,
        "max_overflow": threads,
        "pool_timeout": POOL_SECONDS,
        "connect_args": {
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "market",
            "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
            **KEEPALIVE,
        },
    }
