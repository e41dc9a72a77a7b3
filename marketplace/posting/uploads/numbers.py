"""Official numbers that are taken: by a public record, or by what the own unit is working on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Table, and_, select
from sqlalchemy.orm import Session

from marketplace.catalogue.inputs.declaration import Cell, Draft, InputError
from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.saving.by_hand import taken_number
from marketplace.catalogue.saving.identity import NUMBER_LABELS, NUMBERS, in_chunks
from marketplace.core.actor import Actor
from marketplace.core.identifiers import IdentifierError
from marketplace.core.policy import visible_to
from marketplace.posting.models import Posting, Upload
from marketplace.posting.states import OPEN_STATES
from marketplace.posting.steps import field_of

Number = tuple[str, str]


def numbers_of(kind: str, values: Mapping[str, Any]) -> list[Number]:
    """The official numbers among the values of a row, or among its cells."""
    return [(column, str(values[column])) for column in NUMBERS[kind] if values.get(column)]


def taken_numbers(
    session: Session, actor: Actor, upload: Upload, numbers: Iterable[Number]
) -> dict[Number, LazyString]:
    """Those that can't be used, with the sentence that says by what they are taken.

    What other organisations are working on is not for this one to know.
    """
    wanted: dict[str, set[str]] = {}
    for column, value in numbers:
        wanted.setdefault(column, set()).add(value)
    found: dict[Number, LazyString] = {}
    for column, values in wanted.items():
        for number in values & numbers_in_work(session, actor, upload, column).keys():
            found[column, number] = _in_work(column, number)
        table: Table = RECORD_MODELS[upload.kind].__table__  # type: ignore[assignment]
        for chunk in in_chunks(values):
            query = select(table.c[column]).where(table.c[column].in_(chunk))
            for number in session.scalars(query):
                found[column, number] = taken_number(column, number)
    return found


def numbers_in_work(
    session: Session, actor: Actor, upload: Upload, column: str
) -> dict[str, tuple[str, int]]:
    """The numbers of the unit's open postings, as they are read and not as they were typed.

    By number the title and the id of the posting.
    """
    typed = Posting.cells[column].as_string()
    rows = session.execute(
        select(typed, Posting.title, Posting.id).where(
            is_in_work(actor, upload), typed.is_not(None), typed != ""
        )
    )
    return {_read(upload.kind, column, text): (title, id_) for text, title, id_ in rows}


def is_in_work(actor: Actor, upload: Upload) -> ColumnElement[bool]:
    """Open postings of the unit and the kind of the upload."""
    return and_(
        visible_to(actor, Posting),
        Posting.organisation_id == upload.organisation_id,
        Posting.kind == upload.kind,
        Posting.state.in_(OPEN_STATES),
    )


def _read(kind: str, column: str, text: str) -> str:
    try:
        cell = Cell(text, column, column, Draft({}, {}))
        return str(field_of(kind, column).parse(cell))
    except (InputError, IdentifierError):
        return text


def _in_work(column: str, value: str) -> LazyString:
    return _(
        "%(label)s %(value)s 已经在你们单位正在填写或审核的一条里。请核对号码，或删去这一行。",
        label=NUMBER_LABELS[column],
        value=value[:60],
    )
