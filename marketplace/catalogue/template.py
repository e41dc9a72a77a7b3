"""The empty spreadsheet for one kind of record, with explanations and drop-down lists."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.catalogue.inputs import InputField, RecordInput
from marketplace.core.codelists import choices
from marketplace.core.tables import Column, Sheet, TableError, write_xlsx

SUFFIX = ".xlsx"


def write_template(
    declared: RecordInput,
    path: Path,
    *,
    has_to_replace: bool = False,
    keys: Collection[str] | None = None,
    required: Collection[str] = (),
) -> None:
    """Write the template in the present language; the import knows all of its columns.

    What somebody has filled in already is replaced only with ``has_to_replace``. With ``keys``
    it has only those fields; ``required`` ones are marked beside those that always are.

    :raises TableError: when the file's name isn't that of a workbook, the file is there already,
        or it can't be written.
    """
    if path.suffix.lower() != SUFFIX:
        raise TableError("not_xlsx", _l("模板是 XLSX 文件，文件名要以 .xlsx 结尾。"))
    if path.exists() and not has_to_replace:
        raise TableError(
            "exists",
            _l(
                "%(path)s 已经有了，没有动它。请换一个文件名，或加上 --overwrite 覆盖它。",
                path=str(path),
            ),
        )
    columns = [
        _column(field, is_required=field.is_required or field.key in required)
        for field in declared.fields
        if field.is_offered and (keys is None or field.key in keys)
    ]
    try:
        write_xlsx(path, [Sheet(str(declared.title), columns)], is_explained=True)
    except OSError as error:
        raise TableError(
            "unwritable",
            _l("写不了 %(path)s：%(reason)s。", path=str(path), reason=error.strerror or ""),
        ) from error


def _column(field: InputField, *, is_required: bool) -> Column:
    explained = str(field.help)
    if field.example:
        explained = _("%(help)s 例如：%(example)s", help=explained, example=field.example)
    return Column(
        key=field.key,
        label=str(field.label),
        width=field.width,
        help=explained,
        is_required=is_required,
        choices=tuple(name for _code, name in choices(field.choices)) if field.choices else (),
    )
