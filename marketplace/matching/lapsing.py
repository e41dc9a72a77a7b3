"""What nobody goes on with ends after thirty days: matches that wait, and questions."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select

from marketplace.core.actor import Actor
from marketplace.core.db import db, now, writing
from marketplace.core.policy import policy
from marketplace.matching.ending import lapse_all
from marketplace.matching.holding import held_match
from marketplace.matching.models import Match, MatchQuestion
from marketplace.matching.notices import tell_silence
from marketplace.matching.states import LAPSE, MUTUAL, ONE_CONSENTS, ONE_WANTS, PROPOSED

LAPSES_AFTER = timedelta(days=30)
"""So long a match waits for the next step of somebody (domain rule for matches)."""
WAITING_FOR_PEOPLE = (PROPOSED, ONE_WANTS, MUTUAL, ONE_CONSENTS)
"""A mere suggestion waits for nobody: it stands in its list as long as it fits."""


def lapse_waiting(actor: Actor) -> int:
    """End what has waited for 30 days for a step of somebody; how many matches.

    Each in a transaction of its own, in which it is looked at again: somebody may just have acted.
    Questions that nobody answered are taken back.

    :raises Forbidden: for anybody but the system.
    """
    policy.require(actor, LAPSE)
    before = now() - LAPSES_AFTER
    old = and_(Match.state.in_(WAITING_FOR_PEOPLE), Match.stepped_at < before)
    ids = db.session.scalars(select(Match.id).where(old).order_by(Match.id)).all()
    db.session.rollback()
    lapsed = sum(_lapse(actor, match_id, old) for match_id in ids)
    _take_back_questions(actor, before)
    return lapsed


def _lapse(actor: Actor, match_id: int, old: ColumnElement[bool]) -> int:
    with writing() as session:
        return lapse_all(session, actor, and_(Match.id == match_id, old))


def _take_back_questions(actor: Actor, before: datetime) -> None:
    unanswered = and_(MatchQuestion.can.is_(None), MatchQuestion.asked_at < before)
    asked = select(MatchQuestion.match_id).where(unanswered).order_by(MatchQuestion.match_id)
    ids = db.session.scalars(asked).all()
    db.session.rollback()
    for match_id in ids:
        with writing() as session:
            match = held_match(session, actor, match_id)
            question = session.scalar(
                select(MatchQuestion).where(MatchQuestion.match_id == match_id, unanswered)
            )
            if match is not None and question is not None:
                session.delete(question)
                tell_silence(session, match)
