"""Rows of the audit trail by what is looked for: newest first, page by page.

Pages go on from a row and not from a count, so that the ten-thousandth costs what the first does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select, tuple_

from marketplace.accounts.models import Organisation, Person
from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.queries import read_listings
from marketplace.core.actor import Actor
from marketplace.core.audit import AuditEntry
from marketplace.core.audit_chain.models import AuditSeal
from marketplace.core.db import db
from marketplace.core.policy import visible_to
from marketplace.core.web.addresses import address_of
from marketplace.oversight.conditions import Conditions

PAGE_ROWS = 50
EXPORTED_ROWS = 10_000
READ_AT_ONCE = 500


@dataclass(frozen=True)
class Subject:
    """What an act was done to: its name and address, where it may be seen."""

    name: str = ""
    address: str = ""


@dataclass(frozen=True)
class AuditRow:
    """One act with what is needed to tell it; ``seal`` is the number of its block, if sealed."""

    entry: AuditEntry
    subject: Subject
    organisation: str
    seal: int | None


@dataclass(frozen=True)
class AuditPage:
    """One page, and the rows from which the pages beside it go on."""

    rows: Sequence[AuditRow]
    newer_than: int | None
    older_than: int | None


def audit_page(
    actor: Actor, wanted: Conditions, *, before: int | None = None, after: int | None = None
) -> AuditPage:
    """The newest rows, or those older than the row ``before``, or newer than the row ``after``."""
    statement = _statement(actor, wanted)
    if after is not None:
        entries = _entries(
            statement.where(_beyond(after, is_newer=True))
            .order_by(AuditEntry.at, AuditEntry.id)
            .limit(PAGE_ROWS + 1)
        )
        has_newer, has_older = len(entries) > PAGE_ROWS, True
        entries = entries[:PAGE_ROWS][::-1]
    else:
        if before is not None:
            statement = statement.where(_beyond(before, is_newer=False))
        entries = _entries(
            statement.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(PAGE_ROWS + 1)
        )
        has_newer, has_older = before is not None, len(entries) > PAGE_ROWS
        entries = entries[:PAGE_ROWS]
    return AuditPage(
        _told(actor, entries),
        entries[0].id if entries and has_newer else None,
        entries[-1].id if entries and has_older else None,
    )


def exported_rows(actor: Actor, wanted: Conditions) -> Iterator[AuditRow]:
    """The newest 10,000 of what is looked for."""
    last: AuditEntry | None = None
    for _part in range(EXPORTED_ROWS // READ_AT_ONCE):
        statement = _statement(actor, wanted)
        if last is not None:
            statement = statement.where(_before(last.at, last.id))
        entries = _entries(
            statement.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(READ_AT_ONCE)
        )
        yield from _told(actor, entries)
        if len(entries) < READ_AT_ONCE:
            return
        last = entries[-1]


def _statement(actor: Actor, wanted: Conditions) -> Select[Any]:
    statement = select(AuditEntry).where(visible_to(actor, AuditEntry))
    if wanted.problems:
        return statement.where(false())
    for column, value in (
        (AuditEntry.person_id, wanted.person_id),
        (AuditEntry.actor_name, wanted.actor_name),
        (AuditEntry.organisation_id, wanted.organisation_id),
        (AuditEntry.action, wanted.action),
        (AuditEntry.subject_kind, wanted.subject_kind),
        (AuditEntry.subject_id, wanted.subject_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.since is not None:
        statement = statement.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(AuditEntry.at < wanted.until)
    return statement


def _entries(statement: Select[Any]) -> list[AuditEntry]:
    return list(db.session.scalars(statement))


def _beyond(entry_id: int, *, is_newer: bool) -> ColumnElement[bool]:
    moment = db.session.scalar(select(AuditEntry.at).where(AuditEntry.id == entry_id))
    if moment is None:
        return false()
    place = tuple_(AuditEntry.at, AuditEntry.id)
    return place > (moment, entry_id) if is_newer else _before(moment, entry_id)


def _before(moment: datetime, entry_id: int) -> ColumnElement[bool]:
    return tuple_(AuditEntry.at, AuditEntry.id) < (moment, entry_id)


def _told(actor: Actor, entries: Sequence[AuditEntry]) -> list[AuditRow]:
    subjects = _subjects(actor, entries)
    organisations = _names(
        Organisation, {one.organisation_id for one in entries if one.organisation_id}
    )
    seals = _seals([one.id for one in entries])
    return [
        AuditRow(
            one,
            subjects.get((one.subject_kind, one.subject_id), Subject()),
            organisations.get(one.organisation_id or 0, ""),
            seals.get(one.id),
        )
        for one in entries
    ]


def _subjects(actor: Actor, entries: Sequence[AuditEntry]) -> dict[tuple[str, int], Subject]:
    keys = {(one.subject_kind, one.subject_id) for one in entries}
    found = {}
    # A name is nobody's but of those whom the actor may see.
    for listing in read_listings(actor, sorted(key for key in keys if key[0] in RECORD_MODELS)):
        key = (listing.kind, listing.id)
        found[key] = Subject(str(listing.title), address_of(*key))
    people = {number for kind, number in keys if kind == "person"}
    for number, name in _names(Person, people).items():
        found["person", number] = Subject(name)
    return found


def _names(model: Any, ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(select(model.id, model.name).where(model.id.in_(ids)))
    return {row.id: str(row.name) for row in rows}


def _seals(ids: Sequence[int]) -> dict[int, int]:
    """The number of the seal that each row is under; none for one that isn't sealed yet."""
    if not ids:
        return {}
    number = (
        select(AuditSeal.number)
        .where(AuditSeal.last_id >= AuditEntry.id)
        .order_by(AuditSeal.last_id)
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(select(AuditEntry.id, number).where(AuditEntry.id.in_(ids)))
    return {entry_id: seal for entry_id, seal in rows if seal is not None}
