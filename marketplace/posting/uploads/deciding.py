"""Approving or publishing all that waits of an upload: in the worker, one after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.acting import actor_since
from marketplace.accounts.models import Person
from marketplace.core.actor import Actor, Role
from marketplace.core.audit import record_audit
from marketplace.core.db import db, now, writing
from marketplace.core.outbox import record_event
from marketplace.core.progress import FAILED, RUNNING, Job, find_job
from marketplace.core.states import StateError
from marketplace.posting.checking import PostingProblem
from marketplace.posting.models import Posting
from marketplace.posting.queries import waiting_condition, waits_for_unit
from marketplace.posting.reviewing import Decided, decide_many, opinion_of
from marketplace.posting.states import DEMAND, course_of
from marketplace.posting.uploads.jobs import (
    REVIEW,
    Shown,
    Slice,
    begin_job,
    finish_job,
    progress_of,
)
from marketplace.posting.uploads.states import KIND

REVIEW_DUE = "upload_review_due"
CHUNK = 20
KEPT_REFUSALS = 100


def decide_upload(
    actor: Actor, upload_id: int, *, confirms_secrecy: bool, opinion: str = ""
) -> None:
    """Have all approved or published that waits for the actor now, of one upload.

    While that is going on a second call changes nothing.

    :raises PostingProblem: when the unit has not confirmed that the content may be public, or the
        opinion on demands is missing.
    :raises StateError: when nothing of it waits for the actor.
    """
    with writing() as session:
        running = find_job(session, REVIEW, _key(actor, upload_id))
        if running is not None and running.state == RUNNING:
            return
        waiting = waiting_condition(actor, upload_id)
        count = _count(session, actor, upload_id)
        if not count:
            raise StateError(_("这一件已经办过了，或者不在你能办的范围里。请刷新列表看看。"))
        for_unit = select(Posting.id).where(waiting, waits_for_unit()).limit(1)
        with_opinion = select(Posting.id).where(waiting, Posting.kind == DEMAND).limit(1)
        if session.scalar(with_opinion) is not None:
            opinion_of(course_of(DEMAND), opinion)
        if session.scalar(for_unit) is not None and not confirms_secrecy:
            raise PostingProblem({"secrecy": str(_("请确认内容已经过保密审查，可以公开。"))})
        job = begin_job(
            session,
            REVIEW,
            _key(actor, upload_id),
            "",
            count,
            upload_id=upload_id,
            person_id=actor.person_id,
            organisation_id=actor.organisation_id,
            roles=sorted(role.value for role in actor.roles),
            until=now().isoformat(),
            confirms_secrecy=confirms_secrecy,
            opinion=opinion,
            refusals=[],
        )
        record_audit(session, actor, "upload.decide", KIND, upload_id, count=count)
        record_event(session, REVIEW_DUE, "job", job.id)


@dataclass(frozen=True)
class Decision:
    """The actor's own work on an upload: how far while it runs, then what did not go.

    ``is_stopped`` says that it failed before the end; it may be begun again.
    """

    progress: Shown | None
    done: int
    refused: int
    refusals: Sequence[Sequence[str]]
    is_stopped: bool


def progress_of_decision(actor: Actor, upload_id: int) -> Decision | None:
    """How far the actor's deciding is, or how the last one ended; nothing where none began."""
    key = _key(actor, upload_id)
    job = db.session.scalar(select(Job).where(Job.kind == REVIEW, Job.key == key))
    if job is None:
        return None
    refused = job.counts.get("bad", 0)
    return Decision(
        progress_of(db.session, REVIEW, key),
        job.done,
        refused,
        job.detail["refusals"],
        is_stopped=job.state == FAILED,
    )


def decide_slice(job_id: int) -> None:
    """Go on for some seconds."""
    this = Slice()
    db.session.rollback()
    job = db.session.get(Job, job_id, populate_existing=True)
    if job is None or job.state != RUNNING:
        return
    detail, position = dict(job.detail), job.position
    actor = _actor(detail)
    while not this.is_over:
        ids = _next(actor, detail, position)
        if not ids:
            with writing() as session:
                finish_job(session.get_one(Job, job_id, with_for_update=True))
            return
        decided = decide_many(
            actor,
            ids,
            confirms_secrecy=detail["confirms_secrecy"],
            opinion=detail.get("opinion", ""),
        )
        position = ids[-1]
        with writing() as session:
            held = session.get_one(Job, job_id, with_for_update=True)
            if held.position >= position:
                return
            _note(held, decided, position)
    with writing() as session:
        record_event(session, REVIEW_DUE, "job", job_id)


def _next(actor: Actor, detail: Mapping[str, Any], position: int) -> Sequence[int]:
    """What waited when it was asked for; what came back since is to be looked at anew."""
    db.session.rollback()
    return db.session.scalars(
        select(Posting.id)
        .where(
            waiting_condition(actor, detail["upload_id"]),
            Posting.id > position,
            Posting.submitted_at <= datetime.fromisoformat(detail["until"]),
        )
        .order_by(Posting.id)
        .limit(CHUNK)
    ).all()


def _note(job: Job, decided: Sequence[Decided], position: int) -> None:
    refused = [one for one in decided if one.refusal]
    job.position = position
    job.done += len(decided)
    job.counts = {"bad": job.counts.get("bad", 0) + len(refused)}
    told = [*job.detail["refusals"], *([one.title, one.refusal] for one in refused)]
    job.detail = {**job.detail, "refusals": told[:KEPT_REFUSALS]}


def _actor(detail: Mapping[str, Any]) -> Actor:
    """Who asked for it, as far as they still may."""
    person = db.session.get_one(Person, detail["person_id"])
    roles = frozenset(Role(one) for one in detail["roles"])
    return actor_since(person, detail["organisation_id"], roles)


def _count(session: Session, actor: Actor, upload_id: int) -> int:
    waiting = waiting_condition(actor, upload_id)
    return session.scalar(select(func.count()).select_from(Posting).where(waiting)) or 0


def _key(actor: Actor, upload_id: int) -> str:
    return f"{upload_id} {actor.person_id} {actor.organisation_id}"
