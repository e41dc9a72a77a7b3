"""Which lines of a comparison differ."""

from __future__ import annotations

import pytest

from marketplace.shelf.comparison import Line


@pytest.mark.parametrize(
    ("values", "differs"),
    [
        (("a", "b"), True),
        (("a", "a"), False),
        (("a", None), False),
        ((None, None), False),
        (("a", None, "b"), True),
    ],
)
def test_a_line_differs_where_two_known_values_do(
    values: tuple[str | None, ...], differs: bool
) -> None:
    assert Line("价格", values).differs is differs
