"""Whether a figure of a record meets a figure of a demand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from marketplace.matching.numbers.figures import GRADE, Figure
from marketplace.matching.numbers.grades import covers, enclosed_thing
from marketplace.matching.numbers.quantities import quantity_of
from marketplace.matching.numbers.service import point_of, thing_of, works_at
from search.stopwords import STOP_WORDS
from search.text import is_han, normalise, pieces

Verdict = Literal["met", "unmet", "unknown"]
_VAGUE = {"时间", "温度", "速度", "数量", "次数", "距离", "比例", "长度", "重量"} | {
    *("time", "temperature", "speed", "number", "distance", "length")
}
"""Of what something is: said alone, it may be of anything."""
_DEVIATION = re.compile(
    "精度|误差|公差|偏差|偏移|波动|准确度|重复性|accuracy|precision|error|tolerance|deviation",
    re.IGNORECASE,
)


def compare(asked: Figure, offered: Figure) -> Verdict:
    """Whether what is offered meets what is asked.

    "unknown" where the two measure different things or one says too little: the units differ, the
    words before them have nothing in common, one is a change and the other a state, or a plain
    figure is asked and another one offered, which may be better or worse. A tolerance (±) is met
    by one that is not wider, and by nothing that isn't of a deviation. Changes are compared by
    what changes, however that is said, and temperatures by what can be used there.
    """
    if asked.dimension != offered.dimension or asked.change != offered.change:
        return "unknown"
    if asked.dimension == GRADE:
        return covers(asked, offered) if _is_same_thing(asked, offered) else "unknown"
    point = point_of(asked)
    if point is not None and offered.is_service:
        return works_at(point, asked, offered) if _is_same_thing(asked, offered) else "unknown"
    if not _is_of_same(_about(asked), _about(offered)):
        return "unknown"
    if offered.is_stated:
        offered = replace(offered, high=offered.low)
    if asked.is_tolerance or offered.is_tolerance:
        return _of_tolerances(asked, offered)
    verdict = _of_bounds(asked, offered)
    # A temperature of a process is no promise to work there, one of use no bound for a moment.
    unsaid = "met" if asked.is_service else "unmet"
    is_other = asked.is_service != offered.is_service
    return "unknown" if is_other and verdict == unsaid else verdict


def _about(figure: Figure) -> str:
    return quantity_of(figure.subject) if figure.change else figure.subject


def _is_same_thing(asked: Figure, offered: Figure) -> bool:
    """Whether two temperatures or grades may be of one thing: one names none, or they share one."""
    thing = enclosed_thing if asked.dimension == GRADE else thing_of
    one, other = (_marks(thing(figure.subject)) for figure in (asked, offered))
    return not one or not other or bool(one & other)


def _of_tolerances(asked: Figure, offered: Figure) -> Verdict:
    is_of_both = all(one.is_tolerance or _DEVIATION.search(one.subject) for one in (asked, offered))
    if not is_of_both:
        return "unknown"
    # ±0.01 mm is a deviation of 0.01 mm at most, and one of ±0.1 mm may really be that much.
    most = replace(asked, low=None) if asked.is_tolerance else asked
    given = replace(offered, low=offered.high) if offered.is_tolerance else offered
    return _of_bounds(most, given)


def _of_bounds(asked: Figure, offered: Figure) -> Verdict:
    if asked.is_exact:
        return "met" if _lies_in(asked, offered) else "unknown"
    is_span = asked.low is not None and asked.high is not None
    if is_span and offered.low != offered.high:
        # A range of use is met by one at least as wide, whatever lies between.
        is_met = _covers(offered, asked)
    else:
        is_met = _covers(asked, offered)
    if is_met:
        return "met"
    return "unmet" if _is_apart(asked, offered) else "unknown"


def best_of(asked: Figure, offered: Iterable[Figure]) -> tuple[Verdict, Figure | None]:
    """The verdict over all figures of a record, and the figure that decides it.

    One that meets it is enough: the others may be of another variant or of the state of the art.
    """
    verdicts = [(compare(asked, one), one) for one in offered]
    for wanted in ("met", "unmet"):
        for verdict, one in verdicts:
            if verdict == wanted:
                return verdict, one
    return "unknown", None


def _is_of_same(asked: str, offered: str) -> bool:
    """Whether two subjects share most of the shorter one's pairs of characters and Latin words.

    硬度 and 邵氏硬度 do, 插入损耗 and 回波损耗 do not; nor is a bare 时间 that of 换刀时间.
    """
    one, other = _marks(asked), _marks(offered)
    shared = one & other
    if other <= _VAGUE and not one <= _VAGUE:
        return False
    return bool(shared) and 2 * len(shared) >= min(len(one), len(other))


def _marks(subject: str) -> set[str]:
    marks: set[str] = set()
    for kind, piece in pieces(normalise(subject)):
        if kind == "han" and is_han(piece):
            marks |= {piece[at : at + 2] for at in range(len(piece) - 1)} or {piece}
        elif kind == "latin" and len(piece) > 1 and piece not in STOP_WORDS:
            marks.add(piece)
    return marks


def _covers(asked: Figure, offered: Figure) -> bool:
    """Whether all that is offered lies within what is asked.

    An offer of "at least 90" so meets "at least 85".
    """
    return _is_above(asked, offered) and _is_below(asked, offered)


def _is_above(asked: Figure, offered: Figure) -> bool:
    if asked.low is None:
        return True
    if offered.low is None:
        return False
    return offered.low > asked.low or (
        offered.low == asked.low and (not asked.is_low_out or offered.is_low_out)
    )


def _is_below(asked: Figure, offered: Figure) -> bool:
    if asked.high is None:
        return True
    if offered.high is None:
        return False
    return offered.high < asked.high or (
        offered.high == asked.high and (not asked.is_high_out or offered.is_high_out)
    )


def _is_apart(asked: Figure, offered: Figure) -> bool:
    """Whether nothing that is offered lies within what is asked."""
    return (asked.low is not None and offered.high is not None and offered.high < asked.low) or (
        asked.high is not None and offered.low is not None and offered.low > asked.high
    )


def _lies_in(asked: Figure, offered: Figure) -> bool:
    value = asked.low
    assert value is not None  # noqa: S101 - a plain figure has both bounds
    # A side that is open promises nothing: "at least 1,000 hours" is no offer of 10,000.
    if offered.low is None or offered.high is None:
        return False
    return offered.low <= value <= offered.high
