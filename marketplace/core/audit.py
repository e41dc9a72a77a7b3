"""The audit trail: who did what to which version, for whom, in the writing transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.core.actor import Actor
from marketplace.core.db import Base, UtcDateTime, now


class AuditEntry(Base):
    """One act. Rows are only ever added."""

    __tablename__ = "audit_entry"
    # One for each way of looking through millions of rows, newest first. What the system imports
    # by the million has neither person nor organisation and stays out of those two.
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_kind", "subject_id"),
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_action", "action", "at", "id"),
        Index("ix_audit_entry_name", "actor_name", "at", "id"),
        Index(
            "ix_audit_entry_person",
            "person_id",
            "at",
            "id",
            sqlite_where=text("person_id IS NOT NULL"),
            postgresql_where=text("person_id IS NOT NULL"),
        ),
        Index(
            "ix_audit_entry_organisation",
            "organisation_id",
            "at",
            "id",
            sqlite_where=text("organisation_id IS NOT NULL"),
            postgresql_where=text("organisation_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_name: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int | None]
    organisation_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(64))
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int]
    subject_version: Mapped[int | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def actor_values(actor: Actor) -> dict[str, Any]:
    """Who acted, as every table of acts keeps it."""
    return {
        "actor_kind": actor.kind.value,
        "actor_name": actor.name,
        "person_id": actor.person_id,
        "organisation_id": actor.organisation_id,
    }


def audit_values(
    actor: Actor,
    action: str,
    subject_kind: str,
    subject_id: int,
    version: int | None = None,
    **detail: Any,
) -> dict[str, Any]:
    """The values of one audit row, for a service that inserts many at once."""
    return {
        "at": now(),
        **actor_values(actor),
        "action": action,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "subject_version": version,
        "detail": detail,
    }


def record_audit(
    session: Session,
    actor: Actor,
    action: str,
    subject_kind: str,
    subject_id: int,
    version: int | None = None,
    **detail: Any,
) -> None:
    """Add one audit row to the present transaction."""
    values = audit_values(actor, action, subject_kind, subject_id, version, **detail)
    session.add(AuditEntry(**values))
