"""What staff propose of a registered contract, and a second person decides.

A registration is revoked, or a number that was typed wrongly is mended, through the hands of two:
who proposes it doesn't confirm it. In the ledger stand both.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from marketplace.contracts.decision import Decision, Told, end_change, needed_day, take_step
from marketplace.contracts.models import Contract, ContractFormerNumber
from marketplace.contracts.models.ledger import REVOKE as REVOKED_EVENT
from marketplace.contracts.notices import NUMBER_MENDED, REVOKED, tell_parties
from marketplace.contracts.numbering import read_number
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.states import (
    CHANGE_NUMBER,
    CHANGE_REVOKE,
    CONTRACT_STATES,
    MEND_NUMBER,
    PROPOSE_NUMBER,
    PROPOSE_REVOCATION,
    REVOKE,
)
from marketplace.core.actor import Actor
from marketplace.core.db import now


def propose_revocation(
    session: Session, actor: Actor, contract: Contract, decision: Decision
) -> Told:
    """Propose that the registration be revoked, with the reason that the parties will read."""
    _propose(session, actor, contract, PROPOSE_REVOCATION, decision, {"kind": CHANGE_REVOKE})
    return ()


def revoke(session: Session, actor: Actor, contract: Contract, decision: Decision) -> Told:
    """Revoke the registration on the day that is typed, for the reason of the proposal."""
    reason = (contract.change or {}).get("reason", "")
    on = needed_day(decision.on)
    take_step(session, actor, contract, REVOKE, reason)
    told = end_change(session, actor, contract, REVOKED_EVENT, on)
    tell_parties(session, contract, REVOKED)
    return told


def propose_number(session: Session, actor: Actor, contract: Contract, decision: Decision) -> Told:
    """Propose another number in the place of one that was typed wrongly."""
    number = read_number(session, actor, decision.number, contract.id, decision.number_checked)
    if number == contract.number:
        raise FormProblems({"number": _l("这就是现在的编号。请填登记证明上的编号。")})
    change = {"kind": CHANGE_NUMBER, "number": number}
    _propose(session, actor, contract, PROPOSE_NUMBER, decision, change)
    return ()


def mend_number(session: Session, actor: Actor, contract: Contract, decision: Decision) -> Told:
    """Give the contract the proposed number, and keep the one that it bore."""
    asked = contract.change or {}
    CONTRACT_STATES.take_step(session, actor, contract, MEND_NUMBER, decision.reason or None)
    # Ticked by who proposed it; another contract may have got it meanwhile.
    number = read_number(session, actor, asked["number"], contract.id, asked["number"])
    session.add(
        ContractFormerNumber(
            contract_id=contract.id,
            number=contract.number or "",
            mended_to=number,
            reason=asked["reason"],
            entered_by=asked["by"],
            entered_by_id=asked["by_id"],
            released_by=actor.name,
            released_by_id=actor.person_id,
        )
    )
    contract.number, contract.change = number, None
    tell_parties(session, contract, NUMBER_MENDED)
    return ()


def _propose(
    session: Session,
    actor: Actor,
    contract: Contract,
    action: str,
    decision: Decision,
    change: dict[str, Any],
) -> None:
    CONTRACT_STATES.take_step(session, actor, contract, action, decision.reason)
    contract.change = {
        **change,
        "at": now().isoformat(),
        "by": actor.name,
        "by_id": actor.person_id,
        "reason": decision.reason,
    }
