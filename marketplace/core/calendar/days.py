"""Counting working days over the announced years, and over those that are still to come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

HOLIDAY, WORKING = "holiday", "working"
DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A day of a list of holidays: off (:data:`HOLIDAY`), or a weekend's that is worked."""

    day: date
    kind: str
    name: str = ""

    @property
    def is_working(self) -> bool:
        """Whether the day is worked."""
        return self.kind == WORKING


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a limit; provisional where a day counted hangs on a list yet to come."""

    day: date
    is_provisional: bool


class WorkingDays:
    """The calendar: announced lists by year, and what is expected of a year without one.

    A list may name days of the December before its year, and has the last word on them.
    """

    def __init__(
        self,
        lists: Mapping[int, Sequence[ListedDay]],
        expected: Callable[[int], Sequence[ListedDay]],
    ) -> None:
        self._lists = dict(lists)
        self._expected = expected
        self._marks = {one.day: one for year in sorted(lists) for one in lists[year]}
        self._expected_marks: dict[int, dict[date, ListedDay]] = {}

    def is_official(self, year: int) -> bool:
        """Whether the year's holidays are announced."""
        return year in self._lists

    def with_list(self, year: int, days: Sequence[ListedDay]) -> WorkingDays:
        """The calendar as it would be with another list for a year."""
        return WorkingDays({**self._lists, year: days}, self._expected)

    def is_settled(self, day: date) -> bool:
        """Whether no list yet to come changes the day.

        The lists of 2002, 2006, 2007, 2008, 2012 and 2019 changed days of the December before,
        all of them after the 28th.
        """
        is_last = day.month == 12 and day.day >= 29
        return self.is_official(day.year) and (not is_last or self.is_official(day.year + 1))

    def mark_of(self, day: date) -> ListedDay | None:
        """What the lists say of the day; nothing of an ordinary day of the week."""
        mark = self._marks.get(day)
        if mark is not None or self.is_official(day.year):
            return mark
        if day.year not in self._expected_marks:
            found = self._expected(day.year)
            self._expected_marks[day.year] = {one.day: one for one in found}
        return self._expected_marks[day.year].get(day)

    def is_working_day(self, day: date) -> bool:
        """Whether the day is worked."""
        mark = self.mark_of(day)
        return day.weekday() < SATURDAY if mark is None else mark.is_working

    def add_working_days(self, start: date, count: int) -> Deadline:
        """The last of so many working days; ``start`` itself isn't counted (民法典 art. 201).

        :raises ValueError: for a negative count.
        """
        if count < 0:
            raise ValueError("a limit has no negative number of days")
        day, is_provisional = start, False
        while count:
            day += DAY
            count -= self.is_working_day(day)
            is_provisional = is_provisional or not self.is_settled(day)
        return Deadline(day, is_provisional)

    def add_days(self, start: date, count: int) -> Deadline:
        """The last of so many days as they come; ``start`` isn't counted.

        One that isn't worked gives way to the next working day (民法典 art. 201, 203).

        :raises ValueError: for a negative count.
        """
        if count < 0:
            raise ValueError("a limit has no negative number of days")
        day = start + count * DAY
        is_provisional = not self.is_settled(day)
        while not self.is_working_day(day):
            day += DAY
            is_provisional = is_provisional or not self.is_settled(day)
        return Deadline(day, is_provisional)

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days come after ``start`` up to ``end``; negative when it lies before.

        ``working_days_between(a, add_working_days(a, n).day)`` is ``n``.
        """
        if end < start:
            return -self.working_days_between(end, start)
        days = (start + number * DAY for number in range(1, (end - start).days + 1))
        return sum(map(self.is_working_day, days))
