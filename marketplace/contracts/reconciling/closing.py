"""A person says why both sides differ, and so closes a difference; or opens it again."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.contracts.models import ReconciliationDifference
from marketplace.contracts.reconciling.states import (
    CLOSE,
    CLOSED,
    DIFFERENCE_STATES,
    OPEN,
    REOPEN,
)
from marketplace.contracts.reconciling.wording import REASONS
from marketplace.core.actor import Actor
from marketplace.core.db import now, writing
from marketplace.core.policy import policy, visible_to

LONGEST_REASON = 1000
OTHER = "other"


class ClosingProblem(Exception):
    """What is missing of the answer, by field of the form."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(str(problems))
        self.problems = problems


def close_differences(actor: Actor, month: int, ids: Sequence[int], code: str, reason: str) -> int:
    """Close open differences of a month for one reason; returns how many were closed.

    :param code: one of :data:`REASONS`; ``reason`` says more, and has to for :data:`OTHER`.
    :raises ClosingProblem: when nothing was chosen or the reason is missing.
    :raises Forbidden: when the actor may not.
    """
    reason = " ".join(reason.split())
    problems = {}
    if not ids:
        problems["difference"] = str(_("请先勾选要办结的差异。"))
    if code not in REASONS:
        problems["code"] = str(_("请选一个原因。"))
    if code == OTHER and not reason:
        problems["reason"] = str(_("选了“其他”，请写明原因。"))
    if len(reason) > LONGEST_REASON:
        problems["reason"] = str(_("原因最多 %(limit)s 个字。请缩短。", limit=LONGEST_REASON))
    with writing() as session:
        policy.require(actor, CLOSE)
        if problems:
            raise ClosingProblem(problems)
        found = _held(session, actor, month, ids, OPEN)
        for one in found:
            one.reason_code, one.reason = code, reason
            one.closed_by, one.closed_by_id, one.closed_at = actor.name, actor.person_id, now()
            DIFFERENCE_STATES.take_step(session, actor, one, CLOSE, reason or code)
        return len(found)


def reopen_differences(actor: Actor, month: int, ids: Sequence[int]) -> int:
    """Open closed differences again; returns how many.

    :raises Forbidden: when the actor may not.
    """
    with writing() as session:
        policy.require(actor, REOPEN)
        found = _held(session, actor, month, ids, CLOSED)
        for one in found:
            one.reason_code, one.reason = "", ""
            one.closed_by, one.closed_by_id, one.closed_at = None, None, None
            DIFFERENCE_STATES.take_step(session, actor, one, REOPEN)
        return len(found)


def _held(
    session: Session, actor: Actor, month: int, ids: Sequence[int], state: str
) -> Sequence[ReconciliationDifference]:
    return session.scalars(
        select(ReconciliationDifference)
        .where(
            ReconciliationDifference.id.in_(ids),
            ReconciliationDifference.month == month,
            ReconciliationDifference.state == state,
            visible_to(actor, ReconciliationDifference),
        )
        .order_by(ReconciliationDifference.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
