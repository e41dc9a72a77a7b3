"""Where the lines, bars and words of charts stand; templates/_macros/chart.html draws them.

Each chart is drawn for 720 and for 358 units, of which the page shows one, so that words keep
their 13 px. Values come in the unit that is printed, amounts already in 亿元 or 万元; what a
chart shows, and its sentence, is the caller's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.core.amounts import half_up
from marketplace.statistics.growth import written

WIDE = 720
NARROW = 358
MOST_LINES = 4
LETTER = 8
IDEOGRAPH = 13
LINE_HEIGHT = 16
WIDEST_LABEL = 288
BOTTOM = 286

Number = Decimal | int


@dataclass(frozen=True, slots=True)
class Word:
    """A text of a chart at its place; ``anchor`` says which end of it stands there."""

    x: str
    y: str
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its label and its printed value; no bar where the value is unknown."""

    x: str
    y: str
    width: str
    height: str
    label: Word
    value: Word
    is_known: bool


@dataclass(frozen=True, slots=True)
class Range:
    """What a month may bring, cumulated: the forecast's low, middle and high."""

    low: Number
    middle: Number
    high: Number


@dataclass(frozen=True, slots=True)
class CourseChart:
    """Cumulated values over the months of a year, with the goal and what may be.

    ``actual``, ``band`` and ``middle`` are point lists of SVG, empty where there is nothing.
    """

    width: int
    height: int
    axis: Line
    grid: tuple[Line, ...]
    levels: tuple[Word, ...]
    months: tuple[Word, ...]
    actual: str
    dot: tuple[str, str] | None
    last: Word | None
    goal: Line | None
    goal_word: Word | None
    band: str
    middle: str
    ends: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars from 0, one below the other."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    axis: Line | None


@dataclass(frozen=True, slots=True)
class Gauge:
    """What is reached on a bar, the goal's tick above it, the even pace's below it."""

    width: int
    height: int
    bar_y: int
    bar_height: int
    filled: str
    goal: Line
    goal_word: Word
    pace: Line | None
    pace_word: Word | None


def course(
    actual: Sequence[Number],
    months: Sequence[str],
    *,
    width: int = WIDE,
    goal: Number | None = None,
    goal_word: str = "",
    ahead: Sequence[Range] = (),
    places: int = 2,
) -> CourseChart:
    """The course of a year, month by month, from 0 at its beginning.

    :param actual: cumulated values at the end of each month that is over.
    :param months: twelve names; the narrow drawing leaves most of them out.
    :param ahead: the forecast for the months that follow, cumulated as well.
    :raises ValueError: when the months over and ahead are more than those named.
    """
    if len(actual) + len(ahead) > len(months):
        raise ValueError("more values than months")
    shown = [*actual, *(each.high for each in ahead), *((goal,) if goal is not None else ())]
    lowest = min([*actual, *(each.low for each in ahead), 0])
    ceiling = max([*shown, 0]) - lowest or 1
    levels = _levels(lowest, lowest + ceiling)
    ends = [written(half_up(value, places)) for value in _values(ahead[-1:])]
    left = 12 + max(_length(_short(level)) for level in levels)
    right = width - max([12 + _length(text) for text in ends] + [18])
    height, top, bottom = 316, 24, BOTTOM

    def x(month: int) -> Decimal:
        return left + Decimal(right - left) * month / len(months)

    def y(value: Number) -> Decimal:
        return bottom - (bottom - top) * Decimal(value - lowest) / Decimal(ceiling)

    def path(values: Sequence[Number], first: int) -> str:
        return " ".join(f"{_at(x(first + n))},{_at(y(value))}" for n, value in enumerate(values))

    over = len(actual)
    last = actual[-1] if actual else 0
    line_goal = None if goal is None else _level_line(left, right, y(goal))
    return CourseChart(
        width,
        height,
        axis=_level_line(left, right, y(0)),
        grid=tuple(_level_line(left, right, y(level)) for level in levels if level),
        levels=tuple(
            Word(str(left - 8), _at(y(level) + Decimal("4.5")), _short(level), "end")
            for level in levels
        ),
        months=tuple(
            Word(_at(x(n + 1)), str(height - 8), name, "middle")
            for n, name in enumerate(months)
            if width >= WIDE or n == 0 or n % 3 == 2
        ),
        actual=path([0, *actual], 0) if actual else "",
        dot=(_at(x(over)), _at(y(last))) if actual else None,
        last=_last_word(x(over), y(last), written(half_up(last, places)), right)
        if actual
        else None,
        goal=line_goal,
        goal_word=None
        if goal is None
        else Word(str(left + 4), _at(max(y(goal) - 7, Decimal(13))), goal_word),
        band=" ".join(
            filter(
                None,
                (
                    path([last, *(each.high for each in ahead)], over),
                    " ".join(reversed(path([each.low for each in ahead], over + 1).split())),
                ),
            )
        )
        if ahead
        else "",
        middle=path([last, *(each.middle for each in ahead)], over) if ahead else "",
        ends=_ends(ends, [y(value) for value in _values(ahead[-1:])], right) if ahead else (),
    )


def bars(
    rows: Sequence[tuple[str, Number | None]],
    *,
    width: int = WIDE,
    places: int = 2,
    unknown: str = "—",
) -> BarChart:
    """Bars of labelled values; the labels stand left of them, on the narrow drawing above.

    :param unknown: what stands in place of a value that is ``None``: withheld, or without a base.
    """
    known = [value for _, value in rows if value is not None]
    texts = [unknown if value is None else written(half_up(value, places)) for _, value in rows]
    lowest, highest = min([*known, 0]), max([*known, 0])
    is_above = width < WIDE
    step = 44 if is_above else 30
    room = width if is_above else WIDEST_LABEL
    rows = [(_fitting(label, room), value) for label, value in rows]
    left = 0 if is_above else max((_length(label) for label, _ in rows), default=0) + 12
    right = width - max((_length(text) for text in texts), default=0) - 12
    scale = Decimal(right - left) / Decimal(highest - lowest or 1)
    zero = left - lowest * scale
    drawn = []
    for n, ((label, value), text) in enumerate(zip(rows, texts, strict=True)):
        top = n * step + (20 if is_above else 6)
        size = abs(Decimal(value or 0)) * scale
        start = zero - (size if (value or 0) < 0 else 0)
        end = zero + (size if (value or 0) > 0 else 0)
        name = (
            Word("0", str(top - 6), label)
            if is_above
            else Word(str(left - 12), str(top + 14), label, "end")
        )
        printed = Word(_at(end + 8), str(top + 14), text)
        drawn.append(Bar(_at(start), str(top), _at(size), "18", name, printed, value is not None))
    height = len(rows) * step + 6
    # Labels above their bars begin where the axis would be; below 0 it is needed all the same.
    axis = None if is_above and not lowest else Line(_at(zero), "0", _at(zero), str(height))
    return BarChart(width, height, tuple(drawn), axis)


def gauge(
    actual: Number,
    goal: Number,
    *,
    goal_word: str,
    pace: Number | None = None,
    pace_word: str = "",
    width: int = 300,
) -> Gauge:
    """A bar of ``actual`` with the goal above and, while the year runs, the even pace below.

    :raises ValueError: when the goal isn't above 0.
    """
    if goal <= 0:
        raise ValueError("a goal is above 0")
    scale = width / (Decimal(max(actual, goal, pace or 0)) * 17 / 15)
    at_goal = goal * scale
    at_pace = None if pace is None else pace * scale
    return Gauge(
        width,
        height=62,
        bar_y=22,
        bar_height=16,
        filled=_at(max(actual, 0) * scale),
        goal=Line(_at(at_goal), "16", _at(at_goal), "38"),
        goal_word=_kept_inside(at_goal, 12, goal_word, width),
        pace=None if at_pace is None else Line(_at(at_pace), "30", _at(at_pace), "45"),
        pace_word=None if at_pace is None else _kept_inside(at_pace, 59, pace_word, width),
    )


def _at(value: Decimal | int) -> str:
    return str(half_up(value, 1))


def _level_line(left: int, right: int, height: Decimal) -> Line:
    return Line(str(left), _at(height), str(right), _at(height))


def _levels(lowest: Number, highest: Number) -> list[Decimal]:
    """0 and at most four round levels besides."""
    span = Decimal(highest - lowest)
    power = Decimal(10) ** (span.adjusted() - 1)
    step = next(
        power * factor
        for factor in map(Decimal, ("1", "2", "2.5", "5", "10", "20", "25", "50", "100"))
        if span / (power * factor) < MOST_LINES + 1
    )
    first = -(-Decimal(lowest) // step)
    count = int(Decimal(highest) // step - first) + 1
    return [(first + n) * step for n in range(count)]


def _short(level: Decimal) -> str:
    return f"{level.normalize():f}".replace("-", "−")


def _last_word(x: Decimal, y: Decimal, text: str, right: int) -> Word:
    """The value reached: right of the line and below, near the edge left of it and above."""
    if x + 6 + _length(text) <= right:
        return Word(_at(x + 6), _at(min(y + 22, Decimal(BOTTOM - 4))), text)
    return Word(_at(x - 4), _at(y - 10), text, "end")


def _values(ranges: Sequence[Range]) -> list[Number]:
    return [value for each in ranges for value in (each.high, each.middle, each.low)]


def _ends(texts: Sequence[str], heights: Sequence[Decimal], right: int) -> tuple[Word, ...]:
    """High, middle and low beside the band's end, kept a line apart."""
    high, middle, low = heights
    places = (min(high, middle - LINE_HEIGHT), middle, max(low, middle + LINE_HEIGHT))
    return tuple(
        Word(_at(right + 8), _at(place + Decimal("4.5")), text)
        for place, text in zip(places, texts, strict=True)
    )


def _kept_inside(x: Decimal, y: int, text: str, width: int) -> Word:
    half = Decimal(_length(text)) / 2
    if x + half > width:
        return Word(_at(width), str(y), text, "end")
    if x - half < 0:
        return Word("0.0", str(y), text)
    return Word(_at(x), str(y), text, "middle")


def _fitting(text: str, room: int) -> str:
    """The text, cut where it takes more units than there are; the table has all of it."""
    if _length(text) <= room:
        return text
    while text and _length(text) + IDEOGRAPH > room:
        text = text[:-1]
    return f"{text.rstrip(' ,，、')}…"


def _length(text: str) -> int:
    """About how many units a text of 13 px takes."""
    return sum(
        IDEOGRAPH if unicodedata.east_asian_width(letter) in "WF" else LETTER for letter in text
    )
