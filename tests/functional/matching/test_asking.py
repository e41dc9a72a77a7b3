"""The counter-query: can you reach this? and who asks stays unsaid."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from marketplace.core.db import db
from marketplace.core.notifications import Notification
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateError
from marketplace.matching.answering import MatchProblem, answer
from marketplace.matching.asking import ask, reply
from marketplace.matching.models import Match, MatchDecision
from tests.functional.demands.conftest import MASKED
from tests.functional.matching.conftest import (
    BURRS,
    match_now,
)
from tests.functional.posting.conftest import RIVAL, People

Matched = Callable[..., tuple[int, dict[str, Match]]]
QUESTION = "毛刺不超过 6 μm，走带速度不降，能不能做到？"


def test_a_yes_counts_as_the_holders_interest_and_reaches_who_asked(
    matched: Matched, people: People
) -> None:
    _demand_id, matches = matched()
    match_id = matches[BURRS].id
    assert ask(people["demander"], match_id, QUESTION)
    assert match_now(match_id).state == "suggested"
    assert reply(people["clerk"], match_id, True)
    assert (match_now(match_id).state, match_now(match_id).wants) == ("one_wants", ["holder"])
    drain()
    db.session.rollback()
    told = {notice.kind: notice for notice in db.session.scalars(select(Notification))}
    assert told["match_asked"].organisation_id == people["clerk"].organisation_id
    assert told["match_asked"].params["demand"] == {}
    assert told["match_answered"].params["can"] is True
    said = db.session.scalars(select(MatchDecision.action).order_by(MatchDecision.id)).all()
    assert said == ["ask", "can"]


def test_only_of_a_masked_demand_the_page_says_that_nobody_learns_who_asks(
    matched: Matched, people: People
) -> None:
    for cells, is_said in (({}, False), (MASKED, True)):
        _demand_id, matches = matched(**cells)
        page = people.browser("demander").get(f"/matches/{matches[BURRS].id}").text
        assert ("先不说是谁" in page) == is_said
        assert ("这条需求没有隐名" in page) == (not is_said)


def test_a_no_changes_nothing_else_and_another_question_may_follow(
    matched: Matched, people: People
) -> None:
    _demand_id, matches = matched()
    match_id = matches[BURRS].id
    ask(people["demander"], match_id, QUESTION)
    with pytest.raises(StateError, match="还没有答复"):
        ask(people["demander"], match_id, "那 7 μm 呢？")
    reply(people["clerk"], match_id, False)
    assert match_now(match_id).state == "suggested"
    with pytest.raises(StateError, match="没有等着答复"):
        reply(people["clerk"], match_id, True)
    assert ask(people["demander"], match_id, "那 7 μm 呢？")


def test_nobody_else_asks_or_answers(matched: Matched, people: People) -> None:
    _demand_id, matches = matched()
    match_id = matches[BURRS].id
    for who in ("neighbour", "owner"):
        assert not ask(people[who], match_id, QUESTION)
    with pytest.raises(Forbidden):
        ask(people["clerk"], match_id, QUESTION)
    ask(people["demander"], match_id, QUESTION)
    with pytest.raises(Forbidden):
        reply(people["demander"], match_id, True)


@pytest.mark.parametrize("text", ["", "   ", "能" * 201])
def test_a_question_without_words_or_with_too_many_is_not_sent(
    matched: Matched, people: People, text: str
) -> None:
    _demand_id, matches = matched()
    with pytest.raises(MatchProblem) as refused:
        ask(people["demander"], matches[BURRS].id, text)
    assert set(refused.value.problems) == {"question"}


def test_the_holders_page_shows_the_question_and_not_who_asks(
    matched: Matched, people: People
) -> None:
    _demand_id, matches = matched(is_masked="1", **MASKED)
    path = f"/matches/{matches[BURRS].id}"
    demander, clerk = people.browser("demander"), people.browser("clerk")
    assert "先不说是谁" in demander.get(path).text
    demander.post(f"{path}/ask", question=QUESTION)
    page = clerk.get(path).text
    assert "走带速度不降" in page
    assert RIVAL not in page
    clerk.post(f"{path}/reply", can="yes")
    assert "持有单位答复：能" in demander.get(path).text


def test_a_yes_to_who_is_interested_already_tells_both_that_they_are(
    matched: Matched, people: People
) -> None:
    _demand_id, matches = matched()
    match_id = matches[BURRS].id
    answer(people["demander"], match_id, "want", {})
    ask(people["demander"], match_id, QUESTION)
    reply(people["clerk"], match_id, True)
    assert match_now(match_id).state == "mutual"
    drain()
    db.session.rollback()
    both = select(Notification.organisation_id).where(Notification.kind == "match_mutual")
    assert set(db.session.scalars(both)) == {
        people["demander"].organisation_id,
        people["clerk"].organisation_id,
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("我们别家研究院想问能不能做到？", "单位的名称"),
        ("能做到请打 138 0013 8000。", "电话或邮箱"),
        ("能做到请写信到 a.b@example.cn。", "电话或邮箱"),
        ("能做到请打 0371-55500001。", "电话或邮箱"),
    ],
)
def test_a_question_of_a_masked_demand_gives_nobody_away(
    matched: Matched, people: People, text: str, told: str
) -> None:
    _demand_id, matches = matched(**MASKED)
    with pytest.raises(MatchProblem) as problem:
        ask(people["demander"], matches[BURRS].id, text)
    assert told in problem.value.problems["question"]
    assert ask(people["demander"], matches[BURRS].id, "2026 年 13000 件、毛刺 6 μm 行不行？")


def test_a_question_of_an_open_demand_may_say_who_asks(matched: Matched, people: People) -> None:
    _demand_id, matches = matched()
    assert ask(people["demander"], matches[BURRS].id, "我们别家研究院的线速能不能做到？")
