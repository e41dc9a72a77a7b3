"""Which months are kept and told of."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.matching.radar.months import first_kept, last_told, month_of

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def test_on_a_day_of_november_december_of_last_year_to_october_are_told_of() -> None:
    assert first_kept(date(2026, 11, 28)) == date(2025, 12, 1)
    assert last_told(date(2026, 11, 28)) == date(2026, 10, 1)


@given(DAYS)
def test_nothing_is_kept_for_more_than_a_year(day: date) -> None:
    assert (day - first_kept(day)) <= timedelta(days=366)


@given(DAYS)
def test_within_a_month_neither_forgetting_nor_searching_touches_what_is_told(day: date) -> None:
    assert first_kept(day) == first_kept(month_of(day))
    assert last_told(day) == last_told(month_of(day)) < month_of(day)
