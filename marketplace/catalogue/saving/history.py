"""State changes, audit rows and events of many listings, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import insert
from sqlalchemy.orm import Session

from marketplace.catalogue.states import opening_step
from marketplace.core.actor import Actor
from marketplace.core.audit import AuditEntry, audit_values
from marketplace.core.outbox import record_events
from marketplace.core.states import StateChange, change_values

IMPORT = "listing.import"


def record_published(
    session: Session, actor: Actor, kind: str, ids: Sequence[int], source: str | None
) -> None:
    """Record that new listings, at version 1, were stored and made public."""
    if not ids:
        return
    step = opening_step(kind)
    session.execute(
        insert(StateChange.__table__),  # type: ignore[arg-type]
        [change_values(actor, step, kind, id_, version=1) for id_ in ids],
    )
    _record_audit(session, actor, step.action, kind, dict.fromkeys(ids, 1), source)
    record_events(session, step.event, kind, ids)


def record_changed(
    session: Session,
    actor: Actor,
    kind: str,
    versions: Mapping[int, int],
    source: str | None,
    action: str = IMPORT,
) -> None:
    """Record that listings were changed; ``versions`` are the new ones by id."""
    if versions:
        _record_audit(session, actor, action, kind, versions, source)
        record_events(session, "listing_changed", kind, versions)


def _record_audit(
    session: Session,
    actor: Actor,
    action: str,
    kind: str,
    versions: Mapping[int, int],
    source: str | None,
) -> None:
    origin = {"source": source} if source else {}
    session.execute(
        insert(AuditEntry.__table__),  # type: ignore[arg-type]
        [
            audit_values(actor, action, kind, id_, version, **origin)
            for id_, version in versions.items()
        ],
    )
