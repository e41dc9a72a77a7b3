"""By what a record is found again: its official number, else its number in its source."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, RowMapping, Table, select
from sqlalchemy.orm import Session

from marketplace.catalogue.inputs import CleanRow
from marketplace.catalogue.saving.outcome import Entry, Identity
from marketplace.core.listed import name_key

NUMBERS = {
    "result": ("registration_number",),
    "patent": ("application_number", "publication_number"),
    "demand": (),
    "project": ("number",),
    "organisation": ("uscc",),
}
NUMBER_LABELS = {
    "registration_number": _("登记号"),
    "application_number": _("申请号"),
    "publication_number": _("公开号"),
    "number": _("项目编号"),
    "uscc": _("统一社会信用代码"),
    "source_id": _("编号"),
}
IMPORT_LOCK = "import"
# SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535.
CHUNK = 5000

T = TypeVar("T")


def in_chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists that fit into one statement."""
    iterator = iter(values)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def identities(kind: str, row: CleanRow) -> tuple[Identity, ...]:
    """Everything that names this row's record: pairs of column and value.

    A row without any number is known by its title and owners, so that the same file can be
    imported again.
    """
    found = [(column, row.values[column]) for column in NUMBERS[kind] if row.values.get(column)]
    if row.source_id:
        found.append(("source_id", row.source_id))
    elif not found:
        found.append(("source_id", _id_from_content(kind, row)))
    return tuple(found)


def _id_from_content(kind: str, row: CleanRow) -> str:
    title = row.values["name" if kind == "organisation" else "title"]
    owners = [owner.uscc or owner.key for owner in row.links.get("owners", ())]
    text = "\n".join([name_key(title.in_language("zh")), *owners])
    return f"title:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def repeated(identity: Identity, first_row: int) -> LazyString:
    """The sentence for a row that names the same record as an earlier one."""
    column, value = identity
    if value.startswith("title:"):
        return _(
            "和第 %(row)s 行是同一条：名称和单位都一样，也没有别的编号。请删去一行，或补上编号。",
            row=first_row,
        )
    return _(
        "%(label)s %(value)s 和第 %(row)s 行重复。请删去一行，或者核对号码。",
        label=NUMBER_LABELS[column],
        value=value[:60],
        row=first_row,
    )


def find_existing(
    session: Session,
    table: Table,
    source: str | None,
    entries: Sequence[Entry],
    *,
    is_held: bool = True,
) -> dict[Identity, RowMapping]:
    """The records that the entries' identities name.

    ``is_held``: nobody else changes them until the transaction has ended.
    """
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        for column, value in entry.identities:
            wanted.setdefault(column, set()).add(value)
    found: dict[Identity, RowMapping] = {}
    for column, values in wanted.items():
        condition = table.c.source == source if column == "source_id" else None
        for record in _matching(session, table, column, values, condition, is_held=is_held):
            found[column, record[column]] = record
    return found


def find_by_name(
    session: Session, table: Table, keys: Collection[str], *, is_held: bool = False
) -> dict[str, RowMapping]:
    """Organisations by the key of their name; of several the oldest.

    ``is_held``: nobody else changes them until the transaction has ended.
    """
    found: dict[str, RowMapping] = {}
    for record in _matching(session, table, "name_key", keys, None, is_held=is_held):
        oldest = found.setdefault(record["name_key"], record)
        if record["id"] < oldest["id"]:
            found[record["name_key"]] = record
    return found


def _matching(
    session: Session,
    table: Table,
    column: str,
    values: Collection[str],
    condition: ColumnElement[bool] | None,
    *,
    is_held: bool,
) -> Iterator[RowMapping]:
    for chunk in in_chunks(values):
        query = select(table).where(table.c[column].in_(chunk))
        if condition is not None:
            query = query.where(condition)
        if is_held:
            # Without the key: others may still link to these rows.
            query = query.with_for_update(key_share=True)
        yield from session.execute(query).mappings()
