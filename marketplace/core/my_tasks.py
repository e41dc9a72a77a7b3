"""What waits for a person: each domain says it for its own records.

Registered here are questions, not answers: nothing is stored, so a list is never out of date.
The page that shows them belongs to the web.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import LazyString
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.i18n import local_date


@dataclass(frozen=True)
class Task:
    """One thing that waits: what, where it is done, since when, and what happens otherwise.

    ``title`` names the act and its subject, ``otherwise`` what happens if nothing is done.
    ``due`` is the last day in Asia/Shanghai; without one there is no limit.
    """

    kind: str
    title: str | LazyString
    address: str
    since: datetime
    otherwise: str | LazyString
    due: date | None = None

    @property
    def is_late_from_the_start(self) -> bool:
        """Whether its last day had passed when it began to wait, as after a late decision."""
        return self.due is not None and local_date(self.since) > self.due


Provider = Callable[[Session, Actor], Iterable[Task]]


class TaskTable:
    """Who is asked what waits for an actor, by name."""

    def __init__(self) -> None:
        self._providers: dict[str, Provider] = {}

    def add(self, name: str, provider: Provider) -> None:
        """Let a domain answer; a later call with the same name takes its place."""
        self._providers[name] = provider

    def waiting_for(self, session: Session, actor: Actor) -> list[Task]:
        """What waits for the actor: what is due first, then what waits longest."""
        found = [task for ask in self._providers.values() for task in ask(session, actor)]
        return sorted(found, key=lambda task: (task.due or date.max, task.since))


my_tasks = TaskTable()
