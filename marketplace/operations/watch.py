"""Whether the market can serve, found out within seconds whatever hangs.

What each part is asked stands in ``condition``; who may see the answer, in ``disclosure``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

import structlog
from flask import Flask, current_app

from marketplace.operations.condition import (
    look_at_audit,
    look_at_mail,
    look_at_outbox,
    look_at_redis,
    look_at_schema,
    look_at_search,
    look_at_worker,
)
from marketplace.settings import Settings

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 3.0
KEPT_SECONDS = 1.0


class PartState(StrEnum):
    """What was seen of one part."""

    WELL = "well"
    FAULTY = "faulty"
    SILENT = "no answer"


class Readiness(StrEnum):
    """Whether pages can be served: all, all but some, or none."""

    READY = "ready"
    DEGRADED = "degraded"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Part:
    """One part of the market: its state, and figures about it."""

    state: PartState
    figures: Mapping[str, Any]

    @property
    def is_well(self) -> bool:
        """Whether it works as it should."""
        return self.state is PartState.WELL


@dataclass(frozen=True)
class Condition:
    """All parts as they were at one moment."""

    parts: Mapping[str, Part]

    @property
    def readiness(self) -> Readiness:
        """Without its database the market serves nothing; without any other part, most pages."""
        if not all(self.parts[name].is_well for name in NEEDED):
            return Readiness.UNAVAILABLE
        if all(part.is_well for part in self.parts.values()):
            return Readiness.READY
        return Readiness.DEGRADED


Check = Callable[[], Part]
NEEDED = ("database",)


def _part(is_well: bool, **figures: Any) -> Part:
    return Part(PartState.WELL if is_well else PartState.FAULTY, figures)


def _database() -> Part:
    schema = look_at_schema()
    return _part(schema.is_right, schema_present=schema.present, schema_expected=schema.expected)


def _search() -> Part:
    search = look_at_search()
    return _part(
        search.is_well,
        documents=search.documents,
        generation=search.generation,
        problem=search.problem or ("needs_reindex" if search.needs_reindex else ""),
    )


def _outbox() -> Part:
    outbox = look_at_outbox()
    return _part(
        outbox.is_well,
        waiting=outbox.waiting,
        lag_seconds=round(outbox.lag_seconds, 1),
        dead=outbox.dead,
    )


def _audit() -> Part:
    audit = look_at_audit()
    return _part(not audit.is_behind, unsealed_seconds=round(audit.unsealed_seconds, 1))


def _worker() -> Part:
    worker = look_at_worker()
    silent = worker.silent_seconds
    return _part(worker.is_alive, silent_seconds=None if silent is None else round(silent, 1))


def _mail(settings: Settings) -> Part:
    mail = look_at_mail(settings)
    return _part(mail.is_well, set=mail.is_set, waiting=mail.waiting, rejected=mail.rejected)


def _redis() -> Part:
    look_at_redis()
    return _part(True)


def checks_for(settings: Settings) -> dict[str, Check]:
    """The checks of the parts that these settings name."""
    checks: dict[str, Check] = {
        "database": _database,
        "search": _search,
        "outbox": _outbox,
        "audit": _audit,
        "worker": _worker,
        "mail": partial(_mail, settings),
    }
    if settings.redis_url:
        checks["redis"] = _redis
    return checks


class Watch:
    """Looks at all parts at once, each in a thread of its own, and waits for none for long.

    A part that hangs keeps one thread, not one for each time it is asked; what was seen is kept
    for :data:`KEPT_SECONDS`, so that nobody can keep the database busy by asking.
    """

    def __init__(self, app: Flask, checks: Mapping[str, Check]) -> None:
        self._app = app
        self._checks = checks
        self._running: dict[str, Future[Part]] = {}
        self._lock = threading.Lock()
        self._seen: Condition | None = None
        self._seen_at = 0.0

    def look(self) -> Condition:
        """The condition of the market: at most :data:`KEPT_SECONDS` old, or the one before it.

        Whoever asks while somebody is looking gets what was seen last, and so waits for nothing.
        """
        seen = self._seen
        if seen is None:
            self._lock.acquire()
        elif not self._lock.acquire(blocking=False):
            return seen
        try:
            return self._look()
        finally:
            self._lock.release()

    def _look(self) -> Condition:
        if self._seen is not None and time.monotonic() - self._seen_at < KEPT_SECONDS:
            return self._seen
        for name in self._checks:
            if name not in self._running or self._running[name].done():
                self._running[name] = self._ask(name)
        deadline = time.monotonic() + PATIENCE_SECONDS
        condition = Condition({name: self._answer(name, deadline) for name in self._checks})
        self._tell_changes(condition)
        self._seen, self._seen_at = condition, time.monotonic()
        return condition

    def _ask(self, name: str) -> Future[Part]:
        future: Future[Part] = Future()

        def run() -> None:
            try:
                with self._app.app_context():
                    future.set_result(self._checks[name]())
            except Exception as error:
                future.set_exception(error)

        threading.Thread(target=run, name=f"look-at-{name}", daemon=True).start()
        return future

    def _answer(self, name: str, deadline: float) -> Part:
        try:
            return self._running[name].result(max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            return Part(PartState.SILENT, {})
        except Exception as error:
            # Its text may name hosts and users.
            return Part(PartState.FAULTY, {"error": type(error).__name__})

    def _tell_changes(self, condition: Condition) -> None:
        before = self._seen.readiness if self._seen else Readiness.READY
        if condition.readiness is not before:
            faulty = {
                name: part.state.value for name, part in condition.parts.items() if not part.is_well
            }
            log.warning("readiness_changed", readiness=condition.readiness.value, faulty=faulty)


def watch() -> Watch:
    """The watch of the running application."""
    found: Watch = current_app.extensions["watch"]
    return found
