"""Reading the official list of a year: pasted lines, or a file of 日期, 类型, 名称.

What is wrong is said row by row; a list with anything wrong isn't taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.core.calendar.announced import days_by_law
from marketplace.core.calendar.days import HOLIDAY, SATURDAY, WORKING, ListedDay
from marketplace.core.calendar.models import LONGEST_NAME
from marketplace.core.tables import Cell, TableError, match_columns, open_table

MOST_ROWS = 200
COLUMNS = {"day": ("日期", "date"), "kind": ("类型", "type"), "name": ("名称", "name")}
KINDS = {
    **dict.fromkeys(("休", "放假", "假", "休息", "off", "holiday"), HOLIDAY),
    **dict.fromkeys(("班", "上班", "补班", "调休上班", "work", "working"), WORKING),
}
WORDS = {HOLIDAY: "休", WORKING: "班"}
_DATE = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?")
_TIGHT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_BETWEEN = re.compile(r"\s*[\t,，;；]\s*|\s+")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row; ``number`` is the line's or the spreadsheet's, 0 for the whole."""

    number: int
    sentence: str


@dataclass(frozen=True, slots=True)
class YearList:
    """The days that could be read, by date, and what is wrong."""

    days: tuple[ListedDay, ...]
    problems: tuple[RowProblem, ...]

    @property
    def text(self) -> str:
        """The days as lines that :func:`read_lines` reads again."""
        return "\n".join(f"{one.day}\t{WORDS[one.kind]}\t{one.name}" for one in self.days)


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    day: Cell
    kind: str
    name: str


def read_lines(text: str, year: int) -> YearList:
    """The list of a year from lines of date, 休 or 班, and name; a line of headings is left out."""
    return _checked(_rows_of_lines(text), year)


def read_file(path: Path, year: int) -> YearList:
    """The same from a CSV, JSONL or XLSX file.

    :raises TableError: when it can't be read as a whole, or lacks a column.
    """
    rows: list[_Row] = []
    unread: list[RowProblem] = []
    with open_table(path) as table:
        match = match_columns(table.columns, COLUMNS)
        if not match.found.keys() >= {"day", "kind"}:
            raise TableError(
                "missing_columns",
                _l("文件要有“日期”和“类型”两列，“名称”一列写放的是什么假。"),
            )
        for row in table:
            if len(rows) + len(unread) > MOST_ROWS:
                break
            unread += [RowProblem(row.number, str(one.reason)) for one in row.errors]
            if not row.errors:
                cells = {field: row.cells.get(column) for field, column in match.found.items()}
                kind, name = (_text(cells.get(field)) for field in ("kind", "name"))
                rows.append(_Row(row.number, cells["day"], kind, name))
    return _checked(rows, year, unread)


def _rows_of_lines(text: str) -> Iterator[_Row]:
    for number, line in enumerate(text.splitlines(), 1):
        parts = _BETWEEN.split(line.strip(), maxsplit=2)
        if parts[0] and parts[0].casefold() not in COLUMNS["day"]:
            day, kind, name = (*parts, "", "")[:3]
            yield _Row(number, day, kind, name)


def _checked(rows: Iterable[_Row], year: int, problems: Sequence[RowProblem] = ()) -> YearList:
    found: dict[date, tuple[int, ListedDay]] = {}
    wrong = list(problems)
    for place, row in enumerate(rows):
        if place == MOST_ROWS:
            wrong.append(RowProblem(0, _("一年的名单不会超过 %(most)s 行。", most=MOST_ROWS)))
            break
        day = _date(row.day)
        sentence = _problem_of(row, day, year)
        if not sentence and day in found:
            sentence = _("%(day)s 在第 %(row)s 行已经写过。", day=day, row=found[day][0])
        if sentence:
            wrong.append(RowProblem(row.number, sentence))
        elif day is not None:
            found[day] = (row.number, ListedDay(day, KINDS[row.kind.casefold()], row.name))
    days = tuple(found[day][1] for day in sorted(found))
    if not wrong:
        wrong += _problems_of_whole(days, year)
    return YearList(days, tuple(sorted(wrong, key=lambda one: one.number)))


def _problem_of(row: _Row, day: date | None, year: int) -> str:
    if day is None:
        return _("“%(text)s”不是日期，应当像 %(year)s-10-01 这样。", text=_cut(row.day), year=year)
    if not is_of_year(day, year):
        return _(
            "%(day)s 不在 %(year)s 年里。这份名单只收这一年的日子，和上一年 12 月的。",
            day=day,
            year=year,
        )
    kind = KINDS.get(row.kind.casefold())
    if kind is None:
        return _("类型只写“休”或“班”，现在是“%(text)s”。", text=_cut(row.kind))
    if kind == WORKING and day.weekday() < SATURDAY:
        return _("%(day)s 不是周末，本来就上班。“班”只用来写补班的周末。", day=day)
    if kind == HOLIDAY and not row.name:
        return _("%(day)s 没有写是什么假，请写上名称，例如“春节”。", day=day)
    if len(row.name) > LONGEST_NAME:
        return _("名称不超过 %(most)s 个字。", most=LONGEST_NAME)
    return ""


def _problems_of_whole(days: Sequence[ListedDay], year: int) -> Iterator[RowProblem]:
    if not days:
        yield RowProblem(0, _("名单是空的。每行写一天：日期、休或班、名称。"))
        return
    kinds = {one.day: one.kind for one in days}
    for one in days_by_law(year):
        is_off = one.day.weekday() >= SATURDAY and one.day not in kinds
        if not is_off and kinds.get(one.day) != HOLIDAY:
            sentence = _(
                "%(day)s（%(name)s）依法放假，名单里应当写成“休”。", day=one.day, name=one.name
            )
            yield RowProblem(0, sentence)


def is_of_year(day: date, year: int) -> bool:
    """Whether the list of a year may name the day: of the year, or of the December before."""
    return day.year == year or (day.year, day.month) == (year - 1, 12)


def _date(cell: Cell) -> date | None:
    if isinstance(cell, date):
        return date(cell.year, cell.month, cell.day)
    text = "".join(_text(cell).split())
    found = _DATE.fullmatch(text) or _TIGHT_DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _text(cell: Cell) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _cut(cell: Cell) -> str:
    return _text(cell)[:LONGEST_NAME]
