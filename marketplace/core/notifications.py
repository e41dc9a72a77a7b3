"""Notices to a person or an organisation, written through the outbox.

A service says that somebody should know; the outbox delivers it into the in-site inbox.
Words are kept as a kind and its parameters, so that each reader gets the own language.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.core.db import Base, UtcDateTime, db, now, writing
from marketplace.core.outbox import Consumer, OutboxEvent, record_event, subscribe

NOTICE_DUE = "notice_due"


class Notification(Base):
    """One notice in an organisation's inbox; ``event_id`` makes delivery happen once."""

    __tablename__ = "notification"
    __table_args__ = (Index("ix_notification_inbox", "organisation_id", "read_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(unique=True)
    organisation_id: Mapped[int]
    person_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(64))
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def notify(
    session: Session,
    organisation_id: int,
    kind: str,
    *,
    person_id: int | None = None,
    **params: Any,
) -> None:
    """Tell an organisation, or one person acting for it, in the present transaction."""
    record_event(
        session,
        NOTICE_DUE,
        "organisation",
        organisation_id,
        notice=kind,
        person_id=person_id,
        params=params,
    )


def _deliver(events: Sequence[OutboxEvent]) -> None:
    waiting = {event.id: event for event in events}
    with writing() as session:
        delivered = select(Notification.event_id).where(Notification.event_id.in_(waiting))
        for event_id in session.scalars(delivered).all():
            del waiting[event_id]
        for event in waiting.values():
            session.add(
                Notification(
                    event_id=event.id,
                    organisation_id=event.subject_id,
                    person_id=event.payload.get("person_id"),
                    kind=event.payload["notice"],
                    params=event.payload.get("params", {}),
                )
            )


def inbox(organisation_id: int, limit: int = 50) -> Sequence[Notification]:
    """The newest notices of an organisation."""
    return db.session.scalars(
        select(Notification)
        .where(Notification.organisation_id == organisation_id)
        .order_by(Notification.id.desc())
        .limit(limit)
    ).all()


def subscribe_notifications() -> None:
    """Let the outbox deliver notices."""
    subscribe(Consumer("notifications", frozenset({NOTICE_DUE}), _deliver))
