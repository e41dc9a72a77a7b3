"""Canaries in searches without a hit: of four organisations, and in a group that is told."""

from __future__ import annotations

from marketplace.core.db import writing
from marketplace.core.i18n import today
from marketplace.matching.radar.models import UnmetGroup, UnmetSearch
from marketplace.matching.radar.months import last_told
from marketplace.matching.radar.services import add_search, renew_groups
from tests.functional.posting.conftest import People
from tests.functional.security.planting_rows import filled

FOUR = ("clerk", "owner", "bureau", "rival")
"""One of each organisation."""


def plant_unmet_searches(people: People, words: dict[str, str]) -> None:
    """Four organisations search for the same; of something else a group is told of."""
    month = last_told(today())
    with writing() as session:
        for who in FOUR:
            add_search(session, people[who].organisation_id or 0, words["unmet search"], (), month)
    renew_groups()
    with writing() as session:
        assert session.query(UnmetSearch).count() == len(FOUR)
        assert session.query(UnmetGroup).count() == 0
        figures = {"organisations": 5, "searches": 5, "reached_on": month, "recent_on": month}
        session.add(filled(UnmetGroup, words["unmet group"], conditions=[], **figures))
