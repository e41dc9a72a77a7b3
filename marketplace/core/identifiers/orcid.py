"""ORCID iD of a contributor: sixteen characters, the last one a check digit (ISO 7064 MOD 11-2).

Does not belong here: whose iD it is.
"""

import re

import idutils
from flask_babel import lazy_gettext as _
from stdnum.iso7064 import mod_11_2

from marketplace.core.identifiers.characters import (
    DASHES,
    DIGITS,
    compact,
    digit_problem,
    first_outside,
    shown,
)
from marketplace.core.identifiers.problem import IdentifierError, Parsed, Problem

LENGTH = 16

_PREFIX = re.compile(r"(?:(?:HTTPS?://)?(?:WWW\.)?ORCID\.ORG/|ORCID:)")


def parse(text: str) -> Parsed:
    """Read an ORCID iD, with or without hyphens and address; ``value`` has the hyphens.

    Raises IdentifierError.
    """
    number = _PREFIX.sub("", compact(text, DASHES), count=1).removesuffix("/")
    problem = _structure_problem(number) or _check_problem(number) or _range_problem(number)
    if problem:
        raise IdentifierError(problem)
    value = _in_groups(number)
    return Parsed(value, value)


def _in_groups(number: str) -> str:
    return "-".join(number[start : start + 4] for start in range(0, len(number), 4))


def _structure_problem(number: str) -> Problem | None:
    if not number:
        return Problem("orcid.empty", _("ORCID 还是空的。它有 16 位，例如 0000-0002-1825-0097。"))
    if len(number) != LENGTH:
        return Problem(
            "orcid.length",
            _(
                "ORCID 应有 16 位，例如 0000-0002-1825-0097；现在有 %(count)s 位。",
                count=len(number),
            ),
        )
    unfit = first_outside(number[:-1], DIGITS)
    if unfit is None and number[-1] not in DIGITS + "X":
        unfit = LENGTH - 1
    return None if unfit is None else _alphabet_problem(number, unfit)


def _alphabet_problem(number: str, index: int) -> Problem:
    return digit_problem("orcid.alphabet", index, number[index]) or Problem(
        "orcid.alphabet",
        _(
            "第 %(position)s 位是 %(found)s，ORCID 只用数字，只有最后的校验位可以是 X。",
            position=index + 1,
            found=shown(number[index]),
        ),
        position=index + 1,
    )


def _check_problem(number: str) -> Problem | None:
    body, found = number[:-1], number[-1]
    expected = mod_11_2.calc_check_digit(body)
    if found == expected:
        return None
    return Problem(
        "orcid.check_digit",
        _(
            "最后一位是校验位：%(body)s 的校验位应为 %(expected)s，现在是 %(found)s。"
            "请核对 ORCID 页面。",
            body=_in_groups(body),
            expected=expected,
            found=found,
        ),
        position=LENGTH,
        expected=expected,
    )


def _range_problem(number: str) -> Problem | None:
    # ORCID shares the number space of ISNI (ISO 27729) and may give out certain blocks only.
    if idutils.is_orcid(number):
        return None
    return Problem(
        "orcid.range",
        _("这个号码不在 ORCID 的号段里，可能是别的 ISNI。请核对 ORCID 页面。"),
        position=1,
    )
