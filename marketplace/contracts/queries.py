"""Lists of contracts and what belongs to one; reading only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from marketplace.catalogue.models import Project, Result
from marketplace.contracts.models import (
    Contract,
    ContractObjection,
    ContractProject,
    ContractReceipt,
    ContractResult,
    ContractVersion,
    LedgerEntry,
)
from marketplace.contracts.models.course import OPEN
from marketplace.contracts.states import STATES
from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.policy import visible_to
from marketplace.core.states import StateChange
from marketplace.core.web.paging import Paging, page_at

PAGE = 30
SUBJECT = "contract"


@dataclass(frozen=True)
class OwnList:
    """One page of an organisation's contracts, newest first, and how many each state has."""

    rows: Sequence[Contract]
    counts: dict[str, int]
    paging: Paging


def own_contracts(actor: Actor, state: str | None, page: int) -> OwnList:
    """The contracts of the actor's unit: those that it registers, and in which it is a party."""
    seen = visible_to(actor, Contract)
    found = db.session.execute(
        select(Contract.state, func.count()).where(seen).group_by(Contract.state)
    ).all()
    counts: dict[str, int] = {row[0]: row[1] for row in found}
    conditions = [seen]
    if state in STATES:
        conditions.append(Contract.state == state)
    total = counts.get(state, 0) if state in STATES else sum(counts.values())
    paging = page_at(page, total, PAGE)
    rows = db.session.scalars(
        select(Contract)
        .where(*conditions)
        .order_by(Contract.updated_at.desc(), Contract.id.desc())
        .limit(PAGE)
        .offset(paging.offset)
    ).all()
    return OwnList(rows, counts, paging)


def find_contract(actor: Actor, contract_id: int) -> Contract | None:
    """The contract, where the actor may see it."""
    return db.session.scalar(
        select(Contract).where(Contract.id == contract_id, visible_to(actor, Contract))
    )


def history_of(contract_id: int) -> Sequence[StateChange]:
    """The steps that it took, newest first."""
    return db.session.scalars(
        select(StateChange)
        .where(StateChange.subject_kind == SUBJECT, StateChange.subject_id == contract_id)
        .order_by(StateChange.id.desc())
    ).all()


def versions_of(contract_id: int) -> Sequence[ContractVersion]:
    """What was registered, oldest first."""
    return db.session.scalars(
        select(ContractVersion)
        .where(ContractVersion.contract_id == contract_id)
        .order_by(ContractVersion.version)
    ).all()


def entries_of(contract_id: int) -> Sequence[LedgerEntry]:
    """What the ledger holds of it, in its order."""
    return db.session.scalars(
        select(LedgerEntry).where(LedgerEntry.contract_id == contract_id).order_by(LedgerEntry.id)
    ).all()


def linked_ids(session: Session, contract_id: int) -> tuple[list[int], list[int]]:
    """The numbers of the results and of the projects that it is linked to."""
    results = select(ContractResult.result_id).where(ContractResult.contract_id == contract_id)
    projects = select(ContractProject.project_id).where(ContractProject.contract_id == contract_id)
    return sorted(session.scalars(results)), sorted(session.scalars(projects))


def linked_records(actor: Actor, contract_id: int) -> tuple[Sequence[Result], Sequence[Project]]:
    """Those of them that the actor may see."""
    results, projects = linked_ids(db.session, contract_id)
    return (
        db.session.scalars(
            select(Result).where(Result.id.in_(results), visible_to(actor, Result))
        ).all(),
        db.session.scalars(
            select(Project).where(Project.id.in_(projects), visible_to(actor, Project))
        ).all(),
    )


def receipts_of(contract_id: int) -> Sequence[ContractReceipt]:
    """What came in for it, oldest first."""
    return db.session.scalars(
        select(ContractReceipt)
        .where(ContractReceipt.contract_id == contract_id)
        .order_by(ContractReceipt.received_on, ContractReceipt.id)
    ).all()


def find_receipt(actor: Actor, receipt_id: int) -> ContractReceipt | None:
    """The receipt, where the actor may see it."""
    return db.session.scalar(
        select(ContractReceipt).where(
            ContractReceipt.id == receipt_id, visible_to(actor, ContractReceipt)
        )
    )


def objections_of(contract_id: int) -> Sequence[ContractObjection]:
    """The objections to its registration, newest first."""
    return db.session.scalars(
        select(ContractObjection)
        .where(ContractObjection.contract_id == contract_id)
        .order_by(ContractObjection.id.desc())
    ).all()


def find_objection(actor: Actor, objection_id: int) -> ContractObjection | None:
    """The objection, where the actor may see it."""
    return db.session.scalar(
        select(ContractObjection).where(
            ContractObjection.id == objection_id, visible_to(actor, ContractObjection)
        )
    )


def all_objections(actor: Actor, page: int) -> tuple[Sequence[ContractObjection], Paging, int]:
    """All objections of the actor's districts, open ones first; and how many are open."""
    seen = visible_to(actor, ContractObjection)
    total = db.session.scalar(select(func.count(ContractObjection.id)).where(seen)) or 0
    is_open = ContractObjection.state == OPEN
    count = db.session.scalar(select(func.count(ContractObjection.id)).where(seen, is_open)) or 0
    paging = page_at(page, total, PAGE)
    rows = db.session.scalars(
        select(ContractObjection)
        .where(seen)
        .options(selectinload(ContractObjection.contract))
        .order_by(is_open.desc(), ContractObjection.id.desc())
        .limit(PAGE)
        .offset(paging.offset)
    ).all()
    return rows, paging, count
