"""Notices to a person or an organisation, written through the outbox.

A service says that somebody should know; the outbox delivers it into the in-site inbox.
Words are kept as a kind and its parameters, so that each reader gets the own language; what a
kind says and leads to is declared by the domain that sends it. The page stands in ``core.web``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Index, String, and_, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.core.actor import Actor
from marketplace.core.db import Base, UtcDateTime, db, now, writing
from marketplace.core.outbox import Consumer, OutboxEvent, record_event, subscribe

NOTICE_DUE = "notice_due"

Params = Mapping[str, Any]


@dataclass(frozen=True)
class NoticeKind:
    """What a kind of notice says, from its parameters, in the language of the page.

    ``address`` leads to what it is about; where there is nothing to open it answers nothing.
    ``text`` is what somebody wrote, shown below in full; ``answer`` leads to where the notice of
    that id is answered.
    """

    name: str
    words: Callable[[Params], str]
    address: Callable[[Params], str | None] = lambda _params: None
    text: Callable[[Params], str] = lambda _params: ""
    answer: Callable[[int], str | None] = lambda _notice_id: None


_kinds: dict[str, NoticeKind] = {}


def declare_notices(*kinds: NoticeKind) -> None:
    """Let notices of these kinds be shown; saying the same again changes nothing."""
    _kinds.update({kind.name: kind for kind in kinds})


def notice_kind(name: str) -> NoticeKind | None:
    """The kind of that name, if any domain still has it."""
    return _kinds.get(name)


class Notification(Base):
    """One notice; ``event_id`` makes delivery happen once.

    It lies in the inbox of an organisation, or of one person acting for it, or of a person
    alone: at least one of the two is set.
    """

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_inbox", "organisation_id", "read_at", "id"),
        Index("ix_notification_person", "person_id", "read_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(unique=True)
    organisation_id: Mapped[int | None]
    person_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(64))
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def notify(
    session: Session,
    organisation_id: int | None,
    kind: str,
    *,
    person_id: int | None = None,
    **params: Any,
) -> None:
    """Tell an organisation, one person acting for it, or a person alone, in this transaction.

    :raises ValueError: when neither an organisation nor a person is named.
    """
    if organisation_id is not None:
        subject_kind, subject_id = "organisation", organisation_id
    elif person_id is not None:
        subject_kind, subject_id = "person", person_id
    else:
        raise ValueError(f"{kind}: a notice is for somebody")
    record_event(
        session,
        NOTICE_DUE,
        subject_kind,
        subject_id,
        notice=kind,
        person_id=person_id,
        params=params,
    )


def notify_person(session: Session, person_id: int, kind: str, **params: Any) -> None:
    """Tell a person, whomever they act for, in the present transaction."""
    record_event(
        session,
        NOTICE_DUE,
        "person",
        person_id,
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
            is_personal = event.subject_kind == "person"
            session.add(
                Notification(
                    event_id=event.id,
                    organisation_id=None if is_personal else event.subject_id,
                    person_id=event.payload.get("person_id"),
                    kind=event.payload["notice"],
                    params=event.payload.get("params", {}),
                )
            )


def inbox(
    organisation_id: int | None,
    person_id: int | None = None,
    *,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Notification]:
    """The newest notices that this person sees while acting for this organisation.

    Those of the organisation are seen by all who act for it, those to one person by that person.
    """
    return db.session.scalars(
        select(Notification)
        .where(_seen_by(organisation_id, person_id))
        .order_by(Notification.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()


@dataclass(frozen=True)
class InboxCounts:
    """How many notices lie in an inbox, and how many of them nobody has marked as read."""

    total: int
    unread: int


def count_inbox(organisation_id: int | None, person_id: int | None) -> InboxCounts:
    """The counts of what :func:`inbox` shows."""
    total, unread = db.session.execute(
        select(func.count(), func.count().filter(Notification.read_at.is_(None))).where(
            _seen_by(organisation_id, person_id)
        )
    ).one()
    return InboxCounts(total, unread)


def find_notice(actor: Actor, notice_id: int) -> Notification | None:
    """The notice, where it lies in the actor's inbox."""
    seen = _seen_by(actor.organisation_id, actor.person_id)
    return db.session.scalar(select(Notification).where(seen, Notification.id == notice_id))


def mark_read(actor: Actor, notice_id: int | None = None) -> bool:
    """Mark one notice, or all that the actor sees, as read; whether there is such a notice.

    One that goes to a whole organisation is then read for all of it. Reading is nobody else's
    affair, so it leaves no audit row.
    """
    with writing() as session:
        seen = _seen_by(actor.organisation_id, actor.person_id)
        if notice_id is not None:
            seen = and_(seen, Notification.id == notice_id)
            if session.scalar(select(Notification.id).where(seen)) is None:
                return False
        session.execute(
            update(Notification).where(seen, Notification.read_at.is_(None)).values(read_at=now())
        )
        return True


def notices_to_person(session: Session, person_id: int) -> Sequence[Notification]:
    """All notices to this person alone, oldest first, for the export of the own data."""
    return session.scalars(
        select(Notification).where(Notification.person_id == person_id).order_by(Notification.id)
    ).all()


def forget_notices_to_person(session: Session, person_id: int) -> None:
    """Delete, in the present transaction, the notices that only this person sees."""
    session.execute(delete(Notification).where(Notification.person_id == person_id))


def _seen_by(organisation_id: int | None, person_id: int | None) -> ColumnElement[bool]:
    is_own = Notification.person_id == person_id
    is_private = and_(Notification.organisation_id.is_(None), is_own)
    if organisation_id is None:
        return is_private
    is_for_all = Notification.person_id.is_(None)
    is_here = and_(Notification.organisation_id == organisation_id, or_(is_for_all, is_own))
    return or_(is_here, is_private) if person_id is not None else is_here


def subscribe_notifications() -> None:
    """Let the outbox deliver notices."""
    subscribe(Consumer("notifications", frozenset({NOTICE_DUE}), _deliver))
