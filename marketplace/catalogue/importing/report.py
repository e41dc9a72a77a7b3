"""What an import says while it runs and when it is done."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from marketplace.core.tables import RowError


@dataclass(frozen=True)
class Progress:
    """How far an import is: rows of this run, share of the file (0–1), pace."""

    rows: int
    failed: int
    share_done: float
    rows_per_second: float
    left: timedelta | None


@dataclass(frozen=True)
class ImportReport:
    """The result of an import; counts cover the whole file, earlier runs included.

    ``resumed_from`` is the number of rows that an interrupted run had done already;
    ``seconds`` and ``rows_per_second`` are of this run.
    """

    read: int
    created: int
    updated: int
    unchanged: int
    failed: int
    warnings: int
    seconds: float
    rows_per_second: float
    resumed_from: int
    source: str
    unknown_columns: tuple[str, ...]
    errors_path: Path | None
    first_errors: tuple[RowError, ...]
    first_warnings: tuple[RowError, ...]

    def as_dict(self) -> dict[str, Any]:
        """The report in JSON's own types, with the sentences in the present language."""
        return {
            **asdict(self),
            "seconds": round(self.seconds, 3),
            "rows_per_second": round(self.rows_per_second, 1),
            "errors_path": str(self.errors_path) if self.errors_path else None,
            "first_errors": [_plain(error) for error in self.first_errors],
            "first_warnings": [_plain(error) for error in self.first_warnings],
        }


def _plain(error: RowError) -> dict[str, Any]:
    return {
        "row": error.row,
        "column": error.column,
        "value": error.value,
        "reason": str(error.reason),
    }
