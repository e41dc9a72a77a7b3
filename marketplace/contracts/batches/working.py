"""What the worker hears of sent files and of batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.contracts.batch_states import GOES_ON, KIND, RELEASE_DUE, UNDO_DUE
from marketplace.contracts.batches import releasing, undoing
from marketplace.contracts.batches.policies import RESUME
from marketplace.contracts.files import receiving
from marketplace.contracts.files.reading import read_slice
from marketplace.contracts.models import ContractBatch
from marketplace.contracts.models.batch import LOADING, RELEASING, UNDOING
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import db, writing
from marketplace.core.outbox import Consumer, OutboxEvent, record_event, subscribe
from marketplace.core.policy import policy
from marketplace.core.progress import FAILED, RUNNING, find_job
from marketplace.core.states import StateError
from marketplace.posting.uploads.stopping import stopping

WORK: Mapping[str, tuple[str, Callable[[int], None]]] = {
    RELEASING: (releasing.JOB, releasing.release_slice),
    UNDOING: (undoing.JOB, undoing.undo_slice),
}


def subscribe_batches() -> None:
    """Let the outbox have files read and batches worked on, one slice at a time."""
    subscribe(
        Consumer(
            "sent_files",
            frozenset({receiving.RECEIVED, receiving.GOES_ON}),
            _read,
            batch=1,
            subject_kinds=frozenset({receiving.KIND}),
        )
    )
    subscribe(
        Consumer(
            "contract_batches",
            frozenset({RELEASE_DUE, UNDO_DUE, GOES_ON}),
            _go_on,
            batch=1,
            subject_kinds=frozenset({KIND}),
        )
    )


def resume_batch(actor: Actor, batch_id: int) -> None:
    """Have work that stopped go on where it was; for work that goes on nothing changes.

    :raises StateError: when there is none that the actor may see.
    :raises Forbidden: when the actor may not.
    """
    with writing() as session:
        batch = releasing.held_batch(session, actor, batch_id)
        policy.require(actor, RESUME, batch)
        if job_of(batch) is None:
            raise StateError(_("这一批没有停下的事要接着办。请刷新页面看看它到了哪里。"))
        if not _set_going(session, *job_of(batch)):  # type: ignore[misc]
            return
        record_audit(session, actor, RESUME, KIND, batch_id, batch.version)
        if batch.state == LOADING:
            record_event(session, receiving.GOES_ON, receiving.KIND, batch.file_id or 0)
        else:
            record_event(session, GOES_ON, KIND, batch_id)


def job_of(batch: ContractBatch) -> tuple[str, str] | None:
    """Kind and key of the job that is at the batch, in its present state."""
    if batch.state == LOADING and batch.file_id is not None:
        return receiving.JOB, str(batch.file_id)
    return (WORK[batch.state][0], str(batch.id)) if batch.state in WORK else None


def _set_going(session: Session, kind: str, key: str) -> bool:
    job = find_job(session, kind, key)
    if job is None or job.state != FAILED:
        return False
    job.state, job.finished_at = RUNNING, None
    return True


def _read(events: Sequence[OutboxEvent]) -> None:
    for event in events:
        with stopping(event, receiving.JOB, str(event.subject_id)):
            read_slice(event.subject_id)


def _go_on(events: Sequence[OutboxEvent]) -> None:
    """Do what the present state asks for, whatever the event was."""
    for event in events:
        db.session.rollback()
        batch = db.session.get(ContractBatch, event.subject_id, populate_existing=True)
        if batch is None or batch.state not in WORK:
            continue
        job, work = WORK[batch.state]
        if _has_stopped(job, str(batch.id)):
            continue
        with stopping(event, job, str(event.subject_id)):
            work(event.subject_id)


def _has_stopped(kind: str, key: str) -> bool:
    with writing() as session:
        job = find_job(session, kind, key)
        return job is not None and job.state == FAILED
