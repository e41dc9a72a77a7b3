"""Tables whose names tell that rows of theirs hold the same contracts.

Nobody outside knows which contracts stand together in rows of two dimensions; but of some rows
their names say it. What the city's sellers sold is what left the city, and what sellers abroad sold
came in from abroad or stands among the contracts between parties that are both elsewhere. Whatever
is known of such rows in one table is known in the other, and so is what follows from it there.

So for each tie both tables are looked at with the rows that they share: the tied rows, what of each
stands where in the other table, and what is left of all contracts without them. A row that
several tables share is open at a point in all of them or in none. The table to which all ties lead
is looked at once more with what all others share with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from marketplace.contracts.ledger.sums import NOTHING
from marketplace.statistics.tables.exposure import (
    MONTHS,
    Course,
    Points,
    Whole,
    leaves_of,
    open_points,
)
from marketplace.statistics.tables.rows import REST, TOTAL

Place = tuple[str, int]
"""A row and a point of the year."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Rows of a dimension, each with the rows of another whose contracts all stand in it.

    What else stands in such a row stands in the rest of the other dimension.
    """

    dimension: str
    other: str
    shared: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def dimensions(self) -> tuple[str, str]:
        """Both."""
        return self.dimension, self.other


@dataclass(frozen=True)
class Rows:
    """The rows of one dimension in a year, as :func:`open_points` takes them."""

    courses: tuple[tuple[str, Course], ...]
    wholes: tuple[Whole, ...]
    told: tuple[tuple[int, frozenset[str]], ...] = ()
    changed: tuple[int, ...] = ()

    def named(self, dimension: str, common: frozenset[str]) -> Rows:
        """The same under names that no other dimension has, but for those of common rows."""

        def name(key: str) -> str:
            return key if key in common else _name(dimension, key)

        return Rows(
            tuple((name(key), course) for key, course in self.courses),
            tuple(
                Whole(name(one.key), tuple(map(name, one.parts)), is_sum=one.is_sum)
                for one in self.wholes
            ),
            tuple((point, frozenset(map(name, keys))) for point, keys in self.told),
            self.changed,
        )

    def told_places(self) -> Iterator[Place]:
        """What editions have told that is so still."""
        for point, keys in self.told:
            if point <= MONTHS:
                yield from ((key, point) for key in keys)

    def also(
        self, courses: Mapping[str, Course], wholes: Iterable[Whole], told: Iterable[Place]
    ) -> Rows:
        """With further rows, of which no edition has told anything that has changed since."""
        known = dict(self.courses)
        later = (NOTHING,) * len(self.changed)
        for key, one in courses.items():
            known.setdefault(key, Course((*one.sums[: MONTHS + 1], *later)))
        out = defaultdict(frozenset, self.told)
        for key, point in told:
            if key in known:
                out[point] |= {key}
        return Rows(tuple(known.items()), (*self.wholes, *wholes), tuple(out.items()), self.changed)


@lru_cache(maxsize=256)
def open_together(
    rows: tuple[tuple[str, Rows], ...],
    ties: tuple[Tie, ...],
    *,
    last: int,
    fixed: frozenset[str] = frozenset(),
) -> dict[str, Points]:
    """The open points of the rows of several dimensions.

    Kept, for a year's figures are asked for again and again and seldom change.

    :param last: the last month that can be shown.
    :param fixed: rows that stand in each dimension and are closed only where they are small
        themselves.
    """
    named = {name: one.named(name, fixed) for name, one in rows}
    views = list(_views(named, ties))
    times = Counter(key for view in views for key, _course in view.courses)
    shared = frozenset(key for key, count in times.items() if count > 1)
    found = [_opened(view, frozenset(), last, fixed, shared) for view in views]
    closed: frozenset[Place] = frozenset()
    while new := _open_alone(found) - closed:
        closed |= new
        changed = {key for key, _point in new}
        found = [
            points if changed.isdisjoint(points) else _opened(view, closed, last, fixed, shared)
            for view, points in zip(views, found, strict=True)
        ]
    opened = {key: _points_of(key, found) for points in found for key in points}
    return {
        dimension: {
            key: opened[name]
            for (key, _), (name, _) in zip(one.courses, named[dimension].courses, strict=True)
        }
        for dimension, one in rows
    }


def _name(dimension: str, key: str) -> str:
    return f"{dimension}/{key}"


def _opened(
    view: Rows,
    closed: frozenset[Place],
    last: int,
    fixed: frozenset[str],
    shared: frozenset[str],
) -> Points:
    courses = dict(view.courses)
    return open_points(
        *(courses, view.wholes),
        last=last,
        fixed=fixed,
        told=dict(view.told),
        changed=view.changed,
        closed=frozenset(place for place in closed if place[0] in courses),
        shared=shared & courses.keys(),
    )


def _points_of(key: str, found: Sequence[Points]) -> set[int]:
    return set().union(*(points[key] for points in found if key in points))


def _open_alone(found: Sequence[Points]) -> frozenset[Place]:
    """Rows and points that are open in one view and closed in another."""
    alone: set[Place] = set()
    for key in frozenset().union(*found):
        views = [points[key] for points in found if key in points]
        everywhere = {point for point in views[0] if all(point in each for each in views)}
        alone |= {(key, point) for each in views for point in each - everywhere}
    return frozenset(alone)


def _views(rows: Mapping[str, Rows], ties: Sequence[Tie]) -> Iterator[Rows]:
    """Each dimension as it is alone, or with the rows that it shares, of one tie and of all."""
    active = [tie for tie in ties if rows.keys() >= set(tie.dimensions)]
    tied = [_Tied(tie, rows) for tie in active]
    told = {place for one in rows.values() for place in one.told_places()}
    told |= {place for one in tied for place in one.told_twice(told)}
    for one in tied:
        yield one.here.also(one.shared, [*one.links, *one.links_here], told)
        yield one.there.also({**one.shared, **one.apart}, [*one.links, *one.links_there], told)
    for other in dict.fromkeys(tie.other for tie in active):
        within = [one.within_other() for one in tied if one.there is rows[other]]
        courses = {key: course for some, _ in within for key, course in some.items()}
        yield rows[other].also(courses, [whole for _, some in within for whole in some], told)
    in_ties = set(chain.from_iterable(tie.dimensions for tie in active))
    yield from (one for name, one in rows.items() if name not in in_ties)


class _Tied:
    """Both dimensions of a tie, and the rows that they share.

    ``links`` say of what the shared rows are made in both tables, ``links_here`` and
    ``links_there`` of what else in one of them; ``apart`` is what stands in the rest of the other
    dimension beside the tied rows.
    """

    def __init__(self, tie: Tie, rows: Mapping[str, Rows]) -> None:
        self.here, self.there = (rows[name] for name in tie.dimensions)
        self.shared: dict[str, Course] = {}
        self.apart: dict[str, Course] = {}
        self.links: list[Whole] = []
        self.links_here: list[Whole] = []
        self.links_there: list[Whole] = []
        self._parts: dict[str, tuple[str, str]] = {}
        self._courses = dict(self.here.courses) | dict(self.there.courses)
        self._rest = _name(tie.other, REST)
        for key, inside in tie.shared:
            parts = tuple(_name(tie.other, one) for one in inside)
            self._share(_name(tie.dimension, key), parts)
        self._share_what_is_left()

    def told_twice(self, told: Iterable[Place]) -> Iterator[Place]:
        """What is told of a row is told of its part, where nothing else stands in it, and back."""
        for key, point in told:
            for row, (part, _left) in self._parts.items():
                pair = {row, part}
                if key in pair and len({self.shared[one].sums[point] for one in pair}) == 1:
                    yield from ((one, point) for one in pair)

    def _share(self, row: str, parts: tuple[str, ...]) -> None:
        """A tied row, what of it stands in rows of the other dimension, and what in the rest."""
        part, left = parts[0], f"{row} in {self._rest}"
        if len(parts) > 1:
            part = f"{row} without {self._rest}"
            if leaves_of(row, self.here.wholes) == {row}:
                self.shared |= {one: self._courses[one] for one in parts}
                self.links.append(Whole(part, parts))
            else:
                self.links_there.append(Whole(part, parts))
        self.shared[row] = self._courses[row]
        self.shared[part] = Course.together([self._courses[one] for one in parts])
        self.shared[left] = self.shared[row].less(self.shared[part])
        self._parts[row] = (part, left)
        self.links.append(Whole(row, (part, left)))

    def _share_what_is_left(self) -> None:
        """What all contracts are without the tied rows, and without each of them."""
        rows = [*self._parts]
        lefts = tuple(left for _part, left in self._parts.values())
        of_rows = {leaf for row in rows for leaf in leaves_of(row, self.here.wholes)}
        others = sorted(leaves_of(TOTAL, self.here.wholes) - of_rows)
        if others:
            rows.append(self._share_others(others, lefts))
        else:
            self.shared[self._rest] = self._courses[self._rest]
            self.links.append(Whole(self._rest, lefts))
            self._share_all_but(self._rest, tuple(part for part, _left in self._parts.values()))
        self.links.append(Whole(TOTAL, tuple(rows)))
        for row in rows if len(rows) > 2 else ():
            self._share_all_but(row, tuple(one for one in rows if one != row))
        for row, (part, left) in self._divided():
            apart = tuple(one for one in rows if one != row)
            self._share_all_but(part, (left, *apart))
            self._share_all_but(left, (part, *apart))

    def _share_others(self, others: Sequence[str], lefts: tuple[str, ...]) -> str:
        """All contracts without the tied rows: what other rows here hold, and other rows there."""
        apart = f"{self._rest} without {' and '.join(self._parts)}"
        in_lefts = Course.together([self.shared[one] for one in lefts])
        self.apart[apart] = self._courses[self._rest].less(in_lefts)
        self.links_there.append(Whole(self._rest, (*lefts, apart)))
        wholes = [*self.there.wholes, *self.links, *self.links_there]
        tied = {leaf for part, _ in self._parts.values() for leaf in leaves_of(part, wholes)}
        elsewhere = leaves_of(TOTAL, self.there.wholes) - tied - {self._rest}
        name = f"{TOTAL} without {' and '.join(self._parts)}"
        self.shared[name] = Course.together([self._courses[one] for one in others])
        self.links_here.append(Whole(name, tuple(others)))
        self.links_there.append(Whole(name, (*sorted(elsewhere), apart)))
        return name

    def within_other(self) -> tuple[dict[str, Course], list[Whole]]:
        """The shared rows that hold all or nothing of the other's rest, and their leaves there."""
        wholes = [*self.links, *self.links_there, *self.there.wholes]
        courses = {**self.shared, **self.apart}
        of_rest = {leaf for leaf in leaves_of(self._rest, wholes) if not courses[leaf].is_empty}
        known = dict(self.there.courses)
        found, made_of = {}, []
        for key in (one for one in self.shared if one not in known):
            leaves = leaves_of(key, wholes)
            inside = leaves & of_rest
            if not inside or inside == of_rest:
                parts = (leaves & known.keys()) | ({self._rest} if inside else set())
                found[key] = courses[key]
                made_of.append(Whole(key, tuple(sorted(parts))))
        return found, made_of

    def _share_all_but(self, row: str, others: tuple[str, ...]) -> None:
        name = f"{TOTAL} without {row}"
        self.shared[name] = Course.together([self.shared[one] for one in others])
        self.links += [Whole(name, others), Whole(TOTAL, (row, name))]

    def _divided(self) -> list[tuple[str, tuple[str, str]]]:
        """The tied rows of which something stands in both of their parts."""
        return [
            (row, parts)
            for row, parts in self._parts.items()
            if not any(self.shared[part].is_empty for part in parts)
        ]
