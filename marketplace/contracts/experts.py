"""Expert review: when a contract needs it, and what the experts said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.contracts.models import Contract, ContractOpinion
from marketplace.contracts.models.course import DISAGREES, VERDICTS
from marketplace.contracts.policies import ADD_OPINION
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.rule_versions import rule_version_on
from marketplace.contracts.rules import rules_of
from marketplace.contracts.states import WITH_EXPERTS
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import writing
from marketplace.core.i18n import today
from marketplace.core.policy import policy

LONGEST_TEXT, LONGEST_NAME, LONGEST_UNIT = 2000, 80, 200


def needs_experts(contract: Contract) -> bool:
    """Whether experts have to review what is pending.

    By the rules of its registration: it is large or disputed. Of other terms: by the rules of
    today, where they lift the 技术交易额 over what the rules say.
    """
    asked = (contract.change or {}).get("terms")
    if asked is not None:
        return lifts_over(contract.tech_amount, asked["tech_amount"])
    rules = rules_of(contract.rule_version)
    return rules.needs_experts(contract.tech_amount, is_disputed=contract.is_disputed)


def lifts_over(before: int | None, after: int | None) -> bool:
    """Whether a change of the 技术交易额, in 分, makes a contract one that experts review."""
    rules = rules_of(rule_version_on(today()))
    was_large = rules.needs_experts(before, is_disputed=False)
    return not was_large and rules.needs_experts(after, is_disputed=False)


def check_opinions(
    session: Session, contract: Contract, reason: str, *, are_needed: bool
) -> dict[str, LazyString | str]:
    """What is missing of the experts' review before it is registered, by field."""
    opinions = counted_opinions(session, contract)
    if are_needed and not opinions:
        return {"": _l("这份合同要先经过专家评审。请送专家评审，录入意见以后再登记。")}
    if not reason and any(one.verdict == DISAGREES for one in opinions):
        return {"reason": _l("有专家不同意登记。仍要登记的，请写明理由。")}
    return {}


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
        if contract.state not in WITH_EXPERTS:
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


def counted_opinions(session: Session, contract: Contract) -> Sequence[ContractOpinion]:
    """Those of them that are about what is pending: entered since it was handed in."""
    asked_at = (contract.change or {}).get("at")
    since = datetime.fromisoformat(asked_at) if asked_at else contract.submitted_at
    found = opinions_of(session, contract.id)
    return [one for one in found if since is None or one.at >= since]
