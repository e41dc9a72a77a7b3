"""What staff decide: accepting, reviewing, registering, refusing, and changes of a registration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from marketplace.catalogue.inputs import values
from marketplace.catalogue.inputs.declaration import Cell, Draft, InputError
from marketplace.contracts.arrivals import look_again
from marketplace.contracts.experts import needs_experts, opinions_of
from marketplace.contracts.forms import Given
from marketplace.contracts.inputs import values as read
from marketplace.contracts.ledger.posting import Hands
from marketplace.contracts.models import Contract
from marketplace.contracts.models.ledger import AMEND as AMENDED_EVENT
from marketplace.contracts.models.ledger import DEREGISTER as DEREGISTERED_EVENT
from marketplace.contracts.models.ledger import REGISTER as REGISTERED_EVENT
from marketplace.contracts.models.ledger import REVOKE as REVOKED_EVENT
from marketplace.contracts.notices import (
    ACCEPTED,
    AMENDED,
    CHANGE_DECLINED,
    DEREGISTERED,
    REFUSED,
    REGISTERED,
    RETURNED,
    REVIEWED_AGAIN,
    REVOKED,
    tell_parties,
    tell_registering,
)
from marketplace.contracts.numbering import lock_numbers, read_number
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.registering import enter_version
from marketplace.contracts.rule_versions import rule_version_on
from marketplace.contracts.saving.rows import from_stored
from marketplace.contracts.states import (
    ACCEPT,
    AMEND,
    ASK_CORRECTION,
    CONTRACT_STATES,
    DECLINE_CHANGE,
    DEREGISTER,
    END_EXPERT_REVIEW,
    HAND_BACK,
    PASS_ON,
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

LONGEST_REASON = 2000
WITH_A_REASON = frozenset(
    row.action for row in CONTRACT_STATES.transitions if row.needs_reason and row.action != REFUSE
)
"""Steps that want a reason and nothing else; of a refusal its codes are asked for first."""


@dataclass(frozen=True)
class Decision:
    """What the form of a decision says; texts as they were typed."""

    reason: str = ""
    number: str = ""
    on: str = ""
    turnover: str = ""
    tech_amount: str = ""
    codes: Sequence[str] = field(default_factory=tuple)
    is_disputed: bool = False


def decide(actor: Actor, contract_id: int, action: str, decision: Decision) -> Sequence[LazyString]:
    """Take one step as staff; what is doubtful about what was typed.

    :raises Forbidden: for who handed it in, is of a party, or took the step before.
    :raises StateError: when the step isn't due, or has no reason and needs one.
    :raises FormProblems: with a sentence a field; nothing has changed then.
    """
    if len(decision.reason) > LONGEST_REASON:
        raise FormProblems({"reason": _l("最多 %(limit)s 个字。请缩短。", limit=LONGEST_REASON)})
    with writing() as session:
        if action == REGISTER:
            lock_numbers(session)
        contract = session.get_one(Contract, contract_id, with_for_update=True)
        policy.require(actor, action, contract)
        if action in WITH_A_REASON and not decision.reason:
            raise FormProblems({"reason": _l("这一步要写明原因。")})
        told = DECISIONS[action](session, actor, contract, decision)
        contract.since = now()
        return told


def _step(session: Session, actor: Actor, contract: Contract, action: str, reason: str) -> None:
    CONTRACT_STATES.take_step(session, actor, contract, action, reason or None)
    contract.comment = reason or None


def _accept(
    session: Session, actor: Actor, contract: Contract, decision: Decision
) -> Sequence[LazyString]:
    _step(session, actor, contract, ACCEPT, decision.reason)
    contract.accepted_on, contract.accepted_by_id = today(), actor.person_id
    contract.rule_version = rule_version_on(contract.accepted_on)
    tell_registering(session, contract, ACCEPTED)
    return ()


def _ask_correction(
    session: Session, actor: Actor, contract: Contract, decision: Decision
) -> Sequence[LazyString]:
    """The legal limit begins anew with the next acceptance (draft of 2024, art. 14)."""
    _step(session, actor, contract, ASK_CORRECTION, decision.reason)
    contract.accepted_on = None
    tell_registering(session, contract, RETURNED)
    return ()


def _plainly(action: str) -> Callable[..., Sequence[LazyString]]:
    def take(
        session: Session, actor: Actor, contract: Contract, decision: Decision
    ) -> Sequence[LazyString]:
        _step(session, actor, contract, action, decision.reason)
        return ()

    return take


def _send_to_experts(
    session: Session, actor: Actor, contract: Contract, decision: Decision
) -> Sequence[LazyString]:
    if not needs_experts(contract) and not decision.is_disputed:
        raise FormProblems(
            {"disputed": _l("技术交易额没有到专家评审的数额。有争议的，请选“有争议”。")}
        )
    contract.is_disputed = contract.is_disputed or decision.is_disputed
    _step(session, actor, contract, SEND_TO_EXPERTS, decision.reason)
    return ()


def _end_expert_review(
    session: Session, actor: Actor, contract: Contract, decision: Decision
) -> Sequence[LazyString]:
    if not opinions_of(session, contract.id):
        raise FormProblems({"": _l("还没有专家的意见。请先录入意见，再结束评审。")})
    _step(session, actor, contract, END_EXPERT_REVIEW, decision.reason)
    return ()


def _register(
    session: Session, actor: Actor, contract: Contract, decision: Decision
) -> Sequence[LazyString]:
    is_declared_large = needs_experts(contract)
    problems: dict[str, LazyString | str] = {}
    number, told = "", list[LazyString]()
    try:
        number, told = read_number(session, actor, decision.number, contract.id)
    except FormProblems as wrong:
        problems |= wrong.problems
    _confirm_amounts(contract, decision, problems)
    # By the larger of what was declared and what is confirmed.
    is_large = is_declared_large or needs_experts(contract)
    if not problems and is_large and not opinions_of(session, contract.id):
        problems = {"": _l("这份合同要先经过专家评审。请送专家评审，录入意见以后再登记。")}
    on = _day(decision.on, problems)
    if problems or on is None:
        raise FormProblems(problems)
    hands = Hands(
        contract.submitted_by or contract.seller_name,
        actor.name,
        contract.submitted_by_id,
        actor.person_id,
    )
    contract.number = number
    _step(session, actor, contract, REGISTER, decision.reason)
    enter_version(session, contract, REGISTERED_EVENT, on, hands, decision.reason or None)
    look_again(session, contract)
    tell_parties(session, contract, REGISTERED)
    return told


def _refuse(
    session: Session, actor: Actor, contract: Contract, decision: Decision
) -> Sequence[LazyString]:
    codes = [one for one in dict.fromkeys(decision.codes) if find_item("refuse_reason", one)]
    if not codes:
        raise FormProblems({"codes": _l("请选不予登记的原因。")})
    if not decision.reason:
        raise FormProblems({"reason": _l("请写明具体是什么问题，怎样才可以登记。")})
    _step(session, actor, contract, REFUSE, decision.reason)
    contract.refuse_codes = codes
    tell_registering(session, contract, REFUSED)
    return ()


def _review_again(
    session: Session, actor: Actor, contract: Contract, decision: Decision
) -> Sequence[LazyString]:
    _step(session, actor, contract, REVIEW_AGAIN, decision.reason)
    contract.refuse_codes = None
    tell_registering(session, contract, REVIEWED_AGAIN)
    return ()


def _amend(
    session: Session, actor: Actor, contract: Contract, decision: Decision
) -> Sequence[LazyString]:
    problems: dict[str, LazyString | str] = {}
    on = _day(decision.on, problems)
    asked = contract.change or {}
    CONTRACT_STATES.take_step(session, actor, contract, AMEND, decision.reason or None)
    given = Given(
        from_stored(asked["terms"]), asked["further"], asked["results"], asked["projects"]
    )
    write_terms(session, contract, given)
    _confirm_amounts(contract, decision, problems)
    if problems or on is None:
        raise FormProblems(problems)
    contract.comment = decision.reason or None
    _end_change(session, actor, contract, AMENDED_EVENT, on)
    look_again(session, contract)
    tell_parties(session, contract, AMENDED)
    return ()


def _deregister(
    session: Session, actor: Actor, contract: Contract, decision: Decision
) -> Sequence[LazyString]:
    on = _needed_day(decision.on)
    _step(session, actor, contract, DEREGISTER, decision.reason)
    _end_change(session, actor, contract, DEREGISTERED_EVENT, on)
    tell_parties(session, contract, DEREGISTERED)
    return ()


def _decline_change(
    session: Session, actor: Actor, contract: Contract, decision: Decision
) -> Sequence[LazyString]:
    _step(session, actor, contract, DECLINE_CHANGE, decision.reason)
    contract.change = None
    tell_parties(session, contract, CHANGE_DECLINED)
    return ()


def _revoke(
    session: Session, actor: Actor, contract: Contract, decision: Decision
) -> Sequence[LazyString]:
    on = _needed_day(decision.on)
    _step(session, actor, contract, REVOKE, decision.reason)
    enter_version(session, contract, REVOKED_EVENT, on, Hands.of(actor, actor), decision.reason)
    _note_benefit(contract)
    tell_parties(session, contract, REVOKED)
    return ()


def _end_change(session: Session, actor: Actor, contract: Contract, event: str, on: date) -> None:
    asked: Mapping[str, Any] = contract.change or {}
    hands = Hands(contract.submitted_by, actor.name, contract.submitted_by_id, actor.person_id)
    enter_version(session, contract, event, on, hands, asked.get("reason"))
    contract.change = None
    _note_benefit(contract)


def _note_benefit(contract: Contract) -> None:
    """Who gave a benefit has to be told of a change or an end (draft of 2024, art. 16)."""
    if contract.benefit_claimed:
        contract.benefit_to_tell_since = now()


def _confirm_amounts(
    contract: Contract, decision: Decision, problems: dict[str, LazyString | str]
) -> None:
    """Put the two amounts that staff have confirmed in the place of those that were declared."""
    turnover = _amount("turnover", decision.turnover, problems)
    tech_amount = _amount("tech_amount", decision.tech_amount, problems)
    if turnover is None or tech_amount is None:
        return
    if turnover == 0:
        problems["turnover"] = _l("合同成交额要大于 0。价款没有约定的合同不能登记。")
    elif tech_amount > turnover:
        problems["tech_amount"] = _l("技术交易额不会大于合同成交额。请核对两个金额和单位。")
    contract.turnover, contract.tech_amount = turnover, tech_amount


def _amount(key: str, typed: str, problems: dict[str, LazyString | str]) -> int | None:
    if not typed.strip():
        problems[key] = _l("请填核定的金额。")
        return None
    try:
        return read.amount(Cell(typed, "（元）", key, Draft({}, {})))
    except InputError as error:
        problems[key] = error.reason
        return None


def _day(typed: str, problems: dict[str, LazyString | str]) -> date | None:
    try:
        return _needed_day(typed)
    except FormProblems as wrong:
        problems |= wrong.problems
        return None


def _needed_day(typed: str) -> date:
    if not typed.strip():
        raise FormProblems({"on": _l("请填日期。")})
    try:
        return values.day(Cell(typed, "", "on", Draft({}, {})))
    except InputError as error:
        raise FormProblems({"on": error.reason}) from None


DECISIONS: Mapping[str, Callable[..., Sequence[LazyString]]] = {
    ACCEPT: _accept,
    ASK_CORRECTION: _ask_correction,
    PASS_ON: _plainly(PASS_ON),
    HAND_BACK: _plainly(HAND_BACK),
    SEND_TO_EXPERTS: _send_to_experts,
    END_EXPERT_REVIEW: _end_expert_review,
    REGISTER: _register,
    REFUSE: _refuse,
    REVIEW_AGAIN: _review_again,
    AMEND: _amend,
    DEREGISTER: _deregister,
    DECLINE_CHANGE: _decline_change,
    REVOKE: _revoke,
}
