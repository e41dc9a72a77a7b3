"""Reading single values of a contract: amounts, rates, codes of parties, numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs import choices, texts, values
from marketplace.catalogue.inputs.declaration import Cell, InputError, Parse
from marketplace.core import known_codes
from marketplace.core.codelists import find_code
from marketplace.core.identifiers import IdentifierError, patent_application, uscc

STATE_WORDS: Mapping[str, str] = {
    "registered": "registered",
    "已登记": "registered",
    "登记": "registered",
    "amended": "amended",
    "已变更": "amended",
    "变更": "amended",
    "deregistered": "deregistered",
    "已注销": "deregistered",
    "注销": "deregistered",
    "revoked": "revoked",
    "已撤销": "revoked",
    "撤销": "revoked",
    "submitted": "submitted",
    "已提交": "submitted",
    "待登记": "submitted",
}
NUMBER = re.compile(r"20\d{2}\d{4}\d{2}\d{6}")
OLD_NUMBER = re.compile(r"\d{14}")
NUMBER_LENGTH = 20
_CURRENCY = re.compile(r"[A-Z]{3}")
_CURRENCY_WORDS = {
    "人民币": "CNY",
    "RMB": "CNY",
    "美元": "USD",
    "欧元": "EUR",
    "日元": "JPY",
    "英镑": "GBP",
    "港元": "HKD",
    "港币": "HKD",
}
RATE_PLACES = 8
_SEPARATORS = re.compile(r"[;；,，、|\n]")


def amount(cell: Cell) -> int:
    """An amount in 分; the unit stands in the cell or in the column's name."""
    return values.fixed_amount(
        cell,
        _("这里要一个不小于 0 的金额，例如 6800000 元或 680 万元。价款没有约定的合同，不能登记。"),
    )


def rate(cell: Cell) -> str:
    """CNY for one unit of the currency, as decimal text without needless zeros."""
    text = texts.one_line(cell.value).replace(",", "")
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise InputError(_("这里要一个汇率，例如 7.1234。")) from None
    if not found.is_finite() or not 0 < found < 1_000_000:
        raise InputError(_("汇率应大于 0，例如 7.1234。"))
    if found != round(found, RATE_PLACES):
        raise InputError(_("汇率最多 %(places)s 位小数，例如 7.1234。", places=RATE_PLACES))
    return f"{found.normalize():f}"


def currency(cell: Cell) -> str:
    """A currency by its three letters of ISO 4217, or its common Chinese name."""
    text = texts.one_line(cell.value).upper()
    found = _CURRENCY_WORDS.get(text, text)
    if not _CURRENCY.fullmatch(found):
        raise InputError(_("币种写三个字母，例如 CNY、USD。"))
    return found


@dataclass(frozen=True)
class Codes:
    """Codes of one kind: how they are read, which there are, and what is said of another."""

    read: Parse
    is_known: Callable[[str], bool]
    unknown: Callable[[str], LazyString]


def existing(codes: Codes) -> Parse:
    """A reader that refuses a code that there isn't."""

    def parse(cell: Cell) -> str:
        code: str = codes.read(cell)
        if not codes.is_known(code):
            raise InputError(codes.unknown(code))
        return code

    return parse


def told_if_unknown(codes: Codes) -> Parse:
    """A reader that takes a code that isn't known, and tells; the newest aren't known."""

    def parse(cell: Cell) -> str:
        code: str = codes.read(cell)
        if not codes.is_known(code):
            cell.warn(codes.unknown(code))
        return code

    return parse


def state(cell: Cell) -> str:
    """Where the contract stands in the register that it comes from."""
    text = texts.one_line(cell.value).casefold()
    found = STATE_WORDS.get(text)
    if found is None:
        raise InputError(
            _(
                "“%(text)s”不是登记状态。可以填：已登记、已变更、已注销、已撤销、已提交。",
                text=text[:40],
            )
        )
    return found


def registration_number(cell: Cell) -> str:
    """The number that the national system issued; an unusual form is a warning only.

    16 digits since the national system numbers them, year, place, point, sequence; before, 14.
    """
    text = "".join(texts.one_line(cell.value).split())
    if len(text) > NUMBER_LENGTH:
        raise InputError(_("合同登记编号最多 %(most)s 位。请核对登记证明。", most=NUMBER_LENGTH))
    if not NUMBER.fullmatch(text) and not OLD_NUMBER.fullmatch(text):
        cell.warn(
            _(
                "合同登记编号一般是 16 位数字（早年 14 位），这里是“%(text)s”。请核对登记证明。",
                text=text,
            )
        )
    return text


def credit_code(cell: Cell) -> str:
    """A 统一社会信用代码 that is right, character by character."""
    return _parsed_code(texts.one_line(cell.value))


def any_credit_code(cell: Cell) -> str:
    """The same from a finished register: what is wrong stands there and is told."""
    text = texts.one_line(cell.value)
    try:
        return _parsed_code(text)
    except IdentifierError as error:
        cell.warn(error.problem.message)
        return text[: uscc.LENGTH]


def patent_numbers(cell: Cell) -> list[str]:
    """Application numbers, separated by semicolons, each with its check digit."""
    return [_parsed_patent(text) for text in _split(cell)]


def any_patent_numbers(cell: Cell) -> list[str]:
    """The same from a finished register: what is wrong stands there and is told."""
    found = []
    for text in _split(cell):
        try:
            found.append(_parsed_patent(text))
        except IdentifierError as error:
            cell.warn(error.problem.message)
            found.append(text[:40])
    return found


def _is_division(code: str) -> bool:
    is_own = find_code("division", code) or find_code("stat_zone", code)
    return is_own is not None or known_codes.is_division(code)


DIVISIONS = Codes(
    choices.division,
    _is_division,
    choices.unknown_division,
)
COUNTRIES = Codes(
    choices.country,
    known_codes.is_country,
    lambda code: _(
        "没有查到国家或地区代码 %(code)s。请核对；可以填名称，或三位数字代码，中国是 156。",
        code=code,
    ),
)
CURRENCIES = Codes(
    currency,
    known_codes.is_currency,
    lambda code: _("没有查到货币代码 %(code)s。请核对；填三个字母，例如 CNY、USD。", code=code),
)
"""GB/T 2260 and the city's own lists, ISO 3166-1, ISO 4217."""


@lru_cache(maxsize=50_000)
def _parsed_code(text: str) -> str:
    return uscc.parse(text).value


@lru_cache(maxsize=10_000)
def _parsed_patent(text: str) -> str:
    return patent_application.parse(text).value


def _split(cell: Cell) -> list[str]:
    parts = (
        cell.value
        if isinstance(cell.value, list)
        else _SEPARATORS.split(texts.plain_text(cell.value))
    )
    return [part for part in (texts.one_line(part) for part in parts) if part]
