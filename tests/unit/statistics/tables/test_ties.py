"""Two tables with rows for the same contracts tell nothing small together either."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.contracts.ledger.sums import Sum
from marketplace.statistics.tables.exposure import LEAST_CONTRACTS, MONTHS, Course, Points, Whole
from marketplace.statistics.tables.ties import Rows, Tie, open_together
from tests.unit.statistics.tables.test_exposure import PRICE, is_known, known_sums, months

FIXED = frozenset({"total"})
CELLS = (
    *("firms-in", "firms-away", "firms-rest"),
    *("bodies-in", "bodies-away", "bodies-rest"),
    *("abroad-out", "abroad-rest"),
)
NATURE = {
    "firms": ("firms-in", "firms-away", "firms-rest"),
    "bodies": ("bodies-in", "bodies-away", "bodies-rest"),
    "abroad": ("abroad-out", "abroad-rest"),
    "total": CELLS,
}
FLOW = {
    "inside": ("firms-in", "bodies-in"),
    "away": ("firms-away", "bodies-away"),
    "out": ("abroad-out",),
    "rest": ("firms-rest", "bodies-rest", "abroad-rest"),
    "total": CELLS,
}
TIE = Tie("nature", "flow", (("abroad", ("out",)),))
Register = dict[str, list[int]]


def courses_of(register: Register, made_of: dict[str, tuple[str, ...]]) -> dict[str, Course]:
    cells = {
        cell: Course.of(Sum(count, PRICE * count) for count in register.get(cell, [0] * MONTHS))
        for cell in CELLS
    }
    return {key: Course.together([cells[one] for one in parts]) for key, parts in made_of.items()}


def rows_of(register: Register, made_of: dict[str, tuple[str, ...]], **told: int) -> Rows:
    parts = tuple(key for key in made_of if key != "total")
    out = tuple((point, frozenset({key})) for key, point in told.items())
    return Rows(tuple(courses_of(register, made_of).items()), (Whole("total", parts),), out)


def opened(register: Register, **told: int) -> dict[str, Points]:
    rows = (("nature", rows_of(register, NATURE, **told)), ("flow", rows_of(register, FLOW)))
    return open_together(rows, (TIE,), last=MONTHS, fixed=FIXED)


def held_in(register: Register, made_of: dict[str, tuple[str, ...]]) -> set[str]:
    """The cells of the rows in which something stands."""
    courses = courses_of(register, made_of)
    return {
        cell
        for key, cells in made_of.items()
        if key != "total" and not courses[key].is_empty
        for cell in cells
    }


def known_at(
    register: Register, found: dict[str, Points], point: int
) -> frozenset[tuple[str, ...]]:
    """Every group of cells whose sum follows at a point from both tables together.

    Of a row that holds nothing everybody knows it; of a single cell nobody does.
    """
    held = held_in(register, NATURE) & held_in(register, FLOW)
    return known_sums(
        frozenset(
            cells
            for name, made_of in (("nature", NATURE), ("flow", FLOW))
            for key, course in courses_of(register, made_of).items()
            if is_known(course, found[name][key], point)
            for cells in [tuple(one for one in made_of[key] if one in held)]
            if cells
        )
    )


def check_nothing_small_follows(register: Register) -> None:
    found = opened(register)
    known = [known_at(register, found, point) for point in range(MONTHS + 1)]
    for one, other in combinations(range(MONTHS + 1), 2):
        for cells in known[one] & known[other]:
            count = sum(sum(register.get(cell, [])[one:other]) for cell in cells)
            assert count == 0 or count >= LEAST_CONTRACTS, (cells, one, other)


USUAL = [cell for cell in CELLS if not cell.endswith("-rest")]


@pytest.mark.exhaustive
@pytest.mark.parametrize("cells", [CELLS, USUAL, ["firms-in", "bodies-in", "abroad-out"]])
@settings(max_examples=100)
@given(st.data())
def test_nothing_small_follows_from_both_tables_together(
    cells: list[str], data: st.DataObject
) -> None:
    check_nothing_small_follows(data.draw(st.fixed_dictionaries(dict.fromkeys(cells, months))))


def test_a_row_that_holds_nothing_hides_nothing_beside_buyers_abroad() -> None:
    nothing = [0] * MONTHS
    check_nothing_small_follows(
        {
            "firms-in": [*nothing[1:], 3],
            "bodies-in": [*nothing[3:], 3, 0, 1],
            "abroad-out": [*nothing[2:], 1, 2],
        }
    )


CHOICE = """
from random import Random
from tests.unit.statistics.tables.test_ties import CELLS, opened
random = Random(1)
for _ in range(40):
    register = {cell: [max(0, random.randint(-3, 4)) for _ in range(12)] for cell in CELLS}
    for name, points in sorted(opened(register).items()):
        print(name, [(key, sorted(points[key])) for key in sorted(points)])
"""


@pytest.mark.exhaustive
def test_every_process_makes_the_same_choice() -> None:
    """Two processes that hid different rows would together show both."""
    choices = {
        subprocess.run(
            [sys.executable, "-c", CHOICE],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in "123"
    }
    assert len(choices) == 1


def of_year(**counts: int) -> Register:
    return {cell: [counts.get(cell.replace("-", "_"), 0), *[0] * 11] for cell in CELLS}


def test_what_one_table_hides_beside_something_small_the_other_does_not_tell() -> None:
    register = of_year(firms_in=40, bodies_in=2, abroad_out=3)
    found = opened(register)
    assert MONTHS not in found["nature"]["bodies"]
    assert MONTHS not in found["nature"]["abroad"]
    assert MONTHS not in found["flow"]["out"]


def test_a_few_contracts_that_only_one_of_the_rows_holds_are_not_told_by_both() -> None:
    found = opened(of_year(firms_in=40, bodies_in=30, abroad_out=20, abroad_rest=1, firms_rest=9))
    assert MONTHS not in found["nature"]["abroad"] & found["flow"]["out"]


def test_rows_that_hold_many_are_shown_in_both_tables() -> None:
    found = opened(of_year(firms_in=40, bodies_in=30, abroad_out=20))
    assert all(MONTHS in points for rows in found.values() for points in rows.values())


def test_what_an_edition_told_of_one_row_is_told_of_the_other() -> None:
    found = opened(of_year(firms_in=40, bodies_in=2, abroad_out=3), abroad=MONTHS)
    assert MONTHS in found["nature"]["abroad"]
    assert MONTHS in found["flow"]["out"]
