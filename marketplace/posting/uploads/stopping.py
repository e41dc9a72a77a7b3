"""Work that fails again and again: it stops, says so, and goes on when somebody asks for it.

Each batch of rows is one transaction together with the place reached, so that nothing is half
saved wherever it stops. A process that dies has said nothing: its event still waits, and the next
that hands events over goes on from the same place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import db, now, writing
from marketplace.core.faults import DATABASE_FAULTS, is_out_of_reach
from marketplace.core.outbox import ATTEMPT_LIMIT, NotNow, OutboxEvent, record_event
from marketplace.core.policy import policy
from marketplace.core.progress import FAILED, RUNNING, find_job
from marketplace.posting.uploads.jobs import JOB_OF_STATE
from marketplace.posting.uploads.states import GOES_ON, KIND
from marketplace.posting.uploads.submitting import held_upload

log = structlog.get_logger(__name__)

TRIES = 5
"""So often work is tried, within half a minute; while the database is away, for an hour."""


@contextmanager
def stopping(event: OutboxEvent, kind: str, key: str) -> Iterator[None]:
    """Let the job stop when what is done here fails for the last time."""
    try:
        yield
    except NotNow:
        raise
    except Exception as error:
        is_away = isinstance(error, DATABASE_FAULTS) and is_out_of_reach(error)
        if event.attempts + 1 < (ATTEMPT_LIMIT if is_away else TRIES):
            raise
        log.exception("job_stopped", job=kind, subject=event.subject_id)
        db.session.rollback()
        with writing() as session:
            if job := find_job(session, kind, key):
                job.state, job.finished_at = FAILED, now()


def resume_upload(actor: Actor, upload_id: int) -> None:
    """Have work that stopped go on where it was; for work that goes on nothing changes.

    :raises StateError: when there is none that the actor may see.
    :raises Forbidden: when the actor doesn't write for its organisation.
    """
    with writing() as session:
        upload = held_upload(session, actor, upload_id)
        policy.require(actor, "upload.resume", upload)
        kind = JOB_OF_STATE.get(upload.state)
        job = find_job(session, kind, str(upload_id)) if kind else None
        if job is None or job.state != FAILED:
            return
        job.state, job.finished_at = RUNNING, None
        record_audit(session, actor, "upload.resume", KIND, upload_id, upload.version)
        record_event(session, GOES_ON, KIND, upload_id)
