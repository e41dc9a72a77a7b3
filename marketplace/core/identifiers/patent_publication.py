"""Chinese publication number: CN, kind of patent, serial, kind letter (ZC 0007).

Seven digits before August 2007, nine since. The eight-digit numbers of 1985 to 1988 follow another
rule and are taken as written, with a warning. Numbers of Hague designs belong in free text.

Does not belong here: application numbers (``patent_application``).
"""

import re
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from marketplace.core.identifiers.characters import (
    DASHES,
    DIGIT_MEANT_BY,
    DIGITS,
    DOTS,
    compact,
    first_outside,
    shown,
)
from marketplace.core.identifiers.problem import IdentifierError, Parsed, Problem

KIND_BY_LEAD = {"1": "PAT-I", "2": "PAT-U", "3": "PAT-D"}

# A published application; B (since 2010, and before 1993) and C (1993 to 2010) invention;
# U and Y (1993 to 2010) utility model; S and D (1993 to 2010) design.
LETTERS_BY_LEAD = {"1": "ABC", "2": "UY", "3": "SD"}

_SHAPE = re.compile(r"(?P<digits>.*?)(?P<kind>[A-Z][0-9]?)?", re.DOTALL)
_OF_1985_TO_1988 = re.compile(r"8[5-8](?P<lead>[1-3])[0-9]{5}[A-Z][0-9]?")
_APPLICATION = re.compile(r"20[0-9]{10}[0-9X]?")


@dataclass(frozen=True, kw_only=True)
class ParsedPublication(Parsed):
    """A publication number; ``kind`` is PAT-I, PAT-U or PAT-D, ``letter`` the kind letter."""

    kind: str
    letter: str


def parse(text: str) -> ParsedPublication:
    """Read a publication number such as CN115465432A; the prefix CN may be missing.

    Raises IdentifierError when the digits, their count or the kind letter do not fit.
    """
    written = compact(text, DASHES + DOTS)
    number = written.removeprefix("CN")
    old = _OF_1985_TO_1988.fullmatch(number)
    if old:
        return _taken_as_written(number, KIND_BY_LEAD[old["lead"]])
    problem = _problem(number)
    if problem:
        raise IdentifierError(problem)
    digits, letter = _split(number)
    value = f"CN{number}"
    return ParsedPublication(value, value, kind=KIND_BY_LEAD[digits[0]], letter=letter[0])


def _taken_as_written(number: str, kind: str) -> ParsedPublication:
    warning = Problem(
        "publication.not_checked",
        _("这是 1985–1988 年的 8 位旧号，没有可核对的规则，已照原样保存。请核对证书。"),
    )
    value = f"CN{number}"
    letter = number.rstrip(DIGITS)[-1]
    return ParsedPublication(value, value, (warning,), kind=kind, letter=letter)


def _split(number: str) -> tuple[str, str]:
    match = _SHAPE.fullmatch(number)
    return (match["digits"], match["kind"] or "") if match else (number, "")


def _problem(number: str) -> Problem | None:
    if not number:
        return Problem(
            "publication.empty",
            _("公开（公告）号还是空的。它以 CN 开头、以字母结尾，例如 CN115465432A。"),
        )
    if _APPLICATION.fullmatch(number):
        return Problem(
            "publication.is_application",
            _("%(number)s 是申请号，这里要公开（公告）号，例如 CN115465432A。", number=number),
        )
    digits, letter = _split(number)
    return (
        _digits_problem(digits)
        or _count_problem(digits)
        or _lead_problem(digits)
        or _letter_problem(digits, letter)
    )


def _count_problem(digits: str) -> Problem | None:
    if len(digits) in (7, 9):
        return None
    return Problem(
        "publication.length",
        _(
            "CN 后面应有 9 位数字，2007 年 8 月以前的有 7 位；现在有 %(count)s 位。",
            count=len(digits),
        ),
    )


def _digits_problem(digits: str) -> Problem | None:
    # A long text is no number with one slip in it: its length is the better thing to tell.
    unfit = first_outside(digits, DIGITS) if len(digits) in (7, 9) else None
    if unfit is None:
        return None
    meant = DIGIT_MEANT_BY.get(digits[unfit])
    if meant is not None and first_outside(digits[unfit + 1 :], DIGITS) is None:
        return Problem(
            "publication.alphabet",
            _(
                "CN 后面第 %(position)s 位应为数字 %(expected)s，现在是字母 %(found)s。",
                position=unfit + 1,
                expected=meant,
                found=digits[unfit],
            ),
            position=unfit + 1,
            expected=meant,
        )
    return Problem(
        "publication.alphabet",
        _(
            "CN 后面第 %(position)s 位是 %(found)s，这里应为数字，只有末尾是字母。",
            position=unfit + 1,
            found=shown(digits[unfit]),
        ),
        position=unfit + 1,
    )


def _lead_problem(digits: str) -> Problem | None:
    if digits[0] in KIND_BY_LEAD:
        return None
    return Problem(
        "publication.lead",
        _(
            "CN 后面第 1 位是专利类型：1 是发明，2 是实用新型，3 是外观设计。现在是 %(found)s。",
            found=digits[0],
        ),
        position=1,
    )


def _letter_problem(digits: str, letter: str) -> Problem | None:
    fitting = LETTERS_BY_LEAD[digits[0]]
    position = len(digits) + 1
    expected = "/".join(fitting)
    if not letter:
        return Problem(
            "publication.letter",
            _(
                "末尾还缺一个字母：以 %(lead)s 开头的号码，末尾应为 %(expected)s 之一。",
                lead=digits[0],
                expected=expected,
            ),
            position=position,
        )
    if letter[0] in fitting:
        return None
    return Problem(
        "publication.letter",
        _(
            "以 %(lead)s 开头的号码，末尾的字母应为 %(expected)s 之一，现在是 %(found)s。",
            lead=digits[0],
            expected=expected,
            found=letter[0],
        ),
        position=position,
    )
