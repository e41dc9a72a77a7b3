"""Rows of different tables in which the same contracts stand, or nearly the same.

Each dimension is protected by itself, for which contracts stand together in two of them is not
known outside. Of a few rows it is known from what they are called: what the city's sellers sold is
what left the city, and a buyer abroad has the nature 境外. Such a row is shown at a point only
where the other is, and where the two differ by a few contracts at a point neither is. What
contracts between parties elsewhere would tell through several tables is not reckoned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from marketplace.contracts.ledger.sums import NOTHING
from marketplace.statistics.tables.exposure import (
    LEAST_CONTRACTS,
    MONTHS,
    ORDER,
    Course,
    Points,
    Whole,
    open_points,
)

Place = tuple[str, str]
"""A dimension and the key of one of its rows."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Two rows of the same contracts, but for some that only ``wider`` and ``rest`` hold."""

    wider: Place
    other: Place
    rest: Place | None = None

    @property
    def ways(self) -> tuple[tuple[Place, Place], tuple[Place, Place]]:
        """From each of the two to the other."""
        return (self.wider, self.other), (self.other, self.wider)


@dataclass(frozen=True)
class Rows:
    """The rows of one dimension in a year, as :func:`open_points` takes them."""

    courses: Mapping[str, Course]
    wholes: Sequence[Whole]
    told: Mapping[int, frozenset[str]]
    changed: Sequence[int] = ()

    def is_told(self, key: str, point: int) -> bool:
        """Whether an edition has told it."""
        return key in self.told.get(point, ())

    def also_told(self, places: Sequence[tuple[str, int]]) -> Rows:
        """The same rows where more is out."""
        told = dict(self.told)
        for key, point in places:
            told[point] = told.get(point, frozenset()) | {key}
        return Rows(self.courses, self.wholes, told, self.changed)


def open_together(
    rows: Mapping[str, Rows], ties: Sequence[Tie], *, last: int, fixed: frozenset[str]
) -> dict[str, Points]:
    """The open points of the rows of several dimensions.

    :param last: the last month that can be shown.
    :param fixed: the rows of each that are closed only where they are small themselves.
    """
    tied = [tie for tie in ties if tie.wider[0] in rows and tie.other[0] in rows]
    rows = _told_twice(rows, tied)
    closed: dict[str, set[tuple[str, int]]] = {name: set() for name in rows}
    for tie in tied:
        for point in _few_apart(rows, tie, last):
            for name, key in filter(None, (tie.wider, tie.other, tie.rest)):
                closed[name].add((key, point))
    while True:
        found = {
            name: open_points(
                *(one.courses, one.wholes),
                last=last,
                fixed=fixed,
                told=one.told,
                changed=one.changed,
                closed=frozenset(closed[name]),
            )
            for name, one in rows.items()
        }
        alone = list(_open_alone(rows, found, tied, last))
        if not alone:
            return found
        for name, key, point in alone:
            closed[name].add((key, point))


def _told_twice(rows: Mapping[str, Rows], tied: Sequence[Tie]) -> dict[str, Rows]:
    """What is told of a row is told of the other, where both hold the same."""
    found = dict(rows)
    for tie in tied:
        for (here, key), (there, other) in tie.ways:
            mine, theirs = rows[here], rows[there]
            same = [
                (other, point)
                for point in range(1, MONTHS + 1)
                if mine.is_told(key, point)
                and mine.courses[key].sums[point] == theirs.courses[other].sums[point]
            ]
            found[there] = found[there].also_told(same)
    return found


def _few_apart(rows: Mapping[str, Rows], tie: Tie, last: int) -> Iterator[int]:
    """The points at which both rows together would tell of a few contracts."""
    differences = [_less(_course(rows, tie.wider), _course(rows, tie.other))]
    if tie.rest is not None:
        differences.append(_less(_course(rows, tie.rest), differences[0]))
    if set(differences[0].sums) == {NOTHING}:
        return
    opened = [0]
    for point in (each for each in ORDER if each <= last):
        spans = [(min(point, each), max(point, each)) for each in opened]
        if any(one.is_small(*span, LEAST_CONTRACTS) for one in differences for span in spans):
            yield point
        else:
            opened.append(point)


def _course(rows: Mapping[str, Rows], place: Place) -> Course:
    dimension, key = place
    return rows[dimension].courses[key]


def _less(one: Course, other: Course) -> Course:
    """What one row has more than the other up to each point of the year."""
    pairs = zip(one.sums[: MONTHS + 1], other.sums[: MONTHS + 1], strict=True)
    return Course(tuple(mine - theirs for mine, theirs in pairs))


def _open_alone(
    rows: Mapping[str, Rows], found: Mapping[str, Points], tied: Sequence[Tie], last: int
) -> Iterator[tuple[str, str, int]]:
    """Rows and points that are open while what they are tied to is not."""
    for tie in tied:
        for (here, key), (there, other) in tie.ways:
            for point in range(1, last + 1):
                is_alone = point in found[here][key] and point not in found[there][other]
                if is_alone and not rows[here].is_told(key, point):
                    yield here, key, point
