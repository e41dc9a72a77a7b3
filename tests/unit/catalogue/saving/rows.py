"""Rows for saving, cleaned as an import would."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.catalogue.inputs import CleanRow
from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.saving import Outcome, Saved, save_records
from marketplace.core.actor import system
from marketplace.core.db import db
from marketplace.core.outbox import OutboxEvent
from tests.unit.catalogue.inputs.cleaning import clean


def rows_of(kind: str, *cells: dict[str, Any]) -> list[CleanRow]:
    """Clean rows numbered from 2, as below a header."""
    rows = []
    for number, each in enumerate(cells, start=2):
        row = clean(kind, each)
        assert isinstance(row, CleanRow), [str(issue.reason) for issue in row]
        row.number = number
        rows.append(row)
    return rows


def save(kind: str, *cells: dict[str, Any], source: str = "册子") -> list[Outcome]:
    """Save rows as the system."""
    return save_records(system("import"), kind, rows_of(kind, *cells), source=source)


def ends(outcomes: list[Outcome]) -> list[Saved]:
    """What became of each row."""
    return [outcome.saved for outcome in outcomes]


def refusal(outcome: Outcome) -> str:
    """Why a row was refused."""
    assert outcome.issue is not None
    return str(outcome.issue.reason)


def stored(kind: str, id_: int | None) -> Any:
    """A record as it now stands in the database."""
    db.session.rollback()
    return db.session.get_one(RECORD_MODELS[kind], id_)


def events(kind: str) -> list[tuple[str, int]]:
    """The events of one kind of record, in order."""
    db.session.rollback()
    rows = db.session.execute(
        select(OutboxEvent.kind, OutboxEvent.subject_id)
        .where(OutboxEvent.subject_kind == kind)
        .order_by(OutboxEvent.id)
    )
    return [(name, id_) for name, id_ in rows]
