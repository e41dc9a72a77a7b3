"""Which figures the public may see, so that none tells of fewer than three contracts.

A figure of a row stands between two points of the year: the ends of the months before and after
it. A month lies between neighbours, a quarter between points three months apart, the year to date
begins at zero. Whoever knows a row's sum up to two points knows what lies between. So it is
decided for each row which points are open, and a figure is shown where both of its ends are:

1. Between any two open points there are at least ``LEAST_CONTRACTS`` contracts, or nothing at all.
   The end of the year is opened first, then those of the quarters, then those of the months.
2. At each point, of a whole and its parts never exactly one is closed, for it would follow from
   the others; and what is closed below an open whole is together not small either.

What an edition has told can't be taken back. Where its sums are still those of today, their
points are open for ever. Where something has changed since, its sums are a point of their own
beside those of the year, and both rules hold between it and all others.

The rows of a register are trees (a total, classes, subtypes) with few links between them, in
which the second rule leaves little to compute; what is left ``reckoning`` finds, and another point
is closed. Contracts are counted net of cancellations. What
a figure's size gives away roughly, or what is known from elsewhere, is not looked at; neither are
figures that somebody kept from a page from before a later month closed a point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise, product

from marketplace.contracts.ledger.sums import NOTHING, Sum
from marketplace.statistics.tables.reckoning import Equation, told_few

LEAST_CONTRACTS = 3
"""A recommendation; no law fixes the number."""
MONTHS = 12
ORDER = (12, 3, 6, 9, *(month for month in range(1, MONTHS) if month % 3))


@dataclass(frozen=True, slots=True)
class Course:
    """What a row has come to up to each point from 0 to 12, then at those of editions."""

    sums: tuple[Sum, ...]

    @classmethod
    def of(cls, months: Iterable[Sum], told: Iterable[Sum] = ()) -> Course:
        """From what each month brought, and what editions have told."""
        return cls((*accumulate(months, initial=NOTHING), *told))

    @classmethod
    def together(cls, courses: Sequence[Course]) -> Course:
        """Several rows as one."""
        points = zip(*(one.sums for one in courses), strict=True)
        return cls(tuple(sum(point, NOTHING) for point in points))

    def is_small(self, first: int, last: int, minimum: int) -> bool:
        """Whether something lies between two points, but of too few contracts."""
        between = self.sums[last] - self.sums[first]
        return between != NOTHING and abs(between.count) < minimum


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
    minimum: int = LEAST_CONTRACTS,
    total: str = "",
    told: Mapping[int, frozenset[str]] | None = None,
    changed: Sequence[int] = (),
) -> Points:
    """The open points of each row in one year: 0 and some of 1 to ``last``.

    :param last: the last month that can be shown.
    :param total: the row that is closed only where it is small itself.
    :param told: the rows that are out already, by point; those of editions from before a change
        come after the twelfth, in the order in which they were made.
    :param changed: up to which month each of these goes.
    """
    known = tuple(sorted((told or {}).items()))
    found = _settled(
        tuple(courses.items()), tuple(wholes), last, minimum, total, known, tuple(changed)
    )
    return {key: {one for one in points if one <= last} for key, points in found.items()}


@lru_cache(maxsize=256)
def _settled(
    courses: tuple[tuple[str, Course], ...],
    wholes: tuple[Whole, ...],
    last: int,
    minimum: int,
    total: str,
    told: tuple[tuple[int, frozenset[str]], ...],
    changed: tuple[int, ...],
) -> Points:
    """The same, kept: a year's figures are asked for again and again and seldom change."""
    choice = _Choice(dict(courses), wholes, last, minimum, total, dict(told), changed)
    return choice.settle()


class _Choice:
    """The open points while more and more of them are closed."""

    def __init__(
        self,
        courses: Mapping[str, Course],
        wholes: Sequence[Whole],
        last: int,
        minimum: int,
        total: str,
        told: Mapping[int, frozenset[str]],
        changed: Sequence[int],
    ) -> None:
        self._courses, self._wholes = courses, wholes
        self._last, self._minimum, self._total = last, minimum, total
        self._told, self._changed = told, changed
        self._parts = {one.key: one.parts for one in reversed(wholes) if one.is_sum}
        self._order = {
            key: (set(one.sums) == {NOTHING}, one.sums[MONTHS].count)
            for key, one in courses.items()
        }
        self._sums: dict[frozenset[str], Course] = {}
        self._leaves_of: dict[str, frozenset[str]] = {}
        self._points = {key: self._own_points(key) for key in courses}

    def settle(self) -> Points:
        """Close what has to be closed, until the rules hold at and between all points."""
        self._settle_points()
        while (told := self._told_small()) is not None:
            key, point = told
            self._points[key].discard(point)
            self._settle_points()
        return self._points

    def _settle_points(self) -> None:
        is_settled = False
        while not is_settled:
            is_settled = True
            for point in range(1, self._last + 1):
                for whole in self._wholes:
                    chosen = self._to_close(whole, point)
                    if chosen is not None:
                        self._points[chosen].discard(point)
                        is_settled = False

    def _told_small(self) -> tuple[str, int] | None:
        """An open row and a point to close, because from all that is open a small sum follows."""
        for places in told_few(list(self._equations()), self._minimum):
            leaves = {leaf for leaf, _month, _stand in places}
            months = {month for _leaf, month, _stand in places}
            candidates = [
                (key, point)
                for key in self._courses
                if key != self._total and not leaves.isdisjoint(self._leaves(key))
                for point in range(1, self._last + 1)
                if self._may_close(key, point) and (point in months or point + 1 in months)
            ]
            if candidates:
                return min(candidates, key=lambda one: (self._order[one[0]], one[1], one[0]))
        return None

    def _equations(self) -> Iterator[Equation]:
        """All that is public: what rows hold between open points, and what editions have told."""
        stands = range(len(self._changed) + 1)
        for key, course in self._courses.items():
            opened = sorted(point for point in self._points[key] if point <= self._last)
            for first, last in pairwise(opened):
                months = range(first + 1, last + 1)
                places = frozenset(product(self._leaves(key), months, stands))
                yield Equation(places, course.sums[last] - course.sums[first])
        for stand, month in enumerate(self._changed):
            point = MONTHS + 1 + stand
            for key in self._told.get(point, ()):
                told = product(self._leaves(key), range(1, month + 1), range(stand + 1))
                yield Equation(frozenset(told), self._courses[key].sums[point])

    def _leaves(self, key: str) -> frozenset[str]:
        if key not in self._leaves_of:
            parts = self._parts.get(key, ())
            leaves = [leaf for part in parts for leaf in self._leaves(part)]
            self._leaves_of[key] = frozenset(leaves or [key])
        return self._leaves_of[key]

    def _own_points(self, key: str) -> set[int]:
        opened = [0, *(point for point, keys in self._told.items() if key in keys)]
        for point in (one for one in ORDER if one <= self._last and one not in opened):
            if not any(self._is_small(self._courses[key], one, point) for one in opened):
                opened.append(point)
        return set(opened)

    def _is_small(self, course: Course, one: int, other: int) -> bool:
        return course.is_small(min(one, other), max(one, other), self._minimum)

    def _is_open(self, key: str, point: int) -> bool:
        return point in self._points[key]

    def _may_close(self, key: str, point: int) -> bool:
        """Whether a row is open at a point of the year, and isn't out already."""
        is_live = 0 < point <= self._last
        return is_live and self._is_open(key, point) and key not in self._told.get(point, ())

    def _to_close(self, whole: Whole, point: int) -> str | None:
        """The row that has to be closed next at this point, if any."""
        closed = [part for part in whole.parts if not self._is_open(part, point)]
        is_whole_open = self._is_open(whole.key, point)
        count = len(closed) + (not is_whole_open)
        if count == 0:
            return None
        if count > 1 and not (is_whole_open and whole.is_sum and self._is_told_small(whole, point)):
            return None
        candidates = [part for part in whole.parts if self._may_close(part, point)]
        candidates = candidates or self._open_below(closed, point)
        if candidates:
            # The smallest says least; one that has nothing hides nothing.
            return min(candidates, key=lambda key: self._order[key])
        is_free = whole.key != self._total and self._may_close(whole.key, point)
        return whole.key if is_free else None

    def _is_told_small(self, whole: Whole, point: int) -> bool:
        """Whether what is closed below an open whole is small between here and other points.

        What is closed at either of two points is known at both, as the whole less what is open.
        And each closed row may be known at another point near by.
        """
        closed = self._closed_below(whole.parts, point)
        parts = {part for part in whole.parts if not self._is_open(part, point)}
        for rows in (closed, parts):
            if any(self._is_small_since(rows, point, way) for way in (-1, 1)):
                return True
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

    def _is_small_since(self, keys: set[str], point: int, way: int) -> bool:
        """Whether rows hold little together since (before) the last (next) open point of each."""
        between = NOTHING
        for key in keys:
            near = point + way
            while near not in self._points[key]:
                near += way
                if near > self._last:
                    return False
            sums = self._courses[key].sums
            between += sums[max(near, point)] - sums[min(near, point)]
        return between != NOTHING and abs(between.count) < self._minimum

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
        return [part for part in parts if self._may_close(part, point)]
