"""Whose the files of contracts are: the parties' and the registration staff's."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.contracts.handing_in import CHANGE_FILES, SUBJECT, TEXT
from marketplace.contracts.models import Contract
from marketplace.contracts.policies import WRITE, WRITE_CHANGE
from marketplace.contracts.states import EDITABLE_STATES, REGISTERED
from marketplace.core.actor import Actor
from marketplace.core.attachments import declare_subject
from marketplace.core.db import db
from marketplace.core.policy import policy, visible_to


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
    if purpose == TEXT:
        return contract.state in EDITABLE_STATES and policy.can(actor, WRITE, contract)
    is_open = purpose == CHANGE_FILES and contract.state == REGISTERED
    return is_open and policy.can(actor, WRITE_CHANGE, contract)


def _address(contract: Contract) -> str:
    return url_for("contracts.show", contract_id=contract.id)
