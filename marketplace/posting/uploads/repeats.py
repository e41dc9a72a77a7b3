"""Rows of an upload that its unit seems to have already, public or still in work.

A few statements, however many rows the spreadsheet has: what the unit has is gone through once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ColumnElement, and_, func, select, type_coerce
from sqlalchemy.orm import Session

from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.saving.identity import NUMBERS, in_chunks
from marketplace.catalogue.states import OPEN_STATES, SUSPENDED
from marketplace.core.actor import Actor
from marketplace.core.policy import visible_to
from marketplace.posting.models import Posting, Upload, UploadIssue, UploadRow
from marketplace.posting.queries import OWNERS
from marketplace.posting.uploads.numbers import is_in_work, numbers_in_work
from marketplace.posting.uploads.states import CHECKED, CHECKING, SUBMITTED, SUBMITTING

SHOWN_REPEATS = 200


@dataclass(frozen=True)
class Repeat:
    """A row that is there already: as a posting in work, or else as a record.

    ``has_same_number`` says by what it was found, its official number or its title.
    """

    row: int
    title: str
    id: int
    is_posting: bool
    has_same_number: bool


def repeats_of(session: Session, actor: Actor, upload: Upload) -> list[Repeat]:
    """The rows that this unit has already, each once, in the order of the file."""
    found = {one.row: one for one in _by_number(session, actor, upload)}
    rows = session.execute(
        select(UploadRow.number, UploadRow.title).where(UploadRow.upload_id == upload.id)
    ).all()
    titles = {title for _number, title in rows}
    records = _held(session, actor, upload, titles)
    postings = _in_work(session, actor, upload, titles)
    for number, title in rows:
        if title in records:
            found[number] = Repeat(
                number, title, records[title], is_posting=False, has_same_number=False
            )
        elif title in postings:
            found[number] = Repeat(
                number, title, postings[title], is_posting=True, has_same_number=False
            )
    return [found[number] for number in sorted(found)]


def earlier_same(session: Session, actor: Actor, upload: Upload) -> Upload | None:
    """The last upload of the same content for the same organisation that came to anything."""
    return session.scalar(
        select(Upload)
        .where(
            visible_to(actor, Upload),
            Upload.organisation_id == upload.organisation_id,
            Upload.kind == upload.kind,
            Upload.sha256 == upload.sha256,
            Upload.state.in_((CHECKING, CHECKED, SUBMITTING, SUBMITTED)),
            Upload.id < upload.id,
        )
        .order_by(Upload.id.desc())
        .limit(1)
    )


def _by_number(session: Session, actor: Actor, upload: Upload) -> list[Repeat]:
    """Rows that can't go in because their number is taken, where it is by the unit itself."""
    columns = NUMBERS[upload.kind]
    rows = session.execute(
        select(UploadIssue.row, UploadIssue.field, UploadIssue.value).where(
            UploadIssue.upload_id == upload.id,
            UploadIssue.is_warning.is_(False),
            UploadIssue.field.in_(columns),
        )
    ).all()
    found = []
    for column in columns:
        numbers = {value for _row, field, value in rows if field == column}
        if not numbers:
            continue
        in_work = numbers_in_work(session, actor, upload, column)
        known = {number: (*posting, True) for number, posting in in_work.items()}
        known |= _numbers_held(session, actor, upload, column, numbers)
        found += [
            Repeat(row, *known[value], has_same_number=True)
            for row, field, value in rows
            if field == column and value in known
        ]
    return found


def _numbers_held(
    session: Session, actor: Actor, upload: Upload, column: str, numbers: Iterable[str]
) -> dict[str, tuple[str, int, bool]]:
    """By number the title and id of the unit's record."""
    model: Any = RECORD_MODELS[upload.kind]
    number = getattr(model, column)
    found: dict[str, tuple[str, int, bool]] = {}
    for chunk in in_chunks(numbers):
        query = select(number, _title(model), model.id).where(
            number.in_(chunk), _is_held(actor, upload)
        )
        found |= {one: (title, id_, False) for one, title, id_ in session.execute(query)}
    return found


def _held(session: Session, actor: Actor, upload: Upload, titles: Iterable[str]) -> dict[str, int]:
    """The unit's records of these titles."""
    model: Any = RECORD_MODELS[upload.kind]
    found: dict[str, int] = {}
    for chunk in in_chunks(titles):
        query = select(_title(model), model.id).where(
            _is_held(actor, upload), _title(model).in_(chunk)
        )
        found |= {row[0]: row[1] for row in session.execute(query)}
    return found


def _in_work(
    session: Session, actor: Actor, upload: Upload, titles: Iterable[str]
) -> dict[str, int]:
    """The unit's open postings of these titles."""
    found: dict[str, int] = {}
    for chunk in in_chunks(titles):
        query = select(Posting.title, Posting.id).where(
            is_in_work(actor, upload), Posting.title.in_(chunk)
        )
        found |= {row[0]: row[1] for row in session.execute(query)}
    return found


def _title(model: Any) -> ColumnElement[str]:
    title = type_coerce(model.title, JSON)
    return func.coalesce(title["zh"].as_string(), title["en"].as_string())


def _is_held(actor: Actor, upload: Upload) -> ColumnElement[bool]:
    """Held by the unit of the upload, and not taken away for good."""
    model: Any = RECORD_MODELS[upload.kind]
    links, column = OWNERS[upload.kind]
    is_own: ColumnElement[bool] = getattr(model, links).any(column == upload.organisation_id)
    return and_(visible_to(actor, model), is_own, model.state.in_((*OPEN_STATES, SUSPENDED)))
