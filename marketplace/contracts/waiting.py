"""What waits for a person: contracts to correct, to accept, to review, and who has to be told."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from marketplace.contracts.conditions import FIRST_HANDS
from marketplace.contracts.models import Contract
from marketplace.contracts.policies import (
    LIST_ALL,
    LIST_OWN,
    TELL_BENEFIT,
    registering_unit_of_contract,
)
from marketplace.contracts.queue import CHANGING, clock_on, stands_in
from marketplace.contracts.states import (
    ACCEPT,
    ACCEPTED,
    AMEND,
    CHANGE_EXPERTS,
    CHANGE_PENDING,
    CORRECTION,
    EXPERT_REVIEW,
    OBJECTION,
    PASS_ON,
    PROPOSALS,
    REGISTER,
    REVIEW_AGAIN,
    REVIEWING,
    SEND_TO_EXPERTS,
    SUBMITTED,
)
from marketplace.core.actor import Actor, Role
from marketplace.core.calendar.queries import read_working_days
from marketplace.core.i18n import today
from marketplace.core.my_tasks import Task, my_tasks
from marketplace.core.policy import policy, visible_to
from marketplace.core.web.wording import gettext as _

MOST = 200
"""Tasks of one kind in the list; the queue has them all."""


def declare_tasks() -> None:
    """Let the page of tasks ask."""
    my_tasks.add("contracts", waiting_for)


def waiting_for(session: Session, actor: Actor) -> Iterator[Task]:
    """What waits for the actor."""
    if policy.can(actor, LIST_OWN):
        yield from _to_correct(session, actor)
        yield from _to_tell(session, actor)
    if policy.can(actor, LIST_ALL):
        yield from _to_decide(session, actor)


def _to_correct(session: Session, actor: Actor) -> Iterator[Task]:
    rows = session.scalars(
        select(Contract)
        .where(
            registering_unit_of_contract() == actor.organisation_id,
            Contract.state == CORRECTION,
        )
        .order_by(Contract.since)
        .limit(MOST)
    )
    for one in rows:
        yield Task(
            kind="contract_correction",
            title=_("按意见补正合同登记：%(title)s", title=one.title),
            address=url_for("contracts.edit", contract_id=one.id),
            since=one.since or one.updated_at,
            otherwise=_("补正以前不受理，期限也不起算。"),
        )


def _to_tell(session: Session, actor: Actor) -> Iterator[Task]:
    """Who gave a benefit has to be told of a change or an end (draft of 2024, art. 16)."""
    registers = registering_unit_of_contract()
    rows = session.scalars(
        select(Contract)
        .where(
            visible_to(actor, Contract),
            Contract.benefit_to_tell_since.is_not(None),
            or_(registers == actor.organisation_id, registers.is_(None)),
        )
        .order_by(Contract.benefit_to_tell_since)
        .limit(MOST)
    )
    for one in rows:
        if not policy.can(actor, TELL_BENEFIT, one):
            continue
        yield Task(
            kind="contract_benefit",
            title=_("告诉给优惠的机关：%(title)s 的登记变了", title=one.title),
            address=url_for("contracts.show", contract_id=one.id),
            since=one.benefit_to_tell_since or one.updated_at,
            otherwise=_("登记变更或注销以后，应当告诉给优惠的机关；不告诉可能要退回优惠。"),
        )


def _by_others(actor: Actor) -> ColumnElement[bool]:
    """Whether a contract isn't the actor's own, and was in no hands of theirs that bar a decision.

    Said in the query, so that what the actor may not decide doesn't fill the list; whether they
    may is asked of each contract that is found.
    """
    unit, person = actor.organisation_id, actor.person_id
    parties = (Contract.seller_id, Contract.buyer_id, Contract.organisation_id)
    first_hands = (
        *(getattr(Contract, name) for name in FIRST_HANDS),
        Contract.change["by_id"].as_integer(),
    )
    is_looked_through = and_(
        literal(actor.has_role(Role.REGISTRAR)), Contract.state.not_in((REVIEWING, CHANGE_PENDING))
    )
    return and_(
        Contract.submitted_by_id.is_distinct_from(person),
        *(one.is_distinct_from(unit) for one in parties),
        or_(is_looked_through, and_(*(one.is_distinct_from(person) for one in first_hands))),
    )


def _to_decide(session: Session, actor: Actor) -> Iterator[Task]:
    sentences = {
        SUBMITTED: (ACCEPT, _("受理合同登记")),
        ACCEPTED: (PASS_ON, _("审查合同登记")),
        EXPERT_REVIEW: (SEND_TO_EXPERTS, _("录入专家意见")),
        CHANGE_EXPERTS: (SEND_TO_EXPERTS, _("录入专家意见")),
        OBJECTION: (REVIEW_AGAIN, _("重新审查有异议的合同")),
        REVIEWING: (REGISTER, _("复核合同登记")),
        CHANGE_PENDING: (AMEND, _("办理合同变更或注销")),
    }
    may = [state for state, (action, _words) in sentences.items() if policy.can(actor, action)]
    if not may:
        return
    rows = session.scalars(
        select(Contract)
        .where(visible_to(actor, Contract), stands_in(*may), _by_others(actor))
        .order_by(func.coalesce(Contract.since, Contract.updated_at), Contract.id)
        .limit(MOST)
    )
    calendar, day = read_working_days(session), today()
    for one in rows:
        action, words = sentences[one.state]
        otherwise = _("单位在等结果，法定期限照走。")
        if (one.change or {}).get("kind") in PROPOSALS:
            words = _("决定撤销登记或更正编号的提议")
            otherwise = _("决定以前，登记和编号照旧。")
        elif one.state in CHANGING:
            otherwise = _("单位在等结果；办好以前，登记的内容照旧。")
        elif one.state == SUBMITTED:
            otherwise = _("单位在等结果；受理以后，法定期限才起算。")
        if policy.can(actor, action, one):
            yield Task(
                kind=f"contract_{one.state}",
                title=_("%(act)s：%(title)s", act=words, title=one.title),
                address=url_for("contracts.show", contract_id=one.id),
                since=one.since or one.updated_at,
                otherwise=otherwise,
                due=clock.due_on if (clock := clock_on(one, day, calendar)) else None,
            )
