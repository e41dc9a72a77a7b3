"""What the rows of the tables are: codes of a dimension of the ledger under a name.

Declared as data where tables are alike. Which figures stand in a row, and how a page shows it,
does not belong here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.contracts.classes import FIVE_CLASSES_FROM, SUBTYPES
from marketplace.contracts.ledger.sums import Sum
from marketplace.core.codelists import items
from marketplace.core.i18n import Bilingual
from marketplace.statistics.tables.exposure import Whole
from marketplace.statistics.told import Told

TOTAL_NAME, UNKNOWN_NAME = _l("合计"), _l("未定")
EARLIER_NAME = _l("以前年度合同的注销、撤销")
TOTAL, REST, UNDECIDED = "total", "rest", "undecided"
CLASS, SUBTYPE = "contract_class", "subtype"
Name: TypeAlias = str | Bilingual | LazyString


@dataclass(frozen=True, slots=True)
class Line:
    """One row: every posting under one of its ``codes``.

    The row :data:`REST` has the codes of all others, and counts what stands under none of them.
    ``depth`` 1 is a part of the row above it.
    """

    key: str
    name: Name
    codes: tuple[str, ...]
    depth: int = 0

    @property
    def is_rest(self) -> bool:
        """Whether it counts what is left over."""
        return self.key == REST


@dataclass(frozen=True)
class Family:
    """All rows of one dimension between which something could be computed, shown or not.

    What the public may see of them is decided once, for every view of them.
    """

    dimension: str
    lines: tuple[Line, ...]
    wholes: tuple[Whole, ...]

    @classmethod
    def of(cls, dimension: str, lines: Sequence[Line]) -> Family:
        """Rows that add up to all contracts, each with its parts below it."""
        top = tuple(line.key for line in lines if line.depth == 0)
        return cls(dimension, tuple(lines), (Whole(TOTAL, top), *parts_below(lines)))

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that one of the rows names."""
        return tuple(dict.fromkeys(code for line in self.lines for code in line.codes))

    def rows_told(self, told: Told) -> dict[str, Sum]:
        """The rows that an edition has told, up to its last month."""
        found = {
            line.key: told.of_codes(self.dimension, line.codes, is_rest=line.is_rest)
            for line in self.lines
        }
        if self.dimension == SUBTYPE:
            found |= {key: one for key, one in told.goal_rows.items() if found[key] is None}
            for code in CLASS_KEYS:
                key = row_of_class(code, told.year)
                if found[key] is None:
                    found[key] = told.of_codes(CLASS, (code,), is_rest=False)
        return {key: one for key, one in found.items() if one is not None}


def parts_below(lines: Sequence[Line]) -> list[Whole]:
    """Which of the rows are sums of those below them."""
    found = []
    parts: list[str] = []
    for line in reversed(lines):
        if line.depth:
            parts.append(line.key)
        elif parts:
            found.append(Whole(line.key, tuple(reversed(parts))))
            parts = []
    return found


@dataclass(frozen=True)
class Block:
    """The rows of a table that add up to its total row, which is the row ``total`` of the family.

    ``key`` names it in addresses; ``heading`` stands above it where a page has several.
    """

    key: str
    heading: Name
    row_heading: Name
    lines: tuple[Line, ...]
    family: Family
    total: str = TOTAL
    total_name: Name = TOTAL_NAME

    def line(self, key: str) -> Line | None:
        """The row of a key."""
        return next((line for line in self.lines if line.key == key), None)


def with_rest(lines: Sequence[Line], name: Name = UNKNOWN_NAME) -> tuple[Line, ...]:
    """The rows, and one for what stands under none of their codes."""
    known = tuple(code for line in lines if line.depth == 0 for code in line.codes)
    return (*lines, Line(REST, name, known))


def plain_lines(list_code: str) -> tuple[Line, ...]:
    """A row for each code of a list, and the rest."""
    return with_rest([Line(item.code, item.name, (item.code,)) for item in items(list_code)])


def grouped_lines(list_code: str) -> tuple[Line, ...]:
    """A row for each group of a list, below it its members, and the rest.

    What stands under the code of the group itself is told as not further divided.
    """
    found = items(list_code)
    lines: list[Line] = []
    for group in (item for item in found if item.parent_code is None):
        members = [item for item in found if item.parent_code == group.code]
        codes = (group.code, *(item.code for item in members))
        lines.append(Line(group.code if not members else f"{group.code}-all", group.name, codes))
        if members:
            lines += [Line(item.code, item.name, (item.code,), 1) for item in members]
            lines.append(Line(group.code, _l("没有细分"), (group.code,), 1))
    return with_rest(lines)


def class_lines(*, is_of_four: bool) -> tuple[Line, ...]:
    """The classes with their subtypes: today's five, or the four of the years before 2021.

    A contract stands under the class to which its subtype belongs in that view, whenever it was
    registered.
    """
    column = "class_2001" if is_of_four else "class"
    subtypes = items(SUBTYPES)
    lines: list[Line] = []
    for item in items("contract_class"):
        members = [one for one in subtypes if one.extra[column] == item.code]
        if not members:
            continue
        is_wider = is_of_four and item.code == TRANSFER
        key = FOUR_TRANSFER if is_wider else CLASS_KEYS.get(item.code, item.code)
        name: Name = _l("技术转让（含许可）") if is_wider else item.name
        lines.append(Line(key, name, tuple(one.code for one in members)))
        if len(members) > 1:
            lines += [Line(one.code, one.name, (one.code,), 1) for one in members]
    return with_rest(lines)


def class_family() -> Family:
    """The five classes, their subtypes, and the class that two of them were before 2021."""
    five = class_lines(is_of_four=False)
    wider = next(line for line in class_lines(is_of_four=True) if line.key == FOUR_TRANSFER)
    parts = (CLASS_KEYS[TRANSFER], CLASS_KEYS[LICENCE])
    top = [line.key for line in five if line.depth == 0]
    of_four = (*(key for key in top if key not in parts), FOUR_TRANSFER)
    family = Family.of(SUBTYPE, five)
    links = (Whole(FOUR_TRANSFER, parts), Whole(TOTAL, of_four))
    return Family(SUBTYPE, (*family.lines, wider), (*family.wholes, *links))


def row_of_class(code: str, year: int) -> str:
    """The row that counts what stands under a class of the register in a year."""
    is_wider = code == TRANSFER and year < FIVE_CLASSES_FROM.year
    return FOUR_TRANSFER if is_wider else CLASS_KEYS.get(code, REST)


REGISTERED_CLASS = "registered"
"""The block of the classes under which contracts were registered: for lists of contracts alone."""
TRANSFER, LICENCE = "技术转让", "技术许可"
FOUR_TRANSFER = "transfer-and-licence"
CLASS_KEYS = {
    "技术开发": "development",
    TRANSFER: "transfer",
    LICENCE: "licence",
    "技术咨询": "consulting",
    "技术服务": "services",
}
"""How addresses name the classes."""
