"""What freshness keeps about a person: which listings they said still stand, and how."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.own_data import KeptData, kept_data, written
from marketplace.freshness.models import Asking


def declare_own_data() -> None:
    """Let a person take it along; an answer is the organisation's, and stays."""
    kept_data.add("confirmations", KeptData(_export, lambda _session, _person_id: None))


def _export(session: Session, person_id: int) -> list[dict[str, Any]]:
    answered = session.scalars(
        select(Asking).where(Asking.person_id == person_id).order_by(Asking.id)
    )
    return [
        {
            "record": f"{one.subject_kind}-{one.subject_id}",
            "organisation_id": one.organisation_id,
            "by_letter": one.is_by_letter,
            "at": written(one.closed_at),
        }
        for one in answered
    ]
