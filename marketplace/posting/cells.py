"""Cells of a form: what was typed, from where it came, and what it means.

A cell is a text, a list of codes, or a list of rows with a few parts each. Parts that hold
both languages keep the other one as long as the shown one isn't changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs import (
    INPUTS,
    CleanRow,
    InputField,
    Issue,
    PartyRef,
    PersonRef,
    RecordRef,
)
from marketplace.core.i18n import FEN_PER_WAN, Bilingual
from marketplace.posting.steps import COLUMNS, REQUIRED, ROWS, YES_OR_NO, field_of, keys_of

Cells = Mapping[str, Any]
EVALUATION = ("kind", "body", "date", "conclusion")


def read_cells(kind: str, cells: Cells) -> CleanRow | list[Issue]:
    """What the cells mean, or everything that is wrong with them."""
    columns = {key: COLUMNS.get(key, key) for key in keys_of(kind)}
    named = {columns[key]: cells.get(key, "") for key in columns}
    if evaluation := _kept_evaluation(cells):
        columns = {key: name for key, name in columns.items() if "evaluation_" not in key}
        columns["evaluation"] = "evaluation"
        named = {columns[key]: cells.get(key, "") for key in columns if key != "evaluation"}
        named["evaluation"] = evaluation
    row = INPUTS[kind].clean(1, named, columns)
    if isinstance(row, CleanRow) and kind == "result":
        # Four emptied fields take the evaluation away.
        row.values.setdefault("evaluation", None)
    return row


def missing(kind: str, cells: Cells) -> list[Issue]:
    """What has to be filled in before the cells can be submitted."""
    found = []
    for key in REQUIRED[kind]:
        other = f"{key.removesuffix('_zh')}_en"
        if _is_empty(cells.get(key)) and not (key.endswith("_zh") and cells.get(other)):
            label = field_of(kind, key).label
            found.append(Issue(key, key, "", _("“%(field)s”还没有填。", field=label)))
    return found


def title_of(cells: Cells) -> str:
    """The title in lists: the Chinese one, else the English one, else nothing."""
    return " ".join(str(cells.get("title_zh") or cells.get("title_en") or "").split())[:300]


def cells_from_row(kind: str, row: CleanRow) -> dict[str, Any]:
    """The cells that mean what a row of a file means."""
    return _cells(kind, {**row.values, **row.links})


def cells_from_record(kind: str, record: Any) -> dict[str, Any]:
    """The cells that mean what a stored record says."""
    links = {
        "owners": [PartyRef(one.name, one.uscc) for one in record.owners],
        "contributors": _people_of(kind, record),
        "projects": [_number_ref(one.number) for one in getattr(record, "projects", ())],
        "patents": [
            _number_ref(one.application_number or one.publication_number)
            for one in getattr(record, "patents", ())
        ],
    }
    values = {
        column: getattr(record, column)
        for column in {field.goes_to for field in INPUTS[kind].fields} - links.keys()
        if hasattr(record, column)
    }
    return _cells(kind, {**values, **links})


def changed_keys(before: Cells, after: Cells, keys: Sequence[str]) -> list[str]:
    """The keys under which the two differ; an empty text is the same as none.

    So is 否, which a record doesn't keep apart from no answer.
    """
    return [key for key in keys if _plain(key, before) != _plain(key, after)]


def part_text(value: Any) -> str:
    """A part of a row as its field shows it."""
    if isinstance(value, dict):
        return str(Bilingual.of(value.get("name", value)))
    return str(value or "")


def row_text(row: Mapping[str, Any]) -> str:
    """A row as one line."""
    return " | ".join(text for part in row.values() if (text := part_text(part)))


def merge_rows(
    before: Sequence[Mapping[str, Any]], typed: Sequence[Mapping[str, str]]
) -> list[dict[str, Any]]:
    """The typed rows, with both languages where a part still says what it said."""
    merged = []
    for place, row in enumerate(typed):
        old = before[place] if place < len(before) else {}
        merged.append(
            {
                part: old[part] if text and part_text(old.get(part)) == text else text
                for part, text in row.items()
            }
        )
    return [row for row in merged if any(part_text(part) for part in row.values())]


def _cells(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for key in keys_of(kind):
        field = field_of(kind, key)
        cell = _cell(field, values.get(field.goes_to))
        if cell not in ("", [], None):
            cells[key] = cell
    evaluation = values.get("evaluation")
    if evaluation:
        cells["evaluation"] = evaluation
        cells.update(_evaluation_cells(evaluation))
    return cells


def _cell(field: InputField, value: Any) -> Any:
    if value is None:
        return ""
    if field.key in ROWS:
        return [_row(field.key, one) for one in value]
    if field.language:
        return _one_language(value, field.language)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    if field.key in COLUMNS:
        return f"{(Decimal(value) / FEN_PER_WAN).normalize():f}"
    if isinstance(value, list):
        return _list_cell(value)
    return str(value)


def _one_language(value: Any, language: str) -> str:
    half = value.get(language) if isinstance(value, dict) else getattr(value, language, "")
    return "；".join(half) if isinstance(half, list) else str(half or "")


def _list_cell(value: Sequence[Any]) -> Any:
    if any(isinstance(one, RecordRef) for one in value):
        return "；".join(one.text for one in value)
    if all(isinstance(one, str) for one in value) and any("/" in one for one in value):
        return "；".join(value)
    return list(value)


def _row(key: str, value: Any) -> dict[str, Any]:
    if isinstance(value, PartyRef):
        parts: dict[str, Any] = {"name": value.name.as_dict(), "uscc": value.uscc}
    elif isinstance(value, PersonRef):
        unit = value.organisation
        parts = {
            "name": value.name.as_dict(),
            "organisation": (
                {"name": unit.name.as_dict(), **({"uscc": unit.uscc} if unit.uscc else {})}
                if unit
                else ""
            ),
            "role": value.role.as_dict() if value.role else "",
            **({"orcid": value.orcid} if value.orcid else {}),
        }
    else:
        parts = dict(value)
    return {
        **{part: parts.get(part) or "" for part, _label in ROWS[key]},
        **{part: kept for part, kept in parts.items() if part == "orcid" and kept},
    }


def _people_of(kind: str, record: Any) -> list[PersonRef]:
    links = {"result": "contributor_links", "patent": "inventor_links"}.get(kind)
    people = []
    for link in getattr(record, links) if links else ():
        unit = link.contributor.organisation
        people.append(
            PersonRef(
                link.contributor.name,
                PartyRef(unit.name, unit.uscc) if unit else None,
                getattr(link, "role", None),
                link.contributor.orcid,
            )
        )
    return people


def _number_ref(number: str | None) -> RecordRef:
    return RecordRef(number or "", (number or "",))


def _evaluation_cells(evaluation: Mapping[str, Any]) -> dict[str, str]:
    return {
        f"evaluation_{part}": part_text(evaluation[part])
        for part in EVALUATION
        if evaluation.get(part)
    }


def _kept_evaluation(cells: Cells) -> Any:
    """The evaluation in both languages, as long as the four fields still say what it says."""
    evaluation = cells.get("evaluation")
    if not evaluation:
        return None
    typed = {f"evaluation_{part}": cells.get(f"evaluation_{part}", "") for part in EVALUATION}
    kept = {**dict.fromkeys(typed, ""), **_evaluation_cells(evaluation)}
    return evaluation if typed == kept else None


def _is_empty(cell: Any) -> bool:
    return not cell or (isinstance(cell, str) and not cell.strip())


def _plain(key: str, cells: Cells) -> Any:
    cell = cells.get(key)
    if _is_empty(cell) or (key in YES_OR_NO and cell == "否"):
        return ""
    if isinstance(cell, list):
        return [row_text(one) if isinstance(one, dict) else one for one in cell]
    return str(cell).replace("\r\n", "\n").strip()
