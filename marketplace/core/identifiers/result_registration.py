"""科技成果登记号, the number under which a research result is registered.

Twelve characters: region or department (3), year (4), a letter (Y for applied results), serial (4).
It has no check digit.

Does not belong here: registration numbers of technology contracts.
"""

from flask_babel import lazy_gettext as _

from marketplace.core.identifiers.characters import (
    CAPITALS,
    DASHES,
    DIGITS,
    compact,
    digit_problem,
    shown,
)
from marketplace.core.identifiers.problem import IdentifierError, Parsed, Problem

LENGTH = 12

_CENTURY = slice(3, 5)
_LETTER = 7


def parse(text: str) -> Parsed:
    """Read a 登记号 such as 9412021Y0123; spaces, hyphens, case and width are forgiven.

    Raises IdentifierError.
    """
    value = compact(text, DASHES)
    problem = _length_problem(value) or _alphabet_problem(value) or _year_problem(value)
    if problem:
        raise IdentifierError(problem)
    return Parsed(value, value)


def _length_problem(value: str) -> Problem | None:
    if not value:
        return Problem(
            "result_registration.empty",
            _("科技成果登记号还是空的。它有 12 位，例如 9412021Y0123。"),
        )
    if len(value) != LENGTH:
        return Problem(
            "result_registration.length",
            _(
                "科技成果登记号应有 12 位，例如 9412021Y0123；现在有 %(count)s 位。",
                count=len(value),
            ),
        )
    return None


def _alphabet_problem(value: str) -> Problem | None:
    for index, char in enumerate(value):
        if index == _LETTER and char not in CAPITALS:
            return Problem(
                "result_registration.letter",
                _(
                    "第 8 位是 %(found)s，这一位应为一个字母，例如应用技术成果是 Y。",
                    found=shown(char),
                ),
                position=index + 1,
            )
        if index != _LETTER and char not in DIGITS:
            return _digit_problem(index, char)
    return None


def _digit_problem(index: int, char: str) -> Problem:
    return digit_problem("result_registration.alphabet", index, char) or Problem(
        "result_registration.alphabet",
        _(
            "第 %(position)s 位是 %(found)s，登记号除第 8 位外都是数字。",
            position=index + 1,
            found=shown(char),
        ),
        position=index + 1,
    )


def _year_problem(value: str) -> Problem | None:
    if value[_CENTURY] == "20":
        return None
    return Problem(
        "result_registration.year",
        _(
            "第 4–7 位是登记年份，应以 20 开头，现在是 %(found)s。",
            found=value[_CENTURY.start : _LETTER],
        ),
        position=_CENTURY.start + 1,
        expected="20",
    )
