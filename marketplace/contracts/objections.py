"""Objections to a registration, and their answers (draft of 2024, art. 17)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from marketplace.accounts.models import Organisation
from marketplace.contracts.models import Contract, ContractObjection
from marketplace.contracts.models.course import FINANCE, OPEN, PARTY, REJECTED, TAX, UPHELD
from marketplace.contracts.notices import (
    OBJECTION_ANSWERED,
    OBJECTION_RAISED,
    tell_parties,
)
from marketplace.contracts.policies import ANSWER_OBJECTION, NOTE_OBJECTION, RAISE_OBJECTION
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.states import COUNTED_STATES
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing
from marketplace.core.policy import policy

LONGEST_TEXT, LONGEST_NAME = 2000, 200
ANSWERS = (UPHELD, REJECTED)


def raise_objection(actor: Actor, contract_id: int, text: str) -> int:
    """Object as a party; the objection's id.

    :raises FormProblems: ``objection``, without words, or where nothing is registered.
    :raises Forbidden: when the actor's unit is no party.
    """
    with writing() as session:
        contract = session.get_one(Contract, contract_id, with_for_update=True)
        policy.require(actor, RAISE_OBJECTION, contract)
        unit = session.get_one(Organisation, actor.organisation_id)
        name = (unit.name.zh or unit.name.en)[:LONGEST_NAME]
        made = _made(actor, contract, PARTY, name, text)
        made.organisation_id = actor.organisation_id
        session.add(made)
        session.flush()
        record_audit(session, actor, RAISE_OBJECTION, "contract", contract.id, contract.version)
        tell_parties(session, contract, OBJECTION_RAISED, but=actor.organisation_id)
        return made.id


def note_objection(actor: Actor, contract_id: int, raised_by: str, name: str, text: str) -> int:
    """Enter as staff what an office of finance or of taxes objects; the objection's id."""
    with writing() as session:
        contract = session.get_one(Contract, contract_id, with_for_update=True)
        policy.require(actor, NOTE_OBJECTION, contract)
        if raised_by not in (FINANCE, TAX):
            raise FormProblems({"raised_by": _l("请选是财政部门还是税务部门提的。")})
        if not name or len(name) > LONGEST_NAME:
            raise FormProblems({"name": _l("请写是哪个部门，最多 200 个字。")})
        made = _made(actor, contract, raised_by, name, text)
        session.add(made)
        session.flush()
        record_audit(session, actor, NOTE_OBJECTION, "contract", contract.id, contract.version)
        tell_parties(session, contract, OBJECTION_RAISED)
        return made.id


def answer_objection(actor: Actor, objection_id: int, state: str, answer: str) -> None:
    """Say whether the objection is right, and why; what follows from it is a step of its own.

    :raises FormProblems: without a decision or words, or when it was answered already.
    :raises Forbidden: for who raised it, or may not decide about the contract.
    """
    with writing() as session:
        objection = session.get_one(ContractObjection, objection_id, with_for_update=True)
        policy.require(actor, ANSWER_OBJECTION, objection.contract)
        if objection.entered_by_id is not None and objection.entered_by_id == actor.person_id:
            raise FormProblems({"": _l("这个异议是你录入的，请别的复核员答复。")})
        if objection.state != OPEN:
            raise FormProblems({"": _l("这个异议已经答复过了。")})
        if state not in ANSWERS:
            raise FormProblems({"outcome": _l("请选异议成立还是不成立。")})
        if not answer:
            raise FormProblems({"answer": _l("请写明为什么。")})
        if len(answer) > LONGEST_TEXT:
            raise FormProblems({"answer": _l("最多 %(limit)s 个字。请缩短。", limit=LONGEST_TEXT)})
        objection.state, objection.answer = state, answer
        objection.answered_at = now()
        objection.answered_by, objection.answered_by_id = actor.name, actor.person_id
        contract = objection.contract
        record_audit(session, actor, ANSWER_OBJECTION, "contract", contract.id, contract.version)
        tell_parties(session, contract, OBJECTION_ANSWERED)


def _made(
    actor: Actor, contract: Contract, raised_by: str, name: str, text: str
) -> ContractObjection:
    if contract.state not in COUNTED_STATES:
        raise FormProblems({"objection": _l("只能对已经登记的合同提异议。")})
    if not text:
        raise FormProblems({"objection": _l("请写明对登记的哪一点有异议，为什么。")})
    if len(text) > LONGEST_TEXT:
        raise FormProblems({"objection": _l("最多 %(limit)s 个字。请缩短。", limit=LONGEST_TEXT)})
    return ContractObjection(
        contract_id=contract.id,
        raised_by=raised_by,
        name=name,
        text=text,
        entered_by=actor.name,
        entered_by_id=actor.person_id,
    )
