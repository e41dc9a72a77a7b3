"""What waits for a person: obligations to fulfil or to receive, and results to convert."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from marketplace.core.actor import Actor
from marketplace.core.my_tasks import Task, my_tasks
from marketplace.core.policy import policy, visible_to
from marketplace.core.web.wording import gettext as _
from marketplace.obligations.models import Obligation
from marketplace.obligations.policies import LIST_ALL, LIST_OWN
from marketplace.obligations.queries import own_clocks
from marketplace.obligations.states import ACCEPT, OPEN_STATES, RETURNED, SUBMITTED
from marketplace.obligations.wording import kind_name

MOST = 200
"""Tasks of one kind in the list; the due list has them all."""


def declare_tasks() -> None:
    """Let the page of tasks ask."""
    my_tasks.add("obligations", waiting_for)


def waiting_for(session: Session, actor: Actor) -> Iterator[Task]:
    """What waits for the actor."""
    if policy.can(actor, LIST_OWN) and actor.organisation_id is not None:
        yield from _to_hand_in(session, actor)
        yield from _to_convert(actor)
    if policy.can(actor, LIST_ALL):
        yield from _to_receive(session, actor)


def _to_hand_in(session: Session, actor: Actor) -> Iterator[Task]:
    rows = session.scalars(
        select(Obligation)
        .where(
            Obligation.organisation_id == actor.organisation_id,
            Obligation.state.in_(OPEN_STATES),
        )
        .options(selectinload(Obligation.project))
        .order_by(Obligation.due_on)
        .limit(MOST)
    )
    for one in rows:
        values = {"kind": kind_name(one.kind), "project": one.project.title}
        is_returned = one.state == RETURNED
        yield Task(
            kind="obligation",
            title=_("改好重交%(kind)s：%(project)s", **values)
            if is_returned
            else _("提交%(kind)s：%(project)s", **values),
            address=url_for("obligations.show", obligation_id=one.id),
            since=one.since,
            otherwise=_("过了最后一天算逾期，逾期天数记在案上，科技局看得到。"),
            due=one.due_on,
        )


def _to_convert(actor: Actor) -> Iterator[Task]:
    for one in own_clocks(actor):
        yield Task(
            kind="transfer_clock",
            title=_("一年内转化：%(result)s", result=one.result.title),
            address=url_for("catalogue.result", record_id=one.result_id),
            since=one.decided_at,
            otherwise=_("满一年没有转化，科技局可以责令公开交易（河南条例第十九条）。"),
            due=one.due_on,
        )


def _to_receive(session: Session, actor: Actor) -> Iterator[Task]:
    rows = session.scalars(
        select(Obligation)
        .where(visible_to(actor, Obligation), Obligation.state == SUBMITTED)
        .options(selectinload(Obligation.project), selectinload(Obligation.organisation))
        .order_by(Obligation.since)
        .limit(MOST)
    )
    for one in rows:
        if policy.can(actor, ACCEPT, one):
            yield Task(
                kind="obligation_submitted",
                title=_(
                    "接收%(kind)s：%(unit)s，%(project)s",
                    kind=kind_name(one.kind),
                    unit=one.organisation.name,
                    project=one.project.title,
                ),
                address=url_for("obligations.show", obligation_id=one.id),
                since=one.since,
                otherwise=_("单位在等答复。"),
            )
