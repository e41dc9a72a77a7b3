"""What posting keeps about a person: what they wrote, submitted, approved, and uploaded."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer

from marketplace.accounts.own_data import KeptData, kept_data
from marketplace.posting.models import Posting, Upload


def declare_own_data() -> None:
    """Let a person take it along; all of it is the organisation's, and stays."""
    kept_data.add("posting", KeptData(_export, lambda _session, _person_id: None))


def _export(session: Session, person_id: int) -> dict[str, Any]:
    by = (Posting.created_by_id, Posting.submitted_by_id, Posting.approved_by_id)
    postings = session.scalars(
        select(Posting)
        .options(defer(Posting.cells))
        .where(or_(*(column == person_id for column in by)))
        .order_by(Posting.id)
    )
    uploads = session.scalars(
        select(Upload)
        .where(or_(Upload.by_id == person_id, Upload.submitted_by_id == person_id))
        .order_by(Upload.id)
    )
    return {
        "postings": [
            {
                "id": one.id,
                "kind": one.kind,
                "title": one.title,
                "state": one.state,
                "organisation_id": one.organisation_id,
                "created": one.created_by_id == person_id,
                "submitted": one.submitted_by_id == person_id,
                "approved": one.approved_by_id == person_id,
                "since": one.created_at.isoformat(),
            }
            for one in postings
        ],
        "uploads": [
            {
                "id": one.id,
                "kind": one.kind,
                "name": one.name,
                "size": one.size,
                "state": one.state,
                "organisation_id": one.organisation_id,
                "sent": one.by_id == person_id,
                "submitted": one.submitted_by_id == person_id,
                "since": one.created_at.isoformat(),
            }
            for one in uploads
        ],
    }
