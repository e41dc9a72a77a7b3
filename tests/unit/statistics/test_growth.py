"""Growth, shares, goals and rounding."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.amounts import wan, yi
from marketplace.statistics.growth import (
    OPERATOR_WORDS,
    Operator,
    average,
    completion,
    even_pace,
    gap,
    growth,
    is_met,
    needed_a_month,
    percent,
    points,
    share,
    written,
)

YI = 10_000_000_000
FEN = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize("base", [None, 0, -5])
def test_growth_without_a_base_above_zero_is_a_dash_and_never_infinite(base: int | None) -> None:
    assert growth(100, base) is None
    assert written(percent(growth(100, base))) == "—"


@given(FEN, st.integers(1, 10**15))
def test_growth_leads_from_the_base_back_to_the_figure(current: int, base: int) -> None:
    ratio = growth(current, base)
    assert ratio is not None
    assert base + base * ratio == current


def test_growth_is_signed_with_two_places() -> None:
    assert written(percent(growth(13642, 10000)), is_signed=True) == "+36.42"
    assert written(percent(growth(9659, 10000)), is_signed=True) == "−3.41"
    assert written(percent(growth(7, 7)), is_signed=True) == "0.00"


def test_a_fall_too_small_to_print_has_no_sign() -> None:
    assert written(percent(growth(999_999, 1_000_000)), is_signed=True) == "0.00"


def test_exactly_150_yi_completes_the_goal_of_more_than_150_but_does_not_meet_it() -> None:
    target = 150 * YI
    assert written(percent(completion(target, target))) == "100.00"
    assert not is_met(target, Operator.MORE_THAN, target)
    assert is_met(target + 1, Operator.MORE_THAN, target)
    assert gap(target, target) == 0


def test_a_figure_that_only_rounds_to_the_goal_does_not_meet_it() -> None:
    target = 150 * YI
    assert yi(target - 1) == 150
    assert not is_met(target - 1, Operator.AT_LEAST, target)


@pytest.mark.parametrize(
    ("word", "below", "equal", "above"),
    [
        ("超过", False, False, True),
        ("突破", False, False, True),
        ("以上", False, True, True),
        ("不低于", False, True, True),
        ("达到", False, True, True),
        ("以下", True, True, False),
        ("以内", True, True, False),
        ("不超过", True, True, False),
        ("不满", True, False, False),
        ("低于", True, False, False),
    ],
)
def test_each_word_of_a_goal_includes_its_number_as_the_civil_code_says(
    word: str, below: bool, equal: bool, above: bool
) -> None:
    operator = OPERATOR_WORDS[word]
    assert [is_met(value, operator, 60) for value in (Fraction("59.99"), 60, 61)] == [
        below,
        equal,
        above,
    ]


def test_shares_differ_by_points() -> None:
    assert percent(share(1, 3)) == Decimal("33.33")
    assert share(1, 0) is None
    assert points(share(45, 100), share(40, 100)) == 5
    assert points(share(45, 100), None) is None


@given(st.lists(st.integers(0, 10**14), min_size=1, max_size=12).filter(any))
def test_shares_of_a_whole_add_up_to_one(amounts: list[int]) -> None:
    assert sum(share(each, sum(amounts)) or 0 for each in amounts) == 1


def test_what_each_month_left_must_bring() -> None:
    actual, target = 12_836_000_000 * 100, 150 * YI
    assert yi(gap(actual, target)) == Decimal("21.64")
    assert yi(needed_a_month(actual, target, 2) or 0) == Decimal("10.82")
    assert needed_a_month(actual, target, 0) is None
    assert yi(even_pace(target, 10)) == 125
    with pytest.raises(ValueError, match="months"):
        even_pace(target, 13)


def test_an_average_needs_contracts() -> None:
    assert average(100, 0) is None
    assert average(None, 3) is None
    assert average(100, 3) == Fraction(100, 3)


def test_amounts_are_printed_in_wan_and_yi_with_two_places() -> None:
    assert written(wan(1_286_000_000)) == "1,286.00"
    assert written(wan(5_000)) == "0.01"
    assert written(wan(-3_600_000_000)) == "−3,600.00"
    assert written(yi(1_283_600_000_000)) == "128.36"
    assert written(2914) == "2,914"
