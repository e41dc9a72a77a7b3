"""What was noticed of contracts: shown to staff as pairs and flags, and decided by a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from marketplace.contracts.checks import FAMILIES
from marketplace.contracts.models import Contract, ContractFlag, FlaggedContract
from marketplace.contracts.models.flag import CONFIRMED, DISMISSED, OPEN, SUPERSEDED
from marketplace.contracts.policies import DECIDE_FLAG
from marketplace.contracts.problems import LONGEST_REASON
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import db, now, writing
from marketplace.core.policy import policy, visible_to
from marketplace.core.web.paging import Paging, page_at

PAGE = 15
SUBJECT = "contract_flag"
STATES = (OPEN, CONFIRMED, DISMISSED)
"""Those that are listed: what was superseded asks nothing and was never decided."""


@dataclass(frozen=True)
class Shown:
    """A flag with the contracts that it concerns, as far as the actor may see them."""

    flag: ContractFlag
    contracts: Sequence[Contract]
    is_whole: bool
    """Whether these are all; else what the flag says tells of others' contracts, too."""
    may_decide: bool
    earlier: Sequence[ContractFlag]
    """What was decided about other facts of the same contracts, the latest first."""


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

    The decision stays, and the same facts never come up again.

    :param state: ``confirmed`` or ``dismissed``.
    :raises ValueError: without a reason, or with one that is too long.
    :raises Forbidden: when the actor may not, doesn't answer for all contracts that it concerns,
        has handed one of them in, or is of a party of one.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON or state not in (CONFIRMED, DISMISSED):
        raise ValueError(state)
    with writing() as session:
        flag = session.get_one(ContractFlag, flag_id, with_for_update=True)
        policy.require(actor, DECIDE_FLAG)
        for contract in session.scalars(_contracts_of(flag_id)):
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
        .where(
            FlaggedContract.contract_id.in_(list(contract_ids)), ContractFlag.state != SUPERSEDED
        )
        .order_by(ContractFlag.state.desc(), ContractFlag.id)
    )
    found: dict[int, list[ContractFlag]] = {}
    for contract_id, flag in session.execute(asked):
        found.setdefault(contract_id, []).append(flag)
    return found


def with_contracts(actor: Actor, flags: Sequence[ContractFlag]) -> list[Shown]:
    """Each flag with its contracts, as far as the actor may see them."""
    ids = [flag.id for flag in flags]
    asked = (
        select(FlaggedContract.flag_id, Contract)
        .join(Contract, Contract.id == FlaggedContract.contract_id)
        .where(FlaggedContract.flag_id.in_(ids), visible_to(actor, Contract))
        .order_by(Contract.signed_on, Contract.id)
    )
    contracts: dict[int, list[Contract]] = {}
    for flag_id, contract in db.session.execute(asked):
        contracts.setdefault(flag_id, []).append(contract)
    numbers = _numbers(ids)
    whole = [flag_id for flag_id in ids if len(contracts.get(flag_id, [])) == numbers.get(flag_id)]
    earlier = _decided_before(actor, whole)
    return [
        Shown(
            flag,
            shown,
            is_whole=flag.id in whole,
            may_decide=flag.state == OPEN
            and flag.id in whole
            and all(policy.can(actor, DECIDE_FLAG, one) for one in shown),
            earlier=earlier.get(flag.id, []) if flag.state == OPEN else [],
        )
        for flag in flags
        for shown in [contracts.get(flag.id, [])]
    ]


def _numbers(flag_ids: Sequence[int], *conditions: ColumnElement[bool]) -> dict[int, int]:
    """How many contracts each of some flags concerns, or of those that meet the conditions."""
    counted = (
        select(FlaggedContract.flag_id, func.count().label("number"))
        .join(Contract, Contract.id == FlaggedContract.contract_id)
        .where(FlaggedContract.flag_id.in_(flag_ids), *conditions)
        .group_by(FlaggedContract.flag_id)
    )
    return {row.flag_id: row.number for row in db.session.execute(counted)}


def _decided_before(actor: Actor, flag_ids: Sequence[int]) -> dict[int, list[ContractFlag]]:
    """What was decided of the same kind about the same contract, or two of the same.

    Only where the actor may see all contracts of that, too.
    """
    if not flag_ids:
        return {}
    mine, other = aliased(FlaggedContract), aliased(FlaggedContract)
    of_now = aliased(ContractFlag)
    shared = (
        select(mine.flag_id, other.flag_id.label("other_id"), func.count().label("number"))
        .join(other, other.contract_id == mine.contract_id)
        .join(of_now, of_now.id == mine.flag_id)
        .join(ContractFlag, ContractFlag.id == other.flag_id)
        .where(
            mine.flag_id.in_(flag_ids),
            ContractFlag.id != of_now.id,
            ContractFlag.family == of_now.family,
            ContractFlag.state.in_((CONFIRMED, DISMISSED)),
        )
        .group_by(mine.flag_id, other.flag_id)
    )
    rows = db.session.execute(shared).all()
    sizes = _numbers(flag_ids)
    others = sorted({row.other_id for row in rows})
    all_of, seen_of = _numbers(others), _numbers(others, visible_to(actor, Contract))
    flags = {
        flag.id: flag
        for flag in db.session.scalars(select(ContractFlag).where(ContractFlag.id.in_(others)))
    }
    found: dict[int, list[ContractFlag]] = {}
    for row in sorted(rows, key=lambda row: row.other_id, reverse=True):
        is_about_the_same = row.number >= min(2, sizes[row.flag_id])
        if is_about_the_same and all_of[row.other_id] == seen_of.get(row.other_id):
            found.setdefault(row.flag_id, []).append(flags[row.other_id])
    return found


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
