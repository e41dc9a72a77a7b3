"""States as tables: which action leads from where to where, who may, and the history.

The tables themselves stand in each domain's ``states`` module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.core.actor import Actor
from marketplace.core.audit import actor_values, record_audit
from marketplace.core.db import Base, UtcDateTime, now
from marketplace.core.outbox import record_event
from marketplace.core.policy import policy


class StateError(Exception):
    """The step can't be taken; the text says why and what would be right."""

    def __init__(self, message: LazyString | str) -> None:
        super().__init__(str(message))
        self.message = message


Guard = Callable[[Any], LazyString | None]


@dataclass(frozen=True)
class Transition:
    """One row: from a state, by an action, to a state.

    ``guard`` answers with the sentence of the refusal, or with nothing.
    """

    source: str
    action: str
    target: str
    event: str
    needs_reason: bool = False
    guard: Guard | None = None


class StateChange(Base):
    """One step that a record took. Rows are only ever added."""

    __tablename__ = "state_change"
    __table_args__ = (Index("ix_state_change_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int]
    version: Mapped[int]
    action: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(32))
    target: Mapped[str] = mapped_column(String(32))
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_name: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int | None]
    organisation_id: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Text)


def change_values(
    actor: Actor,
    row: Transition,
    subject_kind: str,
    subject_id: int,
    version: int,
    reason: str | None = None,
) -> dict[str, Any]:
    """The values of one row of the history; ``version`` is the one that the step made."""
    return {
        "at": now(),
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "version": version,
        "action": row.action,
        "source": row.source,
        "target": row.target,
        **actor_values(actor),
        "reason": reason,
    }


class StateTable:
    """The transitions of one kind of record."""

    def __init__(self, subject_kind: str, transitions: tuple[Transition, ...]) -> None:
        self.subject_kind = subject_kind
        self.transitions = transitions
        self._by_step = {(row.source, row.action): row for row in transitions}
        if len(self._by_step) != len(transitions):
            raise ValueError(f"{subject_kind}: two rows for one step")

    def steps_from(self, actor: Actor, record: Any) -> tuple[Transition, ...]:
        """The steps that the actor may take now: what buttons are made from."""
        return tuple(
            row
            for row in self.transitions
            if row.source == record.state and policy.can(actor, row.action, record)
        )

    def take_step(
        self,
        session: Session,
        actor: Actor,
        record: Any,
        action: str,
        reason: str | None = None,
    ) -> None:
        """Take the step and record it: state, version, history, audit, event.

        :raises StateError: when no row fits the present state, a reason is missing, or the
            guard refuses.
        :raises Forbidden: when the actor may not.
        """
        policy.require(actor, action, record)
        row = self._by_step.get((record.state, action))
        if row is None:
            raise StateError(_l("现在的状态不能做这一步，请刷新页面看看它到了哪里。"))
        if row.needs_reason and not (reason or "").strip():
            raise StateError(_l("这一步要写明原因。"))
        refusal = row.guard(record) if row.guard else None
        if refusal is not None:
            raise StateError(refusal)
        record.state = row.target
        record.version += 1
        change = change_values(actor, row, self.subject_kind, record.id, record.version, reason)
        session.add(StateChange(**change))
        told = {"reason": reason} if reason else {}
        record_audit(session, actor, action, self.subject_kind, record.id, record.version, **told)
        record_event(session, row.event, self.subject_kind, record.id)
