"""Canaries in a match: why a broker proposes it, and whom one side lets be called."""

from __future__ import annotations

from marketplace.core.db import writing
from marketplace.matching.models import DEMANDER, HOLDER, Match, MatchContact, MatchQuestion
from tests.functional.demands.conftest import reviewed
from tests.functional.posting.conftest import People


def plant_matches(people: People, record_id: int, words: dict[str, str]) -> None:
    """A match of the record that everybody sees; only the demand's side has consented yet."""
    demand_id = reviewed(people)
    who, broker = people["demander"], people["broker"]
    with writing() as session:
        match = Match(
            demand_id=demand_id,
            kind="result",
            record_id=record_id,
            state="one_consents",
            place=1,
            proposed_by_id=broker.organisation_id,
            proposal=words["proposal"],
            wants=[DEMANDER, HOLDER],
            consents=[DEMANDER],
        )
        session.add(match)
        session.flush()
        session.add(MatchQuestion(match_id=match.id, text=words["match question"], can=True))
        session.add(
            MatchContact(
                match_id=match.id,
                side=DEMANDER,
                organisation_id=who.organisation_id or 0,
                person_id=who.person_id or 0,
                name=words["contact"],
                phone=words["contact"].split()[-1],
                email=words["contact"],
            )
        )
