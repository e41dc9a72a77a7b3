"""What may still be registered by a day ahead, as a range, and how good such ranges were.

Two sources add up: contracts that are on their way, by how many of the last 24 months' cases at
the same stage and of like age were registered within as many days; and contracts that nobody has
entered yet, by what was entered and registered within the same days of one of the last two years,
at the pace of the last twelve months: as many more or fewer, as much larger or smaller.
The range is the middle 80 % of many drawn futures (bootstrap). No forecast is made from fewer
than 30 past cases. Where cases come from does not belong here.
"""

from __future__ import annotations

import hashlib
import random
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from statistics import median

LEAST_CASES = 30
LEAST_ALIKE = 10
WINDOW_MONTHS = 24
DRAWS = 1000
ENDED = ""
"""The stage of a case that was given up or refused."""
AGE_BANDS = (0, 31, 91, 181)
"""First days of the bands within which ages at a stage count as alike."""


@dataclass(frozen=True, slots=True)
class Case:
    """A contract on its way to registration, with what is known of it today.

    ``reached`` holds stage and day, oldest first, :data:`ENDED` where it was given up or refused,
    after which it may be taken up again; ``amount`` is the turnover in 分.
    """

    entered_on: date
    reached: tuple[tuple[str, date], ...]
    amount: int
    registered_on: date | None = None


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that may still be registered: its stage, days since it reached it, amount in 分."""

    stage: str
    age: int
    amount: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What may be registered after ``as_of`` up to and with ``until``, in 分.

    In eight of ten drawn futures it lies between ``low`` and ``high``; ``middle`` is the median.
    ``cases`` past cases were looked at, ``open_count`` are on their way.
    """

    as_of: date
    until: date
    low: int
    middle: int
    high: int
    cases: int
    open_count: int


class Reason(StrEnum):
    """Why there is no forecast."""

    TOO_FEW_CASES = "too_few_cases"
    LESS_THAN_A_YEAR = "less_than_a_year"
    NOTHING_AHEAD = "nothing_ahead"


@dataclass(frozen=True, slots=True)
class NoForecast:
    """That no forecast was made, why, and from how many past cases it would have been."""

    as_of: date
    until: date
    reason: Reason
    cases: int


@dataclass(frozen=True, slots=True)
class Tried:
    """A forecast as it would have been made in the past, beside what came, in 分."""

    forecast: Forecast
    actual: int

    @property
    def is_inside(self) -> bool:
        """Whether what came lies in the range."""
        return self.forecast.low <= self.actual <= self.forecast.high


@dataclass(frozen=True, slots=True)
class Backtest:
    """Past forecasts, and the days for which none could have been made."""

    tried: tuple[Tried, ...]
    without: tuple[NoForecast, ...]

    @property
    def coverage(self) -> Fraction | None:
        """The share of ranges that held; 4/5 is what they promise. ``None`` without any."""
        if not self.tried:
            return None
        return Fraction(sum(each.is_inside for each in self.tried), len(self.tried))


def open_cases(cases: Iterable[Case], as_of: date) -> list[OpenCase]:
    """The cases that were on their way at the end of a day, by what was known then."""
    found = []
    for case in cases:
        known = _known(case, as_of)
        if not known or not known.reached or known.registered_on:
            continue
        stage, since = known.reached[-1]
        if stage != ENDED:
            found.append(OpenCase(stage, (as_of - since).days, known.amount))
    return found


def forecast(
    past: Iterable[Case],
    still_open: Iterable[OpenCase],
    as_of: date,
    until: date,
    *,
    least_cases: int = LEAST_CASES,
) -> Forecast | NoForecast:
    """The range of turnover registered after ``as_of``, up to and with ``until``.

    :param past: all cases that are known; nothing after ``as_of`` is looked at.
    :param still_open: the cases on their way at the end of ``as_of``.

    The same cases give the same figures in any order: the draws' seed is made from them.
    """
    start = months_before(as_of, WINDOW_MONTHS)
    known = sorted((each for case in past if (each := _known(case, as_of))), key=repr)
    recent = [each for each in known if each.entered_on > start]
    waiting = sorted(still_open, key=repr)
    if until <= as_of:
        return NoForecast(as_of, until, Reason.NOTHING_AHEAD, len(recent))
    if len(recent) < least_cases:
        return NoForecast(as_of, until, Reason.TOO_FEW_CASES, len(recent))
    windows = _newcomers(known, as_of, until)
    if not windows:
        return NoForecast(as_of, until, Reason.LESS_THAN_A_YEAR, len(recent))
    seed = hashlib.sha256(repr((recent, waiting, as_of, until)).encode()).digest()
    chance = random.Random(seed)
    groups = _groups(recent, waiting, as_of, until)
    totals = sorted(
        sum(_drawn_group(chance, outcomes, amounts) for outcomes, amounts in groups)
        + _drawn_newcomers(chance, windows)
        for _ in range(DRAWS)
    )
    low, middle, high = (totals[DRAWS * tenths // 10] for tenths in (1, 5, 9))
    return Forecast(as_of, until, low, middle, high, len(recent), len(waiting))


def backtest(cases: Sequence[Case], days: Iterable[tuple[date, date]]) -> Backtest:
    """The forecasts that would have been made at the end of past days, and what came.

    :param days: pairs of the day of the forecast and the last day that it is for, both past.

    Each is made only from what was known on its day; amounts, of which no history is kept, are
    those of today.
    """
    tried: list[Tried] = []
    without: list[NoForecast] = []
    for as_of, until in days:
        made = forecast(cases, open_cases(cases, as_of), as_of, until)
        if isinstance(made, NoForecast):
            without.append(made)
        else:
            came = (
                each.amount
                for each in cases
                if each.registered_on and as_of < each.registered_on <= until
            )
            tried.append(Tried(made, sum(came)))
    return Backtest(tuple(tried), tuple(without))


def months_before(day: date, months: int) -> date:
    """The same day that many months earlier, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _known(case: Case, as_of: date) -> Case | None:
    """The case as it was known at the end of a day."""
    if case.entered_on > as_of:
        return None
    return replace(
        case,
        reached=tuple((stage, day) for stage, day in case.reached if day <= as_of),
        registered_on=_if_by(case.registered_on, as_of),
    )


def _if_by(day: date | None, as_of: date) -> date | None:
    return day if day is not None and day <= as_of else None


def _groups(
    recent: Sequence[Case], waiting: Sequence[OpenCase], as_of: date, until: date
) -> list[tuple[list[bool], list[int]]]:
    """For each stage and age: how like cases fared within the same days, and amounts waiting."""
    together: dict[tuple[str, int], list[int]] = {}
    for each in waiting:
        band = max(first for first in AGE_BANDS if first <= max(each.age, 0))
        together.setdefault((each.stage, band), []).append(each.amount)
    days = (until - as_of).days
    return [
        (_outcomes(recent, stage, band, days, as_of), amounts)
        for (stage, band), amounts in together.items()
    ]


def _outcomes(recent: Sequence[Case], stage: str, age: int, days: int, as_of: date) -> list[bool]:
    """Whether like cases were registered within ``days``; fewer than ten alike: less like ones.

    Only cases that could be watched for all these days count, or those that take longest would
    seem to fail.
    """
    found: list[bool] = []
    for stages, waited in (({stage}, age), ({stage}, 0), (None, 0)):
        found = []
        for case in recent:
            for place, (name, since) in enumerate(case.reached):
                counted_from = since + timedelta(days=waited)
                if name == ENDED or (stages is not None and name not in stages):
                    continue
                if counted_from + timedelta(days=days) > as_of:
                    continue
                left = [day for _, day in case.reached[place + 1 :]]
                left += [case.registered_on] if case.registered_on else []
                if all(day >= counted_from for day in left):
                    last = counted_from + timedelta(days=days)
                    found.append(bool(case.registered_on and case.registered_on <= last))
        if len(found) >= LEAST_ALIKE:
            break
    return found


@dataclass(frozen=True, slots=True)
class _Window:
    """What came within the same days of an earlier year, and how much more comes now than then.

    ``pace`` is how many contracts were registered in the twelve months up to the day for one in
    those up to the same day of then, ``growth`` how large the middle one of now is beside theirs.
    """

    amounts: list[int]
    pace: float
    growth: float


def _newcomers(known: Sequence[Case], as_of: date, until: date) -> list[_Window]:
    """Amounts entered and registered within the same days of each of the last two years.

    A year before the first case, but for a month, says nothing and is left out.
    """
    begins_on = min(case.entered_on for case in known)
    now = _registered_in_a_year(known, as_of)
    windows = []
    for months in (12, 24):
        first, last = months_before(as_of, months), months_before(until, months)
        if begins_on <= first + timedelta(days=31):
            amounts = [
                case.amount
                for case in known
                if case.entered_on > first and case.registered_on and case.registered_on <= last
            ]
            then = _registered_in_a_year(known, first)
            # A year of which the beginning isn't known can't be compared.
            is_whole = begins_on <= months_before(first, 12) + timedelta(days=31)
            is_compared = is_whole and min(len(now), len(then)) >= LEAST_ALIKE
            pace = len(now) / len(then) if is_compared else 1.0
            growth = median(now) / (median(then) or 1) if is_compared else 1.0
            windows.append(_Window(amounts, pace, growth))
    return windows


def _registered_in_a_year(known: Sequence[Case], until: date) -> list[int]:
    """The amounts that were registered in the twelve months up to and with a day."""
    after = months_before(until, 12)
    return [
        case.amount for case in known if case.registered_on and after < case.registered_on <= until
    ]


def _drawn_group(chance: random.Random, outcomes: list[bool], amounts: list[int]) -> int:
    """One future of cases alike: the rate is drawn anew from past outcomes, then each case."""
    if not outcomes:
        return 0
    rate = sum(chance.choices(outcomes, k=len(outcomes))) / len(outcomes)
    return sum(amount for amount in amounts if chance.random() < rate)


def _drawn_newcomers(chance: random.Random, windows: list[_Window]) -> int:
    """One future of cases not entered yet: a year, how many come (Poisson), which amounts."""
    window = chance.choice(windows)
    if not window.amounts:
        return 0
    expected = len(window.amounts) * window.pace
    number = round(chance.gauss(expected, expected**0.5))
    return round(sum(chance.choices(window.amounts, k=max(number, 0))) * window.growth)
