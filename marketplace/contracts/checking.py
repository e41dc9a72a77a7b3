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
from marketplace.contracts.checks import find_faults, keys_of
from marketplace.contracts.checks.entries import VOID_STATES
from marketplace.contracts.flagging import flagged_among, hold_checks, keep_findings
from marketplace.contracts.models import Contract
from marketplace.contracts.models.flag import ContractKey
from marketplace.contracts.saving.rows import terms_of
from marketplace.contracts.states import CONTRACT_STATES
from marketplace.contracts.terms import Registered
from marketplace.core.db import db, now, writing
from marketplace.core.outbox import Consumer, OutboxEvent, subscribe

CONSUMER = "contract_checks"
CHECKED_AT_ONCE = 500
STEPS_AT_ONCE = 4
"""Steps of one turn; other consumers of the outbox have theirs in between."""
MOST_TOGETHER = 20_000
"""Contracts that are read at a time to be compared with; the latest of them."""


COUNTS_OTHERWISE = frozenset(
    row.event
    for row in CONTRACT_STATES.transitions
    if (row.source in VOID_STATES) is not (row.target in VOID_STATES)
)
"""Steps by which a contract is compared with others no longer, or again."""


def subscribe_checks() -> None:
    """Have the outbox tell when contracts have come, changed or ended."""
    subscribe(Consumer(CONSUMER, frozenset({ARRIVED, *COUNTS_OTHERWISE}), _look_over))


def check_contracts(contract_ids: Collection[int]) -> int:
    """Note the keys of these contracts and what the rules notice of them; how many flags are new.

    What was noticed already of contracts that share a key with them, or did before they changed,
    is looked at again with them. May be repeated at any time; whatever the portions and the order
    in which contracts are looked over, the same stays noticed of them in the end.
    """
    with writing() as session:
        hold_checks(session)
        fresh = _held(session, contract_ids)
        if not fresh:
            return 0
        looked_at = {one.key for one in fresh}
        before = _keys_of(session, looked_at)
        _note_keys(session, fresh)
        looked_at |= flagged_among(session, before | _keys_of(session, looked_at))
        together = {one.key: one for one in (*fresh, *_others(session, looked_at, fresh))}
        found = find_faults(together.values(), only=looked_at)
        for chunk in in_chunks(one.key for one in fresh):
            session.execute(update(Contract).where(Contract.id.in_(chunk)).values(checked_at=now()))
        return keep_findings(session, found, looked_at, together)


def check_next() -> int:
    """One step of looking over what nobody has looked at; 0 where nothing is left.

    One seller after another, whose contracts are read once.
    """
    db.session.rollback()
    # The conditions and the order of an index, so that no step reads what the others left.
    ids = db.session.scalars(
        select(Contract.id)
        .where(
            Contract.checked_at.is_(None),
            Contract.turnover.is_not(None),
            Contract.tech_amount.is_not(None),
        )
        .order_by(Contract.seller_name, Contract.id)
        .limit(CHECKED_AT_ONCE)
    ).all()
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


def _held(session: Session, contract_ids: Iterable[int]) -> list[Registered]:
    """Contracts that nobody changes until they count as looked over."""
    found: list[Registered] = []
    for chunk in in_chunks(sorted(contract_ids)):
        held = select(Contract).where(Contract.id.in_(chunk)).order_by(Contract.id)
        asked = held.with_for_update().execution_options(populate_existing=True)
        found += _with_amounts(session.scalars(asked))
    return found


def _others(
    session: Session, looked_at: Collection[int], read: Iterable[Registered]
) -> list[Registered]:
    """What is looked at and not read yet, and the latest of what shares a key with it."""
    ids: set[int] = set()
    for chunk in in_chunks(sorted(_keys_of(session, looked_at))):
        ids |= set(
            session.scalars(select(ContractKey.contract_id).where(ContractKey.key.in_(chunk)))
        )
    compared = sorted(ids.difference(looked_at), reverse=True)[:MOST_TOGETHER]
    unread = set(looked_at).difference(one.key for one in read)
    found: list[Registered] = []
    for chunk in in_chunks([*unread, *compared]):
        found += _with_amounts(session.scalars(select(Contract).where(Contract.id.in_(chunk))))
    return found


def _with_amounts(contracts: Iterable[Contract]) -> list[Registered]:
    return [
        as_registered(one)
        for one in contracts
        if one.turnover is not None and one.tech_amount is not None
    ]


def _keys_of(session: Session, contract_ids: Collection[int]) -> set[int]:
    """The keys that are noted of these contracts."""
    found: set[int] = set()
    for chunk in in_chunks(sorted(contract_ids)):
        asked = select(ContractKey.key).where(ContractKey.contract_id.in_(chunk)).distinct()
        found |= set(session.scalars(asked))
    return found


def _note_keys(session: Session, contracts: Sequence[Registered]) -> None:
    for chunk in in_chunks(one.key for one in contracts):
        session.execute(delete(ContractKey).where(ContractKey.contract_id.in_(chunk)))
    rows = [
        {"contract_id": one.key, "key": key}
        for one in contracts
        for key in {_number(text) for text in keys_of(one)}
    ]
    if rows:
        session.execute(insert(cast(Table, ContractKey.__table__)), rows)


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], signed=True)
