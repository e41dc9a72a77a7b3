"""Groups are computed at night: of whole months, without what is found; old ones are forgotten."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, select

from marketplace.catalogue.indexing import search_service
from marketplace.catalogue.models import Organisation
from marketplace.core.db import db, writing
from marketplace.core.outbox import drain
from marketplace.matching.radar.models import UnmetGroup, UnmetSearch
from marketplace.matching.radar.services import forget_searches, renew_groups
from search.engines.base import EngineUnavailable
from tasks.definitions import WORK, clean
from tasks.schedule import RADAR, SCHEDULE
from tests.functional.demands.conftest import opened
from tests.functional.matching.radar.conftest import Search
from tests.functional.posting.conftest import People
from tests.functional.posting.test_course_of_a_posting import publish_one

NOVEMBER = datetime.fromisoformat("2026-11-20T12:00:00+08:00")


def told() -> list[tuple[str, int, int]]:
    """What the groups say: words, organisations, searches."""
    db.session.rollback()
    rows = db.session.scalars(select(UnmetGroup).order_by(UnmetGroup.words))
    return [(one.words, one.organisations, one.searches) for one in rows]


def renewed(moment: datetime) -> list[tuple[str, int, int]]:
    """The groups as the night before the moment left them."""
    with time_machine.travel(moment, tick=False):
        renew_groups()
    return told()


def test_five_organisations_are_told_of_and_four_are_not(searched: Search) -> None:
    searched(5)
    searched(4, "无磁轴承")
    renew_groups()
    assert told() == [("耐高温胶粘剂", 5, 5)]


def test_computing_again_gives_the_same(searched: Search) -> None:
    searched(6)
    renew_groups()
    once = told()
    renew_groups()
    assert told() == once == [("耐高温胶粘剂", 5, 5)]


def test_a_month_counts_once_it_is_over(searched: Search) -> None:
    searched(5, day=date(2026, 11, 3))
    assert renewed(NOVEMBER) == []
    assert renewed(NOVEMBER + timedelta(days=12)) == [("耐高温胶粘剂", 5, 5)]


def test_no_day_of_a_month_shows_other_groups_than_the_one_before(searched: Search) -> None:
    searched(5, day=date(2025, 12, 1))
    searched(5, "无磁轴承", day=date(2026, 10, 31))
    searched(6, "无磁轴承", day=date(2026, 11, 2))
    seen = set()
    for days in range(-19, 11):
        with time_machine.travel(NOVEMBER + timedelta(days=days), tick=False):
            clean()
            renew_groups()
        seen.add(tuple(told()))
    assert seen == {(("无磁轴承", 5, 5), ("耐高温胶粘剂", 5, 5))}


def test_what_is_older_than_a_year_is_forgotten(searched: Search) -> None:
    searched(5, day=date(2025, 11, 30))
    searched(5, day=date(2025, 12, 1))
    with time_machine.travel(NOVEMBER, tick=False):
        forget_searches()
    db.session.rollback()
    days = db.session.scalars(select(UnmetSearch.searched_on).distinct()).all()
    assert days == [date(2025, 12, 1)]


def test_a_group_goes_when_the_search_finds_a_result(people: People, searched: Search) -> None:
    searched(5)
    searched(5, "碲化铋 薄片")
    renew_groups()
    assert len(told()) == 2
    publish_one(people)
    drain()
    renew_groups()
    assert [words for words, *_figures in told()] == ["耐高温胶粘剂"]


def test_what_is_found_takes_no_place_of_what_is_not(
    people: People, searched: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched(6, "碲化铋 薄片")
    searched(5)
    publish_one(people)
    drain()
    monkeypatch.setattr("marketplace.matching.radar.services.MOST_GROUPS", 1)
    renew_groups()
    assert [words for words, *_figures in told()] == ["耐高温胶粘剂"]


def test_a_demand_for_the_same_does_not_end_a_group(people: People, searched: Search) -> None:
    searched(5)
    opened(people, title_zh="要耐高温胶粘剂")
    renew_groups()
    assert len(told()) == 1


def test_groups_stay_while_the_search_does_not_answer(
    searched: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched(5)
    renew_groups()

    def fail(_query: object) -> int:
        raise EngineUnavailable("down")

    monkeypatch.setattr(search_service(), "count", fail)
    renew_groups()
    assert len(told()) == 1


def test_searches_of_an_organisation_go_with_it(searched: Search, units: list[int]) -> None:
    searched(6)
    with writing() as session:
        session.execute(delete(Organisation).where(Organisation.id == units[0]))
    assert db.session.scalar(select(func.count(UnmetSearch.id))) == 5


def test_the_nightly_task_renews_them(searched: Search) -> None:
    assert SCHEDULE["radar"]["task"] == RADAR
    searched(5)
    WORK[RADAR]()
    assert len(told()) == 1
