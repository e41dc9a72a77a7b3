"""Reading names of organisations and people, and the numbers of other records."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs.declaration import (
    Cell,
    InputError,
    PartyRef,
    PersonRef,
    RecordRef,
    has_chinese,
    is_blank,
)
from marketplace.catalogue.inputs.texts import NAME_LIMIT, one_line, plain_text
from marketplace.core.i18n import LANGUAGES, Bilingual
from marketplace.core.identifiers import (
    IdentifierError,
    ipc,
    orcid,
    patent_application,
    patent_publication,
    uscc,
)

PARTY_COUNT = 50
PERSON_COUNT = 100
NUMBER_COUNT = 100
ROLE_LIMIT = 300

_ENDS = re.compile(r"[;；|\n]")
_NAME_ENDS = re.compile(r"[;；|\n,，、]")
_USCC = re.compile(r"[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]{18}")
_WITH_UNIT = re.compile(r"(.+?)\s*[(（](.+)[)）]")
_LETTER = re.compile(r"[^\W\d_]")


def parties(cell: Cell) -> list[PartyRef]:
    """Organisations in order: a list, or a text separated by ; or 、 outside brackets."""
    value = cell.value
    items = (
        value
        if isinstance(value, list)
        else [value]
        if isinstance(value, dict)
        else (_split_names(plain_text(value)))
    )
    found = dict.fromkeys(party(item) for item in items if not is_blank(item))
    return _at_most(list(found), PARTY_COUNT)


def party(item: Any) -> PartyRef:
    """One organisation: a name, a 统一社会信用代码, or an object with ``name`` and ``uscc``.

    :raises InputError: when there is no name in it.
    :raises IdentifierError: when the code can't be right.
    """
    if isinstance(item, dict):
        code = item.get("uscc")
        name = bilingual_name(item.get("name"))
        return PartyRef(name, None if is_blank(code) else uscc.parse(one_line(code)).value)
    text = one_line(item)
    if _USCC.fullmatch(text):
        return PartyRef(Bilingual(), uscc.parse(text).value)
    return PartyRef(bilingual_name(text))


def people(cell: Cell) -> list[PersonRef]:
    """People in order: a list, or a text such as 张三（某大学）；李四."""
    value = cell.value
    items = (
        value
        if isinstance(value, list)
        else [value]
        if isinstance(value, dict)
        else (_split_outside_brackets(plain_text(value), _NAME_ENDS))
    )
    found = dict.fromkeys(_person(item) for item in items if not is_blank(item))
    return _at_most(list(found), PERSON_COUNT)


def ipc_symbols(cell: Cell) -> list[str]:
    """IPC symbols in canonical form, from a list or a separated text; the first is the main one.

    A bare subclass is accepted, because many registers give no more.
    """
    parts = cell.value if isinstance(cell.value, list) else _NAME_ENDS.split(plain_text(cell.value))
    found = dict.fromkeys(
        ipc.parse(one_line(part), allow_subclass=True).value for part in parts if not is_blank(part)
    )
    return _at_most(list(found), NUMBER_COUNT)


def project_numbers(cell: Cell) -> list[RecordRef]:
    """Projects by their number, or by their number in the same source."""
    return _at_most([RecordRef(text, (text,)) for text in _numbers(cell)], NUMBER_COUNT)


def patent_numbers(cell: Cell) -> list[RecordRef]:
    """Patents by application or publication number, or by their number in the same source."""
    return _at_most([RecordRef(text, _patent_keys(text)) for text in _numbers(cell)], NUMBER_COUNT)


def bilingual_name(value: Any, limit: int = NAME_LIMIT) -> Bilingual:
    """A name, as an object with ``zh`` and ``en``, or as a text of either language.

    :raises InputError: when it is too long or has no letter.
    """
    if not isinstance(value, dict):
        value = {"zh" if has_chinese(one_line(value)) else "en": value}
    texts = {code: one_line(value[code]) for code in LANGUAGES if not is_blank(value.get(code))}
    for text in texts.values():
        if len(text) > limit:
            raise InputError(
                _(
                    "“%(text)s…”有 %(count)s 个字，名称最多 %(limit)s 个。多个名称请用分号隔开。",
                    text=text[:20],
                    count=len(text),
                    limit=limit,
                )
            )
        if not _LETTER.search(text):
            raise InputError(_("“%(text)s”不像一个名称。请写全称。", text=text[:40]))
    if not texts:
        raise InputError(_("这里缺少名称。请写全称。"))
    return Bilingual(**texts)


def _person(item: Any) -> PersonRef:
    if not isinstance(item, dict):
        text = one_line(item)
        match = _WITH_UNIT.fullmatch(text)
        if match:
            return PersonRef(bilingual_name(match[1]), party(match[2]))
        return PersonRef(bilingual_name(text))
    unit, role, number = (item.get(key) for key in ("organisation", "role", "orcid"))
    return PersonRef(
        bilingual_name(item.get("name")),
        None if is_blank(unit) else party(unit),
        None if is_blank(role) else bilingual_name(role, ROLE_LIMIT),
        None if is_blank(number) else orcid.parse(one_line(number)).value,
    )


def _numbers(cell: Cell) -> list[str]:
    parts = cell.value if isinstance(cell.value, list) else _NAME_ENDS.split(plain_text(cell.value))
    texts = [one_line(part) for part in parts if not is_blank(part)]
    for text in texts:
        if len(text) > NAME_LIMIT:
            raise InputError(_("编号最多 200 个字。多个编号请用分号隔开。"))
    return list(dict.fromkeys(texts))


def _patent_keys(text: str) -> tuple[str, ...]:
    keys = [text]
    for parse in (patent_application.parse, patent_publication.parse):
        try:
            keys.append(parse(text).value)
        except IdentifierError:
            continue
    return tuple(dict.fromkeys(keys))


def _split_names(text: str) -> list[str]:
    """A semicolon parts names; only where there is none does 、 part them.

    Names of units hold 、 themselves, so it counts outside brackets only.
    """
    if _ENDS.search(text):
        return _ENDS.split(text)
    return _split_outside_brackets(text, re.compile("、"))


def _split_outside_brackets(text: str, ends: re.Pattern[str]) -> list[str]:
    parts, depth, start = [], 0, 0
    for place, char in enumerate(text):
        if char in "(（":
            depth += 1
        elif char in ")）":
            depth = max(depth - 1, 0)
        elif depth == 0 and ends.match(char):
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _at_most(found: list[Any], limit: int) -> list[Any]:
    if len(found) > limit:
        raise InputError(
            _("这里最多 %(limit)s 个，现在有 %(count)s 个。", limit=limit, count=len(found))
        )
    return found
