"""What waits for a person: months with differences that nobody has explained."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from sqlalchemy.orm import Session

from marketplace.contracts.batches.wording import month_name
from marketplace.contracts.reconciling.policies import LOAD
from marketplace.contracts.reconciling.queries import unreconciled
from marketplace.core.actor import Actor
from marketplace.core.my_tasks import Task, my_tasks
from marketplace.core.policy import policy
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext


def declare_tasks() -> None:
    """Let the page of tasks ask."""
    my_tasks.add("reconciliation", waiting_for)


def waiting_for(_session: Session, actor: Actor) -> Iterator[Task]:
    """The months whose differences the actor may explain."""
    if not policy.can(actor, LOAD):
        return
    for state in unreconciled(actor):
        if state.compared is not None:
            yield Task(
                kind="reconciliation",
                title=ngettext(
                    "办结 %(month)s与全国系统的 %(num)s 处差异",
                    "办结 %(month)s与全国系统的 %(num)s 处差异",
                    state.open_count,
                    month=month_name(state.month),
                ),
                address=url_for("reconciliation.month", month=state.month),
                since=state.compared.updated_at,
                otherwise=_("这个月一直显示为没有核对。"),
            )
