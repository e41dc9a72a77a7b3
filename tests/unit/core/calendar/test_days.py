"""Working days of China's real calendar: the announced years, and what is expected of others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from holidays.countries.china import China, ChinaStaticHolidays
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.calendar.announced import (
    announced,
    announced_lists,
    days_by_law,
    expected_days,
)
from marketplace.core.calendar.days import HOLIDAY, WORKING, Deadline, ListedDay, WorkingDays

CALENDAR = WorkingDays(announced_lists(), expected_days)
DAYS = st.dates(date(2001, 1, 1), date(2030, 12, 31))
COUNTS = st.integers(0, 90)


@pytest.mark.parametrize(
    "day",
    [
        "2018-02-11 2018-04-08 2018-12-29 2019-02-03 2019-10-12 2020-01-19 2020-06-28 2021-02-20",
        "2022-01-30 2022-04-24 2023-01-29 2023-06-25 2023-10-08 2024-02-04 2024-02-18 2024-05-11",
        "2025-01-26 2025-04-27 2025-09-28 2026-01-04 2026-02-28 2026-09-20 2026-10-10",
    ],
)
def test_weekends_that_the_notices_have_worked_are_working_days(day: str) -> None:
    for one in map(date.fromisoformat, day.split()):
        assert one.weekday() >= 5
        assert CALENDAR.is_working_day(one), one


@pytest.mark.parametrize(
    "day",
    [
        "2018-02-15 2018-12-31 2019-02-08 2019-05-02 2020-01-31 2020-10-08 2021-02-17 2021-05-05",
        "2022-01-03 2022-10-07 2023-01-27 2023-10-06 2024-02-16 2024-05-03 2024-10-07",
        "2025-01-28 2025-05-05 2025-10-08 2026-01-02 2026-02-23 2026-04-06 2026-10-06",
    ],
)
def test_weekdays_that_the_notices_give_off_are_no_working_days(day: str) -> None:
    for one in map(date.fromisoformat, day.split()):
        assert one.weekday() < 5
        assert not CALENDAR.is_working_day(one), one


@pytest.mark.parametrize("day", ["2024-02-03", "2024-05-12", "2026-11-28", "2026-11-29"])
def test_other_weekends_are_off(day: str) -> None:
    assert not CALENDAR.is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("year", "count"), [(2019, 250), (2022, 249), (2024, 251), (2025, 248), (2026, 248)]
)
def test_a_year_has_as_many_working_days_as_the_notice_leaves(year: int, count: int) -> None:
    assert CALENDAR.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == count


def test_the_notice_of_2026_is_followed_day_by_day() -> None:
    off = "01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25"
    off += " 10-01 10-02 10-05 10-06 10-07"
    worked = "01-04 02-14 02-28 05-09 09-20 10-10"
    days = [date(2026, 1, 1) + timedelta(number) for number in range(365)]
    found_off = [day for day in days if day.weekday() < 5 and not CALENDAR.is_working_day(day)]
    found_worked = [day for day in days if day.weekday() >= 5 and CALENDAR.is_working_day(day)]
    assert [f"{day:%m-%d}" for day in found_off] == off.split()
    assert [f"{day:%m-%d}" for day in found_worked] == worked.split()


def test_the_program_takes_those_years_for_announced_that_the_library_has_notices_of() -> None:
    known = announced()
    years = range(known.first_year, known.last_year + 1)
    assert set(ChinaStaticHolidays.special_public_holidays) == set(years), (
        "a new year came with the library: compare it with the notice, then name both in "
        "announced_years.json"
    )
    assert set(announced_lists()) == set(years)


def test_every_weekend_that_the_library_has_worked_is_worked() -> None:
    mine = {one.day for days in announced_lists().values() for one in days if one.is_working}
    theirs: set[date] = set()
    for year in announced_lists():
        theirs |= China(years=year).weekend_workdays
    assert mine == theirs


def test_a_year_without_a_notice_has_the_days_by_law_and_is_not_official() -> None:
    assert not CALENDAR.is_official(2027)
    assert not CALENDAR.is_working_day(date(2027, 2, 8))
    assert not CALENDAR.is_working_day(date(2027, 10, 1))
    assert CALENDAR.is_working_day(date(2027, 2, 11))
    assert {one.kind for one in expected_days(2027)} == {HOLIDAY}


def test_thirteen_days_are_off_by_law_since_2025() -> None:
    names = [one.name for one in days_by_law(2027)]
    assert len(names) == 13
    assert names.count("春节") == 3
    assert names.count("劳动节") == 2
    assert len(days_by_law(2024)) == 11


def test_a_limit_within_announced_days_is_firm_and_one_beyond_is_provisional() -> None:
    start = date(2026, 11, 27)
    assert CALENDAR.add_working_days(start, 15) == Deadline(date(2026, 12, 18), False)
    assert CALENDAR.add_working_days(start, 30) == Deadline(date(2027, 1, 11), True)


def test_the_last_days_of_december_hang_on_the_next_notice() -> None:
    assert CALENDAR.is_settled(date(2026, 12, 28))
    assert not CALENDAR.is_settled(date(2026, 12, 29))
    assert CALENDAR.is_settled(date(2025, 12, 31))


def test_no_notice_before_changed_an_earlier_day_of_december() -> None:
    early = [
        one.day
        for year, days in announced_lists().items()
        for one in days
        if one.day.year < year or (one.day.month == 12 and one.day.day < 29)
        if (one.day.month, one.day.day) < (12, 29)
    ]
    assert early == []


def test_a_list_decides_about_the_december_before_it() -> None:
    firm = CALENDAR.with_list(
        2027,
        [
            ListedDay(date(2026, 12, 31), HOLIDAY, "元旦"),
            ListedDay(date(2027, 1, 1), HOLIDAY, "元旦"),
            ListedDay(date(2027, 1, 3), WORKING),
        ],
    )
    assert not firm.is_working_day(date(2026, 12, 31))
    assert firm.is_working_day(date(2027, 1, 3))
    assert firm.add_working_days(date(2026, 12, 30), 1) == Deadline(date(2027, 1, 3), False)
    assert CALENDAR.is_working_day(date(2026, 12, 31))


def test_days_as_they_come_end_on_a_working_day() -> None:
    assert CALENDAR.add_days(date(2026, 3, 2), 15).day == date(2026, 3, 17)
    # The thirtieth falls into the week of National Day.
    assert CALENDAR.add_days(date(2026, 9, 2), 30).day == date(2026, 10, 8)


@pytest.mark.parametrize("count", [-1, -30])
def test_a_negative_limit_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_working_days(date(2026, 1, 1), count)
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_days(date(2026, 1, 1), count)


@given(DAYS, COUNTS)
def test_adding_days_and_counting_them_are_each_other_s_inverse(start: date, count: int) -> None:
    end = CALENDAR.add_working_days(start, count).day
    assert CALENDAR.working_days_between(start, end) == count
    assert CALENDAR.working_days_between(end, start) == -count
    assert not count or CALENDAR.is_working_day(end)


@given(DAYS, COUNTS, COUNTS)
def test_a_limit_in_two_parts_ends_when_the_whole_does(start: date, one: int, other: int) -> None:
    first = CALENDAR.add_working_days(start, one)
    second = CALENDAR.add_working_days(first.day, other)
    whole = CALENDAR.add_working_days(start, one + other)
    assert whole == Deadline(second.day, first.is_provisional or second.is_provisional)


@given(DAYS, st.integers(0, 30), COUNTS)
def test_a_later_start_never_ends_earlier(start: date, later: int, count: int) -> None:
    after = start + timedelta(later)
    assert (
        CALENDAR.add_working_days(start, count).day <= CALENDAR.add_working_days(after, count).day
    )
    assert CALENDAR.add_days(start, count).day <= CALENDAR.add_days(after, count).day
