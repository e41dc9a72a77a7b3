"""Six organisations that search for what nobody offers, and people who are told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import pytest
from sqlalchemy import select

from marketplace.catalogue.models import Organisation
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual, today
from marketplace.core.listed import name_key
from marketplace.matching.radar.grouping import Conditions
from marketplace.matching.radar.models import UnmetSearch
from marketplace.matching.radar.months import last_told
from marketplace.matching.radar.services import add_search
from tests.functional.posting.conftest import People, people

__all__ = ["people"]

WORDS = "耐高温胶粘剂"

Search = Callable[..., None]


@pytest.fixture
def units(people: People) -> list[int]:
    """The ids of six organisations."""
    names = [f"第{number}家工厂" for number in "一二三四五六"]
    with writing() as session:
        made = [Organisation(name=Bilingual(one), name_key=name_key(one)) for one in names]
        session.add_all(made)
        session.flush()
        return [one.id for one in made]


@pytest.fixture
def searched(units: list[int]) -> Search:
    """Lets so many of the organisations search for something, last month unless a day is given."""

    def search(
        count: int, words: str = WORDS, conditions: Conditions = (), day: date | None = None
    ) -> None:
        search_as(units[:count], words, conditions, day)

    return search


def search_as(
    units: Iterable[int],
    words: str = WORDS,
    conditions: Conditions = (),
    day: date | None = None,
) -> None:
    """Each of the organisations searches for the same on one day."""
    with writing() as session:
        for unit in units:
            add_search(session, unit, words, conditions, day or last_told(today()))


def kept() -> list[tuple[int, date, str, list[list[str]]]]:
    """What is kept of searches: the organisation, the day, the words, the conditions."""
    db.session.rollback()
    rows = db.session.scalars(select(UnmetSearch).order_by(UnmetSearch.id))
    return [(one.organisation_id, one.searched_on, one.words, one.conditions) for one in rows]
