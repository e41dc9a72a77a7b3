"""Canaries in contracts: what a party sees, what staff alone see, and a draft of one unit."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from marketplace.contracts.models import (
    Contract,
    ContractBatch,
    ContractFlag,
    ContractFormerNumber,
    ContractObjection,
    ContractOpinion,
    ContractReceipt,
    ContractVersion,
    FlaggedContract,
    LedgerEntry,
)
from marketplace.contracts.models.ledger import DIMENSIONS
from marketplace.core.db import now, writing
from marketplace.core.i18n import today
from tests.functional.posting.conftest import People

OF_PARTIES = (
    "title seller_name seller_uscc buyer_name buyer_uscc office comment related_note royalty_base "
    "royalty_rate"
)
OF_STAFF = (
    "seller_phone seller_representative buyer_phone buyer_representative submitted_by identity"
)


def plant_contracts(people: People, words: dict[str, str]) -> None:
    """A contract that is registered, one that is written, and the file of a register."""
    unit = people["clerk"].organisation_id
    with writing() as session:
        _plant_draft(session, unit, words["contract draft"])
        batch = ContractBatch(
            key="0" * 64,
            source=words["register"],
            brought_by=words["register"],
            released_by=words["register"],
            counts={"contracts": 1, "turnover": 100, "months": []},
        )
        session.add(batch)
        session.flush()
        _plant_registered(session, unit, words["contract"], words["contract's staff"], batch.id)


def _plant_draft(session: Session, unit: int | None, word: str) -> None:
    session.add(
        Contract(
            state="draft",
            origin="typed",
            rule_version="2026",
            organisation_id=unit,
            title=word,
            class_name="",
            subtype="",
            seller_name="",
            buyer_name="",
            draft={"title": [word], "related_note": [word]},
        )
    )


def _plant_flag(session: Session, of_staff: str) -> int:
    params = {"seller": of_staff, "buyer": of_staff, "same": ["root"], "root": of_staff}
    flag = ContractFlag(
        key="0" * 64,
        rule="related.undeclared",
        family="related",
        params=params,
        state="confirmed",
        decided_at=now(),
        decided_by=of_staff,
        reason=of_staff,
    )
    session.add(flag)
    session.flush()
    return flag.id


def _plant_registered(
    session: Session, unit: int | None, word: str, of_staff: str, batch_id: int
) -> None:
    short = word.split()[-1]
    lengths = {column.key: column.type for column in Contract.__table__.columns}

    def fitting(name: str, text: str) -> str:
        length = getattr(lengths[name], "length", None) or 0
        return text if length >= len(text) else text.split()[-1][:length]

    values: dict[str, Any] = {name: fitting(name, word) for name in OF_PARTIES.split()}
    values |= {name: fitting(name, of_staff) for name in OF_STAFF.split()}
    contract = Contract(
        **values,
        state="registered",
        origin="imported",
        rule_version="2026",
        organisation_id=unit,
        seller_id=unit,
        batch_id=batch_id,
        class_name="技术开发",
        subtype="DEV-COM",
        turnover=100,
        tech_amount=100,
        version=1,
        number=short,
        is_counted=True,
        is_related=True,
        patent_numbers=[word],
        payments=[{"on": None, "amount": 100, "note": word}],
        change={"kind": "end", "reason": word},
        signed_on=today(),
        registered_on=today(),
        submitted_at=now(),
    )
    session.add(contract)
    session.flush()
    hands = {"entered_by": of_staff, "released_by": word}
    codes = dict.fromkeys(DIMENSIONS, "")
    session.add_all(
        [
            ContractVersion(
                contract_id=contract.id,
                version=1,
                event="REGISTER",
                counts_on=today(),
                turnover=100,
                tech_amount=100,
                facts=codes,
                terms={"title": word},
                reason=word,
                **hands,
            ),
            LedgerEntry(
                contract_id=contract.id,
                version=1,
                event="REGISTER",
                line="R",
                counts_on=today(),
                month=202611,
                d_count=1,
                d_turnover=100,
                d_tech_amount=100,
                **codes,
                **hands,
            ),
            ContractFormerNumber(
                contract_id=contract.id,
                number=short,
                mended_to=short,
                reason=word,
                entered_by=of_staff,
                released_by=of_staff,
            ),
            ContractOpinion(
                contract_id=contract.id,
                expert=of_staff,
                unit=of_staff,
                verdict="agrees",
                text=of_staff,
                entered_by=of_staff,
            ),
            ContractObjection(
                contract_id=contract.id,
                raised_by="party",
                name=word,
                text=word,
                state="rejected",
                answer=word,
                answered_by=word,
                answered_at=now(),
                entered_by=of_staff,
            ),
            FlaggedContract(flag_id=_plant_flag(session, of_staff), contract_id=contract.id),
            ContractReceipt(
                contract_id=contract.id,
                received_on=today(),
                amount=100,
                note=word,
                entered_by=of_staff,
                verified_by=word,
                verified_income=1,
                verified_at=now(),
            ),
        ]
    )
