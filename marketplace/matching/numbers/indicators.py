"""The figure of an indicator's row: a name, an operator, a value and a unit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation

from marketplace.matching.numbers.figures import Figure
from marketplace.matching.numbers.folding import fold
from marketplace.matching.numbers.grades import read_grades
from marketplace.matching.numbers.reading import read_figures
from marketplace.matching.numbers.units import unit_of

INDICATOR_OPERATORS = {
    "≥": (True, False),
    ">": (True, False),
    "≤": (False, True),
    "<": (False, True),
    "=": (True, True),
    "≈": (True, True),
}


def figure_of_indicator(name: str, operator: str, value: str, unit: str) -> Figure | None:
    """The figure of an indicator's row; None where value or unit can't be read as one.

    `operator`: one of ≥ > ≤ < = ≈, narrow or full width. A grade of protection (IP67) has none of
    them or one that asks for it or a better one.
    """
    operator = fold(operator).text
    grades = read_grades(f"{name}:{unit.strip()}{value.strip()}")
    if len(grades) == 1 and operator in ("", "≥", "=", "≈"):
        return replace(grades[0], subject=name)
    known = unit_of(fold(unit.strip()).text)
    if known is None:
        return None
    number = _number(value)
    sides = INDICATOR_OPERATORS.get(operator)
    if number is None or sides is None:
        return None
    bound = number * known.factor
    figure = Figure(
        bound if sides[0] else None,
        bound if sides[1] else None,
        known.dimension,
        name,
        is_low_out=operator == ">",
        is_high_out=operator == "<",
        is_exact=operator in ("=", "≈"),
    )
    # 成本降低 ≥ 20 % is a change, 使用温度 = 150 ℃ one at which it works, as in a sentence.
    for said in read_figures(f"{name}{operator}{value}{unit}")[-1:]:
        if said.dimension == figure.dimension:
            return replace(
                figure,
                change=said.change,
                is_service=said.is_service,
                is_withstood=said.is_withstood,
            )
    return figure


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
