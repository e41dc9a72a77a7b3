"""The news that contracts have come and want to be looked over."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.core.outbox import record_event

ARRIVED, CONTRACT = "contracts_arrived", "contract"


def tell_arrival(session: Session, subject_kind: str, subject_id: int) -> None:
    """Have new contracts looked over soon: those of a batch, or a single ``contract``."""
    record_event(session, ARRIVED, subject_kind, subject_id)
