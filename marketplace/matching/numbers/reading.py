"""Reads the figures of a text, Chinese or English, with their operators, ranges and units."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from marketplace.matching.numbers.figures import Change, Figure
from marketplace.matching.numbers.folding import Folded, fold
from marketplace.matching.numbers.grades import read_grades
from marketplace.matching.numbers.quantities import (
    LESS,
    MORE,
    SHORT_CHANGE,
    change_after,
    quantity_after,
    quantity_of,
)
from marketplace.matching.numbers.service import (
    is_highest,
    is_of_use,
    is_rated,
    is_withstood,
    is_worked_at,
)
from marketplace.matching.numbers.units import MONEY, Unit, unit_of, unit_pattern

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_PLACES = {"十": 10, "百": 100, "千": 1_000}
_MULTIPLES = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000, "百万": 1_000_000,
              "千万": 10_000_000, "万亿": 1_000_000_000_000}  # fmt: skip
_ARABIC = (
    r"(?:10\^[-+]?[0-9]+|(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
    r"(?:\s?[×x*]\s?10\^?[-+]?[0-9]+|[eE][-+]?[0-9]+)?)"
)
_SPOKEN = r"[零〇一二两三四五六七八九十百千]+(?:点[零一二三四五六七八九]+)?|半"
_NEVER = "(?:不|不得|不能|不可|不应|不宜|不会|不允许|不要)"
_AT_LEAST = (
    f"≥|>=|>|{_NEVER}(?:低于|小于|少于|短于)|至少|最少|起码|大于等于|大于"
    "|超过|高于|多于|长于|优于|达到|达|耐受|耐得住|耐|"
    "at least|(?:no|not) (?:less|lower|fewer) than|not below|not under|"
    "more than|greater than|above|over|minimum|exceeding"
)
_AT_MOST = (
    f"≤|<=|<|{_NEVER}(?:高于|大于|多于|长于|超过|超出|超)|小于等于|小于|低于|少于|短于"
    "|至多|最多|最大|控制在|"
    "at most|(?:no|not) (?:more|greater|higher) than|not (?:above|over|exceeding|exceed)|"
    "less than|below|under|up to|within|maximum"
)
_OPEN = frozenset({">", "<", "大于", "超过", "高于", "多于", "长于", "小于", "低于", "少于", "短于",
                   "more than", "greater than", "above", "over", "exceeding",
                   "less than", "below", "under"})  # fmt: skip
_TO = r"\s*(?:~|-|--|至|到|to)\s*"
_AFTER_LEAST = "以上|及以上|或以上|之上|起步|起|or more|and above|or above|or higher"
_AFTER_MOST = "以下|及以下|或以下|以内|之内|之下|封顶|or less|or below|or fewer"
_INTO = "到|至|为|成|to"
_HARDNESS = re.compile(r"(?:硬度|邵氏?|shore)", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[。；;,，、!?！？\n:：()（）]|[0-9][0-9.]*|并且|而且|且|和|与|及|(?<![合兼归])并(?=[能可要须])"
)
_SENTENCE_END = re.compile(r"[。；;!?！？\n]|\.\s")
_SUBJECT_TAIL = re.compile(
    r"(?:要求|要|需要|需|能|可|应|须|为|在|是|的|到|至|至少|约|大约|大概|仅|只)+$"
)
_YEAR = re.compile(r"(?:1[89]|20)[0-9]{2}")
_MONTH = re.compile(r"0?[1-9]|1[0-2]|[一二三四五六七八九]|十[一二]?")
_AFTER_YEAR = re.compile(r"代|份|度|\s*[0-9]{1,2}\s*月")
_AFTER_MONTH = re.compile(r"份|初|中旬|底|末|\s*[0-9]{1,2}\s*日")
_WORD_REST = re.compile(r"^[A-Za-z]+")
_WITHSTANDS = re.compile(r"(?:耐|承受|抗)[^0-9]{0,3}$")
_ABOUT = frozenset({"", "左右", "上下"})
_ITSELF = frozenset({"", "耐", "耐受", "耐得住", "达", "达到"})
"""Before a figure that says all by itself, and not at least or at most so much."""
_LONGEST_SUBJECT, _MOST_WORDS = 12, 4
_CLAUSE_REACH = 40
_CHANGE_REACH, _ENGLISH_REACH = 8, 24


@cache
def _pattern() -> re.Pattern[str]:
    unit = rf"{unit_pattern()}|[AD](?![A-Za-z])"
    least, most = (words.replace(" ", r"\s") for words in (_AT_LEAST, _AT_MOST))
    after = f"{_AFTER_LEAST}|{_AFTER_MOST}".replace(" ", r"\s")
    number = rf"(?:{_ARABIC}|{_SPOKEN})"
    multiple = "万亿|百万|千万|亿|万|千|百"
    return re.compile(
        rf"""
        (?P<before>(?i:{least}|{most}|±|\+/-)|(?P<between>(?i:介于|between|在)))?\s*
        (?P<percent>百分之)?
        (?P<sign>(?<![0-9A-Za-z_~\-])-)?
        (?<![0-9.A-Za-z_^第])(?P<one>{number})(?P<many>{multiple})?\s*(?P<unit>{unit})?
        (?:
          (?:{_TO}|(?(between)\s*(?:和|与|and)\s*|(?!)))
          (?P<sign2>-)?(?P<two>{number})(?P<many2>{multiple})?\s*(?P<unit2>{unit})?
        )?
        \s*(?P<after>之间|(?i:{after})|左右|上下)?
        """,
        re.VERBOSE,
    )


def read_figures(text: str) -> list[Figure]:
    """The figures of a text that have a unit, and its grades of protection, in their order.

    A figure without a unit, a model number or a date says nothing that could be compared. Words
    before a figure tell of what it is and whether it is an amount of change.
    """
    folded = fold(text)
    found = read_grades(text)
    for match in _pattern().finditer(folded.text):
        figure = _figure(folded, match)
        if figure is not None:
            found.append(figure)
    return sorted(found, key=lambda figure: figure.start)


def _figure(folded: Folded, match: re.Match[str]) -> Figure | None:
    if _is_date(folded.text, match):
        return None
    unit = _unit(folded.text, match)
    many = match["many"]
    if match["two"] and not match["unit"]:
        many = many or match["many2"]
    first = _number(match["one"], many, match["sign"])
    if unit is None or first is None:
        return None
    before, after = (match["before"] or "").lower(), (match["after"] or "").lower()
    begin = match.start("before") if before else _start(match)
    clause = _clause_before(folded.text, begin)
    behind = folded.text[match.end() :]
    change = _change(clause, before, behind, unit)
    is_rating = unit.dimension == "temperature" and is_rated(clause + before)
    is_service = is_rating or (unit.dimension == "temperature" and is_worked_at(clause, behind))
    if is_service:
        said = _SENTENCE_END.split(folded.text[max(0, begin - _CLAUSE_REACH) : begin])[-1]
        is_service = is_of_use(clause + before, said + before)
    second = _number(match["two"], match["many2"], match["sign2"]) if match["two"] else None
    start, end = folded.span(_start(match), match.start() + len(match[0].rstrip()))
    low: Decimal | None = first * unit.factor
    high = low
    is_exact = is_tolerance = False
    if second is not None:
        low, high = sorted((first * unit.factor, second * unit.factor))
    elif before in ("±", "+/-"):
        low = -first * unit.factor
        is_tolerance = True
    elif re.fullmatch(_AFTER_LEAST, after) or (before and re.fullmatch(_AT_LEAST, before)):
        high = None
    elif re.fullmatch(_AFTER_MOST, after) or (before and re.fullmatch(_AT_MOST, before)):
        low = None
    elif change or is_service or _WITHSTANDS.search(clause):
        high = None
    elif target := _target(clause):
        low, high = (None, high) if target == "less" else (low, None)
    else:
        is_exact = True
    is_open = before in _OPEN
    subject = _subject(clause)
    if change and not quantity_of(subject):
        subject = quantity_after(behind) or subject
    is_bare = second is None and before in _ITSELF and after in _ABOUT
    return Figure(
        low,
        high,
        unit.dimension,
        subject=subject,
        change=change,
        is_low_out=is_open and high is None,
        is_high_out=is_open and low is None,
        is_exact=is_exact,
        is_tolerance=is_tolerance,
        is_stated=is_bare and bool(change or is_rating),
        is_service=is_service and not is_tolerance,
        is_withstood=is_service and is_withstood(clause + before),
        is_highest=is_service and is_highest(clause + before),
        start=start,
        end=end,
    )


def _is_date(text: str, match: re.Match[str]) -> bool:
    """Whether it is a day, month or year of the calendar: 2026年, 3月5日, 90年代, 5月."""
    last = "unit2" if match["unit2"] else "unit"
    unit, number = match[last], match["two"] or match["one"]
    if unit not in ("年", "月", "日"):
        return False
    after = text[match.end(last) :]
    if unit == "年":
        return bool(_YEAR.fullmatch(number)) or bool(_AFTER_YEAR.match(after))
    is_after_other = text[: _start(match)].rstrip().endswith(("年", "月"))
    if unit != "月":
        return is_after_other
    is_bare = not match["before"] and not match["after"] and bool(_MONTH.fullmatch(number))
    return is_after_other or is_bare or bool(_AFTER_MONTH.match(after))


def _start(match: re.Match[str]) -> int:
    """Where the figure itself begins: at its operator, not at the white space or 在 before it."""
    if match["before"] and match["before"] != "在":
        return match.start("before")
    for name in ("percent", "sign", "one"):
        if match[name]:
            return match.start(name)
    return match.start()


def _unit(text: str, match: re.Match[str]) -> Unit | None:
    if match["percent"]:
        return unit_of("%")
    written = match["unit2"] if match["two"] and match["unit2"] else match["unit"]
    if not written:
        return Unit(MONEY, Decimal(1)) if _is_money(text, match) else None
    if written in ("A", "D", "a", "d"):
        around = _clause_before(text, match.start()) + text[match.end() : match.end() + 4]
        is_hardness = bool(_HARDNESS.search(around))
        if written in "Dd":
            number = match["one"]
            is_plain = len(number) == 2 and number.isascii() and number.isdigit()
            return unit_of("shore d") if is_hardness or (is_plain and written == "D") else None
        if is_hardness:
            return unit_of("shore a")
    unit = unit_of(written)
    if unit and unit.dimension in ("temperature", "degree", "angle") and written == "度":
        return unit_of("℃") if re.search("温", _clause_before(text, match.start())) else unit
    return unit


def _is_money(text: str, match: re.Match[str]) -> bool:
    """Whether a bare 万 or 亿 is meant in 元: 预算50万."""
    return bool(match["many"] or match["many2"]) and bool(
        re.search(
            r"(?:预算|投入|价|费|成本|资金|出资)\D{0,6}$", _clause_before(text, match.start())
        )
    )


def _number(written: str, multiple: str | None, sign: str | None) -> Decimal | None:
    number = _spoken(written) if written[0] not in "0123456789" else _arabic(written)
    if number is None:
        return None
    number *= _MULTIPLES[multiple] if multiple else 1
    return -number if sign else number


def _arabic(written: str) -> Decimal | None:
    plain = re.sub(r"\s", "", written.replace(",", ""))
    power = re.fullmatch(r"(?:([0-9.]+)[×x*]10\^?|10\^)([-+]?[0-9]{1,2})", plain)
    if power:
        return Decimal(power[1] or 1).scaleb(int(power[2]))
    scaled = re.fullmatch(r"([0-9.]+)[eE]([-+]?[0-9]{1,2})", plain)
    if scaled:
        return Decimal(scaled[1]).scaleb(int(scaled[2]))
    return Decimal(plain) if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", plain) else None


def _spoken(written: str) -> Decimal | None:
    """A number in Chinese characters below 10,000, with decimals after 点."""
    if written == "半":
        return Decimal("0.5")
    whole, _point, decimals = written.partition("点")
    total, digit = 0, None
    for character in whole:
        if character in _PLACES:
            total += (1 if digit is None else digit) * _PLACES[character]
            digit = None
        elif digit is None or digit == 0:
            digit = _DIGITS[character]
        else:
            return None
    total += digit or 0
    after = "".join(str(_DIGITS[character]) for character in decimals)
    return Decimal(f"{total}.{after or 0}")


def _clause_before(text: str, end: int) -> str:
    start = max(0, end - _CLAUSE_REACH)
    reached = text[start:end]
    if _is_latin(text[max(0, start - 1) : start]):
        reached = _WORD_REST.sub("", reached)
    return _CLAUSE.split(reached)[-1]


def _is_latin(text: str) -> bool:
    return text.isascii() and text.isalpha()


def _change(clause: str, before: str, behind: str, unit: Unit) -> Change:
    """Whether the figure is by how much something becomes less or more."""
    reach = (clause + before).lower()[-(_reach(clause) + len(before)) :]
    if unit.dimension not in ("share", "times", "decibel"):
        return ""
    if _target(reach):
        return ""
    if short := SHORT_CHANGE.search(reach):
        return "more" if short[1] == "增" else "less"
    less, more = (_last(words, reach) for words in (LESS, MORE))
    if less == more:
        return change_after(behind)
    return "less" if less > more else "more"


def _last(words: str, text: str) -> int:
    """Where the last of the words begins, -1 where none is there."""
    return max((match.start() for match in re.finditer(words, text)), default=-1)


def _target(clause: str) -> Change:
    """Whether something is brought down or up to the figure: 降到0.5%, 提高至95%."""
    tail = clause.lower()[-_reach(clause) :]
    for change, words in (("less", LESS), ("more", MORE)):
        if re.search(rf"(?:{words})\S{{0,3}}(?:{_INTO})\s*$", tail):
            return "less" if change == "less" else "more"
    return ""


def _reach(clause: str) -> int:
    """How many characters before a figure may hold the word of change; English is longer."""
    return _ENGLISH_REACH if clause.isascii() else _CHANGE_REACH


def _subject(clause: str) -> str:
    kept = clause.strip()
    while (shorter := _SUBJECT_TAIL.sub("", kept).rstrip()) != kept:
        kept = shorter
    if unit_of(kept):
        return ""
    if kept.isascii():
        return " ".join(kept.split()[-_MOST_WORDS:])
    cut = kept[-_LONGEST_SUBJECT:]
    return _WORD_REST.sub("", cut) if _is_latin(kept[: -len(cut)][-1:]) else cut
