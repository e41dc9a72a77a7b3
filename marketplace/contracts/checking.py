"""Looking contracts over as they come: what the rules notice is kept as flags for a person.

It runs in the background, some hundred contracts at a time, each seen with those that share a key
with it. What the rules say belongs to ``checks``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from typing import cast

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from marketplace.catalogue.saving.identity import in_chunks
from marketplace.contracts.arrivals import ARRIVED, CONTRACT, tell_arrival
from marketplace.contracts.checks import Finding, find_faults, keys_of
from marketplace.contracts.models import Contract
from marketplace.contracts.models.flag import ContractFlag, ContractKey, FlaggedContract
from marketplace.contracts.saving.rows import terms_of
from marketplace.contracts.terms import Registered
from marketplace.core.db import db, now, writing
from marketplace.core.locks import lock_until_commit
from marketplace.core.outbox import Consumer, OutboxEvent, subscribe

CONSUMER = "contract_checks"
NOTED_AT_ONCE, CHECKED_AT_ONCE = 2_000, 500
STEPS_AT_ONCE = 4
"""Steps of one turn; other consumers of the outbox have theirs in between."""
MOST_TOGETHER = 20_000
"""Contracts that are read at a time to be compared with; the latest of them."""


def subscribe_checks() -> None:
    """Have the outbox tell when contracts have come."""
    subscribe(Consumer(CONSUMER, frozenset({ARRIVED}), _look_over))


def check_contracts(contract_ids: Collection[int]) -> int:
    """Note the keys of these contracts and what the rules notice of them; how many flags are new.

    May be repeated at any time: a finding that is known already, decided or not, isn't made again.
    """
    with writing() as session:
        # Two that compare at once would both miss what the other brings.
        lock_until_commit(session, "contract-checks")
        fresh = _registered(session, contract_ids)
        if not fresh:
            return 0
        _note_keys(session, fresh)
        together = {one.key: one for one in _candidates(session, fresh)}
        together |= {one.key: one for one in fresh}
        found = find_faults(together.values(), only={one.key for one in fresh})
        for chunk in in_chunks(one.key for one in fresh):
            session.execute(update(Contract).where(Contract.id.in_(chunk)).values(checked_at=now()))
        return _keep(session, found)


def check_next() -> int:
    """One step of looking over what nobody has looked at; 0 where nothing is left.

    All keys are noted first, so that what came together is seen together; then one seller after
    another, whose contracts are read once.
    """
    db.session.rollback()
    has_amounts = (Contract.turnover.is_not(None), Contract.tech_amount.is_not(None))
    is_noted = select(ContractKey.contract_id).where(ContractKey.contract_id == Contract.id)
    unseen = select(Contract.id).where(Contract.checked_at.is_(None), *has_amounts)
    ids = list(db.session.scalars(unseen.where(~is_noted.exists()).limit(NOTED_AT_ONCE)))
    if ids:
        with writing() as session:
            _note_keys(session, _registered(session, ids))
        return len(ids)
    in_order = unseen.order_by(Contract.seller_uscc, Contract.id).limit(CHECKED_AT_ONCE)
    ids = list(db.session.scalars(in_order))
    if ids:
        check_contracts(ids)
    return len(ids)


def as_registered(contract: Contract) -> Registered:
    """A stored contract as the rules see it."""
    return Registered(
        key=contract.id,
        terms=terms_of(contract),
        number=contract.number or "",
        office=contract.office,
        state=contract.state,
        registered_on=contract.registered_on,
    )


def _look_over(events: Sequence[OutboxEvent]) -> None:
    """Look over what has come; what a long register leaves comes round again."""
    single = {event.subject_id for event in events if event.subject_kind == CONTRACT}
    if single:
        check_contracts(single)
    of_batches = [event for event in events if event.subject_kind != CONTRACT]
    if not of_batches:
        return
    for _step in range(STEPS_AT_ONCE):
        if not check_next():
            return
    with writing() as session:
        tell_arrival(session, of_batches[0].subject_kind, of_batches[0].subject_id)


def _registered(session: Session, contract_ids: Iterable[int]) -> list[Registered]:
    found: list[Registered] = []
    for chunk in in_chunks(contract_ids):
        asked = select(Contract).where(
            Contract.id.in_(chunk),
            Contract.turnover.is_not(None),
            Contract.tech_amount.is_not(None),
        )
        found += [as_registered(contract) for contract in session.scalars(asked)]
    return found


def _note_keys(session: Session, contracts: Sequence[Registered]) -> None:
    for chunk in in_chunks(one.key for one in contracts):
        session.execute(delete(ContractKey).where(ContractKey.contract_id.in_(chunk)))
    rows = [
        {"contract_id": one.key, "key": key}
        for one in contracts
        # One of its own, so that a contract which nothing can be compared with is noted, too.
        for key in {_number(text) for text in (*keys_of(one), f"contract:{one.key}")}
    ]
    if not rows:
        return
    session.execute(insert(cast(Table, ContractKey.__table__)), rows)


def _candidates(session: Session, contracts: Sequence[Registered]) -> list[Registered]:
    keys = {_number(text) for one in contracts for text in keys_of(one)}
    ids: set[int] = set()
    for chunk in in_chunks(sorted(keys)):
        ids |= set(
            session.scalars(select(ContractKey.contract_id).where(ContractKey.key.in_(chunk)))
        )
    ids -= {one.key for one in contracts}
    return _registered(session, sorted(ids, reverse=True)[:MOST_TOGETHER])


def _keep(session: Session, found: Sequence[Finding]) -> int:
    by_key = {_key(one): one for one in found}
    known: set[str] = set()
    for chunk in in_chunks(by_key):
        known |= set(session.scalars(select(ContractFlag.key).where(ContractFlag.key.in_(chunk))))
    new = [(key, one) for key, one in by_key.items() if key not in known]
    for key, one in new:
        flag = ContractFlag(key=key, rule=one.rule, family=one.family, params=dict(one.params))
        session.add(flag)
        session.flush()
        session.execute(
            insert(cast(Table, FlaggedContract.__table__)),
            [{"flag_id": flag.id, "contract_id": contract_id} for contract_id in one.keys],
        )
    return len(new)


def _key(finding: Finding) -> str:
    text = f"{finding.rule}:{','.join(str(key) for key in sorted(finding.keys))}"
    return hashlib.sha256(text.encode()).hexdigest()


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], signed=True)
