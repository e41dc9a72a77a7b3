"""What the row of a contract has to say, by its history: its versions and the steps it took.

Versions and steps are only ever added, so where the row says something else, the row is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, select

from marketplace.contracts.models import Contract
from marketplace.contracts.models.contract import ContractFormerNumber
from marketplace.contracts.models.ledger import AMEND, DEREGISTER, REGISTER, REVOKE
from marketplace.contracts.saving.rows import NUMBERED, PARTY_KEYS, TERM_KEYS
from marketplace.contracts.states import (
    COUNTED_STATES,
    DEREGISTERED,
    DRAFT,
    HELD,
    REVOKED,
    STATES,
    SUBMITTED,
)
from marketplace.core.states import StateChange

TERM_COLUMNS = (
    *TERM_KEYS,
    *(f"{side}_{key}" for side in ("seller", "buyer") for key in PARTY_KEYS),
)
COLUMNS = (
    *("id", "state", "version", "is_demo", "is_counted", "identity", "number"),
    *("registered_on", "changed_on", *TERM_COLUMNS),
)
STATES_AFTER: Mapping[str, Sequence[str]] = {
    REGISTER: COUNTED_STATES,
    AMEND: COUNTED_STATES,
    DEREGISTER: (DEREGISTERED,),
    REVOKE: (REVOKED,),
}
FIRST_STATES = (DRAFT, HELD, SUBMITTED)
"""What a contract is before its first step: typed, of a batch that waits, or of a released one."""
NEVER_COUNTED = tuple(
    one for one in STATES if not any(one in after for after in STATES_AFTER.values())
)

_SHIFTED = frozenset({"registered_on", "changed_on"})
Wrong = tuple[str, object, object]


def contract_rows() -> Select[Any]:
    """All contracts, by their ids, with what is compared."""
    return select(*(getattr(Contract, name) for name in COLUMNS)).order_by(Contract.id)


def last_steps() -> Select[int, str, int]:
    """The last step of each contract that took one, by the ids of the contracts."""
    last = (
        select(func.max(StateChange.id))
        .where(StateChange.subject_kind == "contract")
        .group_by(StateChange.subject_id)
    )
    return (
        select(StateChange.subject_id.label("contract_id"), StateChange.target, StateChange.version)
        .where(StateChange.id.in_(last))
        .order_by(StateChange.subject_id)
    )


def mended_numbers() -> Select[int, str, str]:
    """The numbers that contracts bore and what took their place, by the ids of the contracts."""
    return select(
        ContractFormerNumber.contract_id,
        ContractFormerNumber.number,
        ContractFormerNumber.mended_to,
    ).order_by(ContractFormerNumber.contract_id, ContractFormerNumber.id)


def wrong_columns(
    contract: Row[Any],
    versions: Sequence[Row[Any]],
    step: Row[Any] | None,
    mended: Sequence[Row[Any]] = (),
) -> Iterator[Wrong]:
    """The columns that aren't what the history says: the name, what it says, what stands there.

    :param versions: all versions of the contract, oldest first.
    :param step: the last step that it took, if any.
    :param mended: the numbers that it bore, the first one first.
    """
    last = versions[-1] if versions else None
    states = STATES_AFTER[last.event] if last else NEVER_COUNTED if step else FIRST_STATES
    if step and step.target in states:
        states = (step.target,)
    if contract.state not in states:
        yield "state", "/".join(states), contract.state
    for name, wanted in _expected(contract, versions, step, mended).items():
        found = getattr(contract, name)
        if found == wanted:
            continue
        if isinstance(found, date):
            found = found.isoformat()
            # What fell into a closed month counts later, and so does what follows it.
            if name in _SHIFTED and wanted and found < wanted:
                continue
        if found != wanted:
            yield name, wanted, found


def _expected(
    contract: Row[Any],
    versions: Sequence[Row[Any]],
    step: Row[Any] | None,
    mended: Sequence[Row[Any]],
) -> dict[str, Any]:
    """What the history says of all other columns, days as ISO 8601."""
    if not versions:
        return {"is_counted": False, "version": step.version if step else 0}
    first, last = versions[0], versions[-1]
    expected = {
        **last.terms,
        "turnover": last.turnover,
        "tech_amount": last.tech_amount,
        "registered_on": first.counts_on.isoformat(),
        "changed_on": last.counts_on.isoformat() if len(versions) > 1 else None,
        "is_counted": last.event in (REGISTER, AMEND),
        "version": step.version if step else last.version,
    }
    kind, _, number = (contract.identity or "").partition(":")
    if kind == NUMBERED:
        expected["number"] = number
    for one in mended:
        if (expected.get("number") or "") == one.number:
            expected["number"] = one.mended_to
    return expected
