"""The legal clock of a registration: how long, until when, and how it stands on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.contracts.clock import Clock, ClockState, clock_of
from marketplace.contracts.rule_versions import RULES_2000, RULES_2026, rule_version_on
from marketplace.contracts.rules import Unit, rule_book, rules_of
from marketplace.core.calendar.announced import announced_lists, expected_days
from marketplace.core.calendar.days import WorkingDays

CALENDAR = WorkingDays(announced_lists(), expected_days)
LARGE = 500_000_000
"""500 万元 in 分."""
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def clock(
    accepted_on: date | None,
    today: date = TODAY,
    *,
    amount: int | None = 100_000_000,
    is_disputed: bool = False,
    version: str = RULES_2026,
) -> Clock:
    return clock_of(accepted_on, amount, is_disputed, version, today, CALENDAR)


@pytest.mark.parametrize(
    ("amount", "is_disputed", "days"),
    [
        (LARGE - 1, False, 15),
        (LARGE, False, 30),
        (None, False, 15),
        (0, True, 30),
        (None, True, 30),
    ],
)
def test_large_and_disputed_contracts_have_thirty_working_days(
    amount: int | None, is_disputed: bool, days: int
) -> None:
    found = clock(date(2026, 11, 2), amount=amount, is_disputed=is_disputed)
    assert (found.days_allowed, found.unit) == (days, Unit.WORKING_DAYS)
    assert found.is_long == (days == 30)


def test_the_rules_of_2000_give_everybody_thirty_days_as_they_come() -> None:
    found = clock(date(2026, 2, 2), date(2026, 2, 10), amount=LARGE, version=RULES_2000)
    assert (found.days_allowed, found.unit, found.is_long) == (30, Unit.DAYS, False)
    assert (found.due_on, found.days_left) == (date(2026, 3, 4), 22)


@pytest.mark.parametrize(
    ("accepted_on", "left", "state"),
    [
        (date(2026, 11, 20), 14, ClockState.FINE),
        (date(2026, 11, 4), 2, ClockState.FINE),
        (date(2026, 11, 3), 1, ClockState.SOON),
        (date(2026, 11, 2), 0, ClockState.SOON),
        (date(2026, 10, 30), -1, ClockState.OVERDUE),
    ],
)
def test_a_clock_says_how_many_working_days_are_left(
    accepted_on: date, left: int, state: ClockState
) -> None:
    found = clock(accepted_on)
    assert (found.days_left, found.state) == (left, state)
    assert found.days_used == 15 - max(left, 0)


def test_on_the_weekend_after_the_last_day_it_is_over_by_no_working_day() -> None:
    due = clock(date(2026, 10, 30)).due_on
    assert due == date(2026, 11, 20)
    found = clock(date(2026, 10, 30), due + DAY)
    assert (found.days_left, found.state) == (0, ClockState.OVERDUE)


def test_while_a_correction_is_waited_for_nothing_runs() -> None:
    found = clock(None)
    assert (found.state, found.due_on, found.days_used) == (ClockState.PAUSED, None, 0)
    assert found.days_left == found.days_allowed == 15


def test_a_limit_into_a_year_without_a_notice_is_provisional() -> None:
    assert not clock(date(2026, 11, 23)).is_provisional
    late = clock(date(2026, 11, 23), amount=LARGE)
    assert (late.due_on, late.is_provisional) == (date(2027, 1, 5), True)


def test_an_unknown_version_has_no_limit() -> None:
    with pytest.raises(KeyError):
        clock(date(2026, 11, 2), version="1987")


@given(
    st.dates(date(2001, 1, 1), date(2028, 12, 31)),
    st.integers(0, 80),
    st.sampled_from([RULES_2000, RULES_2026]),
    st.booleans(),
)
def test_as_days_go_by_a_clock_only_runs_down(
    accepted_on: date, days: int, version: str, is_disputed: bool
) -> None:
    today = accepted_on + days * DAY
    now, later = (
        clock(accepted_on, day, version=version, is_disputed=is_disputed)
        for day in (today, today + DAY)
    )
    assert now.due_on == later.due_on
    assert now.days_left >= later.days_left >= now.days_left - 1
    assert now.due_on is not None
    assert (now.state is ClockState.OVERDUE) == (today > now.due_on)
    assert 0 <= now.days_used <= later.days_used <= now.days_allowed


def test_the_versions_join_without_a_gap_and_say_where_they_are_from() -> None:
    old, new = rules_of(RULES_2000), rules_of(RULES_2026)
    assert set(rule_book().versions) == {RULES_2000, RULES_2026}
    assert old.in_force_to is not None
    assert old.in_force_to + DAY == new.in_force_from
    assert rule_version_on(old.in_force_to) == RULES_2000
    assert rule_version_on(new.in_force_from) == RULES_2026
    assert all(one.sources and not one.is_verified for one in (old, new))
    assert "2024" in rule_book().warning.zh
    assert "2024" in rule_book().warning.en


@pytest.mark.parametrize(
    ("amount", "is_disputed", "version", "is_wanted"),
    [
        (LARGE, False, RULES_2026, True),
        (LARGE - 1, False, RULES_2026, False),
        (None, True, RULES_2026, True),
        (LARGE, True, RULES_2000, False),
    ],
)
def test_experts_review_large_and_disputed_contracts_under_the_new_rules(
    amount: int | None, is_disputed: bool, version: str, is_wanted: bool
) -> None:
    assert rules_of(version).needs_experts(amount, is_disputed=is_disputed) is is_wanted
