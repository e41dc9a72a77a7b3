"""What waits for who looks after an organisation's demands: those that end soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from flask import url_for
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor, Role
from marketplace.core.i18n import DISPLAY_ZONE, today
from marketplace.core.my_tasks import Task, my_tasks
from marketplace.core.policy import acts_with
from marketplace.core.web.wording import gettext as _
from marketplace.demands.queries import own_ending
from marketplace.demands.reminding import DAYS_BEFORE

MOST = 50
"""Tasks in the list; the list of one's demands has them all."""


def declare_tasks() -> None:
    """Let the list of tasks ask."""
    my_tasks.add("demands", _ending)


def _ending(_session: Session, actor: Actor) -> Iterator[Task]:
    if not acts_with(actor, Role.DEMANDER):
        return
    days = max(DAYS_BEFORE)
    for one in own_ending(actor, days, MOST):
        last_day = one.deadline or today()
        yield Task(
            kind="demand.extend",
            title=_("还要找就延长：%(title)s", title=one.title),
            address=url_for("demands.deadline", demand_id=one.id),
            since=_midnight(last_day - timedelta(days=days)),
            otherwise=_("过了截止日期自动停止征集，别人就看不到了。"),
            due=last_day,
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), DISPLAY_ZONE)
