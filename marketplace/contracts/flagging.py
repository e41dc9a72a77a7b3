"""Findings become flags: the same facts are asked about once, other facts ask again.

A flag that nobody has decided yet goes when its facts do. What a person decided stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from marketplace.catalogue.saving.identity import in_chunks
from marketplace.contracts.arrivals import tell_arrival
from marketplace.contracts.batch_states import KIND as BATCH
from marketplace.contracts.checks import Finding, judged
from marketplace.contracts.models import Contract
from marketplace.contracts.models.flag import (
    OPEN,
    SUPERSEDED,
    ContractFlag,
    ContractKey,
    FlaggedContract,
)
from marketplace.core.db import now
from marketplace.core.locks import lock_until_commit


@dataclass(frozen=True)
class _Known:
    """A flag that is there, and the contracts that it concerns."""

    id: int
    state: str
    params: Mapping[str, Any]
    contracts: frozenset[int]


def hold_checks(session: Session) -> None:
    """Let nobody else compare contracts until this transaction ends.

    Two that compare at once would both miss what the other brings. To be asked for before any
    contract is held.
    """
    lock_until_commit(session, "contract-checks")


def keep_findings(
    session: Session, found: Sequence[Finding], looked_at: Collection[int], read: Collection[int]
) -> int:
    """Keep what was found as flags, and let those go that it no longer says; how many are new.

    :param looked_at: the contracts of which everything was found that there is.
    :param read: these and all that they were compared with.
    """
    concerned = {*looked_at, *(key for one in found for key in one.keys)}
    known = _known_of(session, concerned)
    by_key = {_key(one.rule, one.keys, one.params): one for one in found}
    new = 0
    for key, one in by_key.items():
        flag = known.get(key)
        if flag is None:
            _add(session, key, one)
            new += 1
        elif flag.state in (OPEN, SUPERSEDED):
            new += flag.state == SUPERSEDED
            _refresh(session, flag, one)
    gone = [
        flag.id
        for key, flag in known.items()
        if key not in by_key
        and flag.state == OPEN
        and not flag.contracts.isdisjoint(looked_at)
        and flag.contracts <= set(read)
    ]
    for chunk in in_chunks(gone):
        session.execute(
            update(ContractFlag)
            # Somebody may decide meanwhile: that stays.
            .where(ContractFlag.id.in_(chunk), ContractFlag.state == OPEN)
            .values(state=SUPERSEDED, version=ContractFlag.version + 1)
        )
    return new


def flagged_among(session: Session, keys: Iterable[int]) -> set[int]:
    """The contracts with one of these keys of which something was noticed already."""
    found: set[int] = set()
    for chunk in in_chunks(sorted(keys)):
        found |= set(
            session.scalars(
                select(FlaggedContract.contract_id)
                .join(ContractFlag, ContractFlag.id == FlaggedContract.flag_id)
                .join(ContractKey, ContractKey.contract_id == FlaggedContract.contract_id)
                .where(ContractKey.key.in_(chunk), ContractFlag.state != SUPERSEDED)
            )
        )
    return found


def forget_flags_of(session: Session, batch_id: int, contract_ids: Collection[int]) -> None:
    """Take away what was noticed of contracts of a batch that are about to be deleted.

    What was noticed together with them is looked over again. :func:`hold_checks` comes first.
    """
    others: set[int] = set()
    for chunk in in_chunks(contract_ids):
        keys = select(ContractKey.key).where(ContractKey.contract_id.in_(chunk))
        others |= flagged_among(session, session.scalars(keys.distinct()))
        flags = select(FlaggedContract.flag_id).where(FlaggedContract.contract_id.in_(chunk))
        together = select(FlaggedContract.contract_id).where(FlaggedContract.flag_id.in_(flags))
        others |= set(session.scalars(together))
        session.execute(
            delete(ContractFlag).where(ContractFlag.id.in_(flags)),
            execution_options={"synchronize_session": False},
        )
    others -= set(contract_ids)
    for chunk in in_chunks(sorted(others)):
        session.execute(update(Contract).where(Contract.id.in_(chunk)).values(checked_at=None))
    if others:
        tell_arrival(session, BATCH, batch_id)


def _known_of(session: Session, contract_ids: Collection[int]) -> dict[str, _Known]:
    """The flags that concern any of these contracts, by the key that their facts give."""
    flags: dict[int, Any] = {}
    for chunk in in_chunks(sorted(contract_ids)):
        asked = (
            select(ContractFlag.id, ContractFlag.rule, ContractFlag.state, ContractFlag.params)
            .join(FlaggedContract, FlaggedContract.flag_id == ContractFlag.id)
            .where(FlaggedContract.contract_id.in_(chunk))
        )
        flags |= {row.id: row for row in session.execute(asked)}
    contracts: dict[int, set[int]] = {flag_id: set() for flag_id in flags}
    for chunk in in_chunks(flags):
        linked = select(FlaggedContract).where(FlaggedContract.flag_id.in_(chunk))
        for link in session.scalars(linked):
            contracts[link.flag_id].add(link.contract_id)
    return {
        _key(row.rule, contracts[row.id], row.params): _Known(
            row.id, row.state, row.params, frozenset(contracts[row.id])
        )
        for row in flags.values()
    }


def _add(session: Session, key: str, one: Finding) -> None:
    flag = ContractFlag(key=key, rule=one.rule, family=one.family, params=dict(one.params))
    session.add(flag)
    session.flush()
    session.execute(
        insert(cast(Table, FlaggedContract.__table__)),
        [{"flag_id": flag.id, "contract_id": contract_id} for contract_id in one.keys],
    )


def _refresh(session: Session, flag: _Known, one: Finding) -> None:
    """Bring what is said beside the facts up to date; facts that have come back are open again."""
    values: dict[str, Any] = {"params": dict(one.params)}
    if flag.state == SUPERSEDED:
        values |= {"state": OPEN, "found_at": now(), "version": ContractFlag.version + 1}
    elif flag.params == one.params:
        return
    asked = update(ContractFlag).where(ContractFlag.id == flag.id, ContractFlag.state == flag.state)
    session.execute(asked.values(values))


def _key(rule: str, contract_ids: Iterable[int], params: Mapping[str, Any]) -> str:
    text = f"{rule}:{','.join(map(str, sorted(contract_ids)))}:{judged(rule, params)}"
    return hashlib.sha256(text.encode()).hexdigest()
