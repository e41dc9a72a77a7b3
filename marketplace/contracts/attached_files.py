"""Whose the files of contracts are: the parties' and the registration staff's."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.contracts.handing_in import CHANGE_FILES, SUBJECT, TEXT
from marketplace.contracts.models import Contract
from marketplace.contracts.policies import WRITE, WRITE_CHANGE
from marketplace.contracts.states import ASK_CHANGE_FOR, EDITABLE_STATES, REGISTERED, SUBMIT_FOR
from marketplace.core.actor import Actor
from marketplace.core.attachments import declare_subject
from marketplace.core.db import db
from marketplace.core.policy import policy, visible_to

ADDED_WITH = {
    TEXT: (EDITABLE_STATES, (WRITE, SUBMIT_FOR)),
    CHANGE_FILES: ((REGISTERED,), (WRITE_CHANGE, ASK_CHANGE_FOR)),
}
"""In which states files of a purpose are added, and by whom: who may do one of these."""


def declare_contract_files() -> None:
    """Let contracts have files."""
    declare_subject(SUBJECT, load=_load, may_see=_may_see, may_add=_may_add, address=_address)


def _load(session: Session, contract_id: int) -> Contract | None:
    return session.get(Contract, contract_id)


def _may_see(actor: Actor, contract: Contract, _purpose: str) -> bool:
    if not actor.is_person:
        return False
    seen = select(Contract.id).where(Contract.id == contract.id, visible_to(actor, Contract))
    return db.session.scalar(seen) is not None


def _may_add(actor: Actor, contract: Contract, purpose: str) -> bool:
    if purpose not in ADDED_WITH:
        return False
    states, actions = ADDED_WITH[purpose]
    return contract.state in states and any(policy.can(actor, one, contract) for one in actions)


def _address(contract: Contract) -> str:
    return url_for("contracts.show", contract_id=contract.id)
