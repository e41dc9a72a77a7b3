"""Amounts in the units that people read, and rounding."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.amounts import half_up, yi


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (Decimal("2.675"), "2.68"),
        (Decimal("-2.675"), "-2.68"),
        (Fraction(1, 200), "0.01"),
        (Fraction(2, 3), "0.67"),
        (0, "0.00"),
        (Decimal("2.6749999"), "2.67"),
    ],
)
def test_halves_are_rounded_up_and_from_the_exact_value(
    value: Decimal | Fraction | int, rounded: str
) -> None:
    assert str(half_up(value)) == rounded


@given(st.decimals(-(10**9), 10**9, places=5), st.integers(0, 4))
def test_rounding_agrees_with_the_decimal_library(value: Decimal, places: int) -> None:
    expected = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    assert half_up(value, places) == expected


def test_rounding_comes_last() -> None:
    # 0.344 + 0.344 is 0.69; rounded first it would be 0.68.
    parts = [3_440_000_000, 3_440_000_000]
    assert yi(sum(parts)) == Decimal("0.69")
