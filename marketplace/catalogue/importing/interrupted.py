"""Imports that were broken off: how they are known, and how they begin anew."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.importing.run import JOB_KIND
from marketplace.core.db import now
from marketplace.core.progress import FINISHED, RUNNING, Job, find_job

STILL_FOR = timedelta(minutes=15)
"""An import saves its place every second or so; one that hasn't for so long was broken off."""


def is_interrupted(session: Session, key: str) -> bool:
    """Whether the import with this key, as :class:`Origin` has it, no longer goes on."""
    found = session.execute(
        select(Job.state, Job.updated_at).where(Job.kind == JOB_KIND, Job.key == key)
    ).one_or_none()
    return found is None or found.state != RUNNING or found.updated_at < now() - STILL_FOR


def begin_anew(session: Session, key: str) -> None:
    """Let the same file be read from its beginning when it comes again.

    One that goes on all the same finds that its place isn't its own, and stops.
    """
    job = find_job(session, JOB_KIND, key)
    if job is not None:
        job.state, job.position, job.finished_at = FINISHED, 0, now()
