"""Lists of contracts and what belongs to one; reading only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from marketplace.catalogue.models import Project, Result
from marketplace.contracts.experts import LARGE_FROM
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
from marketplace.contracts.states import (
    ACCEPTED,
    CHANGE_PENDING,
    CORRECTION,
    DEREGISTERED,
    EXPERT_REVIEW,
    OBJECTION,
    REFUSED,
    REGISTERED,
    REVIEWING,
    REVOKED,
    STATES,
    SUBMITTED,
)
from marketplace.core.actor import Actor, Role
from marketplace.core.db import db
from marketplace.core.policy import visible_to
from marketplace.core.states import StateChange
from marketplace.core.web.paging import Paging, page_at

PAGE = 30
SUBJECT = "contract"
IN_HAND = (SUBMITTED, ACCEPTED, REVIEWING, EXPERT_REVIEW, OBJECTION, CORRECTION)
DONE = (REGISTERED, CHANGE_PENDING, REFUSED, DEREGISTERED, REVOKED)
ALL, MINE, LARGE, CORRECTING, CHANGES, FINISHED = (
    *("all", "mine", "large", "correction", "changes", "done"),
)
QUEUES = (ALL, MINE, LARGE, CORRECTING, CHANGES, FINISHED)


@dataclass(frozen=True)
class OwnList:
    """One page of an organisation's contracts, newest first, and how many each state has."""

    rows: Sequence[Contract]
    counts: dict[str, int]
    paging: Paging


@dataclass(frozen=True)
class Queue:
    """One page of what staff have in hand, and how many each queue has."""

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


def staff_queue(
    actor: Actor, queue: str, page: int, *, words: str = "", class_name: str = ""
) -> Queue:
    """What staff have in hand in their districts, by the legal limit, then by size.

    What is finished stands newest first.
    """
    seen = [visible_to(actor, Contract), *_filters(words, class_name)]
    counts = {
        name: db.session.scalar(
            select(func.count(Contract.id)).where(*seen, _in_queue(name, actor))
        )
        or 0
        for name in QUEUES
    }
    paging = page_at(page, counts[queue], PAGE)
    asked: Select[Any] = select(Contract).where(*seen, _in_queue(queue, actor))
    if queue == FINISHED:
        order: tuple[Any, ...] = (Contract.registered_on.desc(), Contract.id.desc())
    else:
        order = (
            Contract.accepted_on.is_(None),
            Contract.accepted_on,
            func.coalesce(Contract.tech_amount, 0).desc(),
            Contract.id,
        )
    rows = db.session.scalars(asked.order_by(*order).limit(PAGE).offset(paging.offset)).all()
    return Queue(rows, counts, paging)


def _in_queue(name: str, actor: Actor) -> ColumnElement[bool]:
    if name == MINE:
        return Contract.state.in_(_states_of(actor))
    if name == LARGE:
        return Contract.state.in_(IN_HAND) & (Contract.tech_amount >= LARGE_FROM)
    states = {
        ALL: IN_HAND,
        CORRECTING: (CORRECTION,),
        CHANGES: (CHANGE_PENDING,),
        FINISHED: DONE,
    }
    return Contract.state.in_(states[name])


def _states_of(actor: Actor) -> list[str]:
    """The states in which a contract waits for somebody with the actor's roles."""
    found: list[str] = []
    if actor.has_role(Role.REGISTRAR):
        found += [SUBMITTED, ACCEPTED, EXPERT_REVIEW, OBJECTION]
    if actor.has_role(Role.REVIEWER):
        found += [REVIEWING, EXPERT_REVIEW, OBJECTION, CHANGE_PENDING]
    return list(dict.fromkeys(found))


def _filters(words: str, class_name: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if words:
        columns = (Contract.title, Contract.seller_name, Contract.buyer_name, Contract.number)
        found.append(or_(*(column.contains(words, autoescape=True) for column in columns)))
    if class_name:
        found.append(Contract.class_name == class_name)
    return found


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


def earliest_day(contract: Contract, versions: Sequence[ContractVersion]) -> date | None:
    """The first day on which a further step can count."""
    return versions[-1].counts_on if versions else contract.signed_on
