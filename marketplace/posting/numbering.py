"""Ids of postings: one that was taken back never names another.

PostgreSQL counts on by itself. SQLite gives the number after the highest that it finds, and under
a number given twice the history and the files of the former posting would be found.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.audit import AuditEntry
from marketplace.core.db import db
from marketplace.core.postgresql import is_postgresql
from marketplace.posting.models import Posting
from marketplace.posting.states import KIND


def own_ids(session: Session, count: int) -> list[int]:
    """Ids for new postings; none where the database counts on by itself.

    Every posting that ever was has a row in the trail of acts, which stays.
    """
    if is_postgresql(db.engine):
        return []
    known = select(func.max(AuditEntry.subject_id)).where(AuditEntry.subject_kind == KIND)
    last = max(
        session.scalar(select(func.max(Posting.id))) or 0,
        session.scalar(known) or 0,
    )
    return list(range(last + 1, last + 1 + count))
