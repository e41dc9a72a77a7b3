"""What staff decide: accepting, reviewing, registering, refusing, and changes of a registration."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from marketplace.contracts.arrivals import look_again
from marketplace.contracts.decision import (
    Decision,
    Problems,
    Told,
    confirm_amounts,
    end_change,
    needed_day,
    read_day,
    take_step,
)
from marketplace.contracts.experts import (
    check_opinions,
    counted_opinions,
    lifts_over,
    needs_experts,
)
from marketplace.contracts.forms import Given
from marketplace.contracts.ledger.posting import Hands
from marketplace.contracts.models import Contract
from marketplace.contracts.models.ledger import AMEND as AMENDED_EVENT
from marketplace.contracts.models.ledger import DEREGISTER as DEREGISTERED_EVENT
from marketplace.contracts.models.ledger import REGISTER as REGISTERED_EVENT
from marketplace.contracts.notices import (
    ACCEPTED,
    AMENDED,
    CHANGE_DECLINED,
    DEREGISTERED,
    REFUSED,
    REGISTERED,
    RETURNED,
    REVIEWED_AGAIN,
    tell_parties,
    tell_registering,
)
from marketplace.contracts.numbering import lock_numbers, read_number
from marketplace.contracts.problems import FormProblems, check_reason
from marketplace.contracts.proposing import (
    mend_number,
    propose_number,
    propose_revocation,
    revoke,
)
from marketplace.contracts.registering import enter_version
from marketplace.contracts.rule_versions import rule_version_on
from marketplace.contracts.saving.rows import from_stored
from marketplace.contracts.states import (
    ACCEPT,
    AMEND,
    ASK_CORRECTION,
    CHANGE_PENDING,
    CONTRACT_STATES,
    DECLINE_CHANGE,
    DEREGISTER,
    END_EXPERT_REVIEW,
    EXPERT_REVIEW,
    HAND_BACK,
    MEND_NUMBER,
    PASS_ON,
    PROPOSALS,
    PROPOSE_NUMBER,
    PROPOSE_REVOCATION,
    RECALL_FROM_EXPERTS,
    REFUSE,
    REGISTER,
    REVIEW_AGAIN,
    REVOKE,
    SEND_TO_EXPERTS,
)
from marketplace.contracts.writing_terms import write_terms
from marketplace.core.actor import Actor
from marketplace.core.codelists import find_item
from marketplace.core.db import now, writing
from marketplace.core.i18n import today
from marketplace.core.policy import policy

NUMBERED = frozenset({REGISTER, PROPOSE_NUMBER, MEND_NUMBER})
"""Steps that give a contract a number."""
WITH_A_REASON = frozenset(
    row.action for row in CONTRACT_STATES.transitions if row.needs_reason and row.action != REFUSE
)
"""Steps that want a reason and nothing else; of a refusal its codes are asked for first."""


def decide(actor: Actor, contract_id: int, action: str, decision: Decision) -> Told:
    """Take one step as staff; what is doubtful about what was typed.

    :raises Forbidden: for who handed it in, is of a party, or took the step before.
    :raises StateError: when the step isn't due, or has no reason and needs one.
    :raises FormProblems: with a sentence a field; nothing has changed then.
    """
    check_reason(decision.reason)
    with writing() as session:
        if action in NUMBERED:
            lock_numbers(session)
        contract = session.get_one(Contract, contract_id, with_for_update=True)
        policy.require(actor, action, contract)
        if action in WITH_A_REASON and not decision.reason:
            raise FormProblems({"reason": _l("这一步要写明原因。")})
        told = DECISIONS[action](session, actor, contract, decision)
        contract.since = now()
        return told


def _accept(session: Session, actor: Actor, contract: Contract, decision: Decision) -> Told:
    take_step(session, actor, contract, ACCEPT, decision.reason)
    contract.accepted_on, contract.accepted_by_id = today(), actor.person_id
    contract.rule_version = rule_version_on(contract.accepted_on)
    tell_registering(session, contract, ACCEPTED)
    return ()


def _ask_correction(session: Session, actor: Actor, contract: Contract, decision: Decision) -> Told:
    """The legal limit begins anew with the next acceptance (draft of 2024, art. 14)."""
    take_step(session, actor, contract, ASK_CORRECTION, decision.reason)
    contract.accepted_on = None
    tell_registering(session, contract, RETURNED)
    return ()


def _pass_on(session: Session, actor: Actor, contract: Contract, decision: Decision) -> Told:
    take_step(session, actor, contract, PASS_ON, decision.reason)
    contract.passed_on_by_id = actor.person_id
    return ()


def _hand_back(session: Session, actor: Actor, contract: Contract, decision: Decision) -> Told:
    take_step(session, actor, contract, HAND_BACK, decision.reason)
    return ()


def _send_to_experts(
    session: Session, actor: Actor, contract: Contract, decision: Decision
) -> Told:
    if not needs_experts(contract) and not decision.is_disputed:
        raise FormProblems(
            {"disputed": _l("技术交易额没有到专家评审的数额。有争议的，请选“有争议”。")}
        )
    is_change = contract.state == CHANGE_PENDING
    take_step(session, actor, contract, SEND_TO_EXPERTS, decision.reason)
    if not is_change:
        contract.is_disputed = contract.is_disputed or decision.is_disputed
    return ()


def _end_expert_review(
    session: Session, actor: Actor, contract: Contract, decision: Decision
) -> Told:
    if not counted_opinions(session, contract):
        raise FormProblems({"": _l("还没有专家的意见。请先录入意见，再结束评审。")})
    take_step(session, actor, contract, END_EXPERT_REVIEW, decision.reason)
    return ()


def _recall_from_experts(
    session: Session, actor: Actor, contract: Contract, decision: Decision
) -> Told:
    """Sent by mistake: nobody has said anything, and it isn't disputed either."""
    if counted_opinions(session, contract):
        raise FormProblems({"": _l("已经录入了专家的意见，不能收回。请结束评审。")})
    if contract.state == EXPERT_REVIEW:
        contract.is_disputed = False
    take_step(session, actor, contract, RECALL_FROM_EXPERTS, decision.reason)
    return ()


def _register(session: Session, actor: Actor, contract: Contract, decision: Decision) -> Told:
    is_declared_large = needs_experts(contract)
    problems: Problems = {}
    number = ""
    try:
        number = read_number(session, actor, decision.number, contract.id, decision.number_checked)
    except FormProblems as wrong:
        problems |= wrong.problems
    confirm_amounts(contract, decision, problems)
    # By the larger of what was declared and what is confirmed.
    is_large = is_declared_large or needs_experts(contract)
    on = read_day(decision.on, problems)
    if not problems:
        problems = check_opinions(session, contract, decision.reason, are_needed=is_large)
    if problems or on is None:
        raise FormProblems(problems)
    hands = Hands(
        contract.submitted_by or contract.seller_name,
        actor.name,
        contract.submitted_by_id,
        actor.person_id,
    )
    contract.number = number
    take_step(session, actor, contract, REGISTER, decision.reason)
    told = enter_version(session, contract, REGISTERED_EVENT, on, hands, decision.reason or None)
    look_again(session, contract)
    tell_parties(session, contract, REGISTERED)
    return told


def _refuse(session: Session, actor: Actor, contract: Contract, decision: Decision) -> Told:
    codes = [one for one in dict.fromkeys(decision.codes) if find_item("refuse_reason", one)]
    if not codes:
        raise FormProblems({"codes": _l("请选不予登记的原因。")})
    if not decision.reason:
        raise FormProblems({"reason": _l("请写明具体是什么问题，怎样才可以登记。")})
    take_step(session, actor, contract, REFUSE, decision.reason)
    contract.refuse_codes = codes
    tell_registering(session, contract, REFUSED)
    return ()


def _review_again(session: Session, actor: Actor, contract: Contract, decision: Decision) -> Told:
    """The legal limit begins anew on the day on which it comes back to be reviewed."""
    take_step(session, actor, contract, REVIEW_AGAIN, decision.reason)
    contract.refuse_codes, contract.accepted_on = None, today()
    tell_registering(session, contract, REVIEWED_AGAIN)
    return ()


def _amend(session: Session, actor: Actor, contract: Contract, decision: Decision) -> Told:
    problems: Problems = {}
    on = read_day(decision.on, problems)
    asked, before = contract.change or {}, contract.tech_amount
    is_lifted = needs_experts(contract)
    CONTRACT_STATES.take_step(session, actor, contract, AMEND, decision.reason or None)
    given = Given(
        from_stored(asked["terms"]), asked["further"], asked["results"], asked["projects"]
    )
    write_terms(session, contract, given)
    confirm_amounts(contract, decision, problems)
    # By the larger of what is asked for and what is confirmed.
    is_lifted = is_lifted or lifts_over(before, contract.tech_amount)
    if not problems:
        problems = check_opinions(session, contract, decision.reason, are_needed=is_lifted)
    if problems or on is None:
        raise FormProblems(problems)
    contract.comment = decision.reason or None
    told = end_change(session, actor, contract, AMENDED_EVENT, on)
    look_again(session, contract)
    tell_parties(session, contract, AMENDED)
    return told


def _deregister(session: Session, actor: Actor, contract: Contract, decision: Decision) -> Told:
    on = needed_day(decision.on)
    take_step(session, actor, contract, DEREGISTER, decision.reason)
    told = end_change(session, actor, contract, DEREGISTERED_EVENT, on)
    tell_parties(session, contract, DEREGISTERED)
    return told


def _decline_change(session: Session, actor: Actor, contract: Contract, decision: Decision) -> Told:
    is_proposal = (contract.change or {}).get("kind") in PROPOSALS
    take_step(session, actor, contract, DECLINE_CHANGE, decision.reason)
    contract.change = None
    if not is_proposal:
        tell_parties(session, contract, CHANGE_DECLINED)
    return ()


DECISIONS: Mapping[str, Callable[..., Told]] = {
    ACCEPT: _accept,
    ASK_CORRECTION: _ask_correction,
    PASS_ON: _pass_on,
    HAND_BACK: _hand_back,
    SEND_TO_EXPERTS: _send_to_experts,
    END_EXPERT_REVIEW: _end_expert_review,
    RECALL_FROM_EXPERTS: _recall_from_experts,
    REGISTER: _register,
    REFUSE: _refuse,
    REVIEW_AGAIN: _review_again,
    AMEND: _amend,
    DEREGISTER: _deregister,
    DECLINE_CHANGE: _decline_change,
    PROPOSE_REVOCATION: propose_revocation,
    REVOKE: revoke,
    PROPOSE_NUMBER: propose_number,
    MEND_NUMBER: mend_number,
}

__all__ = ["DECISIONS", "Decision", "decide"]
