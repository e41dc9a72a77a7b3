"""Storing one record that people entered here and others have reviewed.

Whether it was reviewed is the caller's affair; so is the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from marketplace.catalogue.inputs import CleanRow
from marketplace.catalogue.saving.batch import Batch
from marketplace.catalogue.saving.identity import IMPORT_LOCK, NUMBER_LABELS, NUMBERS, find_existing
from marketplace.catalogue.saving.outcome import Entry, Outcome
from marketplace.core.actor import Actor
from marketplace.core.db import now
from marketplace.core.locks import lock_until_commit

CHANGE = "listing.change"


def save_by_hand(
    session: Session,
    actor: Actor,
    kind: str,
    row: CleanRow,
    record_id: int | None,
    *,
    is_demo: bool = False,
) -> Outcome:
    """Store a new listing, or a new version of the one that ``record_id`` names.

    An imported record keeps saying where it came from, but imports no longer change it.

    :returns: what became of it; refused when a number belongs to another record.
    """
    lock_until_commit(session, IMPORT_LOCK)
    (outcome,) = _OneByHand(session, actor, kind, record_id, is_demo=is_demo).save([row])
    return outcome


def number_owners(session: Session, kind: str, row: CleanRow) -> dict[str, int]:
    """The records that already have one of the row's official numbers: id by column."""
    table = Batch.table_of(kind)
    entry = Entry(row, _numbers(kind, row))
    found = find_existing(session, table, None, [entry], is_held=False)
    return {column: record["id"] for (column, _value), record in found.items()}


class _OneByHand(Batch):
    _changing = CHANGE

    def __init__(
        self, session: Session, actor: Actor, kind: str, record_id: int | None, *, is_demo: bool
    ) -> None:
        super().__init__(session, actor, kind, None, is_demo=is_demo)
        self._record_id = record_id

    def _identities(self, row: CleanRow) -> tuple[tuple[str, str], ...]:
        return _numbers(self._kind, row)

    def _find_existing(self, entries: Sequence[Entry]) -> None:
        found = find_existing(self._session, self._table, None, entries)
        for entry in entries:
            for (column, value), record in found.items():
                if record["id"] != self._record_id:
                    entry.refuse(column, value, taken_number(column, value))
            if self._record_id is not None:
                held = select(self._table).where(self._table.c.id == self._record_id)
                entry.existing = self._session.execute(held.with_for_update()).mappings().one()

    def _settle_source(self, entry: Entry, existing: RowMapping) -> None:
        if existing["source"] and existing["kept_by_hand_since"] is None:
            entry.changes["kept_by_hand_since"] = now()

    def _provenance(self, _entry: Entry) -> dict[str, Any]:
        return {}

    @property
    def _stamp(self) -> dict[str, Any]:
        return {}


def taken_number(column: str, value: str) -> Any:
    """The sentence for a number under which another record stands."""
    return _(
        "%(label)s %(value)s 已经在另一条记录上。请核对号码；如果是同一项，请在那条记录上修改。",
        label=NUMBER_LABELS[column],
        value=value[:60],
    )


def _numbers(kind: str, row: CleanRow) -> tuple[tuple[str, str], ...]:
    return tuple((column, row.values[column]) for column in NUMBERS[kind] if row.values.get(column))
