"""Chinese patent application number, which the granted patent keeps (ZC 0006-2003).

Since 2003-10-01: year (4), type (1), serial (7), check digit. Before: year (2), type (1),
serial (5), check digit. With the prefix ZL it is the number of a granted patent.

Does not belong here: publication numbers (``patent_publication``), whether the right is alive.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _

from marketplace.core.identifiers.characters import (
    DASHES,
    DIGITS,
    DOTS,
    compact,
    digit_problem,
    first_outside,
    shown,
    with_char,
)
from marketplace.core.identifiers.problem import IdentifierError, Parsed, Problem

# ZC 0006-2003: 8 and 9 are inventions and utility models that entered through the PCT.
KIND_BY_TYPE = {"1": "PAT-I", "2": "PAT-U", "3": "PAT-D", "8": "PAT-I", "9": "PAT-U"}

_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_CHECKS = "0123456789X"
_PREFIX = re.compile(r"^(?:CN|ZL){1,2}")
_PUBLICATION = re.compile(r"[1-3](?:[0-9]{6}|[0-9]{8})[ABCUYSD][0-9]?")
_FIRST_YEAR = 1985
_FIRST_LONG_YEAR = 2003


@dataclass(frozen=True, kw_only=True)
class ParsedPatent(Parsed):
    """An application number; ``kind`` is a code of the intellectual-property list.

    ``kind`` is PAT-I, PAT-U or PAT-D, ``year`` the year of filing, ``has_grant_prefix`` tells that
    it was written with ZL.
    """

    kind: str
    year: int
    has_grant_prefix: bool


def parse(text: str, *, is_granted: bool | None = None) -> ParsedPatent:
    """Read an application or patent number, with or without CN, ZL, dot and check digit.

    ``value`` is the bare number with its check digit (``2021103182641``), ``display`` has the dot.
    A missing check digit is computed and told as a warning. With ``is_granted=False`` a number
    written with ZL is refused, since ZL means granted. Raises IdentifierError.
    """
    written = compact(text, DASHES + DOTS)
    number = _PREFIX.sub("", written)
    has_grant_prefix = "ZL" in written.removesuffix(number)
    problem = _structure_problem(number) or _check_problem(number)
    if problem is None and has_grant_prefix and is_granted is False:
        problem = Problem(
            "patent.grant_prefix",
            _("ZL 表示已经授权，而这项专利的状态是未授权。已授权请改状态，未授权请去掉 ZL。"),
        )
    if problem:
        raise IdentifierError(problem)

    body = _body(number)
    check = check_digit(body)
    display = f"{body}.{check}"
    return ParsedPatent(
        value=body + check,
        display=display,
        warnings=() if number != body else (_added_check_digit(body, check, display),),
        kind=KIND_BY_TYPE[number[_year_digits(number)]],
        year=_year(number),
        has_grant_prefix=has_grant_prefix,
    )


def check_digit(body: str) -> str:
    """Check digit of the 8 or 12 digits before it (ZC 0006-2003); X stands for 10."""
    return _CHECKS[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=False)) % 11]


def _structure_problem(number: str) -> Problem | None:
    if not number:
        return Problem(
            "patent.empty",
            _("专利申请号还是空的。它有 12 位数字和 1 位校验位，例如 202110318264.1。"),
        )
    if _PUBLICATION.fullmatch(number):
        return Problem(
            "patent.is_publication",
            _("CN%(number)s 是公开（公告）号，这里要申请号，例如 202110318264.1。", number=number),
        )
    if len(number) not in (8, 9, 12, 13):
        return Problem(
            "patent.length",
            _(
                "专利申请号应有 13 位，其中最后一位是校验位；2003 年 10 月以前的有 9 位。"
                "现在有 %(count)s 位。",
                count=len(number),
            ),
        )
    return _alphabet_problem(number) or _year_problem(number) or _type_problem(number)


def _alphabet_problem(number: str) -> Problem | None:
    body = _body(number)
    unfit = first_outside(body, DIGITS)
    if unfit is None and number != body and number[-1] not in _CHECKS:
        unfit = len(body)
    if unfit is None:
        return None
    slip = digit_problem("patent.alphabet", unfit, number[unfit])
    if slip and slip.expected and _is_valid(with_char(number, unfit, slip.expected)):
        return slip
    return Problem(
        "patent.alphabet",
        _(
            "第 %(position)s 位是 %(found)s，申请号只用数字，只有最后的校验位可以是 X。",
            position=unfit + 1,
            found=shown(number[unfit]),
        ),
        position=unfit + 1,
    )


def _year_problem(number: str) -> Problem | None:
    first, last = _FIRST_LONG_YEAR, datetime.now(ZoneInfo("Asia/Shanghai")).year
    if _year_digits(number) == 2:
        first, last = _FIRST_YEAR, _FIRST_LONG_YEAR
    if first <= _year(number) <= last:
        return None
    return Problem(
        "patent.year",
        _(
            "前 %(digits)s 位是申请年份，这种号码的年份应在 %(first)s–%(last)s 之间，"
            "现在是 %(found)s。",
            digits=_year_digits(number),
            first=first,
            last=last,
            found=number[: _year_digits(number)],
        ),
        position=1,
    )


def _type_problem(number: str) -> Problem | None:
    index = _year_digits(number)
    if number[index] in KIND_BY_TYPE:
        return None
    return Problem(
        "patent.type",
        _(
            "第 %(position)s 位是专利类型：1 或 8 是发明，2 或 9 是实用新型，3 是外观设计。"
            "现在是 %(found)s。",
            position=index + 1,
            found=number[index],
        ),
        position=index + 1,
    )


def _check_problem(number: str) -> Problem | None:
    body, found = _body(number), number[-1]
    expected = check_digit(body)
    if number == body or found == expected:
        return None
    return Problem(
        "patent.check_digit",
        _(
            "最后一位是校验位：%(body)s 的校验位应为 %(expected)s，现在是 %(found)s。请核对证书。",
            body=body,
            expected=expected,
            found=found,
        ),
        position=len(number),
        expected=expected,
    )


def _added_check_digit(body: str, check: str, display: str) -> Problem:
    return Problem(
        "patent.check_digit_added",
        _(
            "号码没有写校验位，算出来是 %(check)s，已补成 %(display)s。请核对证书。",
            check=check,
            display=display,
        ),
        position=len(body) + 1,
        expected=check,
    )


def _is_valid(number: str) -> bool:
    return not _structure_problem(number) and not _check_problem(number)


def _body(number: str) -> str:
    """The digits before the check digit, which may be missing."""
    return number if len(number) in (8, 12) else number[:-1]


def _year_digits(number: str) -> int:
    return 4 if len(number) >= 12 else 2


def _year(number: str) -> int:
    if _year_digits(number) == 4:
        return int(number[:4])
    short = int(number[:2])
    return short + (1900 if short >= _FIRST_YEAR % 100 else 2000)
