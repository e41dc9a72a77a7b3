"""The pages of matches: the table of requirements, the buttons, and what each side is shown."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from marketplace.catalogue.models import Result
from marketplace.catalogue.services import take_listing_step
from marketplace.core.db import writing
from marketplace.core.i18n import Bilingual
from marketplace.core.outbox import drain
from marketplace.matching.models import Match
from marketplace.matching.queries import count_matches, matches_of
from tests.functional.accounts.browsing import seen
from tests.functional.demands.conftest import MASKED, opened
from tests.functional.matching.conftest import (
    BURRS,
    GOOD,
    ROUGH,
    add_result,
    change_state,
    matches_of_demand,
)
from tests.functional.posting.conftest import RIVAL, People
from tests.functional.statements import statements

Matched = Callable[..., tuple[int, dict[str, Match]]]


def test_the_list_of_a_demand_compares_every_requirement_and_quotes_the_record(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched()
    address = f"/matches/of/{demand_id}?match={matches[BURRS].id}"
    page = people.browser("demander").get(address).text
    assert "2 项成果，逐条对照这条需求" in page
    assert "毛刺高度 ≤ 7 μm" in page
    assert '<mark class="m-quote">≤ 5.2 μm</mark>' in page
    assert "感兴趣，请持有单位回应" in page
    assert "青峦大学" in page


def test_the_table_says_in_words_what_was_compared_and_what_stays_open(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched(goal_zh="毛刺高度不超过8 μm，且能在机检测电阻。")
    address = f"/matches/of/{demand_id}?match={matches[BURRS].id}"
    page = re.sub(r"\s", "", people.browser("demander").get(address).text)
    assert "<small>“毛刺高度不超过8μm”：数值满足</small>" in page
    assert "<small>“能在机检测电阻”：没有找到依据</small>" in page
    assert "<small>数值满足</small>" in page


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_list_of_a_demand_that_has_ended_is_a_page_like_others(
    matched: Matched, people: People, language: str
) -> None:
    demand_id, _matches = matched()
    take_listing_step(people["demander"], "demand", demand_id, "demand.close", "已经解决")
    answer = people.browser("demander").get(f"{language}/matches/of/{demand_id}")
    assert answer.status_code == 200
    drain()
    assert people.browser("demander").get(f"{language}/matches/of/{demand_id}").status_code == 200


def test_the_other_records_table_is_opened_by_its_link(matched: Matched, people: People) -> None:
    demand_id, matches = matched()
    rough = matches[ROUGH["title"].zh].id
    page = people.browser("demander").get(f"/matches/of/{demand_id}?match={rough}").text
    assert '<mark class="m-quote">12 μm 以上</mark>' in page
    assert "不满足 1" in page


def test_the_english_page_says_the_same(matched: Matched, people: People) -> None:
    demand_id, _matches = matched()
    page = people.browser("demander").get(f"/en/matches/of/{demand_id}").text
    assert "Met" in page
    assert "感兴趣" not in page


def test_a_demand_in_one_language_has_one_verdict_on_the_pages_of_both(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched()
    with writing() as session:
        record = session.get_one(Result, matches[BURRS].record_id)
        record.abstract = Bilingual(record.abstract.zh, "Burr height after cutting: 5.2 μm.")
    browser = people.browser("demander")
    verdicts = [
        re.findall(r"<td>(\d+) / (\d+)</td>", browser.get(f"{code}/matches/of/{demand_id}").text)
        for code in ("", "/en")
    ]
    assert verdicts[0] == verdicts[1] != []


def test_a_refusal_on_the_page_takes_the_record_out_and_says_what_it_does(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched()
    browser = people.browser("demander")
    here = f"/matches/of/{demand_id}"
    answer = browser.post(f"/matches/{matches[BURRS].id}/decline", code="too_early", next=here)
    assert answer.location == here
    page = browser.get(here).text
    assert "1 项成果，逐条对照这条需求" in page
    assert "需求方觉得不合适：太早" in page
    assert "成熟度不比它高的排后" in page


def test_a_holders_refusal_is_answered_with_what_it_does_and_says_nothing_of_likes(
    matched: Matched, people: People
) -> None:
    demand_id, matches = matched()
    path = f"/matches/{matches[BURRS].id}"
    before = matches_of_demand(demand_id)[ROUGH["title"].zh].features
    clerk = people.browser("clerk")
    assert "需求方的其他排序不变" in clerk.get(path).text
    clerk.post(f"{path}/decline", code="too_early")
    page = clerk.get(path).text
    assert "原因会告诉需求方。这一项不再推荐给这条需求；你们可以重新考虑。" in page
    assert "排后" not in page
    assert matches_of_demand(demand_id)[ROUGH["title"].zh].features == before


@pytest.mark.parametrize(
    ("code", "effect"), [("too_early", "成熟度不比它高的排后"), ("solved", "只把这条移走")]
)
def test_the_demands_refusal_is_answered_with_what_its_reason_does(
    matched: Matched, people: People, code: str, effect: str
) -> None:
    _demand_id, matches = matched()
    browser = people.browser("demander")
    answer = browser.post(f"/matches/{matches[BURRS].id}/decline", code=code)
    assert f"记下了，已经从列表里移走。{effect}。" in browser.get(answer.location).text


def test_the_page_of_a_demand_counts_its_matches_and_reads_none_of_them(
    matched: Matched, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    demand_id, matches = matched()
    browser = people.browser("demander")
    browser.post(f"/matches/{matches[BURRS].id}/want")
    with statements() as sent:
        assert "看找到的 2 项成果" in seen(browser.get(f"/demands/{demand_id}"))
    assert not [one for one in sent if "match.features" in one]
    for name in ("SHOWN", "MOST_UNDER_WAY"):
        monkeypatch.setattr(f"marketplace.matching.queries.{name}", 0)
        listed = matches_of(people["demander"], demand_id)
        assert count_matches(people["demander"], demand_id) == len(listed)


def test_a_refusal_without_a_reason_is_answered_on_the_page(
    matched: Matched, people: People
) -> None:
    _demand_id, matches = matched()
    answer = people.browser("demander").post(f"/matches/{matches[BURRS].id}/decline")
    assert answer.status_code == 422
    assert "请选一个原因" in answer.text


def test_contacts_come_with_the_second_consent_and_stand_on_both_pages(
    matched: Matched, people: People
) -> None:
    _demand_id, matches = matched()
    path = f"/matches/{matches[BURRS].id}"
    demander, clerk = people.browser("demander"), people.browser("clerk")
    demander.post(f"{path}/want")
    clerk.post(f"{path}/want")
    clerk.post(f"{path}/consent", name="周文", phone="0371-60000002", email="")
    assert "0371-60000002" not in demander.get(path).text
    wrong = demander.post(f"{path}/consent", name="赵一鸣", phone="1", email="")
    assert wrong.status_code == 422
    assert "位数字" in wrong.text
    assert "赵一鸣" in wrong.text
    demander.post(f"{path}/consent", name="赵一鸣", phone="0371-60000001", email="")
    for browser in (demander, clerk):
        page = browser.get(path).text
        assert "0371-60000001" in page
        assert "0371-60000002" in page


def test_the_second_click_is_answered_with_what_is_so(matched: Matched, people: People) -> None:
    _demand_id, matches = matched()
    browser = people.browser("demander")
    path = f"/matches/{matches[BURRS].id}/want"
    assert browser.post(path).status_code == 302
    again = browser.post(path)
    assert again.status_code == 409
    assert "等对方回应" in again.text


def test_a_masked_demand_stays_masked_on_the_holders_side_until_contacts_are_exchanged(
    matched: Matched, people: People
) -> None:
    _demand_id, matches = matched(is_masked="1", **MASKED)
    path = f"/matches/{matches[BURRS].id}"
    clerk, demander = people.browser("clerk"), people.browser("demander")
    for step in ("want",):
        demander.post(f"{path}/{step}")
        clerk.post(f"{path}/{step}")
    clerk.post(f"{path}/consent", name="周文", phone="0371-60000002", email="")
    for page in (clerk.get(path).text, clerk.get("/matches").text, clerk.get("/inbox").text):
        assert RIVAL not in page


def test_the_list_of_a_demand_compares_the_latest_that_are_under_way(
    matched: Matched, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    demand_id, matches = matched()
    rough = matches[ROUGH["title"].zh].id
    browser = people.browser("demander")
    for match_id in (matches[BURRS].id, rough):
        browser.post(f"/matches/{match_id}/want")
    monkeypatch.setattr("marketplace.matching.queries.MOST_UNDER_WAY", 1)
    assert [one.id for one in matches_of(people["demander"], demand_id)] == [rough]


def test_an_empty_list_says_that_it_is_looked_for_or_that_there_is_nothing(
    people: People,
) -> None:
    demand_id = opened(people)
    page = people.browser("demander").get(f"/matches/of/{demand_id}").text
    assert "现有的成果和专利里没有合适的" in page


def test_a_market_without_encoders_says_so_on_the_page(matched: Matched, people: People) -> None:
    demand_id, _matches = matched()
    page = people.browser("demander").get(f"/matches/of/{demand_id}").text
    assert "语义匹配已关闭，现在只按字词匹配。" in page


def test_the_own_matches_are_listed_for_each_side_and_lead_to_the_table(
    matched: Matched, people: People
) -> None:
    _demand_id, matches = matched()
    for who in ("demander", "clerk"):
        page = people.browser(who).get("/matches").text
        assert "2 项匹配" in page
        assert f"/matches/{matches[BURRS].id}" in page
    assert "还没有匹配" in people.browser("owner").get("/matches").text


@pytest.mark.parametrize(
    ("who", "status"), [("clerk", 403), ("neighbour", 404), ("owner", 403), ("bureau", 200)]
)
def test_the_list_of_a_demand_is_for_its_own_people_and_the_bureau(
    matched: Matched, people: People, who: str, status: int
) -> None:
    demand_id, _matches = matched()
    assert people.browser(who).get(f"/matches/of/{demand_id}").status_code == status


def test_a_record_that_is_suspended_meanwhile_leaves_a_page_that_says_so(
    app: Flask, matched: Matched, people: People
) -> None:
    _demand_id, matches = matched()
    match_id = matches[BURRS].id
    browser = people.browser("demander")
    browser.post(f"/matches/{match_id}/want")
    change_state(matches[BURRS].record_id, "suspended", "listing_suspended")
    page = browser.get(f"/matches/{match_id}").text
    assert "其中一方已经不再公开" in page


def test_a_broker_proposes_from_the_page_of_a_demand(matched: Matched, people: People) -> None:
    demand_id, _matches = matched()
    record_id = add_result(**OTHER_TITLE)
    drain()
    browser = people.browser("broker")
    form = browser.get(f"/matches/propose?demand={demand_id}&kind=result&record={record_id}").text
    assert "为什么合适" in form
    empty = browser.post(
        "/matches/propose", demand=str(demand_id), kind="result", record=str(record_id), why=""
    )
    assert empty.status_code == 422
    sent = browser.post(
        "/matches/propose",
        demand=str(demand_id),
        kind="result",
        record=str(record_id),
        why="做过同样的产线",
    )
    assert sent.status_code == 302
    page = people.browser("demander").get(sent.location).text
    assert "做过同样的产线" in page
    assert matches_of_demand(demand_id)["刀具涂层"].state == "proposed"


OTHER_TITLE = {**GOOD, "title": GOOD["title"].of("刀具涂层")}
