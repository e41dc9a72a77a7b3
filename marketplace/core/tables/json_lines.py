"""JSONL of any size, line by line.

Belongs here: one line to one object. Splitting bytes belongs to `lines`.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import orjson
from flask_babel import lazy_gettext as _

from marketplace.core.tables.errors import (
    RowError,
    contains_nul,
    row_error,
    unreadable_row,
    wrong_bytes,
)
from marketplace.core.tables.lines import LINE_LIMIT, read_lines
from marketplace.core.tables.recognition import Recognised
from marketplace.core.tables.table import Cell, Row, Table, changed_file

COLUMN_SAMPLE_LINES = 100
# The parser turns whole numbers beyond 64 bits into floats.
LARGEST_WHOLE = 2**63

_LOST_DIGITS = _("这个数字太长，末尾几位已经丢失。编号请写成文字，用双引号括起来。")


class JsonLinesTable(Table):
    """A file with one JSON object a line."""

    format = "jsonl"

    def __init__(self, path: Path, recognised: Recognised) -> None:
        self.encoding = recognised.encoding
        self.total_bytes = path.stat().st_size
        self._start = recognised.start
        self._stream = path.open("rb")
        names: dict[str, None] = {}
        errors: list[RowError] = []
        for row in islice(self, COLUMN_SAMPLE_LINES):
            names.update(dict.fromkeys(row.cells))
            errors += row.errors
        if errors and not names:
            self.close()
            raise unreadable_row(errors[0])
        self.columns = tuple(names)
        self.bytes_read = 0

    def close(self) -> None:
        self._stream.close()

    def __iter__(self) -> Iterator[Row]:
        newline = "\n".encode(self.encoding)
        passed = self._passed
        reached = 0
        lines = read_lines(self._stream, self._start, newline)
        for number, (raw, end) in enumerate(lines, start=1):
            before, reached = reached, end
            self.bytes_read = end
            if end <= passed:
                continue
            if before < passed:
                raise changed_file()
            if raw is None or raw.strip(b" \t\r\0"):
                yield self._row(number, raw, end)
        if reached < passed:
            raise changed_file()

    def _row(self, number: int, raw: bytes | None, end: int) -> Row:
        if raw is None:
            reason = _("这一行超过 %(limit)s 字节。请缩短，长文请放在附件里。", limit=LINE_LIMIT)
            return Row(number, {}, end, (row_error(number, None, "", reason, "too_long"),))
        try:
            text = raw if self.encoding == "utf-8" else raw.decode(self.encoding)
            content = orjson.loads(text)
        except UnicodeDecodeError:
            return Row(number, {}, end, (self._wrong_bytes(number, raw),))
        except orjson.JSONDecodeError as error:
            return Row(number, {}, end, (self._not_json(number, raw, error),))
        if not isinstance(content, dict):
            reason = _('这一行应当是一个 JSON 对象，如 {"title": "……"}。')
            shown = raw.decode(self.encoding, "replace")
            return Row(number, {}, end, (row_error(number, None, shown, reason, "not_an_object"),))
        return Row(number, content, end, _value_errors(number, raw, content))

    def _wrong_bytes(self, number: int, raw: bytes) -> RowError:
        return wrong_bytes(number, None, raw.decode(self.encoding, "replace"), self.encoding)

    def _not_json(self, number: int, raw: bytes, error: orjson.JSONDecodeError) -> RowError:
        try:
            shown = raw.decode(self.encoding)
        except UnicodeDecodeError:
            return self._wrong_bytes(number, raw)
        reason = _(
            "这一行不是 JSON，从第 %(place)s 个字符起读不下去。每行应当是一个完整的 JSON 对象，"
            "名字和文字用双引号。",
            place=error.pos + 1,
        )
        return row_error(number, None, shown, reason, "not_json")


def _value_errors(number: int, raw: bytes, content: dict[str, Cell]) -> tuple[RowError, ...]:
    errors = [
        row_error(number, name, f"{value:.0f}", _LOST_DIGITS, "lost_digits")
        for name, value in content.items()
        if isinstance(value, float) and abs(value) >= LARGEST_WHOLE
    ]
    # A NUL can only be written escaped; the search spares most lines the walk.
    if b"u0000" in raw.replace(b"\0", b""):
        errors += [
            contains_nul(number, name, str(value))
            for name, value in content.items()
            if "\0" in name or _holds_nul(value)
        ]
    return tuple(errors)


def _holds_nul(value: object) -> bool:
    waiting = [value]
    while waiting:
        present = waiting.pop()
        if isinstance(present, str) and "\0" in present:
            return True
        if isinstance(present, dict):
            waiting.extend(present)
            waiting.extend(present.values())
        elif isinstance(present, list):
            waiting.extend(present)
    return False
