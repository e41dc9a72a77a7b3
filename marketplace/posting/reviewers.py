"""Whether a unit has somebody who may review what was submitted: nobody approves their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.standing import people_with
from marketplace.core.actor import HOLDER_ROLES, Actor, Role
from marketplace.core.my_tasks import Task
from marketplace.core.policy import visible_to
from marketplace.core.web.wording import gettext as _
from marketplace.posting.models import Posting
from marketplace.posting.queries import waits_for_unit


def lacks_reviewer(organisation_id: int, submitted_by_id: int | None) -> bool:
    """Whether nobody of the unit may review what this person submits."""
    return not set(people_with(organisation_id, Role.HOLDER_MGR)) - {submitted_by_id}


def units_without_reviewer(session: Session, actor: Actor) -> Iterable[Task]:
    """That something of the actor's unit waits for a review which nobody there may do."""
    if not actor.is_person or not actor.has_role(*HOLDER_ROLES):
        return
    organisation_id = actor.organisation_id or 0
    submitted = session.execute(
        select(Posting.submitted_by_id, func.min(Posting.submitted_at))
        .where(
            visible_to(actor, Posting),
            Posting.organisation_id == organisation_id,
            waits_for_unit(),
        )
        .group_by(Posting.submitted_by_id)
    ).all()
    reviewers = set(people_with(organisation_id, Role.HOLDER_MGR)) if submitted else set()
    stuck = [since for person_id, since in submitted if not reviewers - {person_id}]
    if stuck:
        yield Task(
            kind="posting.no_reviewer",
            title=_("给单位加一位审核人"),
            address=url_for("accounts.members_page", organisation_id=organisation_id),
            since=min(cast(list[datetime], stuck)),
            otherwise=_l("提交的内容没有人能审核，一直不会公开：审核人不能审核自己提交的。"),
        )
