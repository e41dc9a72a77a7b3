"""The order of a demand's list, and the reason that each of its rows gives for its place."""

from __future__ import annotations

import re
from collections.abc import Callable

from marketplace.core.i18n import Bilingual
from marketplace.core.outbox import drain
from marketplace.matching.answering import answer
from marketplace.matching.models import Match
from marketplace.matching.proposing import propose
from tests.functional.matching.conftest import (
    BURRS,
    GOOD,
    OTHER,
    ROUGH,
    add_result,
    matches_of_demand,
)
from tests.functional.posting.conftest import People

Matched = Callable[..., tuple[int, dict[str, Match]]]
WHY = "他们给同样的产线做过。"
ROUGH_TITLE, OTHER_TITLE = ROUGH["title"].zh, OTHER["title"].zh
ROW = re.compile(
    r'<tr[^>]*><th scope="row"><a[^>]*>(.*?)</a>.*?<small class="m-wide-only">([^<]*)</small></th>'
)


def rows_of_list(people: People, demand_id: int, who: str = "demander") -> dict[str, str]:
    """The reasons of the list's rows by title, in their order."""
    page = people.browser(who).get(f"/matches/of/{demand_id}").text
    return {title.replace("<wbr>", ""): reason for title, reason in ROW.findall(page)}


def propose_result(people: People, demand_id: int, record_id: int) -> Match:
    return propose(people["broker"], demand_id, "result", record_id, WHY)


def test_a_proposal_that_meets_nothing_stands_behind_what_meets_something_and_is_called_one(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched()
    # The fixture's third result, which serves nothing that is asked.
    unfounded = matches[BURRS].record_id + 2
    propose_result(people, demand_id, unfounded)
    rows = rows_of_list(people, demand_id)
    assert list(rows) == [ROUGH_TITLE, BURRS, OTHER_TITLE]
    assert rows[OTHER_TITLE] == "技术经理人推荐，排在满足要求更多的后面"
    page = people.browser("demander").get(f"/matches/of/{demand_id}").text
    assert "技术经理人推荐的，排在最后一项满足要求比它多的后面" in page


def test_a_proposal_stands_before_what_meets_as_much_and_behind_what_meets_more(
    matched: Matched, people: People
) -> None:
    demand_id, _matches = matched()
    proposed = add_result(**{**GOOD, "title": Bilingual("刀具涂层")})
    propose_result(people, demand_id, proposed)
    assert list(rows_of_list(people, demand_id)) == [ROUGH_TITLE, "刀具涂层", BURRS]


def test_what_was_found_first_is_not_put_down_by_being_proposed(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched()
    first = next(title for title, match in matches.items() if match.place == 1)
    propose_result(people, demand_id, matches[first].record_id)
    rows = rows_of_list(people, demand_id)
    assert next(iter(rows)) == first
    assert rows[first] == "技术经理人推荐，没有满足要求更多的，排在系统推荐的前面"


def test_what_somebody_answered_stands_first_and_says_so(matched: Matched, people: People) -> None:
    demand_id, matches = matched()
    answer(people["clerk"], matches[BURRS].id, "want", {})
    rows = rows_of_list(people, demand_id)
    assert list(rows) == [BURRS, ROUGH_TITLE]
    assert rows[BURRS] == "已经有一方回应，排在最前"


def test_a_suggestion_says_which_facts_put_it_down(matched: Matched, people: People) -> None:
    demand_id, _matches = matched()
    rows = rows_of_list(people, demand_id)
    assert rows[ROUGH_TITLE] == "按内容接近的程度；成熟度不符，排后一些"
    assert "成熟度不符" not in rows[BURRS]


def test_a_refusal_puts_likes_down_found_or_proposed_and_each_says_why(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched()
    early = add_result(**{**ROUGH, "title": Bilingual("极片毛刺的在线检测")})
    drain()
    propose_result(people, demand_id, early)
    answer(people["demander"], matches[BURRS].id, "decline", {"code": "too_early"})
    told = "你们说过别的不合适：成熟度不比它高的排后"
    rows = rows_of_list(people, demand_id)
    assert set(rows) == {ROUGH_TITLE, "极片毛刺的在线检测"}
    assert all(told in reason for reason in rows.values())
    staff = rows_of_list(people, demand_id, "bureau")
    assert set(staff) == set(rows)
    assert all("需求方说过别的不合适" in reason for reason in staff.values())


def test_what_is_proposed_after_a_like_of_it_was_refused_is_put_down_at_once(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched()
    add_result(**{**GOOD, "title": Bilingual("极片激光分切毛刺抑制的中试"), "trl": 8})
    drain()
    answer(people["demander"], matches[BURRS].id, "decline", {"code": "too_early"})
    like = add_result(**{**GOOD, "title": Bilingual("刀具涂层")})
    propose_result(people, demand_id, like)
    assert matches_of_demand(demand_id)["刀具涂层"].features["lowered"] == ["too_early"]
    rows = list(rows_of_list(people, demand_id))
    assert rows.index("极片激光分切毛刺抑制的中试") < rows.index("刀具涂层")
