"""The news that contracts have come, or changed, and want to be looked over."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.contracts.models import Contract
from marketplace.core.outbox import record_event

ARRIVED, CONTRACT = "contracts_arrived", "contract"


def tell_arrival(session: Session, subject_kind: str, subject_id: int) -> None:
    """Have new contracts looked over soon: those of a batch, or a single ``contract``."""
    record_event(session, ARRIVED, subject_kind, subject_id)


def look_again(session: Session, contract: Contract) -> None:
    """Have a contract looked over that says something else now, or counts again or no longer."""
    contract.checked_at = None
    tell_arrival(session, CONTRACT, contract.id)
