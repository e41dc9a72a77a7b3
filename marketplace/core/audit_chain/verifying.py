"""Checking the chain: every seal, every row under it, and that nothing was cut off.

It reads seal by seal in one snapshot, in constant memory, while others write. What the check can't
prove stands in ``docs/operations.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, select

from marketplace.core.audit import AuditEntry
from marketplace.core.audit_chain.canonical import (
    FORMATS,
    GENESIS,
    PRINT_BYTES,
    Batch,
    canonical_moment,
    read_prints,
    row_columns,
    row_digest,
    seal_hash,
    unread,
)
from marketplace.core.audit_chain.models import AuditHead, AuditSeal
from marketplace.core.db import snapshot

ROWS_AT_ONCE = 1000
SEALS_AT_ONCE = 20
SHOWN_FLAWS = 50
SHOWN_ROWS = 20


class FlawKind(StrEnum):
    """What is wrong."""

    ROW_CHANGED = "row_changed"
    ROW_MISSING = "row_missing"
    ROW_ADDED = "row_added"
    ROWS_CHANGED = "rows_changed"
    SEAL_CHANGED = "seal_changed"
    SEAL_MISSING = "seal_missing"
    CHAIN_CUT = "chain_cut"
    HEAD_WRONG = "head_wrong"
    HEAD_UNKNOWN = "head_unknown"


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong, at which seal, and with which rows.

    ``count`` says how many rows (or missing seals); ``rows`` names the first :data:`SHOWN_ROWS`.
    ``seal`` is nothing where it is about no single seal.
    """

    kind: FlawKind
    seal: int | None = None
    count: int = 1
    rows: tuple[int, ...] = ()


@dataclass
class ChainReport:
    """What was checked, and the first :data:`SHOWN_FLAWS` things that are wrong."""

    seals: int = 0
    rows: int = 0
    unsealed: int = 0
    head: str | None = None
    head_number: int = 0
    sealed_at: str | None = None
    flaws: list[Flaw] = field(default_factory=list)
    flaw_count: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.flaw_count

    def add(self, flaw: Flaw) -> None:
        """Note one thing that is wrong."""
        self.flaw_count += 1
        if len(self.flaws) < SHOWN_FLAWS:
            self.flaws.append(flaw)


def verify_audit_trail(noted_head: str | None = None) -> ChainReport:
    """Check the whole trail; with the hash of a head noted earlier, also that it is still there."""
    with snapshot() as connection:
        return verify_chain(connection, noted_head)


def verify_chain(connection: Connection, noted_head: str | None = None) -> ChainReport:
    """As :func:`verify_audit_trail`, as the transaction of a connection sees it."""
    report = ChainReport()
    is_known = noted_head is None
    before = _Link()
    for seal in _seals(connection):
        link = _check_link(report, seal, before)
        if link.is_sound:
            _check_rows(connection, report, seal, link.starts_after)
            is_known = is_known or seal.hash == noted_head
        before = link
        report.seals += 1
        report.head, report.head_number = seal.hash, seal.number
        report.sealed_at = str(canonical_moment(seal.sealed_at))
    _check_end(connection, report, before.last_id)
    if not is_known:
        report.add(Flaw(FlawKind.HEAD_UNKNOWN))
    return report


@dataclass(frozen=True)
class _Link:
    """What the next seal is compared with; at first, with the beginning.

    ``starts_after`` is the id above which the seal's own rows begin.
    """

    number: int = 0
    hash: str = GENESIS
    last_id: int | None = None
    is_sound: bool = True
    starts_after: int | None = None


def _check_link(report: ChainReport, seal: Row[Any], before: _Link) -> _Link:
    """Compare a seal with its own hash and with the seal before it."""
    is_sound = seal.format in FORMATS and seal.hash == seal_hash(seal)
    missing = seal.number - before.number - 1
    if missing:
        report.add(Flaw(FlawKind.SEAL_MISSING, before.number + 1, missing))
    if not is_sound:
        report.add(Flaw(FlawKind.SEAL_CHANGED, seal.number))
    elif not missing and seal.previous != before.hash:
        report.add(Flaw(FlawKind.CHAIN_CUT, seal.number))
    # Next to a seal that isn't sound or isn't there nobody can tell whose a row in between is.
    starts_after = before.last_id
    if is_sound and (missing or not before.is_sound):
        starts_after = seal.first_id - 1
    return _Link(seal.number, seal.hash, seal.last_id, is_sound, starts_after)


def _check_rows(
    connection: Connection, report: ChainReport, seal: Row[Any], starts_after: int | None
) -> None:
    """Compare the rows under a sound seal with what it keeps of them."""
    missing = dict(read_prints(seal.prints))
    changed, added = _Ids(), _Ids()
    batch = Batch()
    for row in _rows(connection, seal, starts_after):
        id_, hashed = row_digest(row, seal.format)
        batch.add((id_, hashed))
        kept = missing.pop(id_, None)
        if kept is None:
            added.note(id_)
        elif kept != hashed[:PRINT_BYTES]:
            changed.note(id_)
    report.rows += batch.rows
    lost = _Ids()
    for id_ in missing:
        lost.note(id_)
    found = {
        FlawKind.ROW_CHANGED: changed,
        FlawKind.ROW_MISSING: lost,
        FlawKind.ROW_ADDED: added,
    }
    for kind, ids in found.items():
        if ids.count:
            report.add(Flaw(kind, seal.number, ids.count, tuple(ids.first)))
    if not any(ids.count for ids in found.values()) and batch.rows_hash != seal.rows_hash:
        report.add(Flaw(FlawKind.ROWS_CHANGED, seal.number, seal.rows))


def _check_end(connection: Connection, report: ChainReport, last_id: int | None) -> None:
    """Compare the last seal with the head, and count what isn't sealed yet."""
    head = connection.execute(select(AuditHead.number, AuditHead.hash)).first()
    present = (report.head_number, report.head) if report.seals else None
    if (tuple(head) if head else None) != present:
        report.add(Flaw(FlawKind.HEAD_WRONG, head.number if head else None))
    unsealed = select(func.count()).select_from(AuditEntry)
    if last_id is not None:
        unsealed = unsealed.where(AuditEntry.id > last_id)
    report.unsealed = connection.scalar(unsealed) or 0


@dataclass
class _Ids:
    """How many there are, and the first of them."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def note(self, id_: int) -> None:
        self.count += 1
        if len(self.first) < SHOWN_ROWS:
            self.first.append(id_)


def _seals(connection: Connection) -> Iterator[Row[Any]]:
    """All seals in order of their numbers, some at a time."""
    columns = (
        AuditSeal.number,
        AuditSeal.format,
        AuditSeal.first_id,
        AuditSeal.last_id,
        AuditSeal.rows,
        AuditSeal.rows_hash,
        unread(AuditSeal.prints),
        unread(AuditSeal.sealed_at),
        AuditSeal.previous,
        AuditSeal.hash,
    )
    statement = select(*columns).order_by(AuditSeal.number).limit(SEALS_AT_ONCE)
    seals = connection.execute(statement).all()
    while seals:
        yield from seals
        seals = connection.execute(statement.where(AuditSeal.number > seals[-1].number)).all()


def _rows(connection: Connection, seal: Row[Any], starts_after: int | None) -> Iterator[Row[Any]]:
    statement = (
        select(*row_columns(seal.format))
        .where(AuditEntry.id <= seal.last_id)
        .order_by(AuditEntry.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    if starts_after is not None:
        statement = statement.where(AuditEntry.id > starts_after)
    return iter(connection.execute(statement))
