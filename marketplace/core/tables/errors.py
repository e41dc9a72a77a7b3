"""What can be wrong with a table: the whole file (TableError) or one row of it (RowError).

Belongs here: the two carriers and the sentences that several readers share. Sentences that only
one reader says stand in that reader.
"""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

SHOWN_LENGTH = 200


class TableError(Exception):
    """The file as a whole cannot be read or written.

    `code` is stable and meant for programs; `sentence` is lazy and says, in the reader's language,
    what is wrong and what would be right.
    """

    def __init__(self, code: str, sentence: LazyString) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing that is wrong in one row.

    `row` is the number a spreadsheet program shows beside the row (the header is usually 1),
    `column` the header's name or None when the whole row is meant, `value` what stands there (cut
    to 200 characters), `reason` a lazy sentence, `code` a stable name for programs.
    """

    row: int
    column: str | None
    value: str
    reason: LazyString
    code: str


def row_error(
    row: int, column: str | None, value: object, reason: LazyString, code: str
) -> RowError:
    """A RowError whose value is turned to text and cut to a length that fits an error list."""
    text = str(value)
    if len(text) > SHOWN_LENGTH:
        text = text[:SHOWN_LENGTH] + "…"
    return RowError(row, column, text, reason, code)


def contains_nul(row: int, column: str | None, value: str) -> RowError:
    """The row holds U+0000, which no database text column takes."""
    reason = _("这里有空字符（NUL），文本里不能有它。请删去后重新保存。")
    return row_error(row, column, value.replace("\0", "␀"), reason, "nul")


def wrong_bytes(row: int, column: str | None, value: str, encoding: str) -> RowError:
    """The row holds bytes that do not exist in the file's encoding."""
    reason = _(
        "这一行有不属于 %(encoding)s 编码的字节，读不出原来的字。请把整个文件另存为 UTF-8。",
        encoding=encoding,
    )
    return row_error(row, column, value, reason, "wrong_bytes")


def empty_file() -> TableError:
    """There is nothing in the file, not even a header."""
    return TableError("empty_file", _("文件是空的。第一行应当是列名，下面每行一条记录。"))


def header_only() -> TableError:
    """There is a header and no row below it."""
    return TableError("header_only", _("文件只有列名，没有记录。请从第二行起填写记录。"))


def unreadable_row(error: RowError) -> TableError:
    """No row could be read; says what is wrong with the first of them."""
    return TableError(
        error.code, _("第 %(row)s 行读不出来：%(reason)s", row=error.row, reason=error.reason)
    )
