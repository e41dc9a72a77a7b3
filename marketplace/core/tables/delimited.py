"""CSV of any size, row by row.

Belongs here: delimiter, quotation marks, cell counts. Splitting bytes belongs to `lines`,
recognising the encoding to `recognition`.
"""

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from flask_babel import lazy_gettext as _

from marketplace.core.tables.errors import (
    RowError,
    TableError,
    contains_nul,
    row_error,
    wrong_bytes,
)
from marketplace.core.tables.lines import read_lines
from marketplace.core.tables.neutral import restore
from marketplace.core.tables.recognition import Recognised
from marketplace.core.tables.table import FIELD_LIMIT, Cell, Row, Table, changed_file, read_header

DELIMITERS = ",\t;"
RECORD_LIMIT = 4_000_000

# The module keeps one limit for the whole process; nothing else here reads CSV.
csv.field_size_limit(FIELD_LIMIT)


class _OverlongRecord(Exception):
    """A record grew past RECORD_LIMIT bytes."""


class _Lines:
    """Feeds decoded lines to csv.reader and remembers those of the current record."""

    def __init__(self, lines: Iterator[tuple[bytes | None, int]], encoding: str) -> None:
        self._lines = lines
        self._encoding = encoding
        self._again: deque[tuple[bytes | None, int]] = deque()
        self.record: list[tuple[bytes | None, int]] = []
        self.is_damaged = False
        self.has_nul = False
        self._size = 0

    def begin_record(self) -> None:
        self.record = []
        self.is_damaged = self.has_nul = False
        self._size = 0

    def keep_first_line_only(self) -> None:
        """Give the record's other lines back, so that they are read as rows of their own."""
        self._again.extendleft(reversed(self.record[1:]))
        del self.record[1:]

    @property
    def end(self) -> int:
        return self.record[-1][1]

    def first_line(self) -> str:
        return (self.record[0][0] or b"").decode(self._encoding, "replace").strip()

    def second_line(self) -> str:
        return (self.record[1][0] or b"").decode(self._encoding, "replace")

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.record.append(line)
        raw = line[0]
        if raw is None:
            raise _OverlongRecord
        self._size += len(raw)
        if self._size > RECORD_LIMIT:
            raise _OverlongRecord
        try:
            text = raw.decode(self._encoding)
        except UnicodeDecodeError:
            self.is_damaged = True
            text = raw.decode(self._encoding, "replace")
        if "\0" in text:
            self.has_nul = True
        return text + "\n"


class DelimitedTable(Table):
    """A CSV file with a header row; comma, tab or semicolon."""

    format = "csv"

    def __init__(self, path: Path, recognised: Recognised) -> None:
        self.encoding = recognised.encoding
        self.total_bytes = path.stat().st_size
        self._start = recognised.start
        self._newline = _newline(recognised)
        self.delimiter = _delimiter(recognised.sample)
        self._stream = path.open("rb")
        try:
            self._read_header()
        except BaseException:
            self._stream.close()
            raise

    def close(self) -> None:
        self._stream.close()

    def _read_header(self) -> None:
        lines = self._lines()
        number = 0
        for number, cells in self._records(lines):
            if isinstance(cells, RowError) or lines.is_damaged:
                raise TableError(
                    "broken_header",
                    _(
                        "第 %(row)s 行是列名，但读不出来：引号没有成对，或编码有误。"
                        "请检查这一行，另存为 UTF-8 的 CSV。",
                        row=number,
                    ),
                )
            if any(cell.strip() for cell in cells):
                self.columns = read_header([restore(cell) for cell in cells])
                break
        self._header_number = number
        self._header_end = lines.end if lines.record else 0
        if not self.columns:
            self.columns = read_header([])

    def _lines(self) -> _Lines:
        return _Lines(read_lines(self._stream, self._start, self._newline), self.encoding)

    def _records(self, lines: _Lines) -> Iterator[tuple[int, list[str] | RowError]]:
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        number = 0
        while True:
            lines.begin_record()
            number += 1
            cells: list[str] | RowError
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _OverlongRecord) as error:
                cells = _record_error(number, lines, error)
                lines.keep_first_line_only()
            else:
                if len(lines.record) > 1 and self._has_swallowed_rows(lines, cells):
                    cells = _unclosed_quote(number, lines)
                    lines.keep_first_line_only()
            yield number, cells

    def _has_swallowed_rows(self, lines: _Lines, cells: list[str]) -> bool:
        """Did a stray quotation mark join rows that are complete on their own?"""
        if not self.columns or len(cells) == len(self.columns):
            return False
        try:
            alone = next(csv.reader([lines.second_line()], delimiter=self.delimiter), [])
        except csv.Error:
            return False
        return len(alone) == len(self.columns)

    def __iter__(self) -> Iterator[Row]:
        lines = self._lines()
        width = len(self.columns)
        passed = max(self._passed, self._header_end)
        reached = 0
        for number, cells in self._records(lines):
            before, reached = reached, lines.end
            self.bytes_read = reached
            if reached <= passed:
                continue
            if before < passed:
                raise changed_file()
            if isinstance(cells, RowError):
                yield Row(number, {}, reached, (cells,))
                continue
            if len(cells) > width and not any(cells[width:]):
                del cells[width:]
            if not any(cells):
                continue
            values: dict[str, Cell] = {
                name: (restore(value) if value[0] == "'" else value) if value else None
                for name, value in zip(self.columns, cells, strict=False)
            }
            yield Row(number, values, reached, self._errors(number, cells, lines))
        if reached < passed:
            raise changed_file()

    def _errors(self, number: int, cells: list[str], lines: _Lines) -> tuple[RowError, ...]:
        errors: list[RowError] = []
        if len(cells) != len(self.columns):
            reason = _(
                "这一行有 %(found)s 格，列名有 %(expected)s 个，两者应当相同。"
                "内容里有逗号、引号或换行时，整格要用双引号括起来。",
                found=len(cells),
                expected=len(self.columns),
            )
            errors.append(row_error(number, None, lines.first_line(), reason, "cell_count"))
        if lines.is_damaged:
            column, value = self._first_with("\ufffd", cells)
            errors.append(wrong_bytes(number, column, value, self.encoding))
        if lines.has_nul:
            column, value = self._first_with("\0", cells)
            errors.append(contains_nul(number, column, value))
        return tuple(errors)

    def _first_with(self, character: str, cells: list[str]) -> tuple[str | None, str]:
        for name, value in zip(self.columns, cells, strict=False):
            if character in value:
                return name, value
        return None, next((value for value in cells if character in value), "")


def _record_error(number: int, lines: _Lines, error: Exception) -> RowError:
    # csv.Error has no codes, only English messages.
    message = str(error)
    is_one_line = len(lines.record) == 1
    if "new-line character" in message:
        reason = _("这一行中间有单独的回车符。请删去，或把整格用双引号括起来。")
        return row_error(number, None, lines.first_line(), reason, "bare_return")
    if is_one_line and (isinstance(error, _OverlongRecord) or "field larger" in message):
        reason = _(
            "这一行有一格超过 %(limit)s 个字符。请缩短，长文请放在附件里。", limit=FIELD_LIMIT
        )
        return row_error(number, None, lines.first_line(), reason, "too_long")
    if is_one_line and "expected after" in message:
        reason = _('这一行有一格在右引号之后还有文字。格里的双引号要写成两个（""）。')
        return row_error(number, None, lines.first_line(), reason, "stray_quote")
    return _unclosed_quote(number, lines)


def _unclosed_quote(number: int, lines: _Lines) -> RowError:
    reason = _(
        "第 %(row)s 行有一个双引号没有配对，后面的行会被它吞进同一格。"
        '请补上右引号，或把格里的双引号写成两个（""）。',
        row=number,
    )
    return row_error(number, None, lines.first_line(), reason, "unclosed_quote")


def _newline(recognised: Recognised) -> bytes:
    # Excel for Mac can still write CR alone.
    has_only_returns = "\r" in recognised.sample and "\n" not in recognised.sample
    return ("\r" if has_only_returns else "\n").encode(recognised.encoding)


def _delimiter(sample: str) -> str:
    """The delimiter that the header uses most, quoted names left aside; the comma if none."""
    counts = dict.fromkeys(DELIMITERS, 0)
    is_quoted = False
    for character in sample.lstrip("\r\n"):
        if character == '"':
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif character in "\r\n":
            break
        elif character in counts:
            counts[character] += 1
    return max(DELIMITERS, key=lambda delimiter: counts[delimiter])
