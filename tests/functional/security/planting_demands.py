"""Canaries in demands: in drafts and opinions, in what only some may find, and beside a mask."""

from __future__ import annotations

from marketplace.catalogue.models import Demand, DemandOwner
from marketplace.core.db import now, writing
from marketplace.posting.reviewing import approve, return_posting
from tests.functional.demands.conftest import MASKED, begin, reviewed, submitted
from tests.functional.posting.conftest import People
from tests.functional.security.planting_rows import add_file, filled


def plant_demands(people: People, words: dict[str, str]) -> None:
    """Demands of the one who looks for technology, each for fewer readers than all."""
    who = people["demander"]
    begin(who, title_zh=words["demand draft"], problem_zh=words["demand draft"])
    approve(people["admin"], submitted(who).id, opinion=words["opinion"])
    return_posting(people["bureau"], submitted(who).id, words["opinion"])
    for key, visibility in (("members' demand", "signed_in"), ("matched demand", "matched")):
        reviewed(people, title_zh=words[key], problem_zh=words[key], visibility=visibility)
    masked = reviewed(people, preferred_partners_zh=words["partners"], **MASKED)
    with writing() as session:
        add_file(session, "demand", masked, "open", words["masked file"])
        word = words["matched demand"]
        hidden = filled(
            Demand,
            word,
            state="open",
            visibility="matched",
            published_at=now(),
            indicators=[{"name": word, "operator": "≤", "value": "1", "unit": word}],
        )
        session.add(hidden)
        session.flush()
        unit = who.organisation_id or 0
        session.add(DemandOwner(demand_id=hidden.id, organisation_id=unit, rank=1))
