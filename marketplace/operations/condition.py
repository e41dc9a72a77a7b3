"""The parts that a market stands on, looked at one by one.

:mod:`marketplace.doctor` says in sentences what is seen here; ``/readyz`` and ``/metrics`` say it
in figures. A check that looks at every record does not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.catalogue.indexing import is_index_lost, search_service
from marketplace.core.db import now
from marketplace.core.heartbeat import last_alive
from marketplace.core.outbox import backlog
from marketplace.core.redis import redis_client
from marketplace.core.schema import newest_revision, schema_revision

LAG_WARNING_SECONDS = 60
# Five times the interval of the worker's schedule: one that is late is not one that is gone.
ALIVE_SECONDS = 15


@dataclass(frozen=True)
class SchemaState:
    """The revision of the database (nothing when it is empty), and the one this code needs."""

    present: str | None
    expected: str | None

    @property
    def is_right(self) -> bool:
        """Whether this code can work with the database."""
        return self.present == self.expected


@dataclass(frozen=True)
class OutboxState:
    """Events waiting, how long the oldest of them has waited, and those given up."""

    waiting: int
    lag_seconds: float
    dead: int

    @property
    def is_behind(self) -> bool:
        """Whether events wait longer than a working worker lets them."""
        return self.lag_seconds >= LAG_WARNING_SECONDS

    @property
    def is_well(self) -> bool:
        """Whether nothing waits too long and nothing was given up."""
        return not self.is_behind and not self.dead


@dataclass(frozen=True)
class WorkerState:
    """How long ago the worker last gave a sign of life; nothing when it never did here."""

    silent_seconds: float | None

    @property
    def is_alive(self) -> bool:
        """Whether the worker is at work."""
        return self.silent_seconds is not None and self.silent_seconds <= ALIVE_SECONDS


@dataclass(frozen=True)
class SearchState:
    """What the search answers from; ``problem`` is empty, or says in a word why it doesn't."""

    documents: int
    generation: str
    needs_reindex: bool
    problem: str

    @property
    def is_well(self) -> bool:
        """Whether it answers, from an index of the present fields."""
        return not (self.problem or self.needs_reindex)


def look_at_schema() -> SchemaState:
    """The schema of the database; fails when the database doesn't answer."""
    return SchemaState(schema_revision(), newest_revision())


def look_at_outbox() -> OutboxState:
    """How far behind the outbox is."""
    state = backlog()
    lag = (now() - state.oldest).total_seconds() if state.oldest else 0.0
    return OutboxState(state.waiting, max(lag, 0.0), state.dead)


def look_at_worker() -> WorkerState:
    """Whether a worker is at work."""
    seen = last_alive()
    return WorkerState(None if seen is None else (now() - seen).total_seconds())


def look_at_search() -> SearchState:
    """The index behind the search."""
    health = search_service().health()
    problem = health.problem or ("" if health.is_ready else "down")
    needs_reindex = health.needs_reindex or is_index_lost(health)
    return SearchState(health.documents, health.generation, needs_reindex, problem)


def look_at_redis() -> None:
    """Fails when the Redis of the settings doesn't answer."""
    client = redis_client()
    if client is not None:
        client.ping()
