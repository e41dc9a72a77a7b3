"""Expert review: when a contract needs it, and what the experts said."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.contracts.models import Contract, ContractOpinion
from marketplace.contracts.models.course import VERDICTS
from marketplace.contracts.policies import ADD_OPINION
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.rules import rules_of
from marketplace.contracts.states import EXPERT_REVIEW
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import writing
from marketplace.core.policy import policy

LONGEST_TEXT, LONGEST_NAME, LONGEST_UNIT = 2000, 80, 200


def needs_experts(contract: Contract) -> bool:
    """Whether it is large or disputed by its rules, so that experts have to review it."""
    rules = rules_of(contract.rule_version)
    return rules.needs_experts(contract.tech_amount, is_disputed=contract.is_disputed)


def add_opinion(
    actor: Actor, contract_id: int, *, expert: str, unit: str, verdict: str, text: str
) -> None:
    """Enter what one expert says.

    :raises FormProblems: with a sentence a field, or when it isn't with the experts.
    :raises Forbidden: for who may not decide about the contract.
    """
    with writing() as session:
        contract = session.get_one(Contract, contract_id, with_for_update=True)
        policy.require(actor, ADD_OPINION, contract)
        if contract.state != EXPERT_REVIEW:
            raise FormProblems({"": _l("它现在不在专家评审。请刷新页面看看它到了哪里。")})
        problems = {}
        if not expert:
            problems["expert"] = _l("请写专家的姓名。")
        elif len(expert) > LONGEST_NAME or len(unit) > LONGEST_UNIT:
            problems["expert"] = _l("姓名最多 80 个字，单位最多 200 个字。请缩短。")
        if verdict not in VERDICTS:
            problems["verdict"] = _l("请选专家同意还是不同意登记。")
        if not text:
            problems["opinion"] = _l("请写专家的意见。")
        elif len(text) > LONGEST_TEXT:
            problems["opinion"] = _l("最多 %(limit)s 个字。请缩短。", limit=LONGEST_TEXT)
        if problems:
            raise FormProblems(problems)
        opinion = ContractOpinion(
            contract_id=contract.id,
            expert=expert,
            unit=unit,
            verdict=verdict,
            text=text,
            entered_by=actor.name,
            entered_by_id=actor.person_id,
        )
        session.add(opinion)
        session.flush()
        record_audit(session, actor, ADD_OPINION, "contract", contract.id, contract.version)


def opinions_of(session: Session, contract_id: int) -> Sequence[ContractOpinion]:
    """What the experts said, in the order in which it was entered."""
    return session.scalars(
        select(ContractOpinion)
        .where(ContractOpinion.contract_id == contract_id)
        .order_by(ContractOpinion.id)
    ).all()
