"""A demand that is open, and results of a university, two of which might serve it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Result, ResultOwner
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.outbox import drain, record_event
from marketplace.matching.models import Match
from search.semantic import Encoders
from tests.functional.demands.conftest import opened
from tests.functional.posting.conftest import UNIVERSITY, People, people
from tests.unit.search.semantic.counting import CountingEncoder

__all__ = ["people"]

BURRS = "极片激光分切毛刺在线抑制"
GOOD: dict[str, Any] = {
    "title": Bilingual(BURRS),
    "abstract": Bilingual(
        "铜箔极片激光分切时，熔融的铜在切缝边缘凝成毛刺。本成果让毛刺高度 ≤ 5.2 μm。"
    ),
    "trl": 7,
    "tech_field": "3",
    "conversion_modes": ["4"],
}
ROUGH: dict[str, Any] = {
    "title": Bilingual("极片毛刺的离线检测"),
    "abstract": Bilingual(
        "铜箔极片激光切完，边上的毛刺怕扎穿隔膜。在现有的分切机上改，停线一个周末。"
        "毛刺高度 12 μm 以上能看到。"
    ),
    "trl": 4,
    "tech_field": "3",
}
OTHER: dict[str, Any] = {
    "title": Bilingual("水稻抗旱品种的选育"),
    "abstract": Bilingual("旱地稻株高适中，产量稳定，适合坡地种植。"),
}


def add_result(owner: str = UNIVERSITY, **values: Any) -> int:
    """A published result of an organisation; its id."""
    with writing() as session:
        organisation = session.scalars(select(Organisation)).all()
        held_by = next(one for one in organisation if one.name.zh == owner)
        result = Result(state="published", published_at=now(), **values)
        result.owner_links = [ResultOwner(organisation=held_by, rank=1)]
        session.add(result)
        session.flush()
        record_event(session, "listing_published", "result", result.id)
        return result.id


def matches_of_demand(demand_id: int) -> dict[str, Match]:
    """The matches of a demand by the title of their record."""
    db.session.rollback()
    found = db.session.scalars(select(Match).where(Match.demand_id == demand_id)).all()
    return {db.session.get_one(Result, match.record_id).title.zh: match for match in found}


def match_now(match_id: int) -> Match:
    """A match as the database has it."""
    db.session.rollback()
    return db.session.get_one(Match, match_id, populate_existing=True)


def let_wait(match_id: int) -> None:
    """Let nobody have taken a step of a match for longer than it may wait."""
    with writing() as session:
        session.get_one(Match, match_id).stepped_at = now() - timedelta(days=31)


def change_state(record_id: int, state: str, event: str) -> None:
    """Bring a result into another state, and let the market hear of it."""
    with writing() as session:
        result = session.get_one(Result, record_id)
        result.state, result.version = state, result.version + 1
        record_event(session, event, "result", record_id)
    drain()


@pytest.fixture
def encoder(app: Flask) -> CountingEncoder:
    """The one encoder of the market, which counts."""
    encoder = CountingEncoder()
    app.extensions["encoders"] = Encoders((encoder,))
    return encoder


@pytest.fixture
def matched(people: People) -> Callable[..., tuple[int, dict[str, Match]]]:
    """Opens a demand among three results; its id and its matches by title."""

    def make(**cells: Any) -> tuple[int, dict[str, Match]]:
        for values in (GOOD, ROUGH, OTHER):
            add_result(**values)
        demand_id = opened(people, **cells)
        drain()
        return demand_id, matches_of_demand(demand_id)

    return make
