"""What the worker hears of uploads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from marketplace.core.db import db
from marketplace.core.outbox import Consumer, OutboxEvent, subscribe
from marketplace.core.progress import RUNNING, Job
from marketplace.posting.models import Upload
from marketplace.posting.uploads.checking import check_slice
from marketplace.posting.uploads.deciding import REVIEW_DUE, decide_slice
from marketplace.posting.uploads.jobs import JOB_OF_STATE, is_stopped
from marketplace.posting.uploads.states import (
    CHECKING,
    GOES_ON,
    KIND,
    RECEIVED,
    SUBMIT_DUE,
    SUBMITTING,
    UNDO_DUE,
    UNDOING,
)
from marketplace.posting.uploads.stopping import stopping
from marketplace.posting.uploads.submitting import submit_slice
from marketplace.posting.uploads.undoing import undo_slice

WORK: Mapping[str, Callable[[int], None]] = {
    CHECKING: check_slice,
    SUBMITTING: submit_slice,
    UNDOING: undo_slice,
}


def subscribe_uploads() -> None:
    """Let the outbox have uploads worked on, one slice at a time."""
    heard = frozenset({RECEIVED, SUBMIT_DUE, UNDO_DUE, GOES_ON})
    subscribe(Consumer("uploads", heard, _go_on, batch=1, subject_kinds=frozenset({KIND})))
    subscribe(Consumer("upload_reviews", frozenset({REVIEW_DUE}), _decide, batch=1))


def _go_on(events: Sequence[OutboxEvent]) -> None:
    """Do what the present state asks for, whatever the event was."""
    for event in events:
        db.session.rollback()
        upload = db.session.get(Upload, event.subject_id, populate_existing=True)
        if upload is None or upload.state not in WORK or is_stopped(db.session, upload):
            continue
        state = upload.state
        with stopping(event, JOB_OF_STATE[state], str(event.subject_id)):
            WORK[state](event.subject_id)


def _decide(events: Sequence[OutboxEvent]) -> None:
    for event in events:
        db.session.rollback()
        job = db.session.get(Job, event.subject_id, populate_existing=True)
        if job is not None and job.state == RUNNING:
            with stopping(event, job.kind, job.key):
                decide_slice(job.id)
