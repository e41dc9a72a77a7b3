"""Reading a sent file row by row, some seconds at a time; what is bad in it is kept with it.

What a row becomes, and what happens when all are in, says the purpose for which it was sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from marketplace.catalogue.importing import Target
from marketplace.catalogue.importing.reading import ReadBatch
from marketplace.catalogue.importing.seen import SeenIdentities
from marketplace.catalogue.importing.target import Origin
from marketplace.catalogue.saving import Saved
from marketplace.contracts.files.receiving import GOES_ON, JOB, KIND, reader_of
from marketplace.contracts.models import SentFile, SentFileIssue
from marketplace.core.actor import Actor, ActorKind
from marketplace.core.db import db, writing
from marketplace.core.outbox import record_event
from marketplace.core.progress import RUNNING, Job, find_job
from marketplace.core.tables import Table, TableError, open_table
from marketplace.posting.uploads.grouping import issue_values
from marketplace.posting.uploads.jobs import Slice, finish_job, in_both_languages
from marketplace.posting.uploads.receiving import local_copy

MOST_ROWS = 100_000


@dataclass(frozen=True)
class Purpose:
    """For what files are sent: how they are read, the key of what they fill, and how it ends.

    ``finish`` and ``fail`` are called in the transaction in which the file is over.
    """

    target_of: Callable[[SentFile], Target]
    key_of: Callable[[Session, SentFile], str]
    finish: Callable[[Session, SentFile], None]
    fail: Callable[[Session, SentFile], None]


_purposes: dict[str, Purpose] = {}


def declare_purpose(name: str, purpose: Purpose) -> None:
    """Let files be sent for this; saying the same again changes nothing."""
    _purposes[name] = purpose


class _Overtaken(Exception):
    """Somebody else went on with the same file."""


def read_slice(file_id: int) -> None:
    """Read on where the last slice ended; what can't be read as a whole ends with its sentence."""
    db.session.rollback()
    file, position = _where(file_id)
    if file is None:
        return
    purpose = _purposes[file.purpose]
    try:
        with (
            local_copy(file.sha256, file.name) as path,
            open_table(path) as table,
            SeenIdentities() as seen,
        ):
            target = purpose.target_of(file)
            reader = reader_of(target, table, seen)
            if position:
                reader.pass_over(position)
            table.start_at(position)
            # Passing over takes its time, too; each slice goes on by more than one batch.
            this = Slice()
            for batch in reader.batches():
                _keep(file_id, target, batch, position, table)
                position = batch.offset
                if this.is_over:
                    with writing() as session:
                        record_event(session, GOES_ON, KIND, file_id)
                    return
    except _Overtaken:
        return
    except TableError as error:
        _fail(file_id, error)
        return
    with writing() as session:
        held, job = _held(session, file_id)
        if job is not None and job.state == RUNNING and job.position == position:
            finish_job(job)
            purpose.finish(session, held)


def _where(file_id: int) -> tuple[SentFile | None, int]:
    with writing() as session:
        file = session.get(SentFile, file_id)
        job = find_job(session, JOB, str(file_id))
        if file is None or job is None or job.state != RUNNING:
            return None, 0
        session.expunge(file)
        return file, job.position


def _held(session: Session, file_id: int) -> tuple[SentFile, Job | None]:
    file = session.get_one(SentFile, file_id, with_for_update=True, populate_existing=True)
    return file, find_job(session, JOB, str(file_id))


def _keep(file_id: int, target: Target, batch: ReadBatch, position: int, table: Table) -> None:
    """Save a batch of rows, what is wrong with others, and the place, in one transaction."""
    with writing() as session:
        file, job = _held(session, file_id)
        if job is None or job.position != position or job.state != RUNNING:
            raise _Overtaken
        if file.rows + batch.read > MOST_ROWS:
            raise _too_many()
        sender = Actor(ActorKind.PERSON, file.by_name, file.by_id, file.for_id)
        key = _purposes[file.purpose].key_of(session, file)
        outcomes = target.save(sender, batch.rows, Origin(file.name[:200], key))
        issues = [issue_values(error.row, error) for error in batch.errors]
        bad = batch.failed
        for row, outcome in zip(batch.rows, outcomes, strict=True):
            if outcome.issue is not None:
                issues.append(issue_values(row.number, outcome.issue))
                bad += 1
                continue
            file.good += outcome.saved is Saved.CREATED
            file.same += outcome.saved is Saved.UNCHANGED
            issues += [issue_values(row.number, one, is_warning=True) for one in outcome.warnings]
        if issues:
            session.execute(insert(SentFileIssue), [{"file_id": file_id, **one} for one in issues])
        file.rows += batch.read
        file.bad += bad
        share = min(table.bytes_read / table.total_bytes, 1.0) if table.total_bytes else 1.0
        job.position, job.done = batch.offset, file.rows
        job.counts = {"bad": file.bad}
        job.detail = {**job.detail, "share": share}


def _fail(file_id: int, error: TableError) -> None:
    with writing() as session:
        file, job = _held(session, file_id)
        if job is None or job.state != RUNNING:
            return
        session.execute(delete(SentFileIssue).where(SentFileIssue.file_id == file_id))
        file.problem = dict(in_both_languages(error.sentence))
        finish_job(job)
        _purposes[file.purpose].fail(session, file)


def _too_many() -> TableError:
    return TableError(
        "too_many_rows",
        _(
            "一份文件最多 %(limit)s 行，这份超过了，什么都没有收下。请分成几份再传。",
            limit=f"{MOST_ROWS:,}",
        ),
    )
