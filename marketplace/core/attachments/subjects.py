"""To which records files may belong, and who sees and adds them: each domain declares its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.actor import ANONYMOUS, Actor
from marketplace.core.attachments.models import Attachment

Load = Callable[[Session, int], Any]
May = Callable[[Actor, Any, str], bool]
Address = Callable[[Any], str]


@dataclass(frozen=True)
class Subject:
    """One kind of record that files belong to.

    ``load`` answers with the record, or nothing where it is gone. ``may_see`` and ``may_add``
    get the actor, the record and the purpose; whoever may add may also remove. A file that a
    visitor may see is public. ``address`` is the page that lists the record's files.
    """

    load: Load
    may_see: May
    may_add: May
    address: Address


_subjects: dict[str, Subject] = {}


def declare_subject(kind: str, *, load: Load, may_see: May, may_add: May, address: Address) -> None:
    """Let files belong to records of this kind; a later call takes the place of an earlier."""
    _subjects[kind] = Subject(load, may_see, may_add, address)


def subject_of(kind: str) -> Subject | None:
    """What was declared for a kind."""
    return _subjects.get(kind)


@dataclass(frozen=True)
class ListedFile:
    """A file as a list shows it; ``size`` in bytes, ``created_at`` in UTC."""

    id: int
    name: str
    media_type: str
    size: int
    purpose: str
    created_at: datetime
    is_public: bool
    may_remove: bool


@dataclass(frozen=True)
class VisibleFile:
    """A file that the actor may see, and its record."""

    attachment: Attachment
    record: Any
    subject: Subject
    is_public: bool


def attachments_of(
    session: Session, actor: Actor, subject_kind: str, subject_id: int
) -> list[ListedFile]:
    """The files of a record that the actor may see, oldest first."""
    subject = _subjects.get(subject_kind)
    record = subject.load(session, subject_id) if subject else None
    if subject is None or record is None:
        return []
    rows = session.scalars(
        select(Attachment)
        .where(
            Attachment.subject_kind == subject_kind,
            Attachment.subject_id == subject_id,
            Attachment.removed_at.is_(None),
        )
        .order_by(Attachment.id)
    ).all()
    # Who may what is said of a purpose, and asking may cost a query.
    purposes = {row.purpose for row in rows}
    seen = {one for one in purposes if subject.may_see(actor, record, one)}
    public = {one for one in seen if subject.may_see(ANONYMOUS, record, one)}
    own = {one for one in seen if subject.may_add(actor, record, one)}
    return [
        ListedFile(
            id=row.id,
            name=row.name,
            media_type=row.media_type,
            size=row.size,
            purpose=row.purpose,
            created_at=row.created_at,
            is_public=row.purpose in public,
            may_remove=row.purpose in own,
        )
        for row in rows
        if row.purpose in seen
    ]


def find_visible(session: Session, actor: Actor, attachment_id: int) -> VisibleFile | None:
    """The file, or nothing: whoever may not see it isn't told that it exists."""
    row = session.get(Attachment, attachment_id)
    if row is None or row.removed_at is not None:
        return None
    subject = _subjects.get(row.subject_kind)
    record = subject.load(session, row.subject_id) if subject else None
    if subject is None or record is None or not subject.may_see(actor, record, row.purpose):
        return None
    return VisibleFile(row, record, subject, subject.may_see(ANONYMOUS, record, row.purpose))
