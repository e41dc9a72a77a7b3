"""Files of the demonstration say so themselves: they travel without the page's banner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from flask import current_app

from marketplace.core.tables import Column, Sheet, write_csv, write_xlsx
from marketplace.core.web.wording import gettext as _
from marketplace.settings import Mode, Settings

Row = Mapping[str, Any]


def is_demo_site() -> bool:
    """Whether the market is a demonstration, whose records are invented."""
    settings: Settings = current_app.extensions["settings"]
    return settings.mode is Mode.DEMO


def marked(
    columns: Sequence[Column], rows: Iterable[Row], *, is_demo: bool
) -> tuple[list[Column], Iterable[Row]]:
    """Columns and rows of a file; those of the demonstration begin with a column that says so.

    The first row stays the heads of the columns, so that programs read the file as any other.
    """
    if not is_demo:
        return list(columns), rows
    mark = _("演示数据")
    return [Column("data", _("数据"), width=12), *columns], ({"data": mark, **row} for row in rows)


def write_marked(
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Row],
    about: Iterable[str],
    form: str,
    target: BinaryIO,
    *,
    is_demo: bool,
) -> None:
    """Write one table into ``target`` as ``csv``, or as ``xlsx`` with a sheet that explains it.

    ``name``: of the sheet; ``about``: the lines that explain it.
    """
    heads, cells = marked(columns, rows, is_demo=is_demo)
    if form == "csv":
        write_csv(target, heads, cells)
        return
    lines = [*notes(is_demo=is_demo), *({"about": line} for line in about)]
    write_xlsx(
        target,
        [
            Sheet(name, heads, cells),
            Sheet(_("说明"), [Column("about", _("这份表格"), width=100)], lines),
        ],
    )


def notes(*, is_demo: bool) -> list[dict[str, str]]:
    """The first line of the sheet that explains a file."""
    return [{"about": _("演示数据：机构、人员和合同均为虚构。")}] if is_demo else []


def file_names(name: str, plain: str, *, is_demo: bool) -> tuple[str, str]:
    """Under which names a file is saved: with any letters, and in ASCII alone."""
    return (_("演示数据-%(name)s", name=name), f"demo-{plain}") if is_demo else (name, plain)
