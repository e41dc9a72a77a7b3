"""The paragraph on registered contracts that staff paste into reports, in both languages.

Its wording is that of the usual bulletins. It is written in the language that the reader asks
for, whatever that of the page, so both wordings stand here. How figures are computed does not
belong here, nor which of them may be published.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from marketplace.core.amounts import FEN_PER_YI, half_up, wan, yi
from marketplace.core.i18n import FEN_PER_MILLION, NBSP, Bilingual
from marketplace.statistics.growth import completion, growth, percent, written

MOST_NAMED = 3
COUNT_WORDS = {2: "两", 3: "三"}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_AFTER_FIGURE = re.compile(r"(?<=\d) (?=[年月日项万亿]|million|billion)")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the paragraph says; amounts in 分, ``None`` for what doesn't exist.

    ``count_before`` and ``turnover_before`` are those of the same period of last year, ``target``
    the year's goal for the turnover, ``largest`` the technology fields by turnover, largest first.
    """

    place: Bilingual
    as_of: date
    count: int
    turnover: int
    count_before: int | None = None
    turnover_before: int | None = None
    target: int | None = None
    largest: Sequence[Bilingual] = ()


def paragraph(figures: Figures, language: str) -> str:
    """The paragraph in ``zh`` or ``en``, its figures tied to their units."""
    figures = replace(figures, largest=tuple(figures.largest)[:MOST_NAMED])
    return _english(figures) if language == "en" else _chinese(figures)


def _chinese(figures: Figures) -> str:
    day = figures.as_of
    count = growth(figures.count, figures.count_before)
    turnover = growth(figures.turnover, figures.turnover_before)
    text = (
        f"截至 {day.year} 年 {day.month} 月 {day.day} 日，{figures.place.in_language('zh')}"
        f"共登记技术合同 {figures.count:,} 项{_grown_zh(count)}；"
        f"成交额 {_money_zh(figures.turnover)}{_grown_zh(turnover)}"
    )
    if figures.target is not None:
        done = written(percent(completion(figures.turnover, figures.target)))
        text += f"，为年度目标的 {done}%"
    text += "。"
    if count is None and turnover is None:
        text += "上年同期没有可比的数字，不计同比。"
    elif count is None or turnover is None:
        which = "项数" if count is None else "成交额"
        text += f"上年同期没有可比的{which}，这一项不计同比。"
    names = [name.in_language("zh") for name in figures.largest]
    if len(names) == 1:
        text += f"居首位的领域是{names[0]}。"
    elif names:
        text += f"居前{COUNT_WORDS[len(names)]}位的领域是{'、'.join(names[:-1])}和{names[-1]}。"
    return _tied(text)


def _grown_zh(ratio: Fraction | None) -> str:
    if ratio is None:
        return ""
    shown = half_up(ratio * 100)
    if not shown:
        return "，与上年同期持平"
    return f"，同比{'增长' if shown > 0 else '下降'} {written(abs(shown))}%"


def _money_zh(fen: int) -> str:
    if abs(fen) < FEN_PER_YI:
        return f"{written(wan(fen))} 万元"
    return f"{written(yi(fen))} 亿元"


def _english(figures: Figures) -> str:
    day = figures.as_of
    count = growth(figures.count, figures.count_before)
    turnover = growth(figures.turnover, figures.turnover_before)
    contracts = "contract" if figures.count == 1 else "contracts"
    text = (
        f"By {day.day} {day:%B} {day.year}, {figures.count:,} technology {contracts}"
        f" had been registered in {figures.place.in_language('en')}{_grown_en(count)}."
        f" Turnover was {_money_en(figures.turnover)}{_grown_en(turnover)}"
    )
    if figures.target is not None:
        done = written(percent(completion(figures.turnover, figures.target)))
        text += f"; that is {done}% of the goal for the year"
    text += "."
    if count is None and turnover is None:
        text += " There are no comparable figures for the same period of last year."
    elif count is None or turnover is None:
        which = "count" if count is None else "turnover"
        text += f" There is no comparable {which} for the same period of last year."
    names = [name.in_language("en") for name in figures.largest]
    if len(names) == 1:
        text += f" The largest field was {names[0]}."
    elif names:
        text += f" The largest fields were {'; '.join(names[:-1])}; and {names[-1]}."
    return _tied(text)


def _grown_en(ratio: Fraction | None) -> str:
    if ratio is None:
        return ""
    shown = half_up(ratio * 100)
    if not shown:
        return ", the same as in that period of last year"
    way = "up" if shown > 0 else "down"
    return f", {way} {written(abs(shown))}% on the same period of last year"


def _money_en(fen: int) -> str:
    """With three places, billions are as exact as 亿元 with two."""
    if abs(fen) < 10 * FEN_PER_YI:
        return f"CNY{NBSP}{written(half_up(Fraction(fen, FEN_PER_MILLION)))} million"
    return f"CNY{NBSP}{written(half_up(Fraction(fen, 10 * FEN_PER_YI), 3))} billion"


def _tied(text: str) -> str:
    return _AFTER_FIGURE.sub(NBSP, text)
