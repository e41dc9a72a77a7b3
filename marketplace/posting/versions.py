"""Versions of a record, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from flask_babel import LazyString
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.record_queries import public_versions
from marketplace.core.actor import Actor
from marketplace.core.codelists import code_name
from marketplace.core.web.paging import Paging
from marketplace.core.web.wording import gettext as _
from marketplace.posting.cells import Cells, cells_from_record, changed_keys, row_text
from marketplace.posting.comparing import Piece, pieces
from marketplace.posting.models import RecordVersion
from marketplace.posting.steps import field_of, keys_of, widget_of


@dataclass(frozen=True)
class Difference:
    """One field that differs: its label, and the text in pieces."""

    key: str
    label: LazyString
    pieces: Sequence[Piece]


def keep_version(
    session: Session,
    actor: Actor,
    kind: str,
    record_id: int,
    version: int,
    cells: Cells,
    posting_id: int | None,
) -> None:
    """Keep what a version says, in the present transaction."""
    session.add(
        RecordVersion(
            kind=kind,
            record_id=record_id,
            version=version,
            posting_id=posting_id,
            cells=dict(cells),
            by_name=actor.name,
        )
    )


def keep_first_version(session: Session, actor: Actor, kind: str, record: Any) -> None:
    """Keep what a record says that was imported, before it is changed here for the first time."""
    known = select(RecordVersion.id).where(
        RecordVersion.kind == kind, RecordVersion.record_id == record.id
    )
    if session.scalar(known.limit(1)) is None:
        version = public_versions(kind, [record])[record.id]
        keep_version(
            session, actor, kind, record.id, version, cells_from_record(kind, record), None
        )


def count_versions(session: Session, kind: str, record_id: int) -> int:
    """How many versions of a record are kept."""
    kept = select(func.count()).where(
        RecordVersion.kind == kind, RecordVersion.record_id == record_id
    )
    return session.scalar(kept.select_from(RecordVersion)) or 0


def changes_of(
    session: Session, kind: str, record_id: int, paging: Paging
) -> list[tuple[RecordVersion, list[Difference]]]:
    """A page of the kept versions, newest first, each with what it changed of the one before."""
    kept = session.scalars(
        select(RecordVersion)
        .where(RecordVersion.kind == kind, RecordVersion.record_id == record_id)
        .order_by(RecordVersion.version.desc())
        .offset(paging.offset)
        .limit(paging.size + 1)
    ).all()
    return [
        (later, differences(kind, earlier.cells, later.cells) if earlier else [])
        for later, earlier in zip_longest(kept, kept[1:])
    ][: paging.size]


def differences(kind: str, before: Cells, after: Cells) -> list[Difference]:
    """The fields that differ, in the order of the form, word by word."""
    return [
        Difference(
            key,
            field_of(kind, key).label,
            pieces(shown_cell(kind, key, before), shown_cell(kind, key, after)),
        )
        for key in changed_keys(before, after, keys_of(kind))
    ]


def shown_cell(kind: str, key: str, cells: Cells) -> str:
    """A cell as people read it: names for codes, a line for a row."""
    value = cells.get(key) or ""
    field = field_of(kind, key)
    widget = widget_of(kind, key)
    if widget == "rows" and isinstance(value, list):
        return "\n".join(row_text(row) for row in value)
    if widget == "yes_no" and value in ("是", "否"):
        return _("是") if value == "是" else _("否")
    if field.choices:
        codes = value if isinstance(value, list) else [value]
        return _("、").join(str(code_name(field.choices, str(code))) for code in codes if code)
    return "；".join(map(str, value)) if isinstance(value, list) else str(value)
