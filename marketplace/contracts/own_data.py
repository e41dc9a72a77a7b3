"""What contracts keep about a person: their steps, and all in which their hand is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.own_data import KeptData, kept_data
from marketplace.contracts.batch_states import KIND as BATCH
from marketplace.contracts.handing_in import SUBJECT
from marketplace.contracts.models import (
    Contract,
    ContractBatch,
    ContractFlag,
    ContractFormerNumber,
    ContractObjection,
    ContractOpinion,
    ContractReceipt,
    ContractVersion,
)
from marketplace.core.states import StateChange


class Kept(NamedTuple):
    """A table with people's hands: what an entry shows of it, and which column is which hand."""

    model: Any
    shown: tuple[str, ...]
    hands: Mapping[str, str]


ENTERED = {"entered": "entered_by_id"}
ENTERED_AND_RELEASED = {**ENTERED, "released": "released_by_id"}
TABLES = {
    "contracts": Kept(
        Contract,
        ("id", "title", "state", "organisation_id"),
        {
            "submitted": "submitted_by_id",
            "accepted": "accepted_by_id",
            "passed_on": "passed_on_by_id",
            "released": "released_by_id",
        },
    ),
    "contract_versions": Kept(
        ContractVersion, ("id", "contract_id", "version", "event", "at"), ENTERED_AND_RELEASED
    ),
    "contract_former_numbers": Kept(
        ContractFormerNumber,
        ("id", "contract_id", "number", "mended_to", "at"),
        ENTERED_AND_RELEASED,
    ),
    "contract_opinions": Kept(ContractOpinion, ("id", "contract_id", "at"), ENTERED),
    "receipts": Kept(
        ContractReceipt,
        ("id", "contract_id", "received_on"),
        {**ENTERED, "verified": "verified_by_id"},
    ),
    "objections": Kept(
        ContractObjection,
        ("id", "contract_id", "at"),
        {**ENTERED, "answered": "answered_by_id"},
    ),
    "contract_flags": Kept(
        ContractFlag, ("id", "rule", "state", "decided_at"), {"decided": "decided_by_id"}
    ),
    "contract_batches": Kept(
        ContractBatch,
        ("id", "state", "created_at"),
        {"brought": "brought_by_id", "released": "released_by_id"},
    ),
}


def declare_own_data() -> None:
    """Let a person take it along; all of it is the organisation's or the register's, and stays."""
    kept_data.add("contracts", KeptData(_export, lambda _session, _person_id: None))


def _export(session: Session, person_id: int) -> dict[str, Any]:
    found = {name: _rows(session, kept, person_id) for name, kept in TABLES.items()}
    return {**found, "contract_steps": _steps(session, person_id)}


def _rows(session: Session, kept: Kept, person_id: int) -> list[dict[str, Any]]:
    columns = {hand: getattr(kept.model, name) for hand, name in kept.hands.items()}
    rows = session.execute(
        select(
            *(getattr(kept.model, name) for name in kept.shown),
            *((column == person_id).label(hand) for hand, column in columns.items()),
        )
        .where(or_(*(column == person_id for column in columns.values())))
        .order_by(kept.model.id)
    )
    return [
        {
            **{name: _written(getattr(row, name)) for name in kept.shown},
            **{hand: bool(getattr(row, hand)) for hand in columns},
        }
        for row in rows
    ]


def _steps(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Each step that they took; who handed a contract in first is found here alone later."""
    rows = session.scalars(
        select(StateChange)
        .where(StateChange.person_id == person_id, StateChange.subject_kind.in_((SUBJECT, BATCH)))
        .order_by(StateChange.id)
    )
    return [
        {
            "subject": one.subject_kind,
            "id": one.subject_id,
            "step": one.action,
            "at": one.at.isoformat(),
            "reason": one.reason,
        }
        for one in rows
    ]


def _written(found: Any) -> Any:
    return found.isoformat() if hasattr(found, "isoformat") else found
