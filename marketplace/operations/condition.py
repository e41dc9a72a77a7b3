"""The parts that a market stands on, looked at one by one.

:mod:`marketplace.doctor` says in sentences what is seen here; ``/readyz`` and ``/metrics`` say it
in figures. A check that looks at every record does not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from marketplace.catalogue.indexing import is_index_lost, search_service
from marketplace.core.audit_chain.sealing import oldest_unsealed
from marketplace.core.db import now
from marketplace.core.heartbeat import last_alive
from marketplace.core.mail.delivery import letters_rejected, letters_waiting
from marketplace.core.outbox_upkeep import backlog
from marketplace.core.redis import redis_client
from marketplace.core.schema import newest_revision, schema_revision
from marketplace.settings import Mode, Settings

LAG_WARNING_SECONDS = 60
# A minute is promised. A row's age counts from its insertion, which may be well before its commit.
UNSEALED_WARNING_SECONDS = 120
# Five times the interval of the worker's schedule: one that is late is not one that is gone.
ALIVE_SECONDS = 15
REJECTED_WITHIN = timedelta(days=1)


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
class AuditState:
    """How long the oldest audit row that isn't sealed yet has been there."""

    unsealed_seconds: float

    @property
    def is_behind(self) -> bool:
        """Whether a row waits longer than a working worker lets it."""
        return self.unsealed_seconds >= UNSEALED_WARNING_SECONDS


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


@dataclass(frozen=True)
class MailState:
    """Whether letters have a way, how many wait, and how many were refused within a day.

    Whether the mail server answers is :mod:`marketplace.reach`'s to find out: asking takes seconds.
    """

    is_set: bool
    waiting: int
    rejected: int

    @property
    def is_well(self) -> bool:
        """Whether no letter waits for somebody to set what is missing."""
        return self.is_set or not self.waiting


def look_at_schema() -> SchemaState:
    """The schema of the database; fails when the database doesn't answer."""
    return SchemaState(schema_revision(), newest_revision())


def look_at_outbox() -> OutboxState:
    """How far behind the outbox is."""
    state = backlog()
    lag = (now() - state.oldest).total_seconds() if state.oldest else 0.0
    return OutboxState(state.waiting, max(lag, 0.0), state.dead)


def look_at_audit() -> AuditState:
    """How far behind the sealing of the audit trail is."""
    oldest = oldest_unsealed()
    age = (now() - oldest).total_seconds() if oldest else 0.0
    return AuditState(max(age, 0.0))


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


def look_at_mail(settings: Settings) -> MailState:
    """Whether letters can go by these settings, and how they fare."""
    is_set = settings.mode is not Mode.PRODUCTION or bool(
        settings.mail_server and settings.public_url
    )
    return MailState(is_set, letters_waiting(), letters_rejected(now() - REJECTED_WITHIN))


def look_at_redis() -> None:
    """Fails when the Redis of the settings doesn't answer."""
    client = redis_client()
    if client is not None:
        client.ping()
