"""Reading an uploaded spreadsheet row by row: what can go in, what can't, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from marketplace.catalogue.importing.reading import ReadBatch
from marketplace.catalogue.importing.seen import SeenIdentities
from marketplace.catalogue.inputs import CleanRow, Issue, PartyRef
from marketplace.core.actor import Actor, system
from marketplace.core.db import db, writing
from marketplace.core.outbox import record_event
from marketplace.core.progress import Job, find_job
from marketplace.core.tables import Table, TableError, open_table
from marketplace.posting.cells import cells_from_row, missing, read_cells, title_of
from marketplace.posting.checking import is_among, must_be_among, unpublished_in
from marketplace.posting.models import Upload, UploadIssue, UploadRow
from marketplace.posting.uploads.grouping import issue_values
from marketplace.posting.uploads.jobs import CHECK, Slice, finish_job, in_both_languages
from marketplace.posting.uploads.numbers import numbers_of, taken_numbers
from marketplace.posting.uploads.receiving import local_copy, reader_of
from marketplace.posting.uploads.states import CHECKING, GOES_ON, KIND, UPLOAD_STATES

MOST_ROWS = 10_000
WORKER = system("upload")


class _Overtaken(Exception):
    """Somebody else went on with the same upload."""


def check_slice(upload_id: int) -> None:
    """Read on where the last slice ended; at the end of the file the upload is checked.

    What can't be read as a whole ends the upload with its sentence.
    """
    this = Slice()
    db.session.rollback()
    upload, position = _where(upload_id)
    if upload is None:
        return
    try:
        with (
            local_copy(upload.sha256, upload.name) as path,
            open_table(path) as table,
            SeenIdentities() as seen,
        ):
            reader = reader_of(upload.kind, table, seen)
            if position:
                reader.pass_over(position)
            table.start_at(position)
            for batch in reader.batches():
                _keep(upload_id, batch, position, table)
                position = batch.offset
                if this.is_over:
                    with writing() as session:
                        record_event(session, GOES_ON, KIND, upload_id)
                    return
    except _Overtaken:
        return
    except TableError as error:
        _fail(upload_id, error)
        return
    with writing() as session:
        held = _held(session, upload_id)
        if held.state == CHECKING and (job := find_job(session, CHECK, str(upload_id))):
            finish_job(job)
            UPLOAD_STATES.take_step(session, WORKER, held, "upload.checked")


def _where(upload_id: int) -> tuple[Upload | None, int]:
    with writing() as session:
        upload = session.get(Upload, upload_id)
        job = find_job(session, CHECK, str(upload_id))
        if upload is None or job is None or upload.state != CHECKING:
            return None, 0
        position = job.position
        session.flush()
        session.expunge(upload)
        return upload, position


def _held(session: Session, upload_id: int) -> Upload:
    return session.get_one(Upload, upload_id, with_for_update=True, populate_existing=True)


def _keep(upload_id: int, batch: ReadBatch, position: int, table: Table) -> None:
    """Keep a batch and the place reached, in one transaction."""
    with writing() as session:
        upload = _held(session, upload_id)
        job = find_job(session, CHECK, str(upload_id))
        if job is None or job.position != position or upload.state != CHECKING:
            raise _Overtaken
        if upload.rows + batch.read > MOST_ROWS:
            raise _too_many()
        good, issues = _judge(session, upload, batch)
        if good:
            session.execute(insert(UploadRow), good)
        if issues:
            session.execute(insert(UploadIssue), issues)
        upload.rows += batch.read
        upload.good += len(good)
        upload.bad += batch.read - len(good)
        _note_progress(job, upload, batch, table)


def _note_progress(job: Job, upload: Upload, batch: ReadBatch, table: Table) -> None:
    share = min(table.bytes_read / table.total_bytes, 1.0) if table.total_bytes else 1.0
    job.position, job.done = batch.offset, upload.rows
    job.counts = {"bad": upload.bad}
    job.detail = {**job.detail, "share": share}


def _judge(
    session: Session, upload: Upload, batch: ReadBatch
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows that can go in, and everything that is wrong or doubtful."""
    actor = Actor(WORKER.kind, WORKER.name, organisation_id=upload.organisation_id)
    taken = taken_numbers(
        session,
        actor,
        upload,
        [number for row in batch.rows for number in numbers_of(upload.kind, row.values)],
    )
    good: list[dict[str, Any]] = []
    of_upload = {"upload_id": upload.id}
    issues = [of_upload | issue_values(error.row, error) for error in batch.errors]
    for row in batch.rows:
        _fill_in_owner(upload, row)
        cells = cells_from_row(upload.kind, row)
        found = _problems(upload, row, cells, taken)
        issues += [of_upload | issue_values(row.number, one) for one in found]
        if found:
            continue
        issues += [
            of_upload | issue_values(row.number, one, is_warning=True) for one in row.warnings
        ]
        title = title_of(cells)
        good.append(
            {
                "upload_id": upload.id,
                "number": row.number,
                "title": title,
                "cells": cells,
                "is_risky": bool(unpublished_in(session, upload.kind, row, title, actor)),
            }
        )
    return good, issues


def _fill_in_owner(upload: Upload, row: CleanRow) -> None:
    if not row.links.get("owners"):
        unit = upload.organisation
        row.links["owners"] = [PartyRef(unit.name, unit.uscc)]


def _problems(
    upload: Upload,
    row: CleanRow,
    cells: dict[str, Any],
    taken: dict[tuple[str, str], LazyString],
) -> Sequence[Issue]:
    found = [
        Issue(one.field, row.columns.get(one.field, ""), one.value, one.reason)
        for one in missing(upload.kind, cells)
    ]
    if not is_among(upload.organisation, row.links["owners"]):
        named = "；".join(str(one.name) or one.uscc or "" for one in row.links["owners"])
        found.append(_about(row, "owners", named, must_be_among(upload.organisation)))
    found += [
        _about(row, column, value, taken[column, value])
        for column, value in numbers_of(upload.kind, row.values)
        if (column, value) in taken
    ]
    if not found:
        # What a form could not read again would be stuck on its way to publication.
        again = read_cells(upload.kind, cells)
        if not isinstance(again, CleanRow):
            found += [_about(row, one.field, one.value, one.reason) for one in again]
    return found


def _about(row: CleanRow, field: str, value: str, reason: LazyString) -> Issue:
    return Issue(field, row.columns.get(field, ""), value, reason)


def _fail(upload_id: int, error: TableError) -> None:
    with writing() as session:
        upload = _held(session, upload_id)
        if upload.state != CHECKING:
            return
        session.execute(delete(UploadRow).where(UploadRow.upload_id == upload_id))
        session.execute(delete(UploadIssue).where(UploadIssue.upload_id == upload_id))
        upload.problem = dict(in_both_languages(error.sentence))
        if job := find_job(session, CHECK, str(upload_id)):
            finish_job(job)
        UPLOAD_STATES.take_step(session, WORKER, upload, "upload.fail")


def _too_many() -> TableError:
    return TableError(
        "too_many_rows",
        _(
            "一份表格最多 %(limit)s 行，这份超过了，什么都没有收下。请分成几份上传。",
            limit=f"{MOST_ROWS:,}",
        ),
    )
