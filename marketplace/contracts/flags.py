"""What was noticed of contracts: shown to staff as pairs and flags, and decided by a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from marketplace.contracts.checks import FAMILIES
from marketplace.contracts.models import Contract, ContractFlag, FlaggedContract
from marketplace.contracts.models.flag import CONFIRMED, DISMISSED, OPEN
from marketplace.contracts.policies import DECIDE_FLAG
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import db, now, writing
from marketplace.core.policy import policy, visible_to
from marketplace.core.web.paging import Paging, page_at

PAGE = 15
SUBJECT = "contract_flag"
STATES = (OPEN, CONFIRMED, DISMISSED)
LONGEST_REASON = 2000


@dataclass(frozen=True)
class Shown:
    """A flag with the contracts that it concerns, as far as the actor may see them."""

    flag: ContractFlag
    contracts: Sequence[Contract]
    is_whole: bool
    """Whether these are all; else what the flag says tells of others' contracts, too."""


@dataclass(frozen=True)
class FlagList:
    """One page of flags, how many of each family are open, and how many of each state."""

    rows: Sequence[Shown]
    families: dict[str, int]
    states: dict[str, int]
    paging: Paging


def list_flags(actor: Actor, state: str, family: str, page: int) -> FlagList:
    """The flags that concern a contract which the actor may see, oldest first."""
    seen = _concerns(visible_to(actor, Contract))
    by_state = dict.fromkeys(STATES, 0) | _counts(ContractFlag.state, seen)
    families = dict.fromkeys(FAMILIES, 0) | _counts(
        ContractFlag.family, seen, ContractFlag.state == state
    )
    conditions = [seen, ContractFlag.state == state]
    total = by_state[state]
    if family:
        conditions.append(ContractFlag.family == family)
        total = families[family]
    paging = page_at(page, total, PAGE)
    flags = db.session.scalars(
        select(ContractFlag)
        .where(*conditions)
        .order_by(ContractFlag.id)
        .limit(PAGE)
        .offset(paging.offset)
    ).all()
    return FlagList(with_contracts(actor, flags), families, by_state, paging)


def find_flag(actor: Actor, flag_id: int) -> ContractFlag | None:
    """The flag, where the actor may see one of its contracts."""
    seen = _concerns(visible_to(actor, Contract))
    return db.session.scalar(select(ContractFlag).where(ContractFlag.id == flag_id, seen))


def decide_flag(actor: Actor, flag_id: int, state: str, reason: str) -> bool:
    """Say whether it is a fault, and why; whether it was open until now.

    The decision stays, and the same finding never comes up again.

    :param state: ``confirmed`` or ``dismissed``.
    :raises ValueError: without a reason, or with one that is too long.
    :raises Forbidden: when the actor may not, or has handed in a contract that it concerns, or is
        of a party of one.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON or state not in (CONFIRMED, DISMISSED):
        raise ValueError(state)
    with writing() as session:
        flag = session.get_one(ContractFlag, flag_id, with_for_update=True)
        policy.require(actor, DECIDE_FLAG)
        for contract in session.scalars(_contracts_of(flag_id).where(visible_to(actor, Contract))):
            policy.require(actor, DECIDE_FLAG, contract)
        if flag.state != OPEN:
            return False
        flag.state, flag.reason, flag.decided_at = state, reason.strip(), now()
        flag.decided_by, flag.decided_by_id = actor.name, actor.person_id
        flag.version += 1
        record_audit(session, actor, DECIDE_FLAG, SUBJECT, flag.id, flag.version, state=state)
        return True


def flags_of(session: Session, contract_ids: Iterable[int]) -> dict[int, list[ContractFlag]]:
    """The flags of each of some contracts, the open ones first."""
    asked = (
        select(FlaggedContract.contract_id, ContractFlag)
        .join(ContractFlag, ContractFlag.id == FlaggedContract.flag_id)
        .where(FlaggedContract.contract_id.in_(list(contract_ids)))
        .order_by(ContractFlag.state.desc(), ContractFlag.id)
    )
    found: dict[int, list[ContractFlag]] = {}
    for contract_id, flag in session.execute(asked):
        found.setdefault(contract_id, []).append(flag)
    return found


def with_contracts(actor: Actor, flags: Sequence[ContractFlag]) -> list[Shown]:
    """Each flag with its contracts, as far as the actor may see them."""
    asked = (
        select(FlaggedContract.flag_id, Contract)
        .join(Contract, Contract.id == FlaggedContract.contract_id)
        .where(
            FlaggedContract.flag_id.in_([flag.id for flag in flags]), visible_to(actor, Contract)
        )
        .order_by(Contract.signed_on, Contract.id)
    )
    contracts: dict[int, list[Contract]] = {}
    for flag_id, contract in db.session.execute(asked):
        contracts.setdefault(flag_id, []).append(contract)
    counted = (
        select(FlaggedContract.flag_id, func.count().label("number"))
        .where(FlaggedContract.flag_id.in_([flag.id for flag in flags]))
        .group_by(FlaggedContract.flag_id)
    )
    numbers = {row.flag_id: row.number for row in db.session.execute(counted)}
    return [
        Shown(flag, shown, len(shown) == numbers.get(flag.id))
        for flag in flags
        for shown in [contracts.get(flag.id, [])]
    ]


def _contracts_of(flag_id: int) -> Select[Contract]:
    return (
        select(Contract)
        .join(FlaggedContract, FlaggedContract.contract_id == Contract.id)
        .where(FlaggedContract.flag_id == flag_id)
    )


def _concerns(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    concerned = (
        select(FlaggedContract.flag_id)
        .join(Contract, Contract.id == FlaggedContract.contract_id)
        .where(condition)
    )
    return ContractFlag.id.in_(concerned)


def _counts(column: object, *conditions: ColumnElement[bool]) -> dict[str, int]:
    asked = select(column, func.count()).where(*conditions).group_by(column)  # type: ignore[call-overload]
    return dict(tuple(row) for row in db.session.execute(asked))
