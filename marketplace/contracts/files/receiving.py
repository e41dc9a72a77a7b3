"""Taking a file in: is it a table, does it have the columns, and then it waits for the worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.catalogue.importing import Target
from marketplace.catalogue.importing.reading import RowReader
from marketplace.catalogue.importing.seen import SeenIdentities
from marketplace.contracts.models import SentFile
from marketplace.core.actor import Actor
from marketplace.core.i18n import listed
from marketplace.core.outbox import record_event
from marketplace.core.tables import Table, TableError, open_table
from marketplace.posting.uploads.jobs import begin_job
from marketplace.posting.uploads.receiving import keep_content

KIND, JOB = "sent_file", "sent-file"
RECEIVED, GOES_ON = "sent_file_received", "sent_file_goes_on"


def look_at(target: Target, path: Path) -> dict[str, Any]:
    """What of a file isn't used: ``columns`` that mean nothing here, further sheets.

    ``fields`` are the keys of the fields for which it has a column.

    :raises TableError: when it can't be read as a whole.
    """
    with open_table(path) as table, SeenIdentities() as seen:
        reader = reader_of(target, table, seen)
        return {
            "columns": list(reader.unknown)[:50],
            "fields": sorted(reader.columns),
            "sheet": table.sheet or "",
            "other_sheets": list(table.other_sheets)[:20],
        }


def reader_of(target: Target, table: Table, seen: SeenIdentities) -> RowReader:
    """The reader of the table's rows.

    :raises TableError: when the column is missing without which no row can be read.
    """
    try:
        return RowReader(target, table, None, seen)
    except TableError as error:
        if error.code != "no_title_column":
            raise
        declared = target.declared
        keys = (declared.title_target,)
        label = next(field.label for field in declared.fields if field.goes_to in keys)
        raise missing_columns([label], table.columns) from error


def missing_columns(labels: list[Any], columns: Any) -> TableError:
    """Columns without which no row can be used."""
    return TableError(
        "missing_columns",
        _(
            "找不到这些列：%(labels)s。请照模板改列名，再传一次。文件里的列是：%(columns)s。",
            labels=listed(labels),
            columns=listed(list(columns)[:30]),
        ),
    )


def keep_file(
    session: Session, actor: Actor, purpose: str, name: str, path: Path, notes: dict[str, Any]
) -> SentFile:
    """Keep a file that was looked at, and have it read, in the transaction that is open."""
    stored = keep_content(session, path)
    return read_again(
        session,
        SentFile(
            purpose=purpose,
            by_name=actor.name,
            by_id=actor.person_id,
            for_id=actor.organisation_id,
            sha256=stored.sha256,
            size=stored.size,
            name=name,
            notes=notes,
        ),
    )


def read_again(session: Session, file: SentFile) -> SentFile:
    """Have a file read whose content is there, in the transaction that is open."""
    session.add(file)
    session.flush()
    begin_job(session, JOB, str(file.id), file.name, file.size, share=0.0)
    record_event(session, RECEIVED, KIND, file.id)
    return file
