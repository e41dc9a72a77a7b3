"""Which figures the public may see, so that none tells of fewer than three contracts.

A figure of a row stands between two points of the year: the ends of the months before and after
it. A month lies between neighbours, a quarter between points three months apart, the year to date
begins at zero. Whoever knows a row's sum up to two points knows what lies between. So it is
decided for each row which points are open, and a figure is shown where both of its ends are:

1. Between any two open points there are at least ``LEAST_CONTRACTS`` contracts, or nothing at all.
   The end of the year is opened first, then those of the quarters, then those of the months.
2. Between any two points the same holds of every sum of rows that is known at both, shown or not:
   ``reckoning`` finds them.
3. At each point, of a whole and its parts never exactly one is closed, for it would follow from
   the others. A row that holds nothing all year is never closed, for everybody can tell that it
   holds nothing; nor is one closed only in the middle of months in which it doesn't change.

What an edition has told can't be taken back. Where its sums are still those of today, their
points are open for ever. Where something has changed since, its sums are a point of their own
beside those of the year, and the rules hold between it and all others.

Contracts are counted net of cancellations. What a figure's size gives away roughly, or what is
known from elsewhere, is not looked at; neither are figures that somebody kept from a page from
before a later month closed a point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import accumulate, combinations, pairwise, product

from marketplace.contracts.ledger.sums import NOTHING, Sum
from marketplace.statistics.tables.reckoning import (
    Equation,
    Group,
    Groups,
    common_groups,
    known_groups,
    told_few,
)

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

    def less(self, other: Course) -> Course:
        """What one row has more than the other up to each point of the year."""
        pairs = zip(self.sums[: MONTHS + 1], other.sums[: MONTHS + 1], strict=True)
        return Course(tuple(mine - theirs for mine, theirs in pairs))

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing at any point."""
        return set(self.sums) == {NOTHING}

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


def leaves_of(key: str, wholes: Sequence[Whole]) -> Group:
    """The rows without parts of which a row is the sum."""
    parts = next((one.parts for one in wholes if one.key == key and one.is_sum), ())
    return frozenset(leaf for part in parts for leaf in leaves_of(part, wholes)) or frozenset({key})


Points = dict[str, set[int]]
Ways = tuple[Groups, ...]


def open_points(
    courses: Mapping[str, Course],
    wholes: Sequence[Whole],
    *,
    last: int,
    minimum: int = LEAST_CONTRACTS,
    fixed: frozenset[str] = frozenset(),
    told: Mapping[int, frozenset[str]] | None = None,
    changed: Sequence[int] = (),
    closed: frozenset[tuple[str, int]] = frozenset(),
    shared: frozenset[str] = frozenset(),
) -> Points:
    """The open points of each row in one year: 0 and some of 1 to ``last``.

    :param last: the last month that can be shown.
    :param fixed: the rows that are closed only where they are small themselves.
    :param told: the rows that are out already, by point; those of editions from before a change
        come after the twelfth, in the order in which they were made.
    :param changed: up to which month each of these goes.
    :param closed: rows and points that have to be closed for another reason, unless they are out.
    :param shared: rows that other tables have too: where such a row is closed, it doesn't follow.
    """
    held = {key: course for key, course in courses.items() if not course.is_empty}
    choice = _Choice(
        *(held, _without_empty(wholes, held), last, minimum, fixed),
        {point: keys & held.keys() for point, keys in (told or {}).items()},
        changed,
        {(key, point) for key, point in closed if key in held},
        sorted(shared & held.keys()),
    )
    found = choice.settle()
    everywhere = set(range(last + 1))
    return {key: everywhere & found[key] if key in held else {*everywhere} for key in courses}


def _without_empty(wholes: Sequence[Whole], held: Mapping[str, Course]) -> list[Whole]:
    """The wholes as they are without the rows that hold nothing all year."""
    found = []
    for one in wholes:
        parts = tuple(part for part in one.parts if part in held)
        if parts and one.key in held:
            found.append(Whole(one.key, parts, is_sum=one.is_sum))
    return found


class _Choice:
    """The open points while more and more of them are closed."""

    def __init__(
        self,
        courses: Mapping[str, Course],
        wholes: Sequence[Whole],
        last: int,
        minimum: int,
        fixed: frozenset[str],
        told: Mapping[int, frozenset[str]],
        changed: Sequence[int],
        closed: Set[tuple[str, int]],
        shared: Sequence[str],
    ) -> None:
        self._courses, self._wholes = courses, wholes
        self._last, self._minimum, self._fixed = last, minimum, fixed
        self._told, self._changed = told, changed
        self._shared = shared
        self._closed = {place for place in closed if place[0] not in told.get(place[1], ())}
        self._parts = {one.key: one.parts for one in reversed(wholes) if one.is_sum}
        self._sums: dict[Group, Course] = {}
        self._groups: dict[frozenset[str], Ways] = {}
        self._leaves_of: dict[str, frozenset[str]] = {}
        self._points = {key: self._own_points(key) for key in courses}
        for key, point in sorted(self._closed):
            self._close(key, point)
        self._all_points = (*range(last + 1), *range(MONTHS + 1, MONTHS + 1 + len(changed)))

    def settle(self) -> Points:
        """Close what has to be closed, until the rules hold at and between all points."""
        self._settle_points()
        while chosen := self._known_small() or self._known_closed() or self._told_small():
            self._close(*chosen)
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
                        self._close(chosen, point)
                        is_settled = False

    def _close(self, key: str, point: int) -> None:
        """Close a row at a point, and on one side of it all months since or until a change.

        Were both sides open and the same, what it comes to between them would follow.
        """
        self._points[key].discard(point)
        before, after = (self._unchanged(key, point, step) for step in (-1, 1))
        if before and after:
            sides = (before, after)
            may_close = [each for each in sides if all(self._may_close(key, one) for one in each)]
            if may_close:
                self._points[key] -= min(may_close, key=len)

    def _unchanged(self, key: str, point: int, step: int) -> set[int]:
        """The open points on one side at which a row is what it is at a point."""
        sums = self._courses[key].sums
        found = set()
        one = point + step
        while 0 <= one <= self._last and sums[one] == sums[point]:
            found |= {one} & self._points[key]
            one += step
        return found

    def _known_small(self) -> tuple[str, int] | None:
        """An open row and a point to close, because rows that are small together are known there.

        What rows come to between two points is known where they are known at both.
        """
        for one, other in combinations(self._all_points, 2):
            common = set(_common(self._known_groups(one), self._known_groups(other)))
            small = (each for each in common if self._is_small(self._together(each), one, other))
            for leaves in sorted(small, key=sorted):
                chosen = self._to_hide(leaves, one, other)
                if chosen is not None:
                    return chosen
        return None

    def _to_hide(self, leaves: Group, one: int, other: int) -> tuple[str, int] | None:
        """An open row without which less is known of some leaves between two points."""
        candidates = sorted(
            (
                (key, point)
                for key in self._courses
                for point in (one, other)
                if self._may_hide(key, point)
            ),
            key=self._cost,
        )
        for key, point in candidates:
            rest = self._groups_of(frozenset(self._open_at(point) - {key}))
            left = _common(rest, self._known_groups(other if point == one else one))
            wider = (self._together(group) for group in left if leaves <= group)
            if not any(self._is_small(group, one, other) for group in wider):
                return key, point
        return candidates[0] if candidates else None

    def _known_closed(self) -> tuple[str, int] | None:
        """An open row and a point to close, because a closed row that others have follows there."""
        for shared, point in product(self._shared, range(1, self._last + 1)):
            leaves = self._leaves(shared)
            is_closed = not self._is_open(shared, point)
            if is_closed and _is_known(leaves, self._known_groups(point)):
                candidates = sorted(
                    ((key, point) for key in self._courses if self._may_hide(key, point)),
                    key=self._cost,
                )
                for key, _point in candidates:
                    rest = self._groups_of(frozenset(self._open_at(point) - {key}))
                    if not _is_known(leaves, rest):
                        return key, point
        return None

    def _may_hide(self, key: str, point: int) -> bool:
        return key not in self._fixed and self._may_close(key, point)

    def _cost(self, chosen: tuple[str, int]) -> tuple[int, int, str]:
        """The row that is smallest at the end of the year says least."""
        key, point = chosen
        return self._courses[key].sums[MONTHS].count, point, key

    def _open_at(self, point: int) -> set[str]:
        return {key for key in self._courses if self._is_open(key, point)}

    def _known_groups(self, point: int) -> Ways:
        return self._groups_of(frozenset(self._open_at(point)))

    def _groups_of(self, keys: frozenset[str]) -> Ways:
        if keys not in self._groups:
            self._groups[keys] = known_groups([self._leaves(key) for key in keys])
        return self._groups[keys]

    def _told_small(self) -> tuple[str, int] | None:
        """An open row and a point to close, because from all that is open a small sum follows."""
        for places in sorted(told_few(list(self._equations()), self._minimum), key=sorted):
            leaves = {leaf for leaf, _month, _stand in places}
            months = {month for _leaf, month, _stand in places}
            candidates = [
                (key, point)
                for key in self._courses
                if not leaves.isdisjoint(self._leaves(key))
                for point in range(1, self._last + 1)
                if self._may_hide(key, point) and (point in months or point + 1 in months)
            ]
            if candidates:
                return min(candidates, key=self._cost)
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
            self._leaves_of[key] = leaves_of(key, self._wholes)
        return self._leaves_of[key]

    def _own_points(self, key: str) -> set[int]:
        opened = [0, *(point for point, keys in self._told.items() if key in keys)]
        for point in (one for one in ORDER if one <= self._last and one not in opened):
            is_small = any(self._is_small(self._courses[key], one, point) for one in opened)
            if not is_small and (key, point) not in self._closed:
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
        if count != 1:
            return None
        candidates = [part for part in whole.parts if self._may_close(part, point)]
        candidates = candidates or self._open_below(closed, point)
        if candidates:
            return min(candidates, key=lambda key: self._cost((key, point)))
        return whole.key if self._may_hide(whole.key, point) else None

    def _together(self, keys: Group) -> Course:
        if keys not in self._sums:
            self._sums[keys] = Course.together([self._courses[key] for key in keys])
        return self._sums[keys]

    def _open_below(self, keys: Sequence[str], point: int) -> list[str]:
        parts = [part for key in keys for part in self._parts.get(key, ())]
        return [part for part in parts if self._may_close(part, point)]


def _common(some: Ways, others: Ways) -> Iterator[Group]:
    """What is known both here and there, whichever way one goes."""
    for here, there in product(some, others):
        yield from common_groups(here, there)


def _is_known(leaves: Group, ways: Ways) -> bool:
    """Whether the sum of some leaves is one of known groups."""
    return any(
        leaves == frozenset().union(*(group for group in way if group <= leaves)) for way in ways
    )
