"""What both sides said to a match, taken back when it ends."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.matching.models import Match, MatchContact, MatchQuestion


def take_back_all(session: Session, match: Match) -> None:
    """Forget interest, consent, contacts and a question without an answer.

    A match that is found again so begins anew, and nobody's contact outlives the consent to it.
    """
    match.wants, match.consents = [], []
    session.execute(delete(MatchContact).where(MatchContact.match_id == match.id))
    session.execute(
        delete(MatchQuestion).where(MatchQuestion.match_id == match.id, MatchQuestion.can.is_(None))
    )
