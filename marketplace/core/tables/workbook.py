"""XLSX: one sheet, row by row.

Belongs here: choosing the sheet, turning its cells to values, errors of cells. Whether the file is
safe to open at all is asked of `archive` first.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum
from python_calamine import SheetVisibleEnum as Visibility
from xlsxwriter.utility import xl_col_to_name, xl_range

from marketplace.core.i18n import listed
from marketplace.core.tables.archive import CellFault, broken_workbook, scan_archive
from marketplace.core.tables.errors import (
    RowError,
    TableError,
    contains_nul,
    empty_file,
    row_error,
)
from marketplace.core.tables.parts import part_of_sheet
from marketplace.core.tables.table import FIELD_LIMIT, Cell, Row, Table, changed_file, read_header

# Excel keeps 15 significant digits (ECMA-376 stores a double): a code of 16 or more is damaged.
LARGEST_EXACT = 10**15
Read = TypeVar("Read")


class WorkbookTable(Table):
    """One sheet of an XLSX. Offsets are row numbers."""

    format = "xlsx"

    def __init__(self, path: Path, sheet: str | None) -> None:
        self.total_bytes = path.stat().st_size
        scans = scan_archive(path)
        self._book = _guarded(partial(CalamineWorkbook.from_path, str(path)))
        readable = [
            meta.name
            for meta in self._book.sheets_metadata
            if meta.visible == Visibility.Visible and meta.typ == SheetTypeEnum.WorkSheet
        ]
        self._sheet, self._header_number, header = self._choose(readable, sheet)
        self.sheet = self._sheet.name
        self.other_sheets = tuple(name for name in readable if name != self.sheet)
        self._first_column = (self._sheet.start or (0, 0))[1]
        self._refuse_merged_header()
        self.columns = read_header([_as_name(cell) for cell in header], self._first_column)
        part = part_of_sheet(path, self._book.sheet_names.index(self.sheet))
        self._faults: dict[int, dict[int, CellFault]] = {}
        if part in scans:
            for (row, column), fault in scans[part].faults.items():
                self._faults.setdefault(row, {})[column - self._first_column] = fault

    def close(self) -> None:
        self._book.close()

    def _choose(
        self, readable: list[str], wanted: str | None
    ) -> tuple[CalamineSheet, int, Sequence[Any]]:
        if wanted is not None and wanted not in self._book.sheet_names:
            raise TableError(
                "unknown_sheet",
                _(
                    "文件里没有名为“%(sheet)s”的工作表，有的是：%(sheets)s。",
                    sheet=wanted,
                    sheets=listed(readable),
                ),
            )
        for name in readable if wanted is None else [wanted]:
            sheet = _guarded(partial(self._book.get_sheet_by_name, name))
            for number, cells in enumerate(sheet.iter_rows(), start=1):
                if any(cell not in ("", None) for cell in cells):
                    return sheet, number, cells
        raise empty_file()

    def _refuse_merged_header(self) -> None:
        row = self._header_number - 1
        for (top, left), (bottom, right) in self._sheet.merged_cell_ranges or ():
            if top <= row <= bottom:
                raise TableError(
                    "merged_header",
                    _(
                        "第 %(row)s 行的 %(range)s 是合并单元格，认不出列名。"
                        "列名应当占一行，每列一格；请取消合并，并删去上方的大标题。",
                        row=self._header_number,
                        range=xl_range(top, left, bottom, right),
                    ),
                )

    def __iter__(self) -> Iterator[Row]:
        height = max(self._sheet.total_height, 1)
        width = len(self.columns)
        is_found = self._passed <= self._header_number
        for number, cells in enumerate(self._sheet.iter_rows(), start=1):
            self.bytes_read = self.total_bytes * min(number, height) // height
            if number == self._passed:
                is_found = True
            if number <= max(self._header_number, self._passed):
                continue
            faults = self._faults.get(number, {})
            if not faults and not any(cell not in ("", None) for cell in cells):
                continue
            values: dict[str, Cell] = dict.fromkeys(self.columns)
            errors: list[RowError] = []
            surplus: list[str] = []
            for column, raw in enumerate(cells):
                if raw == "":
                    continue
                if column >= width:
                    surplus.append(xl_col_to_name(column + self._first_column))
                    continue
                name = self.columns[column]
                values[name] = value = _as_cell(raw)
                error = _value_error(number, name, value)
                if error:
                    errors.append(error)
            errors += [
                _fault_error(number, self.columns[column], fault)
                for column, fault in sorted(faults.items())
                if 0 <= column < width
            ]
            if surplus:
                reason = _(
                    "%(columns)s 列有内容，但没有列名。请填上列名，或清空这几格。",
                    columns=listed(surplus[:10]),
                )
                errors.append(row_error(number, None, "", reason, "cell_count"))
            yield Row(number, values, number, tuple(errors))
        if not is_found:
            raise changed_file()


def _guarded(read: Callable[[], Read]) -> Read:
    try:
        return read()
    except (CalamineError, OSError, ValueError) as error:
        raise broken_workbook() from error
    except BaseException as error:
        # A panic in the Rust reader is no Exception, so that it is not swallowed by accident; a
        # damaged file must not end the process.
        if type(error).__name__ != "PanicException":
            raise
        raise broken_workbook() from error


def _as_name(cell: Any) -> str:
    return "" if cell is None else str(_as_cell(cell))


def _as_cell(raw: Any) -> Cell:
    if isinstance(raw, float):
        return int(raw) if raw.is_integer() and abs(raw) < LARGEST_EXACT else raw
    if isinstance(raw, datetime):
        return raw.date() if raw.time() == time.min else raw
    if isinstance(raw, time):
        return raw.isoformat()
    if isinstance(raw, timedelta):
        return str(raw)
    if isinstance(raw, (str, int, date)):
        return raw
    return None


def _value_error(number: int, name: str, value: Cell) -> RowError | None:
    if isinstance(value, (int, float)) and abs(value) >= LARGEST_EXACT:
        return _lost_digits(number, name, float(value))
    if isinstance(value, str):
        if "\0" in value:
            return contains_nul(number, name, value)
        if len(value) > FIELD_LIMIT:
            reason = _("这一格超过 %(limit)s 个字符。请缩短，长文请放在附件里。", limit=FIELD_LIMIT)
            return row_error(number, name, value, reason, "too_long")
    return None


def _lost_digits(row: int, column: str | None, value: float) -> RowError:
    reason = _(
        "这一格是数字，超过 15 位的数字已经丢失末尾几位。"
        "请把这一列的格式设为“文本”，再重新填写完整的编号。"
    )
    return row_error(row, column, f"{value:.0f}", reason, "lost_digits")


def _fault_error(number: int, name: str, fault: CellFault) -> RowError:
    if fault.code == "error_value":
        reason = _("这一格是公式的错误值 %(value)s。请改正公式，或直接填写内容。", value=fault.text)
    else:
        reason = _(
            "这一格是公式，文件里没有存下它的结果。请用表格软件打开并保存一次，或直接填写内容。"
        )
    return row_error(number, name, fault.text, reason, fault.code)
