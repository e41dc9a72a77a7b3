"""A broker finds what to propose, and for which demand, by words or by number, with no script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from marketplace.catalogue.indexing import search_service
from marketplace.matching.models import Match
from search.engines.base import EngineUnavailable
from tests.functional.accounts.browsing import seen
from tests.functional.matching.conftest import BURRS, change_state, matches_of_demand
from tests.functional.posting.conftest import People

Matched = Callable[..., tuple[int, dict[str, Match]]]
CHOSEN = re.compile(r'class="btn btn-sm btn-outline-secondary" href="([^"]*)"')


def choices(people: People, address: str) -> list[str]:
    """The addresses behind the buttons of what was found."""
    page = seen(people.browser("broker").get(address))
    return [one.replace("&amp;", "&") for one in CHOSEN.findall(page)]


def test_a_broker_proposes_by_words_alone_step_by_step(matched: Matched, people: People) -> None:
    demand_id, matches = matched()
    broker = people.browser("broker")
    start = seen(broker.get("/matches/propose"))
    assert "为哪条需求" in start
    assert "两边都选好以后" in start
    (with_demand,) = choices(people, "/matches/propose?choice=demand&q=极片毛刺")
    assert with_demand == f"/matches/propose?demand={demand_id}"
    asked = f"{with_demand}&choice=record&q=激光分切毛刺在线抑制"
    both = choices(people, asked)[0]
    assert f"demand={demand_id}" in both
    form = seen(broker.get(both))
    assert "为什么合适" in form
    given = dict(re.findall(r'name="(demand|kind|record)" value="(\w+)"', form))
    assert given["record"] == str(matches[BURRS].record_id)
    assert broker.post("/matches/propose", why="做过同样的产线", **given).status_code == 302
    assert matches_of_demand(demand_id)[BURRS].state == "proposed"


@pytest.mark.parametrize(
    "number",
    [
        "{id}",
        "result-{id}",
        "https://market.example/results/{id}",
        "https://market.example/en/results/{id}/?from=letter%23files",
        "/en/results/{id}",
    ],
)
def test_a_record_is_found_by_its_number_first(
    matched: Matched, people: People, number: str
) -> None:
    _demand_id, matches = matched()
    record_id = matches[BURRS].record_id
    found = choices(people, f"/matches/propose?choice=record&q={number.format(id=record_id)}")
    assert found[0] == f"/matches/propose?kind=result&record={record_id}"


def test_what_is_suspended_or_only_for_others_is_not_offered(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched(visibility="matched")
    record_id = matches[BURRS].record_id
    change_state(record_id, "suspended", "listing_suspended")
    assert choices(people, f"/matches/propose?choice=record&q={record_id}") == []
    for sought in (demand_id, "极片毛刺"):
        assert choices(people, f"/matches/propose?choice=demand&q={sought}") == []
    page = seen(people.browser("broker").get("/matches/propose?choice=demand&q=极片毛刺"))
    assert "没有找到" in page


def test_the_box_suggests_while_it_is_typed_in_and_each_suggestion_chooses(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched()
    record_id = matches[BURRS].record_id
    kept = f"kind=result&record={record_id}"
    asked = f"/matches/propose/suggest?choice=demand&{kept}&q=极片"
    (suggestion,) = people.browser("broker").get(asked).json["suggestions"]
    assert suggestion["address"] == f"/matches/propose?{kept}&demand={demand_id}"
    assert "需求" in suggestion["count"]
    nothing = people.browser("broker").get("/matches/propose/suggest?choice=other&q=极片")
    assert nothing.json == {"suggestions": []}
    assert people.browser("clerk").get(asked).status_code == 403


def test_while_the_search_is_down_the_page_says_so(
    matched: Matched, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    matched()

    def down(*_given: object) -> None:
        raise EngineUnavailable("down")

    monkeypatch.setattr(search_service(), "search", down)
    broker = people.browser("broker")
    assert "搜索暂时用不了" in broker.get("/matches/propose?choice=demand&q=极片").text
    answer = broker.get("/matches/propose/suggest?choice=demand&q=极片")
    assert answer.json == {"suggestions": []}
