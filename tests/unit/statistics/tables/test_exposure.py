"""What the public sees of a year leaves nothing small to compute, whoever subtracts what."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.contracts.ledger.sums import NOTHING, Sum
from marketplace.statistics.tables.exposure import MONTHS, Course, Whole, open_points

MINIMUM, PRICE = 3, 7
LEAVES = ("a1", "a2", "b", "c", "d1", "d2", "d3")
WHOLES = (
    Whole("total", ("a", "b", "c", "d")),
    Whole("a", ("a1", "a2")),
    Whole("d", ("d1", "d2", "d3")),
    Whole("wide", ("b", "c")),
    Whole("total", ("a", "wide", "d")),
)
MADE_OF = {
    **{leaf: (leaf,) for leaf in LEAVES},
    "a": ("a1", "a2"),
    "d": ("d1", "d2", "d3"),
    "wide": ("b", "c"),
    "total": LEAVES,
}
GROUPS = [group for size in range(1, len(LEAVES) + 1) for group in combinations(LEAVES, size)]
"""Every sum of rows that somebody could reckon."""

months = st.lists(
    st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 40)), min_size=MONTHS, max_size=MONTHS
)
registers = st.fixed_dictionaries(dict.fromkeys(LEAVES, months))


def courses_of(register: dict[str, list[int]]) -> dict[str, Course]:
    leaves = {
        leaf: Course.of(Sum(count, count * PRICE) for count in counts)
        for leaf, counts in register.items()
    }
    return {key: Course.together([leaves[one] for one in parts]) for key, parts in MADE_OF.items()}


Row = list[Fraction]


def as_row(leaves: Iterable[str]) -> Row:
    chosen = set(leaves)
    return [Fraction(leaf in chosen) for leaf in LEAVES]


def solved(rows: list[Row]) -> list[tuple[int, Row]]:
    """The same sums, each with a place that no other has: exact elimination."""
    found: list[tuple[int, Row]] = []
    for place in range(len(LEAVES)):
        pivot = next((one for one in rows if one[place]), None)
        if pivot is not None:
            rows = [less(one, pivot, place) for one in rows if one is not pivot]
            found.append((place, pivot))
    return found


def less(row: Row, pivot: Row, place: int) -> Row:
    factor = row[place] / pivot[place]
    return [one - factor * other for one, other in zip(row, pivot, strict=True)]


def follows(known: list[tuple[int, Row]], wanted: Row) -> bool:
    """Whether a sum of leaves follows from sums that are known."""
    for place, pivot in known:
        wanted = less(wanted, pivot, place)
    return not any(wanted)


@pytest.mark.exhaustive
@settings(max_examples=60)
@given(registers, st.integers(1, MONTHS))
def test_no_sum_of_rows_can_be_computed_where_it_is_small(
    register: dict[str, list[int]], last: int
) -> None:
    courses = courses_of(register)
    points = open_points(courses, WHOLES, last=last, minimum=MINIMUM, total="total")
    known = [
        solved([as_row(MADE_OF[key]) for key, opened in points.items() if point in opened])
        for point in range(MONTHS + 1)
    ]
    for group in GROUPS:
        row = as_row(group)
        told = [point for point in range(MONTHS + 1) if follows(known[point], row)]
        together = Course.together([courses[leaf] for leaf in group])
        for first, second in combinations(told, 2):
            assert not together.is_small(first, second, MINIMUM), (group, first, second)


@given(registers)
def test_nothing_is_shown_after_the_last_month(register: dict[str, list[int]]) -> None:
    points = open_points(courses_of(register), WHOLES, last=5, minimum=MINIMUM, total="total")
    assert all(point <= 5 for opened in points.values() for point in opened)


def test_where_all_rows_are_large_everything_is_shown() -> None:
    courses = courses_of({leaf: [9] * MONTHS for leaf in LEAVES})
    points = open_points(courses, WHOLES, last=MONTHS, minimum=MINIMUM, total="total")
    assert all(opened == set(range(MONTHS + 1)) for opened in points.values())


def test_a_row_with_one_contract_a_month_is_shown_by_quarters_and_the_year() -> None:
    register = {leaf: [9] * MONTHS for leaf in LEAVES} | {"b": [1] * MONTHS}
    points = open_points(courses_of(register), WHOLES, last=MONTHS, minimum=MINIMUM, total="total")
    assert points["b"] == {0, 3, 6, 9, 12}
    assert points["total"] == set(range(MONTHS + 1))


def test_a_small_row_takes_another_with_it_so_that_the_total_does_not_tell() -> None:
    register = {leaf: [9] * MONTHS for leaf in LEAVES} | {"b": [1, *[9] * 11]}
    points = open_points(courses_of(register), WHOLES, last=MONTHS, minimum=MINIMUM, total="total")
    closed = {key for key, opened in points.items() if 1 not in opened}
    assert "b" in closed
    assert len(closed & {"a", "c", "d"}) >= 1


def test_a_month_in_which_one_contract_was_only_amended_is_not_shown() -> None:
    courses = {"total": Course.of([Sum(0, 5), *[NOTHING] * 11])}
    points = open_points(courses, (), last=MONTHS, minimum=MINIMUM, total="total")
    assert points["total"] == {0} or 12 not in points["total"]
