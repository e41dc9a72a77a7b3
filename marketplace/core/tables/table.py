"""What every open table offers, whatever its format: columns, rows, positions.

Belongs here: the Table, its Row, and the checks of a header that CSV and XLSX share. How bytes
become rows stands in `delimited`, `json_lines` and `workbook`.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Literal, Self

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from xlsxwriter.utility import xl_col_to_name

from marketplace.core.i18n import listed
from marketplace.core.tables.errors import RowError, TableError

Cell = str | list | dict | int | float | bool | date | None
Format = Literal["csv", "jsonl", "xlsx"]

# Longest cell that is read: a full abstract has 10,000 characters at most, so a longer cell is a
# swallowed file rather than a text.
FIELD_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank.

    `number` is the one a spreadsheet program shows beside it: blank rows count, and so does the
    header; in JSONL it is the line. `cells` maps column to value (empty cells of CSV and XLSX are
    None). `offset` is the position after the row, for `Table.start_at`. When `errors` is not empty,
    `cells` holds only what could be read and the row must not be taken over.
    """

    number: int
    cells: dict[str, Cell]
    offset: int
    errors: tuple[RowError, ...] = ()


class Table(ABC):
    """An open file of rows; a context manager; can be iterated repeatedly, one loop at a time.

    `columns` are the header's names (JSONL: the names seen at the file's beginning; later rows may
    bring more). `encoding` is "" for XLSX. `sheet` and `other_sheets` are set for XLSX only.
    `bytes_read` of `total_bytes` measures progress.
    """

    format: Format
    columns: tuple[str, ...] = ()
    encoding: str = ""
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    total_bytes: int
    bytes_read: int = 0
    _passed: int = 0

    @abstractmethod
    def __iter__(self) -> Iterator[Row]:
        """The rows in the file's order, those with errors among them."""

    @abstractmethod
    def close(self) -> None:
        """Close the file. The table cannot be iterated afterwards."""

    def start_at(self, offset: int) -> None:
        """Let the next loops begin after the row whose `Row.offset` this is (0: from the start).

        The rows before are passed over rather than jumped, because a row's number is the count of
        those above it; that takes a small part of the time that importing them took. Raises
        TableError (`changed_file`) while iterating when no row ends there: the file was changed.
        """
        self._passed = offset

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def changed_file() -> TableError:
    """An interrupted read cannot go on because the file is no longer the same."""
    return TableError(
        "changed_file",
        _("文件在中断之后有改动，无法从原来的位置接着读。请从头开始。"),
    )


def read_header(names: Sequence[object], first_column: int = 0) -> tuple[str, ...]:
    """The column names of a header row, trimmed; nameless columns at its end are left out.

    `first_column` (from 0) is where the row begins on the sheet, for the letters in sentences.

    Raises TableError: `empty_file` when there is no name at all, `nameless_columns`,
    `duplicate_columns`; the sentences name the columns.
    """
    trimmed = [" ".join(str(name).replace("\0", "").split()) for name in names]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    if not trimmed:
        raise TableError("no_header", _("找不到列名。第一行应当是列名，下面每行一条记录。"))
    nameless = [
        xl_col_to_name(place) for place, name in enumerate(trimmed, first_column) if not name
    ]
    if nameless:
        raise TableError(
            "nameless_columns",
            _("第 %(columns)s 列没有列名。请填上列名，或删去这几列。", columns=_some(nameless)),
        )
    repeated = [name for name, count in Counter(trimmed).items() if count > 1]
    if repeated:
        raise TableError(
            "duplicate_columns",
            _("列名“%(columns)s”出现了不止一次。每个列名只能用一次。", columns=_some(repeated)),
        )
    return tuple(trimmed)


def _some(names: Sequence[str]) -> LazyString:
    return listed([name[:60] for name in names[:10]], has_more=len(names) > 10)
