"""A decision of staff: what its form says, and what all decisions have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from marketplace.catalogue.inputs import values
from marketplace.catalogue.inputs.declaration import Cell, Draft, InputError
from marketplace.contracts.inputs import values as read
from marketplace.contracts.ledger.posting import Hands
from marketplace.contracts.models import Contract
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.registering import enter_version
from marketplace.contracts.states import CONTRACT_STATES
from marketplace.core.actor import Actor
from marketplace.core.db import now

Problems = dict[str, LazyString | str]
Told = Sequence[LazyString]


@dataclass(frozen=True)
class Decision:
    """What the form of a decision says; texts as they were typed.

    ``number_checked`` is the number of odd form that was ticked as looked at once more.
    """

    reason: str = ""
    number: str = ""
    number_checked: str = ""
    on: str = ""
    turnover: str = ""
    tech_amount: str = ""
    codes: Sequence[str] = field(default_factory=tuple)
    is_disputed: bool = False


def take_step(session: Session, actor: Actor, contract: Contract, action: str, reason: str) -> None:
    """Take the step, and let the contract say what staff said last."""
    CONTRACT_STATES.take_step(session, actor, contract, action, reason or None)
    contract.comment = reason or None


def end_change(session: Session, actor: Actor, contract: Contract, event: str, on: date) -> Told:
    """Enter what was asked for as a version, through the hands of both; what is to be told."""
    asked: Mapping[str, Any] = contract.change or {}
    hands = Hands(
        asked.get("by", contract.submitted_by),
        actor.name,
        asked.get("by_id", contract.submitted_by_id),
        actor.person_id,
    )
    told = enter_version(session, contract, event, on, hands, asked.get("reason"))
    contract.change = None
    # Who gave a benefit has to be told of a change or an end (draft of 2024, art. 16).
    if contract.benefit_claimed:
        contract.benefit_to_tell_since = now()
    return told


def confirm_amounts(contract: Contract, decision: Decision, problems: Problems) -> None:
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


def read_day(typed: str, problems: Problems) -> date | None:
    """The day of a decision, or nothing and a sentence among the problems."""
    try:
        return needed_day(typed)
    except FormProblems as wrong:
        problems |= wrong.problems
        return None


def needed_day(typed: str) -> date:
    """The day of a decision.

    :raises FormProblems: ``on``, where it is missing or no day.
    """
    if not typed.strip():
        raise FormProblems({"on": _l("请填日期。")})
    try:
        return values.day(Cell(typed, "", "on", Draft({}, {})))
    except InputError as error:
        raise FormProblems({"on": error.reason}) from None


def _amount(key: str, typed: str, problems: Problems) -> int | None:
    if not typed.strip():
        problems[key] = _l("请填核定的金额。")
        return None
    try:
        return read.amount(Cell(typed, "（元）", key, Draft({}, {})))
    except InputError as error:
        problems[key] = error.reason
        return None
