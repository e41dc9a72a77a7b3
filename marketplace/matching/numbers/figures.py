"""What a figure says: bounds in the first unit of its kind, of what, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from marketplace.matching.numbers.folding import fold
from marketplace.matching.numbers.units import unit_of

Change = Literal["", "less", "more"]
INDICATOR_OPERATORS = {
    "≥": (True, False),
    ">": (True, False),
    "≤": (False, True),
    "<": (False, True),
    "=": (True, True),
    "≈": (True, True),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, or a range of them, with a unit.

    `low`, `high`: bounds in the first unit of `dimension` (m, kg, s, ℃, 元, a share of 1 …); None
    where there is none. `is_low_out`, `is_high_out`: the bound itself is left out. `subject`: the
    words before it that say of what it is, as written. `change`: by how much something becomes
    "less" or "more", "" for a state. `is_exact`: written without any operator or range.
    `is_tolerance`: by how much something may lie beside its value (±), with both bounds.
    `start`, `end`: its place in the text in characters.
    """

    low: Decimal | None
    high: Decimal | None
    dimension: str
    subject: str = ""
    change: Change = ""
    is_low_out: bool = False
    is_high_out: bool = False
    is_exact: bool = False
    is_tolerance: bool = False
    start: int = 0
    end: int = 0


def figure_of_indicator(name: str, operator: str, value: str, unit: str) -> Figure | None:
    """The figure of an indicator's row; None where value or unit can't be read as one.

    `operator`: one of ≥ > ≤ < = ≈, narrow or full width.
    """
    operator = fold(operator).text
    known = unit_of(fold(unit.strip()).text)
    if known is None:
        return None
    number = _number(value)
    sides = INDICATOR_OPERATORS.get(operator)
    if number is None or sides is None:
        return None
    bound = number * known.factor
    return Figure(
        bound if sides[0] else None,
        bound if sides[1] else None,
        known.dimension,
        name,
        is_low_out=operator == ">",
        is_high_out=operator == "<",
        is_exact=operator in ("=", "≈"),
    )


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
