"""What the public sees of a year leaves nothing small to compute, whoever subtracts what."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.contracts.ledger.sums import NOTHING, Sum
from marketplace.statistics.tables.exposure import MONTHS, Course, Whole, open_points

FIXED = frozenset({"total"})
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
ROWS_THAT_CROSS = {
    **{leaf: (leaf,) for leaf in ("out1", "out2", "inside", "in1", "in2", "rest")},
    "out": ("out1", "out2", "inside"),
    "in": ("in1", "in2", "inside"),
    "once": ("out1", "out2", "inside", "in1", "in2"),
    "total": ("out1", "out2", "inside", "in1", "in2", "rest"),
}
WHOLES_THAT_CROSS = (
    Whole("out", ROWS_THAT_CROSS["out"]),
    Whole("in", ROWS_THAT_CROSS["in"]),
    Whole("once", ("out", "in", "inside"), is_sum=False),
    Whole("once", ("in", "out1", "out2")),
    Whole("once", ("out", "in1", "in2")),
    Whole("total", ("once", "rest")),
)

months = st.lists(
    st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 40)), min_size=MONTHS, max_size=MONTHS
)


def registers_of(
    made_of: dict[str, tuple[str, ...]],
) -> st.SearchStrategy[dict[str, list[int]]]:
    return st.fixed_dictionaries(dict.fromkeys(made_of["total"], months))


def courses_of(
    register: dict[str, list[int]], made_of: dict[str, tuple[str, ...]] = MADE_OF
) -> dict[str, Course]:
    leaves = {
        leaf: Course.of(Sum(count, count * PRICE) for count in counts)
        for leaf, counts in register.items()
    }
    return {key: Course.together([leaves[one] for one in parts]) for key, parts in made_of.items()}


PRIME = 2**61 - 1
"""Elimination modulo a prime is exact for sums of few rows."""


@cache
def known_sums(rows: frozenset[tuple[str, ...]]) -> frozenset[tuple[str, ...]]:
    """Every group of leaves whose sum follows from sums that are known: all groups are tried."""
    leaves = sorted({leaf for row in rows for leaf in row})
    solved: list[tuple[int, list[int]]] = []
    left = [[int(leaf in row) for leaf in leaves] for row in rows]
    for place in range(len(leaves)):
        pivot = next((row for row in left if row[place]), None)
        if pivot is not None:
            inverse = pow(pivot[place], -1, PRIME)
            pivot = [by * inverse % PRIME for by in pivot]
            left = [less(row, pivot, place) for row in left]
            solved.append((place, pivot))
    found = set()
    for size in range(1, len(leaves) + 1):
        for group in combinations(leaves, size):
            wanted = [int(leaf in group) for leaf in leaves]
            for place, pivot in solved:
                wanted = less(wanted, pivot, place)
            if not any(wanted):
                found.add(group)
    return frozenset(found)


def less(row: list[int], pivot: list[int], place: int) -> list[int]:
    by = row[place]
    return [(one - by * other) % PRIME for one, other in zip(row, pivot, strict=True)]


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("made_of", "wholes"), [(MADE_OF, WHOLES), (ROWS_THAT_CROSS, WHOLES_THAT_CROSS)]
)
@settings(max_examples=300)
@given(st.data(), st.integers(1, MONTHS))
def test_no_sum_of_rows_can_be_computed_where_it_is_small(
    made_of: dict[str, tuple[str, ...]], wholes: tuple[Whole, ...], data: st.DataObject, last: int
) -> None:
    courses = courses_of(data.draw(registers_of(made_of)), made_of)
    assert not told_small(courses, made_of, wholes, last)


def is_known(course: Course, opened: set[int], point: int) -> bool:
    """Whether a row is open, or held nothing all year, or didn't change around the point."""
    if set(course.sums) == {NOTHING} or point in opened:
        return True
    before = max(one for one in opened if one < point)
    after = [one for one in opened if one > point]
    return bool(after) and len({course.sums[one] for one in range(before, min(after) + 1)}) == 1


def told_small(
    courses: dict[str, Course],
    made_of: dict[str, tuple[str, ...]],
    wholes: tuple[Whole, ...],
    last: int,
) -> list[tuple[tuple[str, ...], int, int]]:
    """The groups of leaves that are known to be small between two points."""
    points = open_points(courses, wholes, last=last, minimum=MINIMUM, fixed=FIXED)
    known = [
        known_sums(
            frozenset(
                made_of[key]
                for key, opened in points.items()
                if is_known(courses[key], opened, point)
            )
        )
        for point in range(last + 1)
    ]
    return [
        (group, first, second)
        for first, second in combinations(range(last + 1), 2)
        for group in known[first] & known[second]
        if Course.together([courses[leaf] for leaf in group]).is_small(first, second, MINIMUM)
    ]


def test_what_two_rows_hold_together_is_not_told_by_another_month_of_theirs() -> None:
    register = {leaf: [0] * MONTHS for leaf in LEAVES} | {
        "a1": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
        "a2": [0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0],
        "d1": [0, 0, 0, 0, 0, 0, 28, 2, 0, 0, 0, 0],
        "d2": [0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0],
    }
    assert not told_small(courses_of(register), MADE_OF, WHOLES, last=11)


@given(registers_of(MADE_OF))
def test_nothing_is_shown_after_the_last_month(register: dict[str, list[int]]) -> None:
    points = open_points(courses_of(register), WHOLES, last=5, minimum=MINIMUM, fixed=FIXED)
    assert all(point <= 5 for opened in points.values() for point in opened)


def test_where_all_rows_are_large_everything_is_shown() -> None:
    courses = courses_of({leaf: [9] * MONTHS for leaf in LEAVES})
    points = open_points(courses, WHOLES, last=MONTHS, minimum=MINIMUM, fixed=FIXED)
    assert all(opened == set(range(MONTHS + 1)) for opened in points.values())


def test_a_row_with_one_contract_a_month_is_shown_by_quarters_and_the_year() -> None:
    register = {leaf: [9] * MONTHS for leaf in LEAVES} | {"b": [1] * MONTHS}
    points = open_points(courses_of(register), WHOLES, last=MONTHS, minimum=MINIMUM, fixed=FIXED)
    assert points["b"] == {0, 3, 6, 9, 12}
    assert points["total"] == set(range(MONTHS + 1))


def test_a_small_row_takes_another_with_it_so_that_the_total_does_not_tell() -> None:
    register = {leaf: [9] * MONTHS for leaf in LEAVES} | {"b": [1, *[9] * 11]}
    points = open_points(courses_of(register), WHOLES, last=MONTHS, minimum=MINIMUM, fixed=FIXED)
    closed = {key for key, opened in points.items() if 1 not in opened}
    assert "b" in closed
    assert len(closed & {"a", "c", "d"}) >= 1


def test_a_month_in_which_one_contract_was_only_amended_is_not_shown() -> None:
    courses = {"total": Course.of([Sum(0, 5), *[NOTHING] * 11])}
    points = open_points(courses, (), last=MONTHS, minimum=MINIMUM, fixed=FIXED)
    assert points["total"] == {0} or 12 not in points["total"]
