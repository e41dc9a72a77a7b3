"""From the rows of a table to clean rows: columns, checks, repeats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from flask_babel import lazy_gettext as _

from marketplace.catalogue.importing.seen import SeenIdentities
from marketplace.catalogue.importing.target import Target
from marketplace.catalogue.inputs import CleanRow, Issue
from marketplace.catalogue.inputs.declaration import AlreadyRead
from marketplace.core.i18n import listed
from marketplace.core.tables import Row, RowError, Table, TableError, match_columns


@dataclass
class ReadBatch:
    """Some rows of a file: the clean ones, what is wrong with others, and where they end."""

    rows: list[CleanRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    read: int = 0
    failed: int = 0
    offset: int = 0


class RowReader:
    """Reads the rows of one file for one kind of record."""

    def __init__(
        self,
        target: Target,
        table: Table,
        mapping: Mapping[str, str] | None,
        seen: SeenIdentities,
    ) -> None:
        """:raises TableError: when no column holds the name, or the mapping doesn't fit."""
        self._target = target
        self._declared = target.declared
        self._table = table
        self._mapping = mapping
        self._seen = seen
        self._already_read: AlreadyRead = {}
        self._names = target.declared.accepted_names()
        self._header: dict[str, None] = {}
        self._columns: dict[str, str] = {}
        self.unknown: tuple[str, ...] = ()
        self._match(table.columns)
        self._require_title()

    @property
    def columns(self) -> Mapping[str, str]:
        """The column that holds each field, by key, as far as the file has one."""
        return self._columns

    def batches(self) -> Iterator[ReadBatch]:
        """All rows from where the table stands, some hundreds at a time."""
        rows = iter(self._table)
        while chunk := list(islice(rows, self._target.batch_rows)):
            batch = ReadBatch(read=len(chunk), offset=chunk[-1].offset)
            for row in chunk:
                self._read(row, batch)
            yield batch

    def pass_over(self, end: int) -> None:
        """Note what the rows before ``end`` name, so that repeats of them are still found."""
        batch = ReadBatch()
        for row in self._table:
            if row.offset > end:
                break
            self._read(row, batch)
            batch.rows.clear()
            batch.errors.clear()

    def _read(self, row: Row, batch: ReadBatch) -> None:
        if row.errors:
            batch.errors.extend(row.errors)
            batch.failed += 1
            return
        if not row.cells.keys() <= self._header.keys():
            self._match(row.cells)
        cleaned = self._declared.clean(row.number, row.cells, self._columns, self._already_read)
        if not isinstance(cleaned, CleanRow):
            batch.errors.extend(as_row_error(row.number, issue) for issue in cleaned)
            batch.failed += 1
            return
        again = self._seen.first_repeated(self._target.identify(cleaned), row.number)
        if again is not None:
            (key, value), earlier = again
            shown = "" if value.startswith("title:") else value
            reason = self._target.repeated((key, value), earlier)
            issue = Issue(key, self._columns.get(key, ""), shown, reason)
            batch.errors.append(as_row_error(row.number, issue))
            batch.failed += 1
            return
        batch.rows.append(cleaned)

    def _match(self, columns: Mapping[str, object] | tuple[str, ...]) -> None:
        """Match the columns again; a later object of a JSONL file may bring new ones."""
        self._header.update(dict.fromkeys(columns))
        match = match_columns(tuple(self._header), self._names, self._mapping)
        self._columns = match.found
        self.unknown = match.unknown

    def _require_title(self) -> None:
        keys = [
            field.key
            for field in self._declared.fields
            if field.goes_to == self._declared.title_target
        ]
        if any(key in self._columns for key in keys):
            return
        label = next(field.label for field in self._declared.fields if field.is_required)
        raise TableError(
            "no_title_column",
            _(
                "找不到“%(label)s”这一列。文件里的列是：%(columns)s。"
                "请改列名，或用 --mapping title_zh=列名 指明。",
                label=label,
                columns=listed(list(self._header)[:30]),
            ),
        )


def as_row_error(row: int, issue: Issue) -> RowError:
    """An issue of a row as the line of an error list."""
    return RowError(row, issue.column or None, issue.value, issue.reason, issue.field)
