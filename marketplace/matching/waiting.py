"""What waits for a person: to answer the other side or its question, and to agree to contacts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from marketplace.catalogue.models import RECORD_MODELS
from marketplace.core.actor import Actor
from marketplace.core.i18n import local_date
from marketplace.core.my_tasks import Task, my_tasks
from marketplace.core.policy import policy
from marketplace.core.web.wording import gettext as _
from marketplace.matching.lapsing import LAPSES_AFTER
from marketplace.matching.models import Match
from marketplace.matching.policies import REPLY, SEE_OWN, side_of
from marketplace.matching.queries import questions_for, waiting_for
from marketplace.matching.states import CONSENT, MUTUAL, ONE_CONSENTS, WANT
from marketplace.matching.turns import is_due


def declare_tasks() -> None:
    """Let the list of tasks ask."""
    my_tasks.add("matching", _tasks)


def _tasks(session: Session, actor: Actor) -> Iterator[Task]:
    if not policy.can(actor, SEE_OWN):
        return
    for match in waiting_for(actor):
        side = side_of(actor, match)
        # Who stands on both sides of a match speaks for the demand.
        if side is None or not is_due(match, side):
            continue
        title = _title(session, match)
        agrees = match.state in (MUTUAL, ONE_CONSENTS)
        yield Task(
            (CONSENT if agrees else WANT)[side],
            _("和对方交换联系人：《%(title)s》", title=title)
            if agrees
            else _("回应对接：《%(title)s》", title=title),
            url_for("matching.show", match_id=match.id),
            match.stepped_at,
            _("30 天没有回应，这次对接就过期。"),
            local_date(match.stepped_at + LAPSES_AFTER),
        )
    for question, match in questions_for(actor):
        yield Task(
            REPLY,
            _("答复一个问题：《%(title)s》", title=_title(session, match)),
            url_for("matching.show", match_id=match.id, _anchor="question"),
            question.asked_at,
            _("30 天没有答复，问题就收回。"),
            local_date(question.asked_at + LAPSES_AFTER),
        )


def _title(session: Session, match: Match) -> str:
    record: Any = session.get(RECORD_MODELS[match.kind], match.record_id)
    return str(record.title)
