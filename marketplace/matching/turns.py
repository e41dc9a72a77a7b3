"""Whose turn it is in a match: of one that was read, and as a condition on those to be read."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, and_, cast, or_
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.core.actor import Actor
from marketplace.matching.models import DEMANDER, HOLDER, Match
from marketplace.matching.policies import of_own_demands, of_own_records
from marketplace.matching.states import MUTUAL, ONE_CONSENTS, ONE_WANTS, PROPOSED


def is_due(match: Match, side: str) -> bool:
    """Whether the match waits for this side."""
    if match.state == PROPOSED:
        return side == DEMANDER
    if match.state == ONE_WANTS:
        return side not in match.wants
    return match.state in (MUTUAL, ONE_CONSENTS) and side not in match.consents


def due_for(actor: Actor) -> ColumnElement[bool]:
    """Whether a match waits for the actor's organisation."""
    return or_(
        and_(of_own_demands(actor), or_(Match.state == PROPOSED, _lacks(DEMANDER))),
        and_(of_own_records(actor), _lacks(HOLDER)),
    )


def _lacks(side: str) -> ColumnElement[bool]:
    return or_(
        and_(Match.state == ONE_WANTS, _is_not_in(Match.wants, side)),
        and_(Match.state.in_((MUTUAL, ONE_CONSENTS)), _is_not_in(Match.consents, side)),
    )


def _is_not_in(sides: InstrumentedAttribute[list[str]], side: str) -> ColumnElement[bool]:
    return cast(sides, String).not_like(f'%"{side}"%')
