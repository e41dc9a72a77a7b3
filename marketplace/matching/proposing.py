"""A broker proposes a record for a demand; and matches that nobody goes on with lapse."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from marketplace.catalogue.models import Demand
from marketplace.core.actor import Actor
from marketplace.core.db import db, now, writing
from marketplace.core.policy import policy, visible_to
from marketplace.core.states import StateError
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import lazy_gettext as _l
from marketplace.matching.answering import LONGEST_PROPOSAL, MatchProblem, note_decision
from marketplace.matching.holding import hold_matches
from marketplace.matching.models import Match
from marketplace.matching.notices import tell_proposal
from marketplace.matching.states import (
    LAPSE,
    MATCH_STATES,
    MUTUAL,
    ONE_CONSENTS,
    ONE_WANTS,
    PROPOSE,
    PROPOSED,
    SUGGESTED,
)
from marketplace.matching.subjects import DEMAND, OFFERS, read_subjects
from marketplace.matching.suggesting import lapse_all
from marketplace.matching.tables import facts_between

LAPSES_AFTER = timedelta(days=30)
"""So long a match waits for the next step of somebody (domain rule for matches)."""
WAITING_FOR_PEOPLE = (PROPOSED, ONE_WANTS, MUTUAL, ONE_CONSENTS)
"""A mere suggestion waits for nobody: it stands in its list as long as it fits."""


def propose(actor: Actor, demand_id: int, kind: str, record_id: int, why: str) -> Match:
    """Put a record before the demand's side, with the broker's reason.

    :raises MatchProblem: when the reason is missing or too long, or one of the two isn't there.
    :raises StateError: when the two are under way already, or were found unfit.
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
            raise MatchProblem({"demand": _("没有这条公开的需求，请看看编号。")})
        if record is None:
            raise MatchProblem({"record": _("没有这条公开的成果或专利，请看看编号。")})
        hold_matches(session, demand_id)
        match = session.scalar(
            select(Match)
            .where(Match.demand_id == demand_id, Match.kind == kind, Match.record_id == record_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if match is not None and match.state != SUGGESTED:
            raise StateError(_l("这两条已经对接过，或者在对接中，不用再推荐。"))
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
        MATCH_STATES.take_step(session, actor, match, PROPOSE)
        match.proposed_by_id, match.proposal, match.stepped_at = actor.organisation_id, why, now()
        note_decision(session, actor, match, "propose", None)
        tell_proposal(session, match)
        return match


def lapse_waiting(actor: Actor) -> int:
    """End what has waited for 30 days for a step of somebody; how many.

    :raises Forbidden: for anybody but the system.
    """
    policy.require(actor, LAPSE)
    old = (Match.state.in_(WAITING_FOR_PEOPLE), Match.stepped_at < now() - LAPSES_AFTER)
    ids = db.session.scalars(select(Match.id).where(*old)).all()
    db.session.rollback()
    if ids:
        with writing() as session:
            lapse_all(session, actor, Match.id.in_(ids))
    return len(ids)
