"""Taking a whole upload back: of what nobody has approved yet nothing is left.

What the trail of acts says stays, and so does the upload itself with its state.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.orm import Session, defer

from marketplace.core.actor import Actor
from marketplace.core.attachments import Attachment
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing
from marketplace.core.notifications import NOTICE_DUE, Notification
from marketplace.core.outbox import OutboxEvent, record_event
from marketplace.core.policy import policy
from marketplace.core.progress import find_job
from marketplace.core.states import StateError
from marketplace.posting.models import Posting, Upload, UploadIssue, UploadRow
from marketplace.posting.states import KIND as POSTING
from marketplace.posting.states import PUBLISHED
from marketplace.posting.uploads.checking import WORKER
from marketplace.posting.uploads.jobs import UNDO, Slice, begin_job, finish_job, is_stopped
from marketplace.posting.uploads.states import (
    GOES_ON,
    KIND,
    UNDOABLE_STATES,
    UNDOING,
    UNDONE,
    UPLOAD_STATES,
)
from marketplace.posting.uploads.submitting import held_upload

CHUNK = 500


def undo_upload(actor: Actor, upload_id: int) -> None:
    """Have everything taken back that nobody has approved; a second call changes nothing.

    :raises StateError: when it can't be taken back now.
    :raises Forbidden: when the actor doesn't write for its organisation.
    """
    with writing() as session:
        upload = held_upload(session, actor, upload_id)
        policy.require(actor, "upload.undo", upload)
        if upload.state in (UNDOING, UNDONE):
            return
        if not may_be_undone(session, upload):
            raise StateError(_("这份表格还在处理，处理完就可以撤回。"))
        total = _count(session, _undoable(upload_id))
        begin_job(session, UNDO, str(upload_id), upload.name, total)
        UPLOAD_STATES.take_step(session, actor, upload, "upload.undo")


def may_be_undone(session: Session, upload: Upload) -> bool:
    """Whether nothing works on the upload that taking back would have to wait for."""
    return upload.state in UNDOABLE_STATES or is_stopped(session, upload)


def undo_slice(upload_id: int) -> None:
    """Take back for some seconds, some hundreds in one transaction."""
    this = Slice()
    while not this.is_over:
        with writing() as session:
            upload = session.get(Upload, upload_id, with_for_update=True, populate_existing=True)
            if upload is None or upload.state != UNDOING:
                return
            job = find_job(session, UNDO, str(upload_id))
            # Held, so that whoever is approving one of them meanwhile comes before or too late.
            ids = session.scalars(
                select(Posting.id)
                .where(_undoable(upload_id))
                .order_by(Posting.id)
                .limit(CHUNK)
                .with_for_update()
            ).all()
            if not ids:
                _end(session, upload)
                if job is not None:
                    finish_job(job)
                return
            _remove(session, upload, ids)
            if job is not None:
                job.done += len(ids)
    with writing() as session:
        record_event(session, GOES_ON, KIND, upload_id)


def undoable_count(session: Session, upload_id: int) -> int:
    """How many postings of the upload nobody has approved yet."""
    return _count(session, _undoable(upload_id))


def approved_of(session: Session, upload_id: int, limit: int = 100) -> Sequence[Posting]:
    """The postings of the upload that stay: somebody has approved them, or they are public."""
    return session.scalars(
        select(Posting)
        .options(defer(Posting.cells))
        .where(Posting.upload_id == upload_id, ~_undoable(upload_id))
        .order_by(Posting.id)
        .limit(limit)
    ).all()


def approved_count(session: Session, upload_id: int) -> int:
    """How many postings of the upload stay."""
    return _count(session, and_(Posting.upload_id == upload_id, ~_undoable(upload_id)))


def _undoable(upload_id: int) -> ColumnElement[bool]:
    return and_(
        Posting.upload_id == upload_id,
        Posting.approved_by_id.is_(None),
        Posting.record_id.is_(None),
        Posting.state != PUBLISHED,
    )


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Posting).where(condition)) or 0


def _remove(session: Session, upload: Upload, ids: Sequence[int]) -> None:
    # Notices first where they are still on their way, then where they have come: not the other
    # way round, or one delivered in between would stay.
    on_the_way = OutboxEvent.payload["params"]["posting_id"].as_integer()
    session.execute(
        delete(OutboxEvent).where(
            OutboxEvent.kind == NOTICE_DUE,
            OutboxEvent.subject_id == upload.organisation_id,
            OutboxEvent.done_at.is_(None),
            on_the_way.in_(ids),
        ),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        delete(Notification).where(
            Notification.organisation_id == upload.organisation_id,
            Notification.kind.startswith("posting_"),
            Notification.params["posting_id"].as_integer().in_(ids),
        ),
        execution_options={"synchronize_session": False},
    )
    # Their contents go with what else was removed.
    session.execute(
        update(Attachment)
        .where(
            Attachment.subject_kind == POSTING,
            Attachment.subject_id.in_(ids),
            Attachment.removed_at.is_(None),
        )
        .values(removed_at=now()),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        delete(Posting).where(Posting.id.in_(ids)),
        execution_options={"synchronize_session": False},
    )


def _end(session: Session, upload: Upload) -> None:
    session.execute(delete(UploadRow).where(UploadRow.upload_id == upload.id))
    session.execute(delete(UploadIssue).where(UploadIssue.upload_id == upload.id))
    left = approved_count(session, upload.id)
    record_audit(session, WORKER, "upload.taken_back", KIND, upload.id, upload.version, left=left)
    UPLOAD_STATES.take_step(session, WORKER, upload, "upload.undone")
