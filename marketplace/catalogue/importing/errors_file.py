"""The file of rows that did not go in: row, column, value, reason.

Its length is kept with the job, so that after a kill it is cut back to the last committed batch
and no row stands in it twice.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.core.tables import RowError, TableError
from marketplace.core.tables.neutral import neutralise


class ErrorsFile:
    """A CSV for Excel, written from the first error on."""

    def __init__(self, path: Path, size: int = 0) -> None:
        self.path = path
        self.size = size

    def append(self, errors: Sequence[RowError]) -> None:
        """Add rows after the first ``size`` bytes, on the disk before this returns.

        :raises TableError: when the file can't be written.
        """
        if not errors:
            return
        try:
            with self.path.open("r+b" if self.path.exists() and self.size else "wb") as stream:
                is_begun = 0 < self.size <= stream.seek(0, os.SEEK_END)
                stream.seek(self.size if is_begun else 0)
                stream.truncate()
                stream.write(_lines(errors, with_header=not is_begun))
                stream.flush()
                os.fsync(stream.fileno())
                self.size = stream.tell()
        except OSError as error:
            raise TableError(
                "errors_unwritable",
                _l(
                    "写不了错误清单 %(path)s：%(reason)s。请用 --errors 另指定一个位置。",
                    path=str(self.path),
                    reason=error.strerror or "",
                ),
            ) from error


def _lines(errors: Sequence[RowError], *, with_header: bool) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    if with_header:
        writer.writerow([_("行号"), _("列"), _("值"), _("原因")])
    for error in errors:
        cells = (error.column or "", error.value, str(error.reason))
        writer.writerow([error.row, *(neutralise(cell) for cell in cells)])
    content = text.getvalue().encode("utf-8", "replace")
    return codecs.BOM_UTF8 + content if with_header else content
