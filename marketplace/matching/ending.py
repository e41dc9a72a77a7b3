"""Matches that end, and what both sides said to them, which is taken back then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.catalogue.saving.identity import in_chunks
from marketplace.core.actor import Actor
from marketplace.matching.holding import hold_matches
from marketplace.matching.models import Match, MatchContact, MatchQuestion
from marketplace.matching.notices import tell_lapse
from marketplace.matching.states import BEFORE_CONTACTS, LAPSE, MATCH_STATES


def lapse_all(session: Session, actor: Actor, which: Any) -> int:
    """End the matches that nobody can go on with, how many; those whose contacts are known stay.

    Whom `which` takes in is asked again when all that could change them wait.
    """
    ended = (which, Match.state.in_(BEFORE_CONTACTS))
    lapsed = 0
    demands = select(Match.demand_id).where(*ended).distinct().order_by(Match.demand_id)
    for demand_id in session.scalars(demands).all():
        hold_matches(session, demand_id)
        held = select(Match).where(*ended, Match.demand_id == demand_id).with_for_update()
        matches = session.scalars(held.execution_options(populate_existing=True)).all()
        lapse(session, actor, matches)
        lapsed += len(matches)
    return lapsed


def lapse(session: Session, actor: Actor, matches: Sequence[Match]) -> None:
    """End these matches, which the present transaction holds."""
    for match in matches:
        match.place = None
        tell_lapse(session, match)
    take_back_all(session, matches)
    for match in matches:
        MATCH_STATES.take_step(session, actor, match, LAPSE)


def take_back_all(session: Session, matches: Sequence[Match]) -> None:
    """Forget interest, consent, contacts and questions without an answer.

    A match that is found again so begins anew, and nobody's contact outlives the consent to it.
    """
    for match in matches:
        match.wants, match.consents = [], []
    for ids in in_chunks([match.id for match in matches]):
        session.execute(delete(MatchContact).where(MatchContact.match_id.in_(ids)))
        session.execute(
            delete(MatchQuestion).where(
                MatchQuestion.match_id.in_(ids), MatchQuestion.can.is_(None)
            )
        )
