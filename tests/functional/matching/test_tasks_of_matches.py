"""What waits for whom: on the list of tasks, and first on the list of matches."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.core.db import db
from marketplace.matching.answering import answer
from marketplace.matching.asking import ask, reply
from marketplace.matching.models import Match
from marketplace.matching.queries import own_matches, waiting_for
from tests.functional.matching.conftest import BURRS, ROUGH
from tests.functional.posting.conftest import People

Matched = Callable[..., tuple[int, dict[str, Match]]]
CONTACT = {"name": "赵一鸣", "phone": "0371-60000001", "email": ""}


def due(people: People, who: str) -> list[int]:
    db.session.rollback()
    return [match.id for match in waiting_for(people[who])]


def test_each_step_turns_the_match_to_whoever_has_not_spoken(
    matched: Matched, people: People
) -> None:
    _demand_id, matches = matched()
    match_id = matches[BURRS].id
    assert due(people, "demander") == due(people, "clerk") == []
    answer(people["demander"], match_id, "want", {})
    assert (due(people, "demander"), due(people, "clerk")) == ([], [match_id])
    answer(people["clerk"], match_id, "want", {})
    assert due(people, "demander") == due(people, "clerk") == [match_id]
    answer(people["clerk"], match_id, "consent", CONTACT)
    assert (due(people, "demander"), due(people, "clerk")) == ([match_id], [])
    for who in ("bureau", "broker", "neighbour"):
        assert due(people, who) == []


def test_an_open_question_waits_for_the_holder(matched: Matched, people: People) -> None:
    _demand_id, matches = matched()
    match_id = matches[BURRS].id
    ask(people["demander"], match_id, "毛刺能到 5 μm 吗？")
    assert "答复一个问题" in people.browser("clerk").get("/tasks").text
    assert "答复一个问题" not in people.browser("demander").get("/tasks").text
    reply(people["clerk"], match_id, False)
    assert "答复一个问题" not in people.browser("clerk").get("/tasks").text


def test_what_waits_for_the_reader_comes_first_on_the_list(
    matched: Matched, people: People
) -> None:
    _demand_id, matches = matched()
    waits, went_on = matches[BURRS].id, matches[ROUGH["title"].zh].id
    answer(people["clerk"], waits, "want", {})
    answer(people["demander"], went_on, "want", {})
    db.session.rollback()
    assert [one.id for one in own_matches(people["demander"], 0, 50)[0]] == [waits, went_on]
    assert [one.id for one in own_matches(people["clerk"], 0, 50)[0]] == [went_on, waits]


def test_staff_read_that_one_of_the_two_is_waited_for(matched: Matched, people: People) -> None:
    _demand_id, matches = matched()
    answer(people["demander"], matches[BURRS].id, "want", {})
    page = people.browser("bureau").get(f"/matches/{matches[BURRS].id}").text
    assert "等另一方回应" in page
    assert "等你们回应" not in page
