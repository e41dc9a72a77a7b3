"""Digital Object Identifier of a paper or data set (ISO 26324).

Does not belong here: whether the DOI resolves, and the address that it resolves to.
"""

import string

import idutils
from flask_babel import lazy_gettext as _

from marketplace.core.identifiers.characters import half_width, shown
from marketplace.core.identifiers.problem import IdentifierError, Parsed, Problem

# The standard sets no limit; ours keeps a pasted page of text out of a column.
MAX_LENGTH = 200

# The DOI Handbook folds the case of ASCII letters only.
_LOWER_CASE = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def parse(text: str) -> Parsed:
    """Read a DOI, bare, with ``doi:`` or as an address; ``value`` is bare and in lower case.

    A DOI has no check digit, so only its shape is checked. Raises IdentifierError.
    """
    written = half_width(half_width(text).strip().translate(_LOWER_CASE))
    problem = _length_problem(written)
    if problem:
        raise IdentifierError(problem)
    value = idutils.normalize_doi(written) if idutils.is_doi(written) else written
    problem = _shape_problem(value)
    if problem:
        raise IdentifierError(problem)
    return Parsed(value, value)


def _length_problem(written: str) -> Problem | None:
    if not written:
        return Problem("doi.empty", _("DOI 还是空的。例如 10.5555/12345678。"))
    if len(written) > MAX_LENGTH:
        return Problem(
            "doi.length",
            _(
                "DOI 最多 %(most)s 个字符，现在有 %(count)s 个。这里只写一个 DOI。",
                most=MAX_LENGTH,
                count=len(written),
            ),
        )
    return None


def _shape_problem(value: str) -> Problem | None:
    space = next((index for index, char in enumerate(value) if char.isspace()), None)
    if space is not None:
        return Problem(
            "doi.space",
            _("第 %(position)s 位是空格，DOI 里没有空格。", position=space + 1),
            position=space + 1,
        )
    if not value.startswith("10."):
        return Problem(
            "doi.prefix",
            _("DOI 应以 10. 开头，例如 10.5555/12345678。请核对论文首页。"),
            position=1,
            expected="10.",
        )
    registrant, slash, suffix = value.partition("/")
    unfit = next((i for i, char in enumerate(registrant) if char not in string.digits + "."), None)
    if unfit is not None:
        return Problem(
            "doi.registrant",
            _(
                "第 %(position)s 位是 %(found)s，斜线前面只用数字和点，例如 10.5555/12345678。",
                position=unfit + 1,
                found=shown(registrant[unfit]),
            ),
            position=unfit + 1,
        )
    if not slash or not suffix:
        return Problem(
            "doi.suffix",
            _(
                "DOI 的 %(registrant)s 后面应有斜线和编号，例如 10.5555/12345678。",
                registrant=registrant,
            ),
            position=len(registrant) + 1,
            expected=None if slash else "/",
        )
    if not idutils.is_doi(value):
        return Problem(
            "doi.registrant",
            _("斜线前面应为 10. 和一个数字，例如 10.5555/12345678。"),
            position=len("10.") + 1,
        )
    return None
