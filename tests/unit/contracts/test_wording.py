"""Amounts and shares as pages write them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.contracts import wording


@pytest.mark.parametrize(
    ("fen", "yuan", "wan"),
    [
        (680_000_000, "6,800,000.00", "680.00"),
        (1, "0.01", "0.00"),
        (5_000, "50.00", "0.01"),
        (4_999, "49.99", "0.00"),
        (-250_000_000, "−2,500,000.00", "−250.00"),
        (None, "—", "—"),
    ],
)
def test_an_amount_is_written_in_yuan_and_in_wan(fen, yuan, wan):
    assert wording.in_yuan(fen) == yuan
    assert wording.in_wan(fen) == wan


def test_a_difference_has_its_sign():
    assert wording.signed(5) == "+0.05"
    assert wording.signed(-5) == "−0.05"


@given(part=st.integers(0, 10**15), whole=st.integers(1, 10**15))
def test_a_share_is_rounded_half_up_and_last(part, whole):
    exact = Decimal(part) * 100 / Decimal(whole)
    nearest = exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert abs(Decimal(wording.share(part, whole).rstrip("%")) - nearest) <= Decimal("0.01")


def test_a_share_without_a_base_is_a_dash():
    assert wording.share(1, 0) == "—"
    assert wording.share(None, 1) == "—"
    assert wording.share(1, 3) == "33.33%"
    assert wording.share(1, 800) == "0.13%"
