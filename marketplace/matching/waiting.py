"""What waits for a person: to answer the other side, and to agree that contacts are shown."""

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
from marketplace.matching.models import DEMANDER, Match
from marketplace.matching.policies import SEE_OWN, side_of
from marketplace.matching.proposing import LAPSES_AFTER
from marketplace.matching.queries import waiting_for
from marketplace.matching.states import CONSENT, MUTUAL, ONE_CONSENTS, ONE_WANTS, PROPOSED, WANT


def declare_tasks() -> None:
    """Let the list of tasks ask."""
    my_tasks.add("matching", _tasks)


def _tasks(session: Session, actor: Actor) -> Iterator[Task]:
    if not policy.can(actor, SEE_OWN):
        return
    asked = Match.state.in_((PROPOSED, ONE_WANTS, MUTUAL, ONE_CONSENTS))
    for match in waiting_for(actor, asked):
        side = side_of(actor, match)
        if side is None or not _is_due(match, side):
            continue
        record: Any = session.get(RECORD_MODELS[match.kind], match.record_id)
        agrees = match.state in (MUTUAL, ONE_CONSENTS)
        yield Task(
            (CONSENT if agrees else WANT)[side],
            _("和对方交换联系人：《%(title)s》", title=record.title)
            if agrees
            else _("回应对接：《%(title)s》", title=record.title),
            url_for("matching.show", match_id=match.id),
            match.stepped_at,
            _("30 天没有回应，这次对接就过期。"),
            local_date(match.stepped_at + LAPSES_AFTER),
        )


def _is_due(match: Match, side: str) -> bool:
    if match.state == PROPOSED:
        return side == DEMANDER
    if match.state == ONE_WANTS:
        return side not in match.wants
    return side not in match.consents
