"""Taking a spreadsheet in: is it one, does it fit, and then it waits for the worker."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from flask import current_app
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.importing import catalogue_target
from marketplace.catalogue.importing.reading import RowReader
from marketplace.catalogue.importing.seen import SeenIdentities
from marketplace.catalogue.inputs import INPUTS
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.contents import hold_contents
from marketplace.core.db import db, writing
from marketplace.core.files import FileStore, FileTooLarge, StoredFile
from marketplace.core.i18n import listed
from marketplace.core.outbox import record_event
from marketplace.core.policy import policy, visible_to
from marketplace.core.tables import Table, TableError, open_table
from marketplace.posting.models import Upload
from marketplace.posting.steps import keys_of
from marketplace.posting.uploads.jobs import CHECK, begin_job
from marketplace.posting.uploads.states import KIND, RECEIVED
from marketplace.settings import Settings

MEGABYTE = 1 << 20
LONGEST_NAME = 300


def receive(actor: Actor, kind: str, name: str, content: IO[bytes]) -> int:
    """Keep a spreadsheet for its check; returns the upload's id.

    :raises TableError: when it can't be read as a whole; nothing is kept.
    :raises Forbidden: when the actor doesn't write for an organisation.
    """
    wanted = Upload(kind=kind, organisation_id=actor.organisation_id or 0)
    policy.require(actor, "upload.receive", wanted)
    name = printable_name(name)
    with received(name, content) as path:
        with open_table(path) as table, SeenIdentities() as seen:
            reader = reader_of(kind, table, seen)
            notes = _notes(kind, table, reader)
        with writing() as session:
            stored = keep_content(session, path)
            upload = Upload(
                kind=kind,
                organisation_id=actor.organisation_id or 0,
                by_id=actor.person_id,
                by_name=actor.name,
                sha256=stored.sha256,
                size=stored.size,
                name=name,
                notes=notes,
            )
            session.add(upload)
            session.flush()
            begin_job(session, CHECK, str(upload.id), name, stored.size, share=0.0)
            record_audit(session, actor, "upload.receive", KIND, upload.id, 1, sha256=stored.sha256)
            record_event(session, RECEIVED, KIND, upload.id)
            return upload.id


@contextmanager
def received(name: str, content: IO[bytes]) -> Iterator[Path]:
    """What somebody sends, under a path with its own ending.

    :raises TableError: when it is larger than this market takes.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{Path(name).suffix[:10]}"
        with path.open("wb") as target:
            shutil.copyfileobj(content, target)
        if path.stat().st_size > size_limit():
            raise too_large()
        yield path


def keep_content(session: Session, path: Path) -> StoredFile:
    """Keep the content of a file in the transaction that names it.

    :raises TableError: when it is larger than this market takes.
    """
    hold_contents(session)
    try:
        with path.open("rb") as source:
            return _files().save(source, size_limit())
    except FileTooLarge as error:
        raise too_large() from error


def size_limit() -> int:
    """How large a spreadsheet may be, in bytes."""
    settings: Settings = current_app.extensions["settings"]
    return settings.upload_limit_mb * MEGABYTE


def too_large() -> TableError:
    """The file is larger than this market takes on its pages."""
    return TableError(
        "too_large",
        _(
            "文件超过 %(limit)s MB。请分成几份上传，或者只留需要的工作表。",
            limit=size_limit() // MEGABYTE,
        ),
    )


def find_upload(actor: Actor, upload_id: int) -> Upload | None:
    """The upload, where the actor may see it."""
    return db.session.scalar(
        select(Upload).where(Upload.id == upload_id, visible_to(actor, Upload))
    )


def reader_of(kind: str, table: Table, seen: SeenIdentities) -> RowReader:
    """The reader of the table's rows.

    :raises TableError: when no column holds the name.
    """
    try:
        return RowReader(catalogue_target(kind), table, None, seen)
    except TableError as error:
        if error.code != "no_title_column":
            raise
        raise TableError(error.code, _no_title(table)) from error


@contextmanager
def local_copy(sha256: str, name: str) -> Iterator[Path]:
    """The stored file under a path, with the ending that it came with."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{Path(name).suffix[:10]}"
        with _files().open(sha256) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        yield path


def _files() -> FileStore:
    files: FileStore = current_app.extensions["files"]
    return files


def _notes(kind: str, table: Table, reader: RowReader) -> dict[str, object]:
    """What of the file isn't taken over: columns that mean nothing here, further sheets."""
    declared = INPUTS[kind]
    unused = {field.key for field in declared.fields} - {*keys_of(kind), "disclosure"}
    # Some mean something to an import from a register, but nothing to a form.
    known = [column for key, column in reader.columns.items() if key in unused]
    return {
        "columns": [*reader.unknown, *known][:50],
        "sheet": table.sheet or "",
        "other_sheets": list(table.other_sheets)[:20],
    }


def _no_title(table: Table) -> LazyString:
    return _(
        "找不到“名称”这一列。请照模板改列名，再上传一次。文件里的列是：%(columns)s。",
        columns=listed(table.columns[:30]),
    )


def printable_name(name: str) -> str:
    """The file's own name, as the database can hold it: browsers may send anything."""
    plain = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(one for one in plain if one.isprintable()).encode("utf-8", "replace").decode()
    return kept.strip()[-LONGEST_NAME:] or "upload"
