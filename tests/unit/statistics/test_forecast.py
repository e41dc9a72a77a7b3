"""Forecasts: reproducible, honest about what they don't know, and checked against the past."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction

from marketplace.statistics.forecast import (
    ENDED,
    Backtest,
    Case,
    Forecast,
    NoForecast,
    OpenCase,
    Reason,
    backtest,
    forecast,
    months_before,
    open_cases,
)

TODAY = date(2022, 9, 30)
YEAR_END = date(2022, 12, 31)


def steady(number: int, begins_on: date = date(2019, 1, 1), converts: float = 0.8) -> list[Case]:
    """Cases that come evenly over four years, most of them registered 20 to 60 days later."""
    chance = random.Random(7)
    cases = []
    for n in range(number):
        entered = begins_on + timedelta(days=n * 1461 // number)
        submitted = entered + timedelta(days=chance.randint(1, 15))
        ends = submitted + timedelta(days=chance.randint(10, 45))
        is_taken = chance.random() < converts
        cases.append(
            Case(
                entered,
                (
                    ("draft", entered),
                    ("submitted", submitted),
                    *(() if is_taken else ((ENDED, ends),)),
                ),
                chance.randint(10**7, 10**9),
                registered_on=ends if is_taken else None,
            )
        )
    return cases


def made(cases: list[Case], as_of: date = TODAY, until: date = YEAR_END) -> Forecast:
    outcome = forecast(cases, open_cases(cases, as_of), as_of, until)
    assert isinstance(outcome, Forecast)
    return outcome


def test_the_same_cases_in_another_order_give_the_same_range() -> None:
    cases = steady(300)
    assert made(cases) == made(cases[::-1])


def test_nothing_after_the_day_of_the_forecast_is_looked_at() -> None:
    cases = steady(300)
    waiting = open_cases(cases, TODAY)
    seen = [case for case in cases if case.entered_on <= TODAY]
    assert forecast(seen, waiting, TODAY, YEAR_END) == forecast(cases, waiting, TODAY, YEAR_END)


def test_the_range_holds_the_middle_and_has_a_width() -> None:
    outcome = made(steady(300))
    assert 0 < outcome.low < outcome.middle < outcome.high


def test_more_on_its_way_means_more_expected() -> None:
    cases = steady(300)
    waiting = open_cases(cases, TODAY)
    fuller = [*waiting, *[OpenCase("submitted", 3, 10**9)] * 20]
    few = forecast(cases, waiting, TODAY, YEAR_END)
    many = forecast(cases, fuller, TODAY, YEAR_END)
    assert isinstance(few, Forecast)
    assert isinstance(many, Forecast)
    assert many.middle > few.middle + 10 * 10**9


def test_cases_at_a_stage_where_nothing_was_ever_registered_add_nothing() -> None:
    cases = steady(300, converts=0)
    assert made(cases).high == 0


def test_fewer_than_thirty_past_cases_give_a_reason_and_no_figure() -> None:
    cases = [case for case in steady(300) if case.entered_on > date(2021, 1, 1)][:29]
    outcome = forecast(cases, [], TODAY, YEAR_END)
    assert outcome == NoForecast(TODAY, YEAR_END, Reason.TOO_FEW_CASES, 29)


def test_cases_older_than_two_years_do_not_count_as_past() -> None:
    old = [case for case in steady(300) if case.entered_on < date(2020, 9, 1)]
    outcome = forecast(old, [], TODAY, YEAR_END)
    assert outcome == NoForecast(TODAY, YEAR_END, Reason.TOO_FEW_CASES, 0)


def test_less_than_a_year_of_cases_gives_a_reason_since_newcomers_are_unknown() -> None:
    young = [case for case in steady(900) if case.entered_on > date(2022, 1, 1)]
    outcome = forecast(young, open_cases(young, TODAY), TODAY, YEAR_END)
    assert isinstance(outcome, NoForecast)
    assert outcome.reason is Reason.LESS_THAN_A_YEAR


def test_nothing_is_forecast_for_a_day_that_is_over() -> None:
    outcome = forecast(steady(300), [], YEAR_END, YEAR_END)
    assert isinstance(outcome, NoForecast)
    assert outcome.reason is Reason.NOTHING_AHEAD


def test_past_forecasts_stand_beside_what_came() -> None:
    cases = steady(400)
    ends = [date(2021, month, 28) for month in range(1, 12)]
    tested = backtest(cases, [(day, date(2021, 12, 31)) for day in ends])
    assert [each.forecast.as_of for each in tested.tried] == ends
    first = tested.tried[0]
    assert first.actual == sum(
        case.amount
        for case in cases
        if case.registered_on and ends[0] < case.registered_on <= date(2021, 12, 31)
    )
    assert tested.coverage is not None
    # What comes as steadily as this lies in most of its ranges.
    assert tested.coverage >= Fraction(6, 10)


def test_a_past_day_without_enough_cases_is_listed_and_does_not_count() -> None:
    tested = backtest(steady(400), [(date(2019, 2, 1), date(2019, 12, 31))])
    assert tested.tried == ()
    assert [each.reason for each in tested.without] == [Reason.TOO_FEW_CASES]
    assert tested.coverage is None
    assert Backtest((), ()).coverage is None


def test_a_case_is_open_until_it_is_registered_or_ended() -> None:
    day = date(2022, 3, 1)
    case = Case(
        day, (("draft", day), ("submitted", day + timedelta(days=4))), 5, day + timedelta(days=9)
    )
    assert open_cases([case], day - timedelta(days=1)) == []
    assert open_cases([case], day + timedelta(days=2)) == [OpenCase("draft", 2, 5)]
    assert open_cases([case], day + timedelta(days=8)) == [OpenCase("submitted", 4, 5)]
    assert open_cases([case], day + timedelta(days=9)) == []


def test_a_case_that_was_refused_and_taken_up_again_is_open_again() -> None:
    day = date(2022, 3, 1)
    reached = (
        ("submitted", day),
        (ENDED, day + timedelta(days=10)),
        ("reviewing", day + timedelta(days=20)),
    )
    case = Case(day, reached, 5, day + timedelta(days=30))
    assert open_cases([case], day + timedelta(days=12)) == []
    assert open_cases([case], day + timedelta(days=22)) == [OpenCase("reviewing", 2, 5)]


def growing(a_year: float) -> list[Case]:
    """Contracts of which only the day of registration is known, more of them every year."""
    chance, day, cases = random.Random(3), date(2017, 1, 1), []
    while day < date(2023, 1, 1):
        expected = 0.5 * (1 + a_year) ** ((day - date(2017, 1, 1)).days / 365)
        number = int(expected + chance.random())
        cases += [Case(day, (), chance.randint(10**8, 10**9), day) for _ in range(number)]
        day += timedelta(days=1)
    return cases


def test_what_grows_from_year_to_year_is_expected_to_go_on_at_its_pace() -> None:
    for a_year in (0.4, -0.2):
        cases = growing(a_year)
        days = [
            (date(year, month, 28), date(year, 12, 31))
            for year in (2020, 2021, 2022)
            for month in (2, 4, 6, 8)
        ]
        tried = backtest(cases, days).tried
        too_low = sum(one.actual > one.forecast.high for one in tried)
        too_high = sum(one.actual < one.forecast.low for one in tried)
        middle = sum(one.forecast.middle for one in tried) / sum(one.actual for one in tried)
        assert 0.85 < middle < 1.15, (a_year, middle)
        assert max(too_low, too_high) <= len(tried) // 2


def test_months_back_end_on_the_last_day_of_a_shorter_month() -> None:
    assert months_before(date(2022, 3, 31), 1) == date(2022, 2, 28)
    assert months_before(date(2024, 2, 29), 12) == date(2023, 2, 28)
    assert months_before(date(2022, 12, 31), 24) == date(2020, 12, 31)
