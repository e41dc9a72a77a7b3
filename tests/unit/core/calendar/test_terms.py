"""Terms of years and months, and when to remind of a last day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.calendar.terms import months_after, reminders_due, years_after

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 12, 31))


@given(DAYS, st.integers(1, 5))
def test_a_term_of_years_is_never_a_day_too_short_or_too_long(day: date, years: int) -> None:
    end = years_after(day, years)
    assert (end.year, end.month) == (day.year + years, day.month)
    assert end.day == day.day or (day.month, day.day, end.day) == (2, 29, 28)
    assert 365 * years <= (end - day).days <= 366 * years


@given(DAYS, st.integers(0, 60))
def test_a_term_of_months_keeps_the_day_where_there_is_one(day: date, months: int) -> None:
    end = months_after(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == day.day or (end + timedelta(days=1)).day == 1


@given(DAYS, DAYS, st.sets(st.integers(0, 365), max_size=5))
def test_a_reminder_stands_out_from_its_day_to_the_last_day(
    due: date, on: date, days: set[int]
) -> None:
    found = reminders_due(due, on, days)
    assert found == sorted(found)
    assert set(found) == {one for one in days if due - timedelta(days=one) <= on <= due}
