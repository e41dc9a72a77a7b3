"""What of accounts waits for somebody: applications, requests to join, what was returned."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Application
from marketplace.accounts.policies import QUEUE
from marketplace.accounts.queries import applications_waiting, requests_waiting
from marketplace.accounts.states import DRAFT, RETURNED
from marketplace.core.actor import Actor
from marketplace.core.my_tasks import Task, my_tasks
from marketplace.core.policy import policy


def declare_tasks() -> None:
    """Let the list of what waits for a person ask accounts, too."""
    my_tasks.add("accounts", tasks_of)


def tasks_of(session: Session, actor: Actor) -> Iterator[Task]:
    """What waits for the actor now."""
    if not actor.is_person:
        return
    yield from _own(session, actor)
    yield from _requests(actor)
    yield from _applications(actor)


def _own(session: Session, actor: Actor) -> Iterator[Task]:
    mine = select(Application).where(
        Application.applicant_id == actor.person_id, Application.state.in_([DRAFT, RETURNED])
    )
    for one in session.scalars(mine.order_by(Application.id)):
        is_draft = one.state == DRAFT
        title = (
            _l("%(name)s：加上证明材料，提交核验", name=one.name)
            if is_draft
            else _l("%(name)s：核验申请退回来了，按意见改", name=one.name)
        )
        yield Task(
            "application",
            title,
            url_for("accounts.application", application_id=one.id),
            one.updated_at,
            _l("不提交就不会核验，你不能替这个单位办事。"),
        )


def _requests(actor: Actor) -> Iterator[Task]:
    if actor.organisation_id is None or not actor.manages_members:
        return
    for one in requests_waiting(actor, actor.organisation_id):
        yield Task(
            "join_request",
            _l("%(name)s 申请加入单位", name=one.applicant.name),
            url_for("accounts.members_page", organisation_id=one.organisation_id) + "#requests",
            one.asked_at,
            _l("他一直等着，不能替单位办事。"),
        )


def _applications(actor: Actor) -> Iterator[Task]:
    if not policy.can(actor, QUEUE):
        return
    for one in applications_waiting(actor):
        if policy.can(actor, "application.approve", one) and one.submitted_at is not None:
            yield Task(
                "application",
                _l("核验单位：%(name)s", name=one.name),
                url_for("accounts.review", application_id=one.id),
                one.submitted_at,
                _l("单位一直等着，不能发布，也不能询问。"),
            )
