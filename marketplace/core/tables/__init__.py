"""The one reader and writer of spreadsheets: CSV, JSONL and XLSX, in and out.

Belongs here: recognising a file, reading its rows with their errors and positions, matching its
columns to fields, writing files that no spreadsheet program will execute. Does not belong here:
what a row means, the database, progress bars, HTTP.
"""

from marketplace.core.tables.columns import ColumnMatch, match_columns
from marketplace.core.tables.errors import RowError, TableError
from marketplace.core.tables.opening import open_table
from marketplace.core.tables.table import Cell, Row, Table
from marketplace.core.tables.writing import Column, Sheet, write_csv, write_jsonl, write_xlsx

__all__ = [
    "Cell",
    "Column",
    "ColumnMatch",
    "Row",
    "RowError",
    "Sheet",
    "Table",
    "TableError",
    "match_columns",
    "open_table",
    "write_csv",
    "write_jsonl",
    "write_xlsx",
]
