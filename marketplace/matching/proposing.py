"""A broker proposes a record for a demand."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Demand
from marketplace.core.actor import Actor
from marketplace.core.db import now, writing
from marketplace.core.locks import lock_until_commit
from marketplace.core.policy import policy, visible_to
from marketplace.core.states import StateError
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import lazy_gettext as _l
from marketplace.matching.answering import LONGEST_PROPOSAL, MatchProblem, note_decision
from marketplace.matching.holding import hold_matches
from marketplace.matching.models import Match
from marketplace.matching.notices import tell_proposal
from marketplace.matching.refusals import lowered_by
from marketplace.matching.states import (
    DECLINED,
    LAPSED,
    MATCH_STATES,
    PROPOSE,
    PROPOSED,
    SUGGESTED,
)
from marketplace.matching.subjects import DEMAND, OFFERS, read_subjects
from marketplace.matching.suggesting import refused_of
from marketplace.matching.tables import facts_between

MOST_OPEN = 20
"""Proposals of one organisation that may wait for an answer at a time."""


def propose(actor: Actor, demand_id: int, kind: str, record_id: int, why: str) -> Match:
    """Put a record before the demand's side, with the broker's reason.

    :raises MatchProblem: when the reason is missing or too long, or one of the two isn't there.
    :raises StateError: when the two are under way already, or were found unfit, when the record is
        the demander's own, or too many proposals of the broker's organisation wait.
    :raises Forbidden: for anybody but a broker.
    """
    policy.require(actor, PROPOSE)
    why = why.strip()
    if not 0 < len(why) <= LONGEST_PROPOSAL:
        raise MatchProblem(
            {"why": _("请写为什么合适，最多 %(n)s 个字；需求方会看到。", n=LONGEST_PROPOSAL)}
        )
    with writing() as session:
        demand = session.scalar(
            select(Demand).where(Demand.id == demand_id, visible_to(actor, Demand))
        )
        wanted = read_subjects(DEMAND, [demand_id]).get(demand_id)
        record = read_subjects(kind, [record_id]).get(record_id) if kind in OFFERS else None
        if demand is None or wanted is None:
            raise MatchProblem({"demand": _("没有这条公开的需求，请另选一条。")})
        if record is None:
            raise MatchProblem({"record": _("没有这条公开的成果或专利，请另选一项。")})
        _require_that_few_wait(session, actor)
        hold_matches(session, demand_id)
        match = session.scalar(
            select(Match)
            .where(Match.demand_id == demand_id, Match.kind == kind, Match.record_id == record_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if match is not None and match.state == DECLINED:
            raise StateError(_l("这两条有一方说过不合适，不能再推荐。"))
        if match is not None and match.state not in (SUGGESTED, LAPSED):
            raise StateError(_l("这两条已经推荐过，或者在对接中，不用再推荐。"))
        if match is None:
            match = Match(
                demand_id=demand_id,
                kind=kind,
                record_id=record_id,
                state=SUGGESTED,
                wants=[],
                consents=[],
                features={"facts": {f.code: f.verdict for f in facts_between(wanted, record)}},
            )
            session.add(match)
            session.flush()
        # Of a masked demand this answer would tell whose it is.
        if not demand.is_masked and set(match.demander_ids) & set(match.holder_ids):
            raise StateError(_l("这是需求单位自己的，不用推荐。"))
        MATCH_STATES.take_step(session, actor, match, PROPOSE)
        match.proposed_by_id, match.proposal, match.stepped_at = actor.organisation_id, why, now()
        lowered = lowered_by(refused_of(demand_id), record)
        match.features = {**match.features, "lowered": lowered}
        note_decision(session, actor, match, "propose", None)
        tell_proposal(session, match)
        return match


def _require_that_few_wait(session: Session, actor: Actor) -> None:
    lock_until_commit(session, f"proposals-{actor.organisation_id}")
    waiting = select(func.count(Match.id)).where(
        Match.proposed_by_id == actor.organisation_id, Match.state == PROPOSED
    )
    if (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise StateError(
            _("你们单位有 %(n)s 条推荐在等需求方回应，有了回应再推荐别的。", n=MOST_OPEN)
        )
