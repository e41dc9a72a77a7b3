"""Up to which id the audit trail is settled: no row with a lower id can appear any more.

SQLite lets one write at a time, so what can be seen is settled. On PostgreSQL a row gets its id
when it is inserted and is seen when its transaction commits, so a lower id may come after a higher
one. A transaction that inserts holds a lock of the table (ROW EXCLUSIVE) from before it takes an
id until it has ended, and anybody may see who holds it. Hence: note the highest id that is seen,
then who holds the lock; as soon as all of these have ended, every id up to the noted one has come
or never will, for whoever begins later gets a higher one. Nobody is made to wait, and no
transaction of somebody else's, such as a backup, holds the sealing up: only those that write audit
rows. ``pg_snapshot_xmin`` would wait for all, and would miss whoever has taken an id but no number
of a transaction yet.

What is noted is kept in the process until it has settled: where long transactions overlap,
somebody writes at any moment, but those who wrote at one moment do end.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select, text

from marketplace.core.audit import AuditEntry
from marketplace.core.db import db
from marketplace.core.postgresql import is_postgresql

KEY = "audit_settling"
POLL_SECONDS = 0.1
WRITERS = text(
    "SELECT DISTINCT virtualtransaction FROM pg_locks"
    " WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND relation = CAST('audit_entry' AS regclass)"
)


@dataclass(frozen=True)
class _Noted:
    """The highest id seen at one moment, and the transactions that were writing then."""

    id: int
    writers: frozenset[str]


def settled_id(patience: float = 0.0) -> int:
    """The highest id up to which the trail is settled, as far as that is known; else 0.

    On PostgreSQL it waits at most ``patience`` seconds for those who are writing. One caller at a
    time.
    """
    if not is_postgresql(db.engine):
        return _highest_id()
    before: _Noted | None = current_app.extensions.get(KEY)
    noted = _Noted(_highest_id(), _writers())
    deadline = time.monotonic() + patience
    while (still := noted.writers & _writers()) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    if not still:
        current_app.extensions.pop(KEY, None)
        return noted.id
    if before is not None and not before.writers & _writers():
        current_app.extensions[KEY] = noted
        return before.id
    current_app.extensions.setdefault(KEY, noted)
    return 0


def _highest_id() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.max(AuditEntry.id))) or 0


def _writers() -> frozenset[str]:
    db.session.rollback()
    found = frozenset(db.session.scalars(WRITERS))
    db.session.rollback()
    return found
