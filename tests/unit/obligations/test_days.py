"""Counting days: last days and lateness."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.obligations.days import days_late, transfer_due_on
from marketplace.obligations.setting_up import schedule

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 12, 31))


@pytest.mark.parametrize(
    ("accepted", "last_day"),
    [
        (date(2025, 11, 26), date(2026, 11, 26)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 2, 28), date(2024, 2, 28)),
        (date(2025, 12, 31), date(2026, 12, 31)),
    ],
)
def test_a_year_ends_on_the_same_day_or_the_last_of_the_month(
    accepted: date, last_day: date
) -> None:
    assert transfer_due_on(accepted) == last_day


@given(DAYS, DAYS)
def test_a_later_acceptance_never_ends_earlier(one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    assert transfer_due_on(earlier) <= transfer_due_on(later)


@given(DAYS, DAYS)
def test_lateness_is_counted_from_the_day_after_the_last_one(due: date, done: date) -> None:
    late = days_late(due, done)
    assert late == (0 if done <= due else (done - due).days)
    assert days_late(due, None) == 0


def test_a_projects_dates_say_what_it_owes() -> None:
    assert schedule(date(2024, 3, 1), date(2026, 2, 28), None) == [
        ("initial", date(2024, 6, 1)),
        ("annual", date(2024, 12, 31)),
        ("annual", date(2025, 12, 31)),
        ("final", date(2026, 5, 28)),
        ("deposit", date(2026, 8, 28)),
    ]
    assert ("midterm", date(2025, 3, 1)) in schedule(date(2024, 3, 1), date(2026, 3, 1), None)
    assert [kind for kind, _day in schedule(None, None, date(2026, 1, 31))] == ["final", "deposit"]
    assert schedule(None, None, None) == []


@given(st.none() | DAYS, st.none() | DAYS, st.none() | DAYS)
def test_any_dates_give_each_obligation_once(
    start: date | None, end: date | None, accepted: date | None
) -> None:
    planned = schedule(start, end, accepted)
    assert len(planned) == len(set(planned))
    assert [day for _kind, day in planned] == sorted(day for _kind, day in planned)
