"""Reading codes: a code, or its name in either language, from a code list that staff may edit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs.declaration import Cell, InputError, Parse
from marketplace.catalogue.inputs.texts import one_line
from marketplace.core.classifications import DISCIPLINES, DIVISIONS, INDUSTRIES, LEVELS, names_of
from marketplace.core.codelists import choices, find_code
from marketplace.core.i18n import listed
from marketplace.core.known_codes import nearest_codes, nearest_divisions

SHOWN_CHOICES = 12
_FIRST_ENDS = re.compile(r"[;；|\n]")
_ALL_ENDS = re.compile(r"[;；|\n,，、]")
_INDUSTRY = re.compile(r"([A-Ta-t])\s?(\d{2,4})")
_DISCIPLINE = re.compile(r"(\d{3})(?:\.?\d{2}){0,2}")
_DIVISION = re.compile(r"\d{6}")
_DIGITS = re.compile(r"[0-9]{2,}")
_COUNTRY = re.compile(r"\d{3}")


def code(list_code: str, aliases: Mapping[str, str] | None = None) -> Parse:
    """A reader of one code of a list; ``aliases`` are further words that mean a code."""

    def parse(cell: Cell) -> str:
        return _required(list_code, one_line(cell.value), aliases or {})

    return parse


def codes(list_code: str) -> Parse:
    """A reader of several codes, from a list or a text separated by ; or 、."""

    def parse(cell: Cell) -> list[str]:
        value: Any = cell.value
        parts = (
            [one_line(part) for part in value]
            if isinstance(value, list)
            else _split(list_code, one_line(value))
        )
        return list(dict.fromkeys(_required(list_code, part, {}) for part in parts if part))

    return parse


def industry(cell: Cell) -> str:
    """A section of GB/T 4754-2017, or a section with two to four digits: ``C35``."""
    text = one_line(cell.value)
    match = _INDUSTRY.fullmatch(text)
    if not match:
        return _required("industry", text, {})
    section = _required("industry", match[1].upper(), {})
    return _in_standard(INDUSTRIES, "GB/T 4754-2017", section + match[2])


def discipline(cell: Cell) -> str:
    """A discipline of GB/T 13745-2009: three digits, or five or seven below them."""
    text = one_line(cell.value)
    match = _DISCIPLINE.fullmatch(text)
    if match:
        _required("discipline", match[1], {})
        return _in_standard(DISCIPLINES, "GB/T 13745-2009", text.replace(".", ""))
    return _required("discipline", text, {})


def division(cell: Cell) -> str:
    """A division of the city by code or name, or any six-digit code of GB/T 2260."""
    text = one_line(cell.value)
    found = find_code("division", text) or find_code("stat_zone", text)
    if found is None and _DIVISION.fullmatch(text):
        return text
    if found is None and _DIGITS.match(text):
        raise InputError(unknown_division(text))
    return found or _required("division", text, {})


def unknown_division(text: str) -> LazyString:
    """What is said of a code of no division: which codes are the nearest by their first digits."""
    own = dict([*choices("division"), *choices("stat_zone")])
    digits = (_DIGITS.match(text) or [""])[0]
    known = dict.fromkeys([*nearest_divisions(digits), *own])
    near = [
        f"{one} {own.get(one) or names_of(DIVISIONS)[one]}" for one in nearest_codes(digits, known)
    ]
    if not near:
        return _(
            "没有查到行政区划代码 %(code)s。请核对；可以填区县、功能区的名称，或六位代码。",
            code=text[:40],
        )
    return _(
        "没有查到行政区划代码 %(code)s。相近的有：%(near)s。"
        "请核对；可以填区县、功能区的名称，或六位代码。",
        code=text[:40],
        near=listed(near),
    )


def country(cell: Cell) -> str:
    """A country by name, or by its three-digit number of ISO 3166-1."""
    text = one_line(cell.value)
    found = find_code("country", text)
    if found is None and _COUNTRY.fullmatch(text):
        return text
    return found or _required("country", text, {})


def _in_standard(standard: str, name: str, code_: str) -> str:
    names = names_of(standard)
    if code_ in names:
        return code_
    known = next(code_[:length] for length in reversed(LEVELS[standard]) if code_[:length] in names)
    raise InputError(
        _(
            "%(standard)s 里没有 %(code)s，有的是 %(known)s %(name)s。请核对代码。",
            standard=name,
            code=code_,
            known=known,
            name=names[known],
        )
    )


def _required(list_code: str, text: str, aliases: Mapping[str, str]) -> str:
    found = find_code(list_code, text) or aliases.get(text)
    if found is None:
        raise InputError(
            _(
                "“%(text)s”不在可选的值里。可以填：%(offered)s。",
                text=text[:40],
                offered=_offered(list_code),
            )
        )
    return found


def _offered(list_code: str) -> LazyString:
    offered = [f"{code_} {name}" for code_, name in choices(list_code)]
    return listed(offered[:SHOWN_CHOICES], has_more=len(offered) > SHOWN_CHOICES)


def _split(list_code: str, text: str) -> list[str]:
    """Parts of a text; a name that itself holds 、 or a comma stays whole."""
    parts: list[str] = []
    for part in _FIRST_ENDS.split(text):
        whole = part.strip()
        parts += [whole] if find_code(list_code, whole) else _ALL_ENDS.split(whole)
    return [part.strip() for part in parts]
