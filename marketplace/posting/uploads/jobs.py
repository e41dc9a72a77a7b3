"""How far the work on an upload is, and how it goes on after a slice or a break."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from flask_babel import LazyString, force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.db import now
from marketplace.core.i18n import LANGUAGES
from marketplace.core.progress import FAILED, FINISHED, RUNNING, Job, find_job, pace
from marketplace.posting.models import Upload

CHECK, SUBMIT, UNDO, REVIEW = "upload-check", "upload-submit", "upload-undo", "upload-review"
JOB_OF_STATE = {"checking": CHECK, "submitting": SUBMIT, "undoing": UNDO}
SLICE_SECONDS = 5.0
"""So long other consumers of the worker wait at most, and a worker that ends."""


class Slice:
    """The time until others have to have their turn."""

    def __init__(self) -> None:
        self._until = monotonic() + SLICE_SECONDS

    @property
    def is_over(self) -> bool:
        """Whether it is time to let others work."""
        return monotonic() >= self._until


def begin_job(session: Session, kind: str, key: str, label: str, total: int, **detail: Any) -> Job:
    """Begin a job, or begin it anew where it has ended."""
    job = find_job(session, kind, key)
    if job is None:
        job = Job(kind=kind, key=key, label=label[:300])
        session.add(job)
    job.state, job.finished_at = RUNNING, None
    job.done, job.total, job.position = 0, total, 0
    job.counts, job.detail = {}, {**detail, "began": now().isoformat()}
    session.flush()
    return job


def finish_job(job: Job) -> None:
    """Note that nothing is left to do."""
    job.state, job.finished_at = FINISHED, now()


def is_stopped(session: Session, upload: Upload) -> bool:
    """Whether the present work on the upload has stopped because it failed."""
    return upload.id in stopped_of(session, [upload])


def stopped_of(session: Session, uploads: Sequence[Upload]) -> frozenset[int]:
    """The ids of those on which the present work has stopped because it failed."""
    keys = {
        (JOB_OF_STATE[one.state], str(one.id)): one.id
        for one in uploads
        if one.state in JOB_OF_STATE
    }
    if not keys:
        return frozenset()
    failed = session.execute(
        select(Job.kind, Job.key).where(
            Job.state == FAILED,
            Job.kind.in_(JOB_OF_STATE.values()),
            Job.key.in_({key for _kind, key in keys}),
        )
    )
    return frozenset(keys[kind, key] for kind, key in failed if (kind, key) in keys)


@dataclass(frozen=True)
class Shown:
    """How far a job is: percent (0–100), how many are done, and the time left where known."""

    percent: int
    done: int
    total: int
    bad: int
    left: timedelta | None


def progress_of(session: Session, kind: str, key: str) -> Shown | None:
    """How far a job is that runs; nothing when none does."""
    job = session.scalar(select(Job).where(Job.kind == kind, Job.key == key))
    if job is None or job.state != RUNNING:
        return None
    total = job.total or 0
    # A file is measured by its bytes, everything else by what is done of it.
    share = job.detail.get("share", job.done / total if total else 0.0)
    elapsed = now() - datetime.fromisoformat(job.detail["began"])
    left = pace(job.done, elapsed, share).left if job.done else None
    return Shown(int(share * 100), job.done, total, job.counts.get("bad", 0), left)


def in_both_languages(sentence: LazyString | str) -> Mapping[str, str]:
    """A sentence as it reads in each language, for whoever looks at it later."""
    texts = {}
    for code, locale in LANGUAGES.items():
        with force_locale(locale):
            texts[code] = str(sentence)
    return texts
