"""From checked rows to submitted postings, some hundreds in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from marketplace.catalogue.inputs import Issue
from marketplace.catalogue.saving.parties import insert_all
from marketplace.core.actor import Actor, ActorKind
from marketplace.core.audit import AuditEntry, audit_values
from marketplace.core.db import now, writing
from marketplace.core.outbox import record_event, record_events
from marketplace.core.policy import policy, visible_to
from marketplace.core.progress import find_job
from marketplace.core.states import StateChange, StateError, change_values
from marketplace.posting.checking import PostingProblem
from marketplace.posting.models import Posting, Upload, UploadIssue, UploadRow
from marketplace.posting.numbering import own_ids
from marketplace.posting.queries import lacks_other_reviewer
from marketplace.posting.states import DEMAND, course_of
from marketplace.posting.states import KIND as POSTING
from marketplace.posting.uploads.checking import WORKER
from marketplace.posting.uploads.grouping import issue_values
from marketplace.posting.uploads.jobs import SUBMIT, Slice, begin_job, finish_job
from marketplace.posting.uploads.numbers import numbers_of, taken_numbers
from marketplace.posting.uploads.states import CHECKED, GOES_ON, KIND, SUBMITTING, UPLOAD_STATES

CHUNK = 250
LONGEST_ANSWER = 1000


def submit_upload(
    actor: Actor, upload_id: int, *, novelty: str = "", confirms_secrecy: bool = False
) -> None:
    """Have every good row submitted for review; a second call changes nothing.

    ``novelty`` answers for the rows about applications that may be unpublished.
    ``confirms_secrecy`` counts only where nobody else of the unit reviews: of demands, or where
    there is nobody who could.

    :raises PostingProblem: when an answer is missing.
    :raises StateError: when there is nothing to submit.
    :raises Forbidden: when the actor doesn't write for its organisation.
    """
    with writing() as session:
        upload = held_upload(session, actor, upload_id)
        policy.require(actor, "upload.submit", upload)
        if upload.state != CHECKED:
            return
        if not upload.good:
            raise StateError(_("没有可以提交的行。请改好表格，再上传一次。"))
        upload.novelty = " ".join(novelty.split())[:LONGEST_ANSWER]
        is_alone = lacks_other_reviewer(session, upload, actor.person_id)
        problems = {}
        if risky_numbers(session, upload_id) and not upload.novelty:
            problems["novelty"] = str(
                _("请写明为什么现在可以公开，或者删去这些行、改成概括的写法，再上传一次。")
            )
        answers_for_secrecy = is_alone or upload.kind == DEMAND
        if answers_for_secrecy and not confirms_secrecy:
            problems["secrecy"] = str(_("请确认内容已经过保密审查，可以公开。"))
        if problems:
            raise PostingProblem(problems)
        upload.submitted_by_id, upload.submitted_by_name = actor.person_id, actor.name
        upload.secrecy_confirmed_by_id = actor.person_id if answers_for_secrecy else None
        begin_job(session, SUBMIT, str(upload_id), upload.name, upload.good)
        UPLOAD_STATES.take_step(session, actor, upload, "upload.submit")


def submit_slice(upload_id: int) -> None:
    """Submit rows for some seconds; what is done is no longer a row, so that none comes twice."""
    this = Slice()
    while not this.is_over:
        with writing() as session:
            upload = session.get(Upload, upload_id, with_for_update=True, populate_existing=True)
            if upload is None or upload.state != SUBMITTING:
                return
            job = find_job(session, SUBMIT, str(upload_id))
            rows = session.scalars(
                select(UploadRow)
                .where(UploadRow.upload_id == upload_id)
                .order_by(UploadRow.id)
                .limit(CHUNK)
            ).all()
            if not rows:
                if job is not None:
                    finish_job(job)
                UPLOAD_STATES.take_step(session, WORKER, upload, "upload.submitted")
                return
            _create(session, upload, rows)
            session.execute(delete(UploadRow).where(UploadRow.id.in_([row.id for row in rows])))
            if job is not None:
                job.done += len(rows)
    with writing() as session:
        record_event(session, GOES_ON, KIND, upload_id)


def risky_numbers(session: Session, upload_id: int) -> Sequence[int]:
    """The numbers of the rows by which an unpublished application may become public."""
    return session.scalars(
        select(UploadRow.number)
        .where(UploadRow.upload_id == upload_id, UploadRow.is_risky)
        .order_by(UploadRow.id)
    ).all()


def postings_of(session: Session, upload_id: int) -> int:
    """How many postings stand that came in this upload."""
    count = select(func.count()).select_from(Posting).where(Posting.upload_id == upload_id)
    return session.scalar(count) or 0


def held_upload(session: Session, actor: Actor, upload_id: int) -> Upload:
    """The upload, held until the transaction ends.

    :raises StateError: when there is none that the actor may see.
    """
    upload = session.scalar(
        select(Upload)
        .where(Upload.id == upload_id, visible_to(actor, Upload))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if upload is None:
        raise StateError(_("找不到这份表格，可能已经删除。请回到列表再看看。"))
    return upload


def _create(session: Session, upload: Upload, rows: Sequence[UploadRow]) -> None:
    """Store postings that are submitted already, with what a single submission would leave."""
    taken = taken_numbers(
        session, WORKER, upload, [one for row in rows for one in numbers_of(upload.kind, row.cells)]
    )
    free: list[UploadRow] = []
    late: list[dict[str, Any]] = []
    for row in rows:
        hits = [one for one in numbers_of(upload.kind, row.cells) if one in taken]
        late += [
            {
                "upload_id": upload.id,
                **issue_values(row.number, Issue(column, "", value, taken[column, value])),
            }
            for column, value in hits
        ]
        if not hits:
            free.append(row)
    if late:
        session.execute(insert(UploadIssue), late)
        upload.good -= len(rows) - len(free)
        upload.bad += len(rows) - len(free)
        session.flush()
    if free:
        _insert(session, upload, free)


def _insert(session: Session, upload: Upload, rows: Sequence[UploadRow]) -> None:
    actor = Actor(
        ActorKind.PERSON,
        upload.submitted_by_name,
        upload.submitted_by_id,
        upload.organisation_id,
    )
    is_alone = upload.secrecy_confirmed_by_id is not None and upload.kind != DEMAND
    action = "posting.submit_alone" if is_alone else "posting.submit"
    steps = course_of(upload.kind).table.transitions
    step = next(one for one in steps if one.action == action)
    moment = now()
    values: list[dict[str, Any]] = [
        {
            "kind": upload.kind,
            "organisation_id": upload.organisation_id,
            "state": step.target,
            "version": 2,
            "title": row.title,
            "cells": row.cells,
            "novelty": upload.novelty if row.is_risky else "",
            "secrecy_confirmed_by_id": upload.secrecy_confirmed_by_id,
            "created_by_id": upload.by_id,
            "submitted_by_id": upload.submitted_by_id,
            "submitted_at": moment,
            "upload_id": upload.id,
        }
        for row in rows
    ]
    for value, own_id in zip(values, own_ids(session, len(values)), strict=False):
        value["id"] = own_id
    ids = insert_all(session, Posting.__table__, values)  # type: ignore[arg-type]
    session.execute(
        insert(StateChange), [change_values(actor, step, POSTING, one, version=2) for one in ids]
    )
    session.execute(
        insert(AuditEntry),
        [
            audit_values(actor, act, POSTING, one, version, upload=upload.id)
            for act, version in (("posting.begin", 1), (action, 2))
            for one in ids
        ],
    )
    record_events(session, step.event, POSTING, ids)
