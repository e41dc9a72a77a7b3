"""Degrees of protection of enclosures, IP67: how they are read, and which one covers which.

The code is that of IEC 60529 (GB/T 4208-2017 says the same). Its first digit tells what of solid
things is kept out, and a higher one covers each lower one. So does the second digit, of water, up
to 6. Immersion (7, 8) is a line of its own: clause 6 holds an enclosure that is marked 7 or 8 alone
unfit for jets (5, 6), and one marked 9 alone unfit for jets and immersion; where both hold, both
are marked (IPX5/IPX7, IP66/68). X stands for a digit that nothing is said of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from marketplace.matching.numbers.figures import GRADE, Figure
from marketplace.matching.numbers.folding import fold
from search.stopwords import STOP_WORDS
from search.text import normalise

_CODE = re.compile(
    r"(?<![A-Za-z0-9])IP(?P<gap>[ -]?)(?P<one>[0-6X][0-9X]K?)"
    r"(?:\s?/\s?(?:IP)?(?P<other>[0-6X][0-9X]K?)(?![0-9A-Za-z%]))?"
    r"(?![0-9A-Za-z]|\s?(?:件|项|个|种|台(?!式|面)|路(?!灯|由)|套|条|只|次|户|小时|分钟|秒|天(?!线)|日|月"
    r"|年|元|(?:h|s|min|days?|hours?)\b))",
    re.IGNORECASE,
)
_SAYS_GRADE = re.compile(r"防护|等级|grade|rating|rated|protection", re.IGNORECASE)
"""What has to stand before a code that is written apart: 固定IP 24 is an address."""
_REACH = 24
_AT_LEAST_BEFORE = re.compile(
    r"(?:≥|>=|不低于|不小于|至少|at least|no(?:t)? (?:less|lower) than)\s*$"
)
_AT_LEAST_AFTER = re.compile(
    r"\s*(?:及|或|或者)?(?:以上|更高)|\s*(?:and|or) (?:above|higher|better)"
)
_CLAUSE = re.compile(
    r"[。；;,，、!?！？\n:：()（）/]|[0-9]|并且|而且|且|和|与|及|但|\b(?:and|but|while)\b"
)
_SAID = re.compile(
    r"防护等级|防护级别|防护性能|防护|等级|级别|外壳|壳体|整机|整体|产品|设备|装置|系统|机器|本发明"
    r"|达到|达|不低于|不小于|至少|以上|要求|需要|具有|具备|采用|满足|符合|实现|标准|设计|传统|现有|普通"
    r"|该|本|其|为|是|的|可|能|应|要|需|有|级|须|且|或|更高|最高"
    r"|\b(?:ingress|protect\w*|rat(?:ed|ing)s?|grades?|class|housings?|enclosures?|case|degree|code"
    r"|reach\w*|meets?|devices?|at|least|less|lower|than|above|higher|better|has|have|with|to|up)\b"
)
_LAST_THAT_COVERS_ALL_BELOW = 6
_IMMERSION = (7, 8)

_Covered = Literal["met", "unmet", "unknown"]


def read_grades(text: str) -> list[Figure]:
    """The grades of a text in their order; a double marking gives two."""
    folded = fold(text)
    found = []
    for match in _CODE.finditer(folded.text):
        before = folded.text[max(0, match.start() - _REACH) : match.start()].lower()
        if match["gap"] and not _SAYS_GRADE.search(before):
            continue
        behind = folded.text[match.end() : match.end() + _REACH].lower()
        is_least = bool(_AT_LEAST_BEFORE.search(before) or _AT_LEAST_AFTER.match(behind))
        subject = _subject(folded.text, match.start(), match.end())
        for name in ("one", "other"):
            digits = (match[name] or "").upper().rstrip("K")
            if not digits or digits == "XX":
                continue
            first = match.start() if name == "one" else match.start(name)
            start, end = folded.span(first, match.end(name))
            found.append(
                Figure(
                    None,
                    None,
                    GRADE,
                    subject,
                    grade=digits,
                    is_stated=not is_least,
                    start=start,
                    end=end,
                )
            )
    return found


def _subject(text: str, start: int, end: int) -> str:
    """The words of the clause before a code, or those behind it where none says of what it is."""
    before = _CLAUSE.split(text[max(0, start - _REACH) : start])[-1].strip()
    if enclosed_thing(before):
        return before
    return _CLAUSE.split(text[end : end + _REACH])[0].strip()


def enclosed_thing(subject: str) -> str:
    """What has the grade: the words beside a code without those that every one has."""
    kept = _SAID.sub(" ", normalise(subject)).split()
    return " ".join(word for word in kept if len(word) > 1 and word not in STOP_WORDS)


def covers(asked: Figure, offered: Figure) -> _Covered:
    """Whether an enclosure of the offered grade is one of the grade that is asked.

    A lower digit is none; "unknown" where the offered one says nothing of it.
    """
    found = set(_of_digits(asked.grade, offered.grade))
    if "unmet" in found:
        # "IP54 or above" may well be IP67.
        return "unmet" if offered.is_stated else "unknown"
    return "unknown" if "unknown" in found else "met"


def _of_digits(asked: str, offered: str) -> Iterator[_Covered]:
    for place, (wanted, given) in enumerate(zip(asked, offered, strict=True)):
        if wanted in "X0" or wanted == given:
            yield "met"
        elif given == "X":
            yield "unknown"
        elif given < wanted:
            yield "unmet"
        else:
            yield "met" if place == 0 or _covers_water(int(wanted), int(given)) else "unknown"


def _covers_water(wanted: int, given: int) -> bool:
    """Whether the higher of two second digits covers the lower one."""
    return given <= _LAST_THAT_COVERS_ALL_BELOW or (given in _IMMERSION and wanted in _IMMERSION)
