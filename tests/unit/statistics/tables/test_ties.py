"""Two tables with rows for the same contracts show such a row in both or in neither."""

from __future__ import annotations

from marketplace.contracts.ledger.sums import Sum
from marketplace.statistics.tables.exposure import MONTHS, Course, Points, Whole
from marketplace.statistics.tables.ties import Rows, Tie, open_together

FIXED = frozenset({"total"})
CELLS = ("firms-in", "firms-rest", "bodies-in", "bodies-rest", "abroad-out", "abroad-rest")
NATURE = {
    "firms": ("firms-in", "firms-rest"),
    "bodies": ("bodies-in", "bodies-rest"),
    "abroad": ("abroad-out", "abroad-rest"),
    "total": CELLS,
}
FLOW = {
    "inside": ("firms-in", "bodies-in"),
    "out": ("abroad-out",),
    "rest": ("firms-rest", "bodies-rest", "abroad-rest"),
    "total": CELLS,
}
TIE = Tie(("nature", "abroad"), ("flow", "out"), ("flow", "rest"))
Register = dict[str, list[int]]


def rows_of(register: Register, made_of: dict[str, tuple[str, ...]], **told: int) -> Rows:
    cells = {
        cell: Course.of(Sum(count, 7 * count) for count in register.get(cell, [0] * MONTHS))
        for cell in CELLS
    }
    courses = {
        key: Course.together([cells[one] for one in parts]) for key, parts in made_of.items()
    }
    parts = tuple(key for key in made_of if key != "total")
    out = {point: frozenset({key}) for key, point in told.items()}
    return Rows(courses, (Whole("total", parts),), out)


def opened(register: Register, **told: int) -> dict[str, Points]:
    rows = {"nature": rows_of(register, NATURE, **told), "flow": rows_of(register, FLOW)}
    return open_together(rows, (TIE,), last=MONTHS, fixed=FIXED)


def of_year(**counts: int) -> Register:
    return {cell: [counts.get(cell.replace("-", "_"), 0), *[0] * 11] for cell in CELLS}


def test_what_one_table_hides_beside_something_small_the_other_does_not_tell() -> None:
    register = of_year(firms_in=40, bodies_in=2, abroad_out=3)
    found = opened(register)
    assert MONTHS not in found["nature"]["bodies"]
    assert MONTHS not in found["nature"]["abroad"]
    assert MONTHS not in found["flow"]["out"]


def test_a_few_contracts_that_only_one_of_the_rows_holds_close_both() -> None:
    found = opened(of_year(firms_in=40, bodies_in=30, abroad_out=20, abroad_rest=1, firms_rest=9))
    assert MONTHS not in found["nature"]["abroad"]
    assert MONTHS not in found["flow"]["out"]


def test_rows_that_hold_many_are_shown_in_both_tables() -> None:
    found = opened(of_year(firms_in=40, bodies_in=30, abroad_out=20))
    assert all(MONTHS in points for rows in found.values() for points in rows.values())


def test_what_an_edition_told_of_one_row_is_told_of_the_other() -> None:
    found = opened(of_year(firms_in=40, bodies_in=2, abroad_out=3), abroad=MONTHS)
    assert MONTHS in found["nature"]["abroad"]
    assert MONTHS in found["flow"]["out"]
