"""How an input is declared: fields, the row that comes out, and what can be wrong with it.

From one declaration come the columns that an import accepts, the checks of every form, and the
template. How one kind of value is read stands in ``texts``, ``values``, ``choices`` and
``references``; what a record must satisfy as a whole, in ``rules``; nothing here touches a
database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _

from marketplace.core.i18n import LANGUAGES, Bilingual
from marketplace.core.identifiers import IdentifierError
from marketplace.core.listed import name_key

SHOWN_LENGTH = 200
AlreadyRead = dict[tuple[str, str, str], Any]
"""What short texts of a file were read as, by field, column and text.

A register repeats its codes and days in a million rows.
"""
LONGEST_REMEMBERED, MOST_REMEMBERED = 24, 50_000
BLANKS = frozenset({"", "-", "—", "–", "/", "null", "NULL"})
KEEP = object()
_CHINESE = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")


@dataclass(frozen=True)
class Issue:
    """One thing that is wrong or doubtful: the field, its column, the value, and why."""

    field: str
    column: str
    value: str
    reason: LazyString


class InputError(ValueError):
    """A value that can't be read; ``reason`` says what is wrong and what would be right."""

    def __init__(self, reason: LazyString) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class PartyRef:
    """An organisation as a row names it: by name, by 统一社会信用代码, or by both."""

    name: Bilingual
    uscc: str | None = None

    @cached_property
    def key(self) -> str:
        """The key under which equal names are found equal."""
        return name_key(self.name.in_language("zh"))


@dataclass(frozen=True)
class PersonRef:
    """A person as a row names them, with their organisation where the row says it."""

    name: Bilingual
    organisation: PartyRef | None = None
    role: Bilingual | None = None
    orcid: str | None = None

    @cached_property
    def key(self) -> str:
        """The key under which equal names are found equal."""
        return name_key(self.name.in_language("zh"))


@dataclass(frozen=True)
class RecordRef:
    """Another record as a row names it: the text, and the numbers that it may stand for."""

    text: str
    keys: tuple[str, ...]


LINKS = ("owners", "contributors", "projects", "patents")


@dataclass
class CleanRow:
    """A row without fault: values by column of the table, links in order.

    ``values`` holds only what the file has a column for. ``languages`` names, for bilingual
    values, the languages that the file has a column for; the others are left as they are.
    """

    number: int
    source_id: str | None
    values: dict[str, Any]
    languages: dict[str, frozenset[str]] = field(default_factory=dict)
    links: dict[str, Sequence[Any]] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[Issue] = ()


class Draft:
    """A row being read: what was understood so far, and what was wrong or doubtful."""

    def __init__(
        self,
        cells: Mapping[str, Any],
        columns: Mapping[str, str],
        already_read: AlreadyRead | None = None,
    ) -> None:
        self.cells = cells
        self.columns = columns
        self.already_read = already_read
        self.values: dict[str, Any] = {}
        self.texts: dict[str, dict[str, Any]] = {}
        self.issues: list[Issue] = []
        self.warnings: list[Issue] = []

    def refuse(self, key: str, reason: LazyString) -> None:
        """Say what is wrong with the field called ``key``."""
        self.issues.append(self._issue(key, reason))

    def warn(self, key: str, reason: LazyString) -> None:
        """Say what is doubtful; the row goes in all the same."""
        self.warnings.append(self._issue(key, reason))

    def is_refused(self, *keys: str) -> bool:
        """Whether one of these fields already has something wrong."""
        return any(issue.field in keys for issue in self.issues)

    def _issue(self, key: str, reason: LazyString) -> Issue:
        column = self.columns.get(key, "")
        return Issue(key, column, shown(self.cells.get(column)), reason)


@dataclass(frozen=True)
class Cell:
    """One filled cell and its column's name, which may say the unit."""

    value: Any
    column: str
    key: str
    draft: Draft

    def warn(self, reason: LazyString) -> None:
        """Say what is doubtful about this cell."""
        self.draft.warn(self.key, reason)


Parse = Callable[[Cell], Any]
Rule = Callable[[Draft], None]


@dataclass(frozen=True)
class InputField:
    """One field: what it is called, how it is read, and where its value goes.

    ``names`` are further accepted column names. ``target`` is the column of the table (or the
    link); ``language`` says which half of a bilingual value this is. ``blank`` is what an empty
    cell means; :data:`KEEP` leaves the value as it is. ``choices`` names the code list of a
    drop-down. A field that ``is_offered`` has a column in the template.
    """

    key: str
    label: LazyString
    help: LazyString
    parse: Parse
    names: tuple[str, ...] = ()
    target: str = ""
    language: str = ""
    is_required: bool = False
    blank: Any = None
    choices: str = ""
    example: str = ""
    width: int = 18
    is_offered: bool = True

    @cached_property
    def goes_to(self) -> str:
        """The column or link that receives the value."""
        return self.target or self.key


@dataclass(frozen=True)
class RecordInput:
    """The input of one kind of record."""

    kind: str
    title: LazyString
    fields: tuple[InputField, ...]
    rules: tuple[Rule, ...] = ()
    title_target: str = "title"

    def accepted_names(self) -> dict[str, tuple[str, ...]]:
        """For each field the column names that mean it, its labels in every language included."""
        labels: dict[str, list[str]] = {field.key: [] for field in self.fields}
        for locale in LANGUAGES.values():
            with force_locale(locale):
                for field_ in self.fields:
                    labels[field_.key].append(str(field_.label))
        return {field_.key: (*field_.names, *labels[field_.key]) for field_ in self.fields}

    def clean(
        self,
        number: int,
        cells: Mapping[str, Any],
        columns: Mapping[str, str],
        already_read: AlreadyRead | None = None,
    ) -> CleanRow | list[Issue]:
        """Read one row.

        :param number: the row's number as the person sees it.
        :param cells: values by column name, from a file or a form.
        :param columns: column name by key of field.
        :param already_read: what is kept from row to row of one file, if anything.
        :returns: the row, or everything that is wrong with it.
        """
        draft = Draft(cells, columns, already_read)
        for field_ in self.fields:
            column = columns.get(field_.key)
            if column is not None and column in cells:
                _read(draft, field_, column, cells[column])
        languages = _join_languages(draft)
        for rule in self.rules:
            rule(draft)
        self._require_title(draft)
        if draft.issues:
            return draft.issues
        links = {name: draft.values.pop(name) for name in LINKS if name in draft.values}
        source_id = draft.values.pop("source_id", None)
        return CleanRow(number, source_id, draft.values, languages, links, columns, draft.warnings)

    def _require_title(self, draft: Draft) -> None:
        if draft.values.get(self.title_target):
            return
        keys = [field_.key for field_ in self.fields if field_.goes_to == self.title_target]
        if draft.is_refused(*keys):
            return
        key = next((key for key in keys if key in draft.columns), keys[0])
        draft.refuse(key, _("名称不能空着。中文或英文写一种就可以。"))


def shown(value: Any) -> str:
    """A value as an error list shows it: writable anywhere, cut to a readable length."""
    try:
        text = "" if value is None else str(value)
    except (ValueError, RecursionError):
        return "…"  # a number of thousands of digits, lists in lists in lists
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}…"


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing, or only a dash that stands for nothing."""
    if value is None:
        return True
    if isinstance(value, str):
        return value.strip() in BLANKS
    return isinstance(value, (list, dict)) and not value


def _read(draft: Draft, field_: InputField, column: str, value: Any) -> None:
    if field_.language and isinstance(value, dict):
        for code in LANGUAGES:
            _read_one(draft, field_, column, value.get(code), code)
    else:
        _read_one(draft, field_, column, value, field_.language)


def _read_one(draft: Draft, field_: InputField, column: str, value: Any, language: str) -> None:
    if is_blank(value):
        if field_.blank is KEEP:
            return
        parsed = list(field_.blank) if isinstance(field_.blank, tuple) else field_.blank
    else:
        try:
            parsed = _parsed(draft, field_, column, value)
        except InputError as error:
            draft.refuse(field_.key, error.reason)
            return
        except IdentifierError as error:
            draft.refuse(field_.key, error.problem.message)
            return
    if language:
        draft.texts.setdefault(field_.goes_to, {})[language] = parsed
    else:
        draft.values[field_.goes_to] = parsed


def _parsed(draft: Draft, field_: InputField, column: str, value: Any) -> Any:
    """The value as the field reads it; one that was read before without a remark isn't again."""
    known = draft.already_read
    if known is None or not isinstance(value, str) or len(value) > LONGEST_REMEMBERED:
        return field_.parse(Cell(value, column, field_.key, draft))
    key = (field_.key, column, value)
    if key in known:
        return known[key]
    remarks = len(draft.warnings)
    parsed = field_.parse(Cell(value, column, field_.key, draft))
    if len(draft.warnings) == remarks and not isinstance(parsed, list | dict):
        if len(known) >= MOST_REMEMBERED:
            known.clear()
        known[key] = parsed
    return parsed


def _join_languages(draft: Draft) -> dict[str, frozenset[str]]:
    """Put the halves of bilingual values together; returns which halves the file has."""
    languages: dict[str, frozenset[str]] = {}
    for target, halves in draft.texts.items():
        zh, en = halves.get("zh"), halves.get("en")
        if isinstance(zh, str) and not en and not has_chinese(zh):
            zh, en = None, zh
            halves = {"zh": zh, "en": en}
        if isinstance(zh or en, list):
            draft.values[target] = {
                code: words for code, words in (("zh", zh), ("en", en)) if words
            }
        elif target == "keywords":
            draft.values[target] = {}
        else:
            text = Bilingual(zh=zh or "", en=en or "")
            draft.values[target] = text or None
        languages[target] = frozenset(halves)
    return languages


def has_chinese(text: str) -> bool:
    """Whether there is a Chinese character in a text."""
    return _CHINESE.search(text) is not None
