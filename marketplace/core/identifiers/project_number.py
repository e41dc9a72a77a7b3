"""Number of a funded project, as its funder gave it out.

Every programme numbers in its own way, so there is nothing to check but that something is there.

Does not belong here: which programme a number comes from.
"""

from flask_babel import lazy_gettext as _

from marketplace.core.identifiers.characters import without_invisible
from marketplace.core.identifiers.problem import IdentifierError, Parsed, Problem

# No programme comes near it; it keeps a pasted page of text out of a column.
MAX_LENGTH = 100


def parse(text: str) -> Parsed:
    """Read a project number: trimmed, inner white space made one space, otherwise as written.

    Raises IdentifierError for an empty text or one of more than MAX_LENGTH characters.
    """
    value = " ".join(without_invisible(text).split())
    if not value:
        raise IdentifierError(
            Problem("project_number.empty", _("项目编号还是空的。请照立项文件填写。"))
        )
    if len(value) > MAX_LENGTH:
        raise IdentifierError(
            Problem(
                "project_number.length",
                _(
                    "项目编号最多 %(most)s 个字符，现在有 %(count)s 个。请照立项文件填写。",
                    most=MAX_LENGTH,
                    count=len(value),
                ),
            )
        )
    return Parsed(value, value)
