"""统一社会信用代码, the code of a legal person or other organisation (GB 32100-2015).

python-stdnum knows the check character but refuses authorities that are letters, such as rural
collectives (N), and does not look at the organisation code inside (GB 11714); both are done here.

Does not belong here: the district of an organisation. Characters 3 to 8 name the authority that
registered it, not the place where it is.
"""

from flask_babel import lazy_gettext as _
from stdnum.cn import uscc as stdnum_uscc

from marketplace.core.identifiers.characters import (
    DASHES,
    DIGIT_MEANT_BY,
    DIGITS,
    compact,
    first_outside,
    shown,
    with_char,
)
from marketplace.core.identifiers.problem import IdentifierError, Parsed, Problem

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
AUTHORITIES = "123456789ANY"

_DIVISION = slice(2, 8)
_ORGANISATION = slice(8, 16)
_ORGANISATION_CHECK = 16
_CHECK = 17

# GB 11714: digits count as themselves, A as 10 up to Z as 35.
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS = "0123456789X"


def parse(text: str) -> Parsed:
    """Read a 统一社会信用代码; lower case, full width, spaces and hyphens are forgiven.

    A wrong check character of the organisation code (GB 11714) is a warning only: codes that were
    given out with one exist. Raises IdentifierError for everything that GB 32100 excludes.
    """
    value = compact(text, DASHES)
    problem = _structure_problem(value) or _check_problem(value)
    if problem:
        raise IdentifierError(problem)
    warning = _organisation_warning(value)
    return Parsed(value, value, (warning,) if warning else ())


def organisation_check(body: str) -> str:
    """Check character of an 8-character organisation code (GB 11714)."""
    total = sum(
        int(char, 36) * weight for char, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True)
    )
    return _ORGANISATION_CHECKS[-total % 11]


def _structure_problem(value: str) -> Problem | None:
    if not value:
        return Problem(
            "uscc.empty",
            _("统一社会信用代码还是空的。它有 18 位，由数字和大写字母组成。"),
        )
    if len(value) != LENGTH:
        return Problem(
            "uscc.length",
            _("统一社会信用代码应有 18 位，现在有 %(count)s 位。请核对证照。", count=len(value)),
        )
    unfit = first_outside(value, ALPHABET)
    if unfit is not None:
        return _alphabet_problem(value, unfit)
    if value[0] not in AUTHORITIES:
        return Problem(
            "uscc.authority",
            _(
                "第 1 位是登记管理部门代码，只能是 1–9、A、N 或 Y，现在是 %(found)s。请核对证照。",
                found=value[0],
            ),
            position=1,
        )
    unfit = first_outside(value[_DIVISION], DIGITS)
    if unfit is not None:
        position = _DIVISION.start + unfit + 1
        return Problem(
            "uscc.division",
            _(
                "第 %(position)s 位是 %(found)s，第 3–8 位是登记机关的行政区划代码，只用数字。"
                "请核对证照。",
                position=position,
                found=value[position - 1],
            ),
            position=position,
        )
    return None


def _alphabet_problem(value: str, index: int) -> Problem:
    meant = DIGIT_MEANT_BY.get(value[index])
    if meant is not None and _is_valid(with_char(value, index, meant)):
        return Problem(
            "uscc.alphabet",
            _(
                "第 %(position)s 位应为数字 %(expected)s，现在是字母 %(found)s。"
                "这里不用字母 I、O、S、V、Z。",
                position=index + 1,
                expected=meant,
                found=value[index],
            ),
            position=index + 1,
            expected=meant,
        )
    return Problem(
        "uscc.alphabet",
        _(
            "第 %(position)s 位是 %(found)s，这里只用数字和不含 I、O、S、V、Z 的大写字母。",
            position=index + 1,
            found=shown(value[index]),
        ),
        position=index + 1,
    )


def _check_problem(value: str) -> Problem | None:
    if _checks(value):
        return None
    expected = stdnum_uscc.calc_check_digit(value[:_CHECK])
    repair = _only_repair(value)
    if repair:
        index, char = repair
        return Problem(
            "uscc.check_digit",
            _(
                "校验位不符。如果只错了一位，那就是第 %(position)s 位：应为 %(expected)s，"
                "现在是 %(found)s。请核对证照。",
                position=index + 1,
                expected=char,
                found=value[index],
            ),
            position=index + 1,
            expected=char,
        )
    return Problem(
        "uscc.check_digit",
        _(
            "最后一位是校验位：%(body)s 的校验位应为 %(expected)s，现在是 %(found)s。请核对证照。",
            body=value[:_CHECK],
            expected=expected,
            found=value[_CHECK],
        ),
        position=_CHECK + 1,
        expected=expected,
    )


def _only_repair(value: str) -> tuple[int, str] | None:
    """Index and right character, if one substitution alone satisfies both standards.

    Only told when the organisation code does not check either: two sums that agree on one place
    are evidence, while a single sum can be satisfied by a change almost anywhere.
    """
    if _organisation_checks(value):
        return None
    repairs = [
        (index, char)
        for index in range(_ORGANISATION.start, _ORGANISATION_CHECK + 1)
        for char in ALPHABET
        if _organisation_checks(changed := with_char(value, index, char)) and _checks(changed)
    ]
    return repairs[0] if len(repairs) == 1 else None


def _is_valid(value: str) -> bool:
    return not _structure_problem(value) and _checks(value)


def _checks(value: str) -> bool:
    return bool(value[_CHECK] == stdnum_uscc.calc_check_digit(value[:_CHECK]))


def _organisation_checks(value: str) -> bool:
    return value[_ORGANISATION_CHECK] == organisation_check(value[_ORGANISATION])


def _organisation_warning(value: str) -> Problem | None:
    if _organisation_checks(value):
        return None
    expected = organisation_check(value[_ORGANISATION])
    found = value[_ORGANISATION_CHECK]
    return Problem(
        "uscc.organisation_check",
        _(
            "第 9–17 位是组织机构代码，按 GB 11714，第 17 位应为 %(expected)s，现在是 %(found)s。"
            "代码可以保存，请再核对一次证照。",
            expected=expected,
            found=found,
        ),
        position=_ORGANISATION_CHECK + 1,
        expected=expected,
    )
