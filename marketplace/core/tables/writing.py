"""Rows to files: XLSX with drop-downs and explanations, CSV for Excel, JSONL.

Belongs here: layout of files and making cells harmless. Which columns an export has, and what
they are called, is said by the caller.
"""

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO, Literal

import xlsxwriter
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from xlsxwriter.utility import quote_sheetname, xl_range_abs

from marketplace.core.tables.errors import TableError
from marketplace.core.tables.neutral import is_executable, neutralise

# Excel's specifications and limits.
CELL_LIMIT = 32_767
ROW_LIMIT = 1_048_576
TITLE_LIMIT = 31
# Characters that neither UTF-8 nor XML 1.0 (2.2) can hold.
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
VALIDATED_ROWS = 10_000

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `key` finds the value in a row, `label` stands in the header.

    `width` is in characters; `choices` become a drop-down list; `kind` says how cells that are
    still empty are formatted: text keeps every digit of a code.
    """

    key: str
    label: str
    width: int = 16
    help: str = ""
    is_required: bool = False
    choices: tuple[str, ...] = ()
    kind: Literal["text", "number", "date"] = "text"

    @property
    def heading(self) -> str:
        """The label, with the mark that templates put on required columns."""
        return f"{self.label} *" if self.is_required else self.label


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows map a column's key to its value; they may be a generator."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Values] = ()


def write_xlsx(
    target: Path | BinaryIO, sheets: Sequence[Sheet], *, is_explained: bool = False
) -> None:
    """Write a workbook, one row at a time in constant memory.

    With `is_explained` a sheet after the data explains each column, for templates. Text is written
    as text whatever it begins with; numbers as numbers, dates as dates; lists joined with “；”.
    Text over Excel's 32,767 characters a cell is cut and says so. Raises TableError
    (`too_many_rows`) beyond Excel's 1,048,576 rows.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with _opened(target) as stream, xlsxwriter.Workbook(stream, options) as book:
        _Workbook(book).write(sheets, is_explained=is_explained)


def write_csv(target: Path | BinaryIO, columns: Sequence[Column], rows: Iterable[Values]) -> None:
    """Write UTF-8 CSV with a byte order mark, without which Excel misreads 汉字.

    Text that a spreadsheet program would execute gets an apostrophe, which `open_table` takes off
    again.
    """
    with _opened(target) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
        # Text is always quoted, so that it stays one cell where Excel splits at semicolons.
        writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow([neutralise(_writable(column.label)) for column in columns])
        for row in rows:
            writer.writerow([_csv_cell(row.get(column.key)) for column in columns])
        text.detach()


def write_jsonl(target: Path | BinaryIO, rows: Iterable[Values]) -> None:
    """Write one JSON object a line, UTF-8; dates in ISO 8601, Decimal as text, NaN as null."""
    with _opened(target) as stream:
        for row in rows:
            line = json.dumps(_plain(row), ensure_ascii=False, separators=(",", ":"))
            stream.write(_UNWRITABLE.sub("\ufffd", line).encode("utf-8") + b"\n")


class _Workbook:
    def __init__(self, book: Any) -> None:
        self._book = book
        self._titles: set[str] = set()
        text = {"num_format": "@", "valign": "top"}
        self._text = book.add_format(text)
        # Shown as text even after someone edits the cell, which would arm it otherwise.
        self._guarded_text = book.add_format({**text, "quote_prefix": True})
        self._date = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top"})
        self._number = book.add_format({"valign": "top"})
        self._heading = book.add_format(
            {"bold": True, "num_format": "@", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self._wrapped = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})

    def write(self, sheets: Sequence[Sheet], *, is_explained: bool) -> None:
        pages = [(sheet, self._page(sheet.title)) for sheet in sheets]
        explained = self._page(gettext("填写说明")) if is_explained else None
        choices = [column for sheet in sheets for column in sheet.columns if column.choices]
        sources = self._write_choices(choices)
        for sheet, page in pages:
            self._write_sheet(sheet, page, sources)
        if explained is not None:
            self._write_explanations(sheets, explained)

    def _page(self, title: str) -> Any:
        clean = _FORBIDDEN_IN_TITLE.sub(" ", _writable(title)).strip(" '")[:TITLE_LIMIT] or "Sheet"
        unique, count = clean, 1
        while unique.casefold() in self._titles:
            count += 1
            unique = f"{clean[: TITLE_LIMIT - 5]} ({count})"
        self._titles.add(unique.casefold())
        return self._book.add_worksheet(unique)

    def _write_choices(self, columns: Sequence[Column]) -> dict[int, str]:
        """Drop-down lists on a hidden sheet: inside a cell's rule they end at 255 characters."""
        if not columns:
            return {}
        page = self._page(gettext("选项"))
        page.hide()
        for line, choices in enumerate(zip_longest(*(column.choices for column in columns))):
            for place, choice in enumerate(choices):
                if choice is not None:
                    page.write_string(line, place, _cut(choice), self._text)
        name = quote_sheetname(page.get_name())
        return {
            id(column): f"={name}!{xl_range_abs(0, place, len(column.choices) - 1, place)}"
            for place, column in enumerate(columns)
        }

    def _write_sheet(self, sheet: Sheet, page: Any, sources: Mapping[int, str]) -> None:
        formats = {"text": self._text, "number": self._number, "date": self._date}
        page.freeze_panes(1, 0)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width, formats[column.kind])
            page.write_string(0, place, _cut(column.heading), self._heading)
        line = 0
        for line, row in enumerate(sheet.rows, start=1):
            if line >= ROW_LIMIT:
                raise TableError(
                    "too_many_rows",
                    _(
                        "一个 XLSX 工作表最多 %(limit)s 行，这次导出超过了。请改用 CSV。",
                        limit=ROW_LIMIT,
                    ),
                )
            for place, column in enumerate(sheet.columns):
                self._write_cell(page, line, place, row.get(column.key))
        for place, column in enumerate(sheet.columns):
            if id(column) in sources:
                # A warning, not a stop: several values may share a cell.
                rule = {"validate": "list", "source": sources[id(column)], "error_type": "warning"}
                page.data_validation(1, place, max(line, VALIDATED_ROWS), place, rule)
        if sheet.columns:
            page.autofilter(0, 0, max(line, 1), len(sheet.columns) - 1)

    def _write_cell(self, page: Any, line: int, place: int, value: object) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            page.write_boolean(line, place, value)
        elif isinstance(value, (int, float, Decimal)) and _fits_a_double(value):
            page.write_number(line, place, value, self._number)
        elif isinstance(value, date) and value.year > 1900 and not _has_zone(value):
            kind = self._moment if isinstance(value, datetime) else self._date
            page.write_datetime(line, place, value, kind)
        else:
            text = _cut(_as_text(value))
            kind = self._guarded_text if is_executable(text) else self._text
            page.write_string(line, place, text, kind)

    def _write_explanations(self, sheets: Sequence[Sheet], page: Any) -> None:
        headings = (gettext("列名"), gettext("是否必填"), gettext("说明"), gettext("可选的值"))
        page.freeze_panes(1, 0)
        for place, (heading, width) in enumerate(zip(headings, (24, 10, 60, 60), strict=True)):
            page.set_column(place, place, width)
            page.write_string(0, place, heading, self._heading)
        columns = [column for sheet in sheets for column in sheet.columns]
        for line, column in enumerate(columns, start=1):
            need = gettext("必填") if column.is_required else gettext("选填")
            for place, text in enumerate(
                (column.label, need, column.help, gettext("、").join(column.choices))
            ):
                page.write_string(line, place, _cut(text), self._wrapped)


@contextmanager
def _opened(target: Path | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(target, Path):
        with target.open("wb") as stream:
            yield stream
    else:
        yield target


def _is_finite(value: int | float | Decimal) -> bool:
    return value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)


def _fits_a_double(value: int | float | Decimal) -> bool:
    # Longer numbers would lose digits in a spreadsheet and are written as text.
    return _is_finite(value) and -(10**15) < value < 10**15


def _has_zone(value: date) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


def _csv_cell(value: object) -> object:
    is_number = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    return value if is_number and _as_text(value) else neutralise(_as_text(value))


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (float, Decimal)) and not _is_finite(value):
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (list, tuple)):
        return "；".join(_as_text(item) for item in value)
    if isinstance(value, Mapping):
        return _writable(json.dumps(_plain(value), ensure_ascii=False))
    if isinstance(value, date):
        return value.isoformat()
    return _writable(str(value))


def _plain(value: object) -> object:
    """The value in JSON's own types."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if _is_finite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return _as_text(value)


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)


def _cut(text: str) -> str:
    text = _writable(text)
    if len(text) <= CELL_LIMIT:
        return text
    note = gettext("……（表格一格放不下，全文见 CSV 或 JSONL 导出）")
    return text[: CELL_LIMIT - len(note)] + note
