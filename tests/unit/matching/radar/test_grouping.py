"""Searches that mean the same; nothing is told that fewer than five organisations share."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.matching.radar.grouping import (
    LEAST_ORGANISATIONS,
    Asked,
    Conditions,
    Told,
    told_groups,
    words_of,
)

MONTH = date(2026, 3, 1)
MONTHS = [date(2026, month, 1) for month in range(1, 13)]
WORDS = ("titanium", "welding", "膜", "阀门", "sealing")


def asked_by(count: int, words: str, first: int = 1, month: date = MONTH) -> list[Asked]:
    """The same search by so many organisations."""
    return [Asked(unit, month, words) for unit in range(first, first + count)]


def test_five_organisations_with_the_same_words_are_told_of() -> None:
    (group,) = told_groups(asked_by(5, "钛合金 熔覆"))
    assert (group.words, group.organisations, group.searches) == ("钛合金 熔覆", 5, 5)


def test_four_organisations_are_not_however_often_they_search() -> None:
    months = [one for month in MONTHS for one in asked_by(4, "钛合金 熔覆", month=month)]
    assert told_groups(months) == []


@pytest.mark.parametrize(
    "other", ["熔覆 钛合金", "鈦合金熔覆", "钛合金的熔覆", "“钛合金”熔覆", "鈦合金，熔覆"]
)
def test_order_script_stop_words_and_quotation_marks_make_no_other_search(other: str) -> None:
    assert words_of(other) == words_of("钛合金熔覆")


def test_searches_that_share_most_words_are_one_group() -> None:
    searches = asked_by(3, "titanium welding sealing") + asked_by(2, "titanium welding", first=4)
    (group,) = told_groups(searches)
    assert group.organisations == 5
    assert set(group.words.split()) == {"titanium", "welding"}


def test_searches_that_share_half_of_their_words_are_two_groups() -> None:
    searches = asked_by(5, "titanium welding") + asked_by(5, "titanium", first=6)
    assert {one.words for one in told_groups(searches)} == {"titanium welding", "titanium"}


def test_the_same_words_under_other_conditions_are_another_group() -> None:
    under = [one._replace(conditions=(("kind", "result"),)) for one in asked_by(4, "钛合金")]
    assert told_groups([*asked_by(4, "钛合金", first=5), *under]) == []


def test_the_wording_that_most_organisations_used_is_told() -> None:
    searches = asked_by(6, "Welding Titanium") + asked_by(5, "titanium welding", first=7)
    (group,) = told_groups(searches)
    assert (group.words, group.organisations) == ("Welding Titanium", 10)


def test_of_wordings_that_fewer_used_only_the_common_words_are_told() -> None:
    own = ("valve", "pump", "hose", "tank", "gate")
    searches = [
        Asked(unit, MONTH, f"titanium welding sealing {word}") for unit, word in enumerate(own)
    ]
    (group,) = told_groups(searches)
    assert set(group.words.split()) == {"titanium", "welding", "sealing"}


def test_words_that_no_five_have_together_are_not_told_together() -> None:
    searches = (
        asked_by(2, "titanium welding sealing valve")
        + asked_by(3, "titanium welding sealing", first=3)
        + asked_by(2, "titanium sealing valve", first=6)
    )
    (group,) = told_groups(searches)
    assert "valve" not in group.words


def test_the_months_are_those_by_which_and_since_which_five_searched() -> None:
    searches = [Asked(unit, MONTHS[unit], "钛合金") for unit in range(7)]
    (group,) = told_groups(searches)
    assert (group.reached_on, group.recent_on) == (MONTHS[4], MONTHS[2])


@st.composite
def histories(draw: st.DrawFn, organisations: int = 9) -> list[Asked]:
    """What some organisations searched for in a year, with few words, so that they meet."""
    searches = st.builds(
        Asked,
        st.integers(1, organisations),
        st.sampled_from(MONTHS),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
        st.sampled_from([(), (("kind", "result"),)]),
    )
    return draw(st.lists(searches, max_size=80))


def window(history: list[Asked], first: int) -> list[Asked]:
    """What is looked at in an edition: nine months from the one of this number."""
    return [one for one in history if one.month in MONTHS[first : first + 9]]


def figures(group: Told) -> tuple[int, int]:
    return group.organisations, group.searches


@given(histories())
def test_all_that_is_told_holds_for_five_organisations(history: list[Asked]) -> None:
    for group in told_groups(history):
        units = defaultdict(set)
        for one in history:
            if one.conditions == group.conditions:
                if words_of(one.words) >= words_of(group.words):
                    units["words"].add(one.organisation)
                if one.month <= group.reached_on:
                    units["reached"].add(one.organisation)
                if one.month >= group.recent_on:
                    units["recent"].add(one.organisation)
        assert all(len(units[key]) >= LEAST_ORGANISATIONS for key in ("words", "reached", "recent"))
        assert len({one.organisation for one in history}) >= group.organisations
        assert len(history) >= group.searches >= group.organisations >= LEAST_ORGANISATIONS


@given(histories(organisations=4))
def test_four_organisations_are_told_of_in_no_history(history: list[Asked]) -> None:
    assert told_groups(history) == []


@given(histories())
def test_no_difference_of_two_editions_or_groups_is_a_figure_below_five(
    history: list[Asked],
) -> None:
    told: dict[tuple[str, Conditions], list[tuple[int, int]]] = defaultdict(list)
    for first in range(4):
        for group in told_groups(window(history, first)):
            told[group.words, group.conditions].append(figures(group))
    seen = [(0, 0), *(one for editions in told.values() for one in editions)]
    differences = {abs(a - b) for one in seen for other in seen for a in one for b in other}
    assert differences.isdisjoint(range(1, LEAST_ORGANISATIONS))


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_makes_no_difference(
    history: list[Asked], chance: random.Random
) -> None:
    shuffled = chance.sample(history, len(history))
    assert told_groups(shuffled) == told_groups(history)


@given(st.lists(st.sets(st.sampled_from(WORDS), min_size=1), max_size=12, unique_by=frozenset))
def test_no_leader_of_a_group_is_near_the_leader_of_another(wordings: list[set[str]]) -> None:
    searches = [
        one
        for number, words in enumerate(wordings, start=1)
        for one in asked_by(LEAST_ORGANISATIONS * number, " ".join(sorted(words)))
    ]
    leaders = [words_of(one.words) for one in told_groups(searches)]
    assert not [
        (one, other)
        for n, one in enumerate(leaders)
        for other in leaders[:n]
        if 2 * len(one & other) > len(one | other)
    ]
