"""Symbol of the International Patent Classification: section, class, subclass, group.

Stored and printed in one form, ``H01M 10/0525``.

Does not belong here: titles of the scheme, or whether a well-formed symbol exists in an edition.
"""

import re

from flask_babel import lazy_gettext as _

from marketplace.core.identifiers.characters import (
    CAPITALS,
    DIGITS,
    compact,
    digit_problem,
    shown,
)
from marketplace.core.identifiers.problem import IdentifierError, Parsed, Problem

SECTIONS = "ABCDEFGH"

_SUBCLASS_LENGTH = 4
# Patent documents print the edition, and sometimes its level and weight, behind the symbol.
_EDITION = re.compile(r"\([0-9]{4}\.[0-9]{2}\)[A-Z]?$")
_GROUP = re.compile(r"0*(?P<main>[1-9][0-9]{0,3})/(?P<sub>[0-9]{2,6})")
_SEPARATORS = re.compile(r"[;,、]")


def parse(text: str, *, allow_subclass: bool = False) -> Parsed:
    """Read one IPC symbol; zero-padded main groups, lower case and an edition are forgiven.

    With ``allow_subclass`` a bare subclass such as ``H01M`` is accepted too. Raises
    IdentifierError.
    """
    written = compact(text)
    symbol = _EDITION.sub("", written)
    problem = (
        _list_problem(written)
        or _subclass_problem(symbol)
        or _group_problem(symbol, allow_subclass=allow_subclass)
    )
    if problem:
        raise IdentifierError(problem)
    value = symbol[:_SUBCLASS_LENGTH]
    group = _GROUP.fullmatch(symbol, _SUBCLASS_LENGTH)
    if group:
        value += f" {group['main']}/{group['sub']}"
    return Parsed(value, value)


def section_of(value: str) -> str:
    """Section letter of a canonical symbol: ``H`` of ``H01M 10/0525``."""
    return value[:1]


def subclass_of(value: str) -> str:
    """Subclass of a canonical symbol: ``H01M`` of ``H01M 10/0525``."""
    return value[:_SUBCLASS_LENGTH]


def _list_problem(written: str) -> Problem | None:
    if not _SEPARATORS.search(written):
        return None
    return Problem("ipc.several", _("这里只写一个 IPC 分类号，多个请分开填写。"))


def _subclass_problem(symbol: str) -> Problem | None:
    if not symbol:
        return Problem("ipc.empty", _("IPC 分类号还是空的。例如 H01M 10/0525。"))
    for index, char in enumerate(symbol[:_SUBCLASS_LENGTH]):
        problem = _char_problem(index, char)
        if problem:
            return problem
    if len(symbol) < _SUBCLASS_LENGTH:
        return Problem(
            "ipc.length",
            _(
                "IPC 分类号的小类有 4 位，例如 H01M；现在只有 %(count)s 位。",
                count=len(symbol),
            ),
        )
    return None


def _char_problem(index: int, char: str) -> Problem | None:
    position = index + 1
    if index == 0 and char not in SECTIONS:
        return Problem(
            "ipc.section",
            _("第 1 位是部，应为 A–H 中的一个字母，现在是 %(found)s。", found=shown(char)),
            position=position,
        )
    if index in (1, 2) and char not in DIGITS:
        return digit_problem("ipc.class", index, char) or Problem(
            "ipc.class",
            _(
                "第 %(position)s 位是 %(found)s，第 2–3 位是大类，应为两位数字，例如 H01。",
                position=position,
                found=shown(char),
            ),
            position=position,
        )
    if index == _SUBCLASS_LENGTH - 1 and char not in CAPITALS:
        return Problem(
            "ipc.subclass",
            _(
                "第 4 位是 %(found)s，这一位是小类，应为一个字母，例如 H01M。",
                found=shown(char),
            ),
            position=position,
        )
    return None


def _group_problem(symbol: str, *, allow_subclass: bool) -> Problem | None:
    group = symbol[_SUBCLASS_LENGTH:]
    if not group:
        if allow_subclass:
            return None
        return Problem(
            "ipc.group_missing",
            _("%(symbol)s 只写到小类，还缺大组和小组，例如 H01M 10/0525。", symbol=symbol),
        )
    if _GROUP.fullmatch(group):
        return None
    for index, char in enumerate(group):
        if char not in DIGITS + "/":
            return _group_char_problem(_SUBCLASS_LENGTH + index, char)
    return Problem(
        "ipc.group",
        _(
            "小类 %(subclass)s 后面应为 1–4 位大组、一条斜线、2–6 位小组，"
            "大组不是 0，例如 H01M 10/0525。",
            subclass=symbol[:_SUBCLASS_LENGTH],
        ),
        position=_SUBCLASS_LENGTH + 1,
    )


def _group_char_problem(index: int, char: str) -> Problem:
    return digit_problem("ipc.group", index, char) or Problem(
        "ipc.group",
        _(
            "第 %(position)s 位是 %(found)s，大组和小组只用数字，中间一条斜线，例如 H01M 10/0525。",
            position=index + 1,
            found=shown(char),
        ),
        position=index + 1,
    )
