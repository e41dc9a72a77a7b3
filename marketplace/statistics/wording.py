"""What goals, values and editions are called on pages and in files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.core.amounts import FEN_PER_YI, Exact, half_up, yi
from marketplace.core.i18n import NBSP, Bilingual, language
from marketplace.core.web.wording import gettext as _
from marketplace.statistics.growth import written
from marketplace.statistics.indicators import COUNT, PERCENT, YI_YUAN, indicators
from marketplace.statistics.models.edition import BOARD, TABLES

OPERATOR_NAMES: dict[str, LazyString] = {
    "more_than": _l("超过"),
    "at_least": _l("以上"),
    "less_than": _l("低于"),
    "at_most": _l("以下"),
}
STRENGTH_NAMES: dict[str, LazyString] = {
    "binding": _l("约束性"),
    "striven_for": _l("力争"),
    "unknown": _l("约束性还是力争，待核实"),
}
KIND_NAMES: dict[str, LazyString] = {BOARD: _l("目标看板"), TABLES: _l("统计表")}
VALUE_STATE_NAMES: dict[str, LazyString] = {
    "waiting": _l("等另一人放行"),
    "released": _l("已放行"),
    "returned": _l("已退回"),
}
DRAFT_STATE_NAMES: dict[str, LazyString] = {
    "waiting": _l("等另一人确认"),
    "published": _l("已发布"),
    "returned": _l("已退回"),
    "dropped": _l("已撤回"),
}
EXCLUDED_NAMES: dict[str, LazyString] = {
    "in_hand": _l("在办，未登记"),
    "refused": _l("不予登记"),
    "held": _l("成批导入，还没有放行"),
    "cancelled": _l("本年登记，已注销或撤销"),
    "cancelled_earlier": _l("往年登记，今年注销或撤销"),
}
EXCLUDED_NOTES: dict[str, LazyString] = {
    "cancelled": _l("已从合计里冲减，记在冲减当月"),
    "cancelled_earlier": _l("另列一行，没有从今年的合计里减"),
}


def basis_words() -> str:
    """What is counted, and how."""
    return _(
        "输出口径：在本市登记的技术合同，按登记日期计入当月；成交额是合同总额，一份合同只计一次。"
        "变更按差额、注销和撤销按全额，计入发生当月；往年登记、今年注销的另列一行，不冲减今年。"
        "金额从分相加，最后才四舍五入。"
    )


def exclusion_words() -> str:
    """What isn't counted."""
    return _(
        "还没有登记的合同，不予登记的合同，没有放行的成批导入，"
        "本市单位从外地买进、由外地卖方登记的合同。"
    )


def case_words() -> str:
    """What counts as a past case of the forecast."""
    return _(
        "先例是在本站办理的合同，从交来那天算起，经过哪几步、哪天登记或不予登记；"
        "整册导入的合同只有登记日期，不知道从哪天起在办，所以算作登记那天才来的。"
    )


def withheld_words() -> str:
    """Why some figures aren't shown."""
    return _(
        "不足 3 份合同的数不公开，免得看出一家的价钱；别的数也有因此不公开的，免得相减得出。"
        "合计里都算进去了。"
    )


def rounding_words() -> str:
    """Why rows may not add up to their total."""
    return _("部分数据因四舍五入，分项合计与总计略有差异。")


def goal_words(operator: str, goal: Exact, unit: str) -> str:
    """A goal as it is written: 超过 150 亿元, 60% 以上."""
    number = number_words(goal, unit)
    words = {
        "more_than": _("超过 %(number)s", number=number),
        "at_least": _("%(number)s 以上", number=number),
        "less_than": _("低于 %(number)s", number=number),
        "at_most": _("%(number)s 以下", number=number),
    }
    return words[operator]


def text_of(content: Mapping[str, str]) -> str:
    """A text as a history keeps it, in the language of the page."""
    return str(Bilingual.of(content))


def version_words(content: Mapping[str, Any]) -> str:
    """The goal as an entry of its history has it."""
    return goal_words(content["operator"], Decimal(content["value"]), content["unit"])


def number_words(value: Exact, unit: str) -> str:
    """A number with its unit, without idle noughts: 150 亿元, 3,000 家, 60%."""
    is_billions = unit == YI_YUAN and language() == "en"
    value = Fraction(value) / 10 if is_billions else value
    plain = f"{half_up(value, 3):,.3f}".rstrip("0").rstrip(".")
    if is_billions:
        return f"CNY{NBSP}{plain}{NBSP}billion"
    if unit == PERCENT:
        return f"{plain}%"
    if unit in (COUNT, ""):
        return plain
    return f"{plain}{NBSP}亿元"


def figure_words(value: Exact | None, unit: str) -> str:
    """A figure in a table whose head says the unit: two places of 亿元 and of per cent."""
    if value is None:
        return written(None)
    if unit in (YI_YUAN, PERCENT):
        return written(half_up(value))
    rounded = half_up(value)
    return written(int(rounded) if rounded == rounded.to_integral_value() else rounded)


def amount_words(yi_yuan: Exact) -> str:
    """An amount in 亿元 as a sentence says it: 252.47 亿元; en CNY 25.247 billion.

    With three places, billions are as exact as 亿元 with two.
    """
    if language() == "en":
        return f"CNY{NBSP}{written(half_up(Fraction(yi_yuan) / 10, 3))}{NBSP}billion"
    return f"{written(half_up(yi_yuan))}{NBSP}亿元"


def range_words(low: int, high: int) -> str:
    """A range of amounts in 分: 252.47–260.10 亿元; en CNY 25.247–26.010 billion."""
    if language() == "en":
        first, last = (written(half_up(Fraction(one, 10 * FEN_PER_YI), 3)) for one in (low, high))
        return f"CNY{NBSP}{first}–{last}{NBSP}billion"
    return f"{yi_words(low)}–{yi_words(high)}{NBSP}亿元"


def fen_words(fen: int) -> str:
    """The same of an amount in 分."""
    return amount_words(Fraction(fen, FEN_PER_YI))


def yi_words(fen: Exact | None) -> str:
    """An amount in 分 as 亿元 with two places, without the unit."""
    return written(None if fen is None else yi(fen))


def percent_words(value: Decimal | None, *, is_signed: bool = False) -> str:
    """A rounded percentage with its sign: 85.57%, +18.07%, or a dash."""
    return written(value) if value is None else f"{written(value, is_signed=is_signed)}%"


def basis_name(code: str) -> str:
    """What a value is counted by."""
    for indicator in indicators().values():
        for one in indicator.bases:
            if one.code == code:
                return str(one.name)
    return _("还没有选定")


def month_words(month: int) -> str:
    """A month of a year, such as 10 月."""
    if language() == "en":
        return f"{date(2000, month, 1):%B}"
    return _("%(month)s 月", month=month)


def period_words(year: int, last_month: int) -> str:
    """January to a month: 2020 年 1–10 月; the whole year by its number."""
    if last_month == 12:
        return _("%(year)s 年", year=year)
    if last_month == 1:
        return _("%(year)s 年 1 月", year=year)
    return _(
        "%(year)s 年 1–%(month)s 月",
        year=year,
        month=month_words(last_month) if language() == "en" else last_month,
    )


def edition_title(kind: str, year: int, last_month: int, number: int) -> str:
    """What an edition is called."""
    return _(
        "%(period)s%(kind)s，第 %(number)s 版",
        period=period_words(year, last_month),
        kind=str(KIND_NAMES[kind]),
        number=number,
    )


def draft_title(kind: str, year: int, last_month: int) -> str:
    """What a proposed edition is called."""
    return _(
        "%(period)s%(kind)s", period=period_words(year, last_month), kind=str(KIND_NAMES[kind])
    )


FIELD_NAMES: dict[str, LazyString] = {
    "indicator": _l("指标"),
    "value": _l("数值"),
    "source": _l("出处"),
    "year": _l("年份"),
    "as_of": _l("截至哪天"),
}
