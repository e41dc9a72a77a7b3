"""The legal clock of a registration: how long it has taken, and when it must be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.contracts.rules import Unit, rules_of
from marketplace.core.calendar.days import WorkingDays

SOON = 1
"""So many days left, or fewer, are soon."""


class ClockState(StrEnum):
    """How a clock stands."""

    FINE = "fine"
    SOON = "soon"
    OVERDUE = "overdue"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit on a day; all days are of ``unit``.

    ``days_left`` counts the days after today up to the last: 0 on the last day itself, negative
    by so many days when it is over. ``due_on`` is nothing while the clock is paused;
    ``is_provisional`` says that it may move when the holidays of a year are announced.
    """

    days_allowed: int
    days_left: int
    due_on: date | None
    is_provisional: bool
    state: ClockState
    unit: Unit
    is_long: bool

    @property
    def days_used(self) -> int:
        """How many of the days allowed are gone: from none to all."""
        return self.days_allowed - min(max(self.days_left, 0), self.days_allowed)


def clock_of(
    accepted_on: date | None,
    tech_amount: int | None,
    is_disputed: bool,
    rule_version: str,
    today: date,
    calendar: WorkingDays,
) -> Clock:
    """The clock of a registration on a day.

    ``accepted_on`` is the day of the last acceptance, which doesn't count (民法典 art. 201), or
    nothing while a correction is waited for: the next acceptance begins the limit anew.
    ``tech_amount`` is 技术交易额 in 分, nothing while unknown. What the versions allow stands in
    ``data/rules.json``.

    :raises KeyError: for a version that there isn't.
    """
    rules = rules_of(rule_version)
    allowed = rules.days_allowed(tech_amount, is_disputed=is_disputed)
    is_long = allowed > rules.days
    if accepted_on is None:
        return Clock(allowed, allowed, None, False, ClockState.PAUSED, rules.unit, is_long)
    if rules.unit is Unit.WORKING_DAYS:
        due = calendar.add_working_days(accepted_on, allowed)
        left = calendar.working_days_between(today, due.day)
    else:
        due = calendar.add_days(accepted_on, allowed)
        left = (due.day - today).days
    state = _state(left, is_over=today > due.day)
    return Clock(allowed, left, due.day, due.is_provisional, state, rules.unit, is_long)


def _state(left: int, *, is_over: bool) -> ClockState:
    if is_over:
        return ClockState.OVERDUE
    return ClockState.SOON if left <= SOON else ClockState.FINE
