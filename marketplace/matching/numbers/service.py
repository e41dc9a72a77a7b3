"""Temperatures at which something works, or that it withstands: 耐温200 ℃, 150 ℃下长期使用.

Such a figure says up to where something can be used, and not what a process is run at. So a record
that states -40~150 ℃ serves whoever asks for 120 ℃.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from marketplace.matching.numbers.figures import Figure
from search.stopwords import STOP_WORDS
from search.text import normalise

ROOM = Decimal(20)
"""℃: what withstands 180 ℃ works from here up to there."""

_RATED = re.compile(
    r"耐(?:受|得住)?(?:的)?(?:高|低)?(?:温|热|寒)[^,，。；;0-9]{0,8}$|耐受?$"
    r"|(?:使用|工作|适用|应用|服役|运行|服务|环境|耐受)(?:的)?(?:环境)?温(?:度|区|域)[^,，。；;0-9]{0,8}$"
    r"|适用于$"
    r"|(?:operating|service|working|use|ambient) temperature[^.,;0-9]{0,24}$"
    r"|(?:withstand|heat resistan|resistant to|temperature resistan|rated)[^.,;0-9]{0,24}$"
)
_WORKS_BEFORE = re.compile(
    r"长期(?:在|于)?$"
    r"|(?:works?|operat(?:es?|ing)|used?|usable)(?: continuously)?(?: at| from| between)$"
)
_WORKS_AFTER = re.compile(
    r"\s*(?:的?(?:高温|低温)?(?:环境|条件|温度)?(?:下|中|内|里))?(?:可以|能够|可|能|也|还|要)*"
    r"(?:长期|长时间|持续|连续|稳定|正常|可靠|安全)*(?:地)?"
    r"(?:使用|工作|运行|服役|能用|用)(?=$|[^\u4e00-\u9fff]|[不无时后的仍而且并])"
    r"|\s*(?:continuous |long-term )?(?:service|use|operation|duty)\b"
)
_WITHSTOOD = re.compile(r"耐|withstand|resistan|\brated\b")
_HIGHEST = re.compile(r"最高|最大|可达|高达|\bmax(?:imum)?\b")
_PROCESS = re.compile(
    "炉|窑|烧结|反应|煅烧|退火|固化|热处理"
    "|furnace|kiln|oven|sinter|anneal|calcin|reactor|reaction|curing"
)
_BRIEF = re.compile(
    "瞬时|瞬间|短期|短时|短暂|峰值|short[- ]term|short[- ]time|briefly|peak|intermittent"
)
_SAID = re.compile(
    r"耐高温|耐低温|耐温|耐热|耐寒|耐受|耐得住|高温|低温|长期|长时间|短期|连续|持续|稳定|正常|可靠"
    r"|最高|最低|最大|使用|工作|适用|应用|服役|运行|服务|能用|环境|条件|温度|温区|温域|范围|性能"
    r"|产品|材料|本发明|所述|所得|制得|制备|该|本|其|可|能|在|下|于|的|达|耐|用|要|为"
)
_SAID_IN_ENGLISH = re.compile(
    r"operat\w+|service|work\w*|used?|usable|ambient|temperatures?|range|maximum|continuous\w*"
    r"|withstands?|heat|resistan\w+|rated|rating|long-term|up"
)
_HAN_PIECE = re.compile(r"[\u4e00-\u9fff]{2,}|[a-z][a-z-]+")


def is_rated(before: str) -> bool:
    """Whether the words before a temperature say that it is what something withstands or is for."""
    return _RATED.search(before.lower().rstrip()) is not None


def is_worked_at(before: str, after: str) -> bool:
    """Whether the words around a temperature say that something works at it."""
    return (
        _WORKS_BEFORE.search(before.lower().rstrip()) is not None
        or _WORKS_AFTER.match(after.lower()) is not None
    )


def is_withstood(before: str) -> bool:
    """Whether the words before a temperature say that something bears it, so milder ones too."""
    return _WITHSTOOD.search(before.lower()) is not None


def is_highest(before: str) -> bool:
    """Whether the words before a temperature say that it is the highest one."""
    return _HIGHEST.search(before.lower()) is not None


def is_of_use(clause: str, reach: str) -> bool:
    """Whether a temperature may be one of use, and is none of a furnace or of a moment.

    `reach`: the clause with what its sentence says before it. What withstands something may be
    made in a furnace.
    """
    clause = clause.lower()
    told = clause if is_withstood(clause) else reach.lower()
    return not _BRIEF.search(clause) and not _PROCESS.search(told)


def thing_of(subject: str) -> str:
    """What works there: the words before a temperature without those that every one has."""
    kept = _SAID.sub(" ", normalise(subject))
    words = [word for word in _HAN_PIECE.findall(kept) if word not in STOP_WORDS]
    return " ".join(word for word in words if not _SAID_IN_ENGLISH.fullmatch(word))


def point_of(asked: Figure) -> Decimal | None:
    """The one temperature at which something has to work; None for a range or an upper limit."""
    if not asked.is_service or asked.low is None or asked.high not in (None, asked.low):
        return None
    return asked.low


def works_at(point: Decimal, asked: Figure, offered: Figure) -> Literal["met", "unmet", "unknown"]:
    """Whether what works in the offered range works at a temperature.

    A range, a limit ("at most 120") and a rating (耐温120 ℃) end where they end; "120 and above"
    and a trial at 120 say nothing of what is beyond. What works at 300 need not work at 200, as a
    catalyst, unless it is only to withstand 200.
    """
    low, high = _span(offered, is_to_bear=asked.is_withstood)
    if low <= point <= high:
        is_bound_out = asked.is_low_out and point in (low, high)
        return "unknown" if is_bound_out else "met"
    if point >= ROOM:
        return "unmet" if point > high and _ends(offered, is_warm=True) else "unknown"
    return "unmet" if point < low and _ends(offered, is_warm=False) else "unknown"


def _span(offered: Figure, *, is_to_bear: bool) -> tuple[Decimal, Decimal]:
    """From where to where the offer reaches."""
    if offered.low is not None and offered.high is not None and offered.low != offered.high:
        return offered.low, offered.high
    one = _bound(offered)
    if offered.low is None or offered.is_highest:
        return min(one, ROOM), one
    if offered.is_withstood or is_to_bear:
        return min(one, ROOM), max(one, ROOM)
    return one, one


def _ends(offered: Figure, *, is_warm: bool) -> bool:
    """Whether the offer itself states its upper or its lower end: 耐温150 ℃ has no lower one."""
    if offered.low is None or offered.is_highest:
        return is_warm
    if offered.high is not None:
        return True
    return offered.is_withstood and offered.is_stated and (_bound(offered) >= ROOM) == is_warm


def _bound(figure: Figure) -> Decimal:
    """The one bound of a figure that is no range."""
    one = figure.high if figure.low is None else figure.low
    assert one is not None  # noqa: S101 - a figure has one bound at least
    return one
