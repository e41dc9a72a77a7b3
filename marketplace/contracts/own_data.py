"""What contracts keep about a person: what they handed in and accepted, and what they entered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.own_data import KeptData, kept_data
from marketplace.contracts.models import Contract, ContractObjection, ContractReceipt


def declare_own_data() -> None:
    """Let a person take it along; all of it is the organisation's or the register's, and stays."""
    kept_data.add("contracts", KeptData(_export, lambda _session, _person_id: None))


def _export(session: Session, person_id: int) -> dict[str, Any]:
    contracts = session.scalars(
        select(Contract)
        .where(
            or_(
                Contract.submitted_by_id == person_id,
                Contract.accepted_by_id == person_id,
                Contract.passed_on_by_id == person_id,
            )
        )
        .order_by(Contract.id)
    )
    receipts = session.scalars(
        select(ContractReceipt)
        .where(
            or_(
                ContractReceipt.entered_by_id == person_id,
                ContractReceipt.verified_by_id == person_id,
            )
        )
        .order_by(ContractReceipt.id)
    )
    objections = session.scalars(
        select(ContractObjection)
        .where(
            or_(
                ContractObjection.entered_by_id == person_id,
                ContractObjection.answered_by_id == person_id,
            )
        )
        .order_by(ContractObjection.id)
    )
    return {
        "contracts": [
            {
                "id": one.id,
                "title": one.title,
                "state": one.state,
                "organisation_id": one.organisation_id,
                "submitted": one.submitted_by_id == person_id,
                "accepted": one.accepted_by_id == person_id,
                "passed_on": one.passed_on_by_id == person_id,
            }
            for one in contracts
        ],
        "receipts": [
            {
                "id": one.id,
                "contract_id": one.contract_id,
                "entered": one.entered_by_id == person_id,
                "verified": one.verified_by_id == person_id,
                "received_on": one.received_on.isoformat(),
            }
            for one in receipts
        ],
        "objections": [
            {
                "id": one.id,
                "contract_id": one.contract_id,
                "entered": one.entered_by_id == person_id,
                "answered": one.answered_by_id == person_id,
                "at": one.at.isoformat(),
            }
            for one in objections
        ],
    }
