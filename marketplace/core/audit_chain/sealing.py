"""Sealing the audit trail: the one task that appends seals, outside of the transactions that write.

A chain inside each transaction would make all writers queue. One process seals at a time. A seal
and the head that names it are one transaction, so a process that is killed leaves a whole chain,
and the next run goes on where it ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.audit import AuditEntry
from marketplace.core.audit_chain.canonical import (
    FORMAT,
    GENESIS,
    Batch,
    row_columns,
    row_digest,
    seal_hash,
)
from marketplace.core.audit_chain.models import AuditHead, AuditSeal
from marketplace.core.audit_chain.settling import settled_id
from marketplace.core.db import db, now, writing
from marketplace.core.locks import exclusive, lock_until_commit

log = structlog.get_logger(__name__)

LOCK = "audit-seal"
# Another than the one of the process, which a second connection of that process would wait for.
APPEND_LOCK = "audit-seal-append"
ROWS_A_SEAL = 1000
# Some seconds' worth, so that a worker that is told to stop soon can.
SEALS_A_RUN = 100
PATIENCE_SECONDS = 2.0


class ChainBroken(Exception):
    """The end of the chain isn't what its head says: no seal may follow it."""


@dataclass(frozen=True)
class ChainEnd:
    """The last seal, and the id of the last row under it."""

    number: int
    last_id: int
    hash: str


NO_SEAL = ChainEnd(0, 0, GENESIS)


def seal_audit_trail(
    *,
    patience: float = PATIENCE_SECONDS,
    seals: int = SEALS_A_RUN,
    rows_a_seal: int = ROWS_A_SEAL,
) -> int:
    """Seal the rows that are settled, with at most so many seals; returns how many rows.

    It waits at most ``patience`` seconds for transactions that are writing. Where another process
    is sealing it does nothing. Behind a broken end it seals nothing, either, and logs so: what is
    unsealed then grows old, and is seen.
    """
    sealed = 0
    with exclusive(LOCK) as is_held:
        if not is_held:
            return 0
        bound = settled_id(patience)
        try:
            for _seal in range(seals):
                rows = _append_seal(bound, rows_a_seal)
                if not rows:
                    break
                sealed += rows
            if sealed:
                end = chain_end(db.session)
                log.info("audit_sealed", rows=sealed, number=end.number, head=end.hash)
        except ChainBroken as error:
            log.error("audit_chain_broken", reason=str(error))
        finally:
            db.session.rollback()
    return sealed


def oldest_unsealed() -> datetime | None:
    """When the first row that isn't sealed yet was written (UTC); nothing when all are."""
    db.session.rollback()
    end = _last_seal(db.session)
    return db.session.scalar(
        select(AuditEntry.at).where(AuditEntry.id > end.last_id).order_by(AuditEntry.id).limit(1)
    )


def chain_end(session: Session) -> ChainEnd:
    """The last seal.

    :raises ChainBroken: when it isn't the one that the head names.
    """
    end = _last_seal(session)
    head = session.execute(select(AuditHead.number, AuditHead.hash)).one_or_none()
    if (end.number, end.hash) != (tuple(head) if head else (NO_SEAL.number, NO_SEAL.hash)):
        raise ChainBroken("the last seal is not the one that the head names")
    return end


def _last_seal(session: Session) -> ChainEnd:
    columns = (AuditSeal.number, AuditSeal.last_id, AuditSeal.hash)
    found = session.execute(select(*columns).order_by(AuditSeal.number.desc()).limit(1)).first()
    return ChainEnd(*found) if found else NO_SEAL


def _append_seal(bound: int, rows_a_seal: int) -> int:
    """Seal the next rows up to an id; returns how many, 0 where there are none."""
    db.session.rollback()
    end = chain_end(db.session)
    seal = _next_seal(end, bound, rows_a_seal)
    if seal is None:
        return 0
    rows = seal.rows
    with writing() as session:
        # The lock of the process may have fallen with its connection.
        lock_until_commit(session, APPEND_LOCK)
        if chain_end(session) != end:
            return 0
        session.add(seal)
        head = session.get(AuditHead, 1)
        if head is None:
            session.add(AuditHead(number=seal.number, hash=seal.hash))
        else:
            head.number, head.hash = seal.number, seal.hash
    return rows


def _next_seal(end: ChainEnd, bound: int, rows_a_seal: int) -> AuditSeal | None:
    rows = db.session.execute(
        select(*row_columns(FORMAT))
        .where(AuditEntry.id > end.last_id, AuditEntry.id <= bound)
        .order_by(AuditEntry.id)
        .limit(rows_a_seal)
    ).all()
    if not rows:
        return None
    batch = Batch()
    for row in rows:
        batch.add(row_digest(row, FORMAT))
    seal = AuditSeal(
        number=end.number + 1,
        format=FORMAT,
        first_id=rows[0].id,
        last_id=rows[-1].id,
        rows=batch.rows,
        rows_hash=batch.rows_hash,
        prints=bytes(batch.prints),
        sealed_at=now(),
        previous=end.hash,
    )
    seal.hash = seal_hash(seal)
    return seal
