"""Some requirements of a demand are looked for alone, under the same name and for the same eyes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateError
from marketplace.matching.models import Match
from marketplace.matching.parts import begin_part, parts_of
from marketplace.posting.reviewing import approve, publish
from marketplace.posting.writing import discard, submit
from tests.functional.demands.conftest import MASKED, demand_of, opened
from tests.functional.posting.conftest import People
from tests.functional.posting.writing_down import fresh

Matched = Callable[..., tuple[int, dict[str, Match]]]


def test_a_part_takes_over_who_may_see_it_and_its_own_requirements_alone(
    people: People,
) -> None:
    demand_id = opened(people, visibility="signed_in", **MASKED)
    posting = fresh(begin_part(people["demander"], demand_id, {1}))
    cells = posting.cells
    assert cells["visibility"] == "signed_in"
    assert cells["masked_name_zh"] == MASKED["masked_name_zh"]
    assert [row["value"] for row in cells["requirements"]] == ["7"]
    assert "毛刺高度" in cells["title_zh"]
    assert not cells["goal_zh"]
    sentence = fresh(begin_part(people["demander"], demand_id, {3})).cells
    assert sentence["requirements"] == []
    assert "分切机" in sentence["problem_zh"]


ENGLISH = {
    "title_en": "Burrs of electrodes below 7 μm without loss of speed",
    "problem_en": "Burrs of ten microns and more may pierce the separator.",
    "goal_en": "It is built into the present slitter. The line stops for one weekend at most.",
}


SHORT = {"title_zh": "焊缝要亮", "title_en": "A bright seam", "requirements": []}
ENGLISH_WISHES = {"goal_en": "It is brought to the door. There is an invoice."}


def test_on_an_english_page_the_rows_of_its_own_table_become_a_part(people: People) -> None:
    demand_id = opened(people, **ENGLISH)
    people.browser("demander").post(f"/en/matches/of/{demand_id}/parts", rows=["4"])
    (part,) = parts_of(demand_id)
    assert part.title.en.startswith(ENGLISH["title_en"])
    cells = fresh(part.posting_id).cells
    assert cells["problem_en"] == "The line stops for one weekend at most."
    assert cells["title_en"].startswith(ENGLISH["title_en"])
    assert not cells["problem_zh"]
    assert not cells["title_zh"]
    assert not cells["goal_en"]


def test_a_title_joins_what_was_chosen_without_the_ends_of_its_sentences(people: People) -> None:
    demand_id = opened(people, problem_zh="焊缝发黑。", goal_zh="停线一天。要能返修。", **SHORT)
    title = fresh(begin_part(people["demander"], demand_id, {1, 2})).cells["title_zh"]
    assert title == "焊缝要亮：焊缝发黑；停线一天"
    in_english = opened(
        people, problem_en="The seam is black.", goal_en="One day. It is repaired.", **SHORT
    )
    people.browser("demander").post(f"/en/matches/of/{in_english}/parts", rows=["1", "3"])
    (part,) = parts_of(in_english)
    assert part.title.en == "A bright seam: The seam is black; It is repaired"


def test_rows_that_nothing_meets_are_counted_up_in_the_pages_language(
    matched: Matched, people: People
) -> None:
    demand_id, _matches = matched(goal_zh="要送货上门。要开发票。", **ENGLISH_WISHES)
    browser = people.browser("demander")
    assert re.search(
        r"第\s\d(、\d)+\s条没有一项成果满足", browser.get(f"/matches/of/{demand_id}").text
    )
    english = browser.get(f"/en/matches/of/{demand_id}").text
    assert not re.search(r"\d、\d", english)
    assert re.search(r"\d, \d", english)


def test_a_part_that_is_open_has_matches_of_its_own_in_the_list_of_the_whole(
    matched: Matched, people: People
) -> None:
    demand_id, _matches = matched()
    posting_id = begin_part(people["demander"], demand_id, {1})
    (part,) = parts_of(demand_id)
    assert (part.demand_id, part.state, part.matches) == (None, "draft", 0)
    submit(people["demander"], posting_id, confirms_secrecy=True)
    approve(people["admin"], posting_id, opinion="齐全")
    publish(people["bureau"], posting_id, opinion="真实")
    drain()
    (part,) = parts_of(demand_id)
    assert part.state == "open"
    assert part.matches >= 1
    assert part.demand_id is not None
    assert demand_of(part.demand_id).owner_ids == demand_of(demand_id).owner_ids


def test_a_part_that_was_given_up_is_listed_no_longer(people: People) -> None:
    demand_id = opened(people)
    posting_id = begin_part(people["demander"], demand_id, {1})
    discard(people["demander"], posting_id)
    assert parts_of(demand_id) == []


@pytest.mark.parametrize("numbers", [set(), {0}, {99}, {1, 2, 3, 4, 5, 6}])
def test_no_requirement_and_all_of_them_are_no_part(people: People, numbers: set[int]) -> None:
    demand_id = opened(people)
    with pytest.raises(StateError, match="不是全部"):
        begin_part(people["demander"], demand_id, numbers)


def test_nobody_else_splits_a_demand(people: People) -> None:
    demand_id = opened(people)
    for who in ("clerk", "neighbour", "bureau"):
        with pytest.raises(Forbidden):
            begin_part(people[who], demand_id, {1})


def test_the_page_offers_to_look_for_what_nothing_meets(matched: Matched, people: People) -> None:
    demand_id, _matches = matched()
    browser = people.browser("demander")
    page = browser.get(f"/matches/of/{demand_id}").text
    assert "把几条要求单独征集" in page
    answer = browser.post(f"/matches/of/{demand_id}/parts", rows=["1"])
    assert "/step/1" in answer.location or "/1" in answer.location
    again = browser.post(f"/matches/of/{demand_id}/parts")
    assert again.location == f"/matches/of/{demand_id}"
    assert "不是全部" in browser.get(again.location).text
