"""Reading matches: the list of a demand, those of one's own, one with its contacts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, func, select

from marketplace.catalogue.models import Demand
from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.policy import policy, visible_to
from marketplace.matching.models import (
    DemandRound,
    Match,
    MatchContact,
    MatchDecision,
    MatchQuestion,
)
from marketplace.matching.policies import SEE_OF_DEMAND, of_own_records, side_of
from marketplace.matching.states import DECLINED, INTRODUCED, LAPSED, LIVE_STATES, SUGGESTED
from marketplace.matching.turns import due_for

SHOWN = 10
"""Suggestions of a demand that its page compares; one more comes up for each that is refused."""
MOST_UNDER_WAY = 50
"""Matches under way that it compares besides; the own page lists all of them."""


def find_match(actor: Actor, match_id: int) -> Match | None:
    """The match, where the actor may see it."""
    return db.session.scalar(select(Match).where(Match.id == match_id, visible_to(actor, Match)))


def find_demand(actor: Actor, demand_id: int) -> Demand | None:
    """The demand whose list the actor may see: the own one, or one of the staff's districts."""
    demand = db.session.scalar(
        select(Demand).where(Demand.id == demand_id, visible_to(actor, Demand))
    )
    if demand is None or not policy.can(actor, SEE_OF_DEMAND, demand):
        return None
    return demand


def matches_of(actor: Actor, demand_id: int) -> Sequence[Match]:
    """The matches of a demand that are under way, the latest of them, then the best suggestions."""
    of_demand = (Match.demand_id == demand_id, visible_to(actor, Match))
    under_way = db.session.scalars(
        select(Match)
        .where(*of_demand, Match.state.in_(LIVE_STATES), Match.state != SUGGESTED)
        .order_by(Match.stepped_at.desc(), Match.id)
        .limit(MOST_UNDER_WAY)
    ).all()
    suggested = db.session.scalars(
        select(Match)
        .where(*of_demand, Match.state == SUGGESTED, Match.place.is_not(None))
        .order_by(Match.place)
        .limit(SHOWN)
    ).all()
    return [*under_way, *suggested]


def count_matches(actor: Actor, demand_id: int) -> int:
    """How many `matches_of` gives."""
    is_suggested = Match.state == SUGGESTED
    under_way, suggested = db.session.execute(
        select(
            func.count(case((Match.state.in_(LIVE_STATES) & ~is_suggested, 1))),
            func.count(case((is_suggested & Match.place.is_not(None), 1))),
        ).where(Match.demand_id == demand_id, visible_to(actor, Match))
    ).one()
    return min(under_way, MOST_UNDER_WAY) + min(suggested, SHOWN)


def refused_matches(actor: Actor, demand_id: int) -> Sequence[Match]:
    """The matches of a demand that one of the sides found unfit, the latest first."""
    return db.session.scalars(
        select(Match)
        .where(Match.demand_id == demand_id, Match.state == DECLINED, visible_to(actor, Match))
        .order_by(Match.stepped_at.desc(), Match.id)
        .limit(50)
    ).all()


def own_matches(actor: Actor, offset: int, limit: int) -> tuple[Sequence[Match], int]:
    """The matches that concern the actor, and how many in all.

    First what waits for the actor's organisation, then what is under way, then mere suggestions;
    in each the newest step first.
    """
    shown = (visible_to(actor, Match), Match.state != LAPSED)
    total = db.session.scalar(select(func.count(Match.id)).where(*shown)) or 0
    rows = db.session.scalars(
        select(Match)
        .where(*shown)
        .order_by(
            case((due_for(actor), 0), else_=1),
            (Match.state == SUGGESTED),
            Match.stepped_at.desc(),
            Match.place,
            Match.id,
        )
        .offset(offset)
        .limit(limit)
    ).all()
    return rows, total


def waiting_for(actor: Actor) -> Sequence[Match]:
    """The matches that wait for the actor's organisation, the longest waiting first."""
    return db.session.scalars(
        select(Match)
        .where(visible_to(actor, Match), due_for(actor))
        .order_by(Match.stepped_at, Match.id)
        .limit(200)
    ).all()


def questions_for(actor: Actor) -> Sequence[tuple[MatchQuestion, Match]]:
    """The questions that the actor's organisation has not answered, the longest waiting first."""
    rows = db.session.execute(
        select(MatchQuestion, Match)
        .join(Match, Match.id == MatchQuestion.match_id)
        .where(visible_to(actor, Match), of_own_records(actor), MatchQuestion.can.is_(None))
        .order_by(MatchQuestion.asked_at, MatchQuestion.id)
        .limit(200)
    ).all()
    return [(question, match) for question, match in rows]


def contacts_of(actor: Actor, match: Match) -> dict[str, MatchContact]:
    """By side whom to call, of those that the actor may see."""
    rows = db.session.scalars(
        select(MatchContact).where(
            MatchContact.match_id == match.id, visible_to(actor, MatchContact)
        )
    ).all()
    own = side_of(actor, match)
    return {row.side: row for row in rows if row.side == own or match.state == INTRODUCED}


def decisions_of(actor: Actor, match: Match) -> Sequence[MatchDecision]:
    """What was said to a match, in its order."""
    return db.session.scalars(
        select(MatchDecision)
        .where(MatchDecision.match_id == match.id, visible_to(actor, MatchDecision))
        .order_by(MatchDecision.id)
    ).all()


def round_of(demand_id: int) -> DemandRound | None:
    """When matches of a demand were last looked for."""
    return db.session.get(DemandRound, demand_id)
