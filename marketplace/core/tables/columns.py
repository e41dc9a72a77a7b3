"""Which column of a file holds which field.

Belongs here: comparing names. Which fields there are and what they are called is said by the
caller.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from marketplace.core.i18n import listed
from marketplace.core.tables.errors import TableError

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """`found` maps field to column; `unknown` columns fit no field; `missing` fields no column."""

    found: dict[str, str]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


def match_columns(
    header: Sequence[str],
    fields: Mapping[str, Sequence[str]],
    mapping: Mapping[str, str] | None = None,
) -> ColumnMatch:
    """Find each field's column.

    `fields` maps a field's key to the names it is accepted by, besides the key itself. Case,
    width, spaces, a trailing * and a bracketed unit do not matter, but a name that fits with its
    unit goes first. `mapping` (field to column) wins over names. Raises TableError:
    `unknown_column` and `unknown_field` when the mapping names what is not there.
    """
    found = _chosen(header, fields, mapping or {})
    taken = set(found.values())
    for simplify in (_simplified, _without_unit):
        columns: dict[str, str] = {}
        for column in header:
            if column not in taken:
                columns.setdefault(simplify(column), column)
        for field, names in fields.items():
            if field in found:
                continue
            for name in (field, *names):
                column = columns.pop(simplify(name), "")
                if column:
                    found[field] = column
                    taken.add(column)
                    break
    return ColumnMatch(
        found={field: found[field] for field in fields if field in found},
        unknown=tuple(column for column in header if column not in taken),
        missing=tuple(field for field in fields if field not in found),
    )


def _chosen(
    header: Sequence[str], fields: Mapping[str, Sequence[str]], mapping: Mapping[str, str]
) -> dict[str, str]:
    strangers = [field for field in mapping if field not in fields]
    if strangers:
        raise TableError(
            "unknown_field",
            _(
                "对照里的字段“%(field)s”不存在，可用的字段有：%(fields)s。",
                field=listed(strangers),
                fields=listed(fields),
            ),
        )
    chosen: dict[str, str] = {}
    for field, wanted in mapping.items():
        column = _find(wanted, header)
        if column is None:
            raise TableError(
                "unknown_column",
                _(
                    "文件里没有名为“%(column)s”的列，有的是：%(columns)s。",
                    column=wanted,
                    columns=listed(header),
                ),
            )
        chosen[field] = column
    return chosen


def _find(wanted: str, header: Sequence[str]) -> str | None:
    comparisons: tuple[Callable[[str], str], ...] = (str, _simplified, _without_unit)
    for simplify in comparisons:
        for column in header:
            if simplify(column) == simplify(wanted):
                return column
    return None


def _simplified(name: str) -> str:
    narrow = unicodedata.normalize("NFKC", name).casefold()
    return "".join(narrow.split()).rstrip("*")


def _without_unit(name: str) -> str:
    simple = _simplified(name)
    return _BRACKETED.sub("", simple).rstrip("*") or simple
