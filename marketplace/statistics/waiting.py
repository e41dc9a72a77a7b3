"""What waits for a person: values to release and editions to confirm that others have brought."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.my_tasks import Task, my_tasks
from marketplace.core.policy import policy, visible_to
from marketplace.core.web.wording import gettext as _
from marketplace.statistics.indicators import indicator_name
from marketplace.statistics.models import EditionDraft, IndicatorValue
from marketplace.statistics.states import CONFIRM_EDITION, RELEASE_VALUE, WAITING
from marketplace.statistics.wording import draft_title

MOST = 200


def declare_tasks() -> None:
    """Let the page of tasks ask."""
    my_tasks.add("statistics", waiting_for)


def waiting_for(session: Session, actor: Actor) -> Iterator[Task]:
    """What waits for the actor."""
    if policy.can(actor, RELEASE_VALUE):
        yield from _values(session, actor)
    if policy.can(actor, CONFIRM_EDITION):
        yield from _editions(session, actor)


def _values(session: Session, actor: Actor) -> Iterator[Task]:
    asked = select(IndicatorValue).where(
        visible_to(actor, IndicatorValue), IndicatorValue.state == WAITING
    )
    for one in session.scalars(asked.order_by(IndicatorValue.id).limit(MOST)):
        if policy.can(actor, RELEASE_VALUE, one):
            yield Task(
                kind="indicator_value",
                title=_("放行指标值：%(name)s", name=indicator_name(one.indicator)),
                address=url_for("goals.value", value_id=one.id),
                since=one.created_at,
                otherwise=_("公开页上没有这个数。"),
            )


def _editions(session: Session, actor: Actor) -> Iterator[Task]:
    asked = select(EditionDraft).where(
        visible_to(actor, EditionDraft), EditionDraft.state == WAITING
    )
    for one in session.scalars(asked.order_by(EditionDraft.id).limit(MOST)):
        if policy.can(actor, CONFIRM_EDITION, one):
            yield Task(
                kind="edition_draft",
                title=_(
                    "确认发布：%(title)s", title=draft_title(one.kind, one.year, one.last_month)
                ),
                address=url_for("editions.draft", draft_id=one.id),
                since=one.computed_at,
                otherwise=_("这些数不会公开。"),
            )
