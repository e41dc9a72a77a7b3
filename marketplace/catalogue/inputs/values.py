"""Reading days, months, amounts of money, yes or no, and small numbers."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs.declaration import Cell, InputError, Parse
from marketplace.catalogue.inputs.texts import one_line

FIRST_YEAR, LAST_YEAR = 1900, 2100
# 10 万亿元: far above any price, far below what a 64-bit number of 分 holds.
LARGEST_FEN = 10**15
NEGOTIABLE = "negotiable"

_DAY = re.compile(
    r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?日?(?:[T ]\d{1,2}:\d{2}.*)?"
)
_BARE_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?月?")
_BARE_MONTH = re.compile(r"(\d{4})(\d{2})")
_AMOUNT = re.compile(
    r"(?:CNY|RMB|人民币|¥|￥)?\s*(\d+(?:\.\d{1,12})?)\s*(亿元?|万元?|元|分)?(?:人民币|整)?"
)
_FEN_PER_UNIT = {"亿": 10**10, "万": 10**6, "元": 100, "分": 1}
_COLUMN_UNITS = (
    (re.compile(r"亿"), "亿"),
    (re.compile(r"万|wan|10k"), "万"),
    (re.compile(r"fen|（分）|\(分\)"), "分"),
    (re.compile(r"元|yuan|cny|rmb"), "元"),
)

_YES = frozenset({"是", "有", "对", "yes", "y", "true", "t", "1", "√", "✓"})
_NO = frozenset({"否", "无", "没有", "不", "no", "n", "false", "f", "0", "×", "✗"})
_NEGOTIABLE = frozenset({"面议", "协商", "待议", "negotiable"})


def day(cell: Cell) -> date:
    """A day: 2026-03-02, 2026/3/2, 2026年3月2日, 20260302, or a spreadsheet's date."""
    found = _as_date(cell.value)
    if found is None:
        text = _narrow(cell.value)
        match = _DAY.fullmatch(text) or _BARE_DAY.fullmatch(text)
        if match is None:
            raise InputError(_("这里要一个日期，例如 2026-03-02 或 2026年3月2日。"))
        try:
            found = date(*(int(part) for part in match.groups()))
        except ValueError:
            raise InputError(_("日历上没有这一天。日期的写法例如 2026-03-02。")) from None
    _check_year(found.year)
    return found


def month(cell: Cell) -> str:
    """A month as ``YYYY-MM``; a whole date is taken for its month."""
    found = _as_date(cell.value)
    if found is None:
        text = _narrow(cell.value)
        match = (
            _MONTH.fullmatch(text)
            or _BARE_MONTH.fullmatch(text)
            or _DAY.fullmatch(text)
            or _BARE_DAY.fullmatch(text)
        )
        if match is None or not 1 <= int(match[2]) <= 12:
            raise InputError(_("这里要年和月，例如 2026-03 或 2026年3月。"))
        found = date(max(int(match[1]), 1), int(match[2]), 1)
    _check_year(found.year)
    return f"{found.year:04d}-{found.month:02d}"


def money(cell: Cell) -> int | str:
    """An amount in 分, or :data:`NEGOTIABLE`.

    The unit written in the cell goes before the one in the column's name; without either the
    amount is not understood, because a slip between 元 and 万元 is the commonest error.
    """
    if _narrow(cell.value).casefold() in _NEGOTIABLE:
        return NEGOTIABLE
    return fixed_amount(cell, _("这里要一个不小于 0 的金额，例如 60 万元，或写“面议”。"))


def fixed_amount(cell: Cell, unreadable: LazyString) -> int:
    """An amount in 分 where none may be left open; ``unreadable`` says what would be right."""
    text = _narrow(cell.value).replace(",", "").replace("，", "")
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise InputError(unreadable)
    unit = (match[2] or "")[:1] or _column_unit(cell.column)
    if unit is None:
        raise InputError(
            _("看不出单位是元还是万元。请写在列名里，例如“最低价（万元）”，或写在这一格里。")
        )
    fen = Decimal(match[1]) * _FEN_PER_UNIT[unit]
    if fen > LARGEST_FEN:
        raise InputError(_("金额最大 10 万亿元，这里超过了。请检查数字和单位。"))
    if fen != fen.to_integral_value():
        raise InputError(_("金额最小到分，也就是元的两位小数。"))
    return int(fen)


def yes_or_no(cell: Cell) -> bool:
    """Yes or no: 是, 否, yes, no, true, false, 1, 0."""
    if isinstance(cell.value, bool):
        return cell.value
    text = _narrow(cell.value).casefold()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise InputError(_("这里填“是”或“否”。"))


def whole_number(least: int, most: int) -> Parse:
    """A reader of a whole number from ``least`` to ``most``."""

    def parse(cell: Cell) -> int:
        text = _narrow(cell.value).upper().removeprefix("TRL").removesuffix("级").strip()
        if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
            return int(text)
        raise InputError(_("这里要 %(least)s 到 %(most)s 之间的整数。", least=least, most=most))

    return parse


def _as_date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _narrow(value: Any) -> str:
    return unicodedata.normalize("NFKC", one_line(value)[:200]).strip()


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(
            _(
                "年份应在 %(first)s 到 %(last)s 之间，现在是 %(year)s。",
                first=FIRST_YEAR,
                last=LAST_YEAR,
                year=year,
            )
        )


def _column_unit(column: str) -> str | None:
    name = column.casefold()
    return next((unit for pattern, unit in _COLUMN_UNITS if pattern.search(name)), None)
