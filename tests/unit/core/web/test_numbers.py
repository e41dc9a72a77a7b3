"""Numbers that people send are ids and versions, or nothing."""

from __future__ import annotations

import pytest

from marketplace.core.web.numbers import HIGHEST, number_of


@pytest.mark.parametrize(("typed", "number"), [("1", 1), ("0012", 12), (str(HIGHEST), HIGHEST)])
def test_a_number_is_read(typed: str, number: int) -> None:
    assert number_of(typed) == number


@pytest.mark.parametrize(
    "typed", ["", "0", "-1", "1.0", " 1", "1_0", "²", "١٢", "x", str(HIGHEST + 1), "9" * 5000]
)
def test_everything_else_is_none(typed: str) -> None:
    assert number_of(typed) == 0
