"""Which figures the public may see, so that none tells of fewer than three contracts.

A figure of a row stands between two points of the year: the ends of the months before and after
it. A month lies between neighbours, a quarter between points three months apart, the year to date
begins at zero. Whoever knows a row's sum up to two points knows what lies between. So it is
decided for each row which points are open, and a figure is shown where both of its ends are:

1. Between any two open points there are at least ``minimum`` contracts, or nothing at all. The end
   of the year is opened first, then those of the quarters, then those of the months.
2. At each point, of a whole and its parts never exactly one is closed, for it would follow from
   the others; and what is closed below an open whole is together not small either.

The rows of a register are trees (a total, classes, subtypes) with few links between them, in
which the second rule leaves nothing to compute. Contracts are counted net of cancellations. What
a figure's size gives away roughly, or what is known from elsewhere, is not looked at; neither are
figures that somebody kept from before a later month closed a point.

``suppression`` protects amounts against estimates, too. Over all spans of a year it took twenty
seconds for one table and withheld nineteen cells of twenty: it is for what is published once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

MONTHS = 12
ORDER = (12, 3, 6, 9, *(month for month in range(1, MONTHS) if month % 3))


@dataclass(frozen=True, slots=True)
class Course:
    """A row's contracts in a year, and its postings, up to each point from 0 on."""

    contracts: tuple[int, ...]
    moves: tuple[int, ...]

    @classmethod
    def of(cls, counts: Iterable[int], moves: Iterable[bool]) -> Course:
        """From the contracts of each month, and whether anything happened in it."""
        return cls(tuple(accumulate(counts, initial=0)), tuple(accumulate(moves, initial=0)))

    @classmethod
    def together(cls, courses: Sequence[Course]) -> Course:
        """Several rows as one."""
        return cls(
            tuple(map(sum, zip(*(one.contracts for one in courses), strict=True))),
            tuple(map(sum, zip(*(one.moves for one in courses), strict=True))),
        )

    def is_small(self, first: int, last: int, minimum: int) -> bool:
        """Whether something happened between two points, but in too few contracts."""
        if self.moves[first] == self.moves[last]:
            return False
        return abs(self.contracts[last] - self.contracts[first]) < minimum


@dataclass(frozen=True, slots=True)
class Whole:
    """A row that is the sum of other rows; ``is_sum`` is false where some are taken off."""

    key: str
    parts: tuple[str, ...]
    is_sum: bool = True


Points = dict[str, set[int]]


def open_points(
    courses: Mapping[str, Course],
    wholes: Sequence[Whole],
    *,
    last: int,
    minimum: int,
    total: str = "",
) -> Points:
    """The open points of each row in one year: 0 and some of 1 to ``last``.

    :param last: the last month that can be shown.
    :param total: the row that is closed only where it is small itself.
    """
    return _Choice(courses, wholes, last, minimum, total).settle()


class _Choice:
    """The open points while more and more of them are closed."""

    def __init__(
        self,
        courses: Mapping[str, Course],
        wholes: Sequence[Whole],
        last: int,
        minimum: int,
        total: str,
    ) -> None:
        self._courses, self._wholes = courses, wholes
        self._last, self._minimum, self._total = last, minimum, total
        self._parts = {one.key: one.parts for one in reversed(wholes) if one.is_sum}
        self._order = {key: (not one.moves[-1], one.contracts[-1]) for key, one in courses.items()}
        self._sums: dict[frozenset[str], Course] = {}
        self._points = {key: self._own_points(course) for key, course in courses.items()}

    def settle(self) -> Points:
        """Close what has to be closed, until the rules hold at every point."""
        is_settled = False
        while not is_settled:
            is_settled = True
            for point in range(1, self._last + 1):
                for whole in self._wholes:
                    chosen = self._to_close(whole, point)
                    if chosen is not None:
                        self._points[chosen].discard(point)
                        is_settled = False
        return self._points

    def _own_points(self, course: Course) -> set[int]:
        opened = [0]
        for point in (one for one in ORDER if one <= self._last):
            if not any(self._is_small(course, one, point) for one in opened):
                opened.append(point)
        return set(opened)

    def _is_small(self, course: Course, one: int, other: int) -> bool:
        return course.is_small(min(one, other), max(one, other), self._minimum)

    def _is_open(self, key: str, point: int) -> bool:
        return point in self._points[key]

    def _to_close(self, whole: Whole, point: int) -> str | None:
        """The row that has to be closed next at this point, if any."""
        closed = [part for part in whole.parts if not self._is_open(part, point)]
        is_whole_open = self._is_open(whole.key, point)
        count = len(closed) + (not is_whole_open)
        if count == 0:
            return None
        if count > 1 and not (is_whole_open and whole.is_sum and self._is_told_small(whole, point)):
            return None
        candidates = [part for part in whole.parts if self._is_open(part, point)]
        candidates = candidates or self._open_below(closed, point)
        if candidates:
            # The smallest says least; one that has nothing hides nothing.
            return min(candidates, key=lambda key: self._order[key])
        return whole.key if is_whole_open and whole.key != self._total else None

    def _is_told_small(self, whole: Whole, point: int) -> bool:
        """Whether what is closed below an open whole is small between here and another point.

        What is closed at either of two points is known at both, as the whole less what is open.
        """
        closed = self._closed_below(whole.parts, point)
        for other in range(self._last + 1):
            if other == point:
                continue
            groups = []
            if all(self._is_open(key, other) for key in closed):
                groups.append(closed)
            if self._is_open(whole.key, other):
                groups.append(closed | self._closed_below(whole.parts, other))
            if any(self._is_small(self._together(one), point, other) for one in groups):
                return True
        return False

    def _together(self, keys: set[str]) -> Course:
        named = frozenset(keys)
        if named not in self._sums:
            self._sums[named] = Course.together([self._courses[key] for key in named])
        return self._sums[named]

    def _closed_below(self, keys: Sequence[str], point: int) -> set[str]:
        """The closed rows without parts that are left when all open rows are taken off."""
        found: set[str] = set()
        for key in keys:
            if not self._is_open(key, point):
                found |= self._closed_below(self._parts.get(key, ()), point) or {key}
        return found

    def _open_below(self, keys: Sequence[str], point: int) -> list[str]:
        parts = [part for key in keys for part in self._parts.get(key, ())]
        return [part for part in parts if self._is_open(part, point)]
