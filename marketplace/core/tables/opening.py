"""The door to every reader: from a path to an open Table."""

from pathlib import Path

from flask_babel import lazy_gettext as _

from marketplace.core.tables.delimited import DelimitedTable
from marketplace.core.tables.errors import TableError, header_only
from marketplace.core.tables.json_lines import JsonLinesTable
from marketplace.core.tables.recognition import recognise
from marketplace.core.tables.table import Table
from marketplace.core.tables.workbook import WorkbookTable


def open_table(path: Path, *, sheet: str | None = None) -> Table:
    """Open a CSV, JSONL or XLSX file; which one it is, its content says.

    `sheet` names a sheet of an XLSX; without it the first visible sheet with a header is read.
    Use as a context manager. Raises TableError for a file that cannot be read as a whole; what is
    wrong in single rows comes with the rows.
    """
    try:
        recognised = recognise(path)
        table: Table
        if recognised.format == "xlsx":
            table = WorkbookTable(path, sheet)
        elif sheet is not None:
            raise TableError(
                "no_sheets", _("只有 XLSX 文件才有工作表。CSV 和 JSONL 不用指明工作表。")
            )
        elif recognised.format == "jsonl":
            table = JsonLinesTable(path, recognised)
        else:
            table = DelimitedTable(path, recognised)
    except OSError as error:
        raise TableError(
            "unreadable",
            _(
                "打不开文件 %(name)s：%(reason)s。请检查路径和读取权限。",
                name=path.name,
                reason=error.strerror or "",
            ),
        ) from error
    if next(iter(table), None) is None:
        table.close()
        raise header_only()
    table.bytes_read = 0
    return table
