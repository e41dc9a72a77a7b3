"""Taking a batch back that nobody has released: of its contracts nothing is left."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.catalogue.importing.interrupted import begin_anew, is_interrupted
from marketplace.contracts.batch_states import BATCH_STATES, END, GOES_ON, KIND, UNDO
from marketplace.contracts.batches.bringing import WORKER
from marketplace.contracts.batches.releasing import held_batch
from marketplace.contracts.files.receiving import JOB as READING
from marketplace.contracts.flagging import forget_flags_of, hold_checks
from marketplace.contracts.models import Contract, ContractBatch, SentFileIssue
from marketplace.contracts.models.batch import LOADING, RELEASED, RELEASING, UNDOING, UNDONE
from marketplace.contracts.saving.batches import free_key
from marketplace.contracts.states import HELD
from marketplace.core.actor import Actor
from marketplace.core.db import writing
from marketplace.core.notifications import notify
from marketplace.core.outbox import record_event
from marketplace.core.policy import policy
from marketplace.core.progress import FAILED, find_job
from marketplace.core.states import StateError
from marketplace.posting.uploads.jobs import Slice, begin_job, finish_job

JOB = "batch-undo"
CHUNK = 500
LONGEST_REASON = 1000
TOLD = "contract_batch_undone"


def undo_batch(actor: Actor, batch_id: int, reason: str) -> None:
    """Have a batch taken back that is held; a second call changes nothing.

    :param reason: why, at most :data:`LONGEST_REASON` characters; it stays with the batch.
    An import from the command line that was interrupted begins anew when it comes again.

    :raises StateError: when the batch counts already, is still being read, or the reason is
        missing or too long.
    :raises Forbidden: when the actor may not.
    """
    with writing() as session:
        batch = held_batch(session, actor, batch_id)
        policy.require(actor, UNDO, batch)
        if batch.state in (UNDOING, UNDONE):
            return
        if batch.state in (RELEASING, RELEASED):
            raise StateError(
                _("这一批已经放行，不能撤回。计错了的合同，请逐份办理变更、注销或撤销登记。")
            )
        if batch.is_history:
            raise StateError(
                _("办结的登记册一边读一边计入，不能撤回。请在命令行用同样的命令接着导完。")
            )
        if batch.state == LOADING and not is_reading_stopped(session, batch):
            raise StateError(_("这一批还在读，读完就可以撤回。"))
        if len(reason) > LONGEST_REASON:
            raise StateError(_("原因最多 %(limit)s 个字。请缩短。", limit=LONGEST_REASON))
        BATCH_STATES.take_step(session, actor, batch, UNDO, reason.strip())
        if batch.file_id is None:
            begin_anew(session, batch.key)
        total = batch.counts.get("contracts", 0)
        begin_job(session, JOB, str(batch_id), batch.source, total)
        is_own = batch.brought_by_id == actor.person_id
        if batch.brought_by_id is not None and not is_own:
            notify(
                session,
                batch.brought_for_id,
                TOLD,
                person_id=batch.brought_by_id,
                batch_id=batch_id,
                source=batch.source,
                by=actor.name,
                reason=reason.strip(),
            )


def is_reading_stopped(session: Session, batch: ContractBatch) -> bool:
    """Whether its file is no longer read: that failed again and again, or was broken off."""
    if batch.file_id is None:
        return is_interrupted(session, batch.key)
    job = find_job(session, READING, str(batch.file_id))
    return job is not None and job.state == FAILED


def undo_slice(batch_id: int) -> None:
    """Take contracts away for some seconds, some hundreds in one transaction."""
    this = Slice()
    while not this.is_over:
        with writing() as session:
            batch = session.get(
                ContractBatch, batch_id, with_for_update=True, populate_existing=True
            )
            if batch is None or batch.state != UNDOING:
                return
            job = find_job(session, JOB, str(batch_id))
            hold_checks(session)
            ids = session.scalars(
                select(Contract.id)
                .where(Contract.batch_id == batch_id, Contract.state == HELD)
                .order_by(Contract.id)
                .limit(CHUNK)
                .with_for_update()
            ).all()
            if not ids:
                if job is not None:
                    finish_job(job)
                _end(session, batch)
                return
            forget_flags_of(session, batch_id, ids)
            session.execute(delete(Contract).where(Contract.id.in_(ids)))
            if job is not None:
                job.done += len(ids)
    with writing() as session:
        record_event(session, GOES_ON, KIND, batch_id)


def _end(session: Session, batch: ContractBatch) -> None:
    if batch.file is not None:
        session.execute(delete(SentFileIssue).where(SentFileIssue.file_id == batch.file.id))
        batch.file.is_over = True
    free_key(batch)
    BATCH_STATES.take_step(session, WORKER, batch, END)
