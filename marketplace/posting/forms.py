"""What a person typed on one step, as cells; and the fields of a step as a page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from werkzeug.datastructures import MultiDict

from marketplace.core.codelists import choices
from marketplace.posting.cells import Cells, merge_rows, part_text
from marketplace.posting.steps import (
    CHOSEN_PARTS,
    ROWS,
    STEPS,
    Step,
    field_of,
    help_of,
    widget_of,
)

SPARE_ROWS = 2
MOST_ROWS = 60
LONGEST_CELL = 20_000


@dataclass(frozen=True)
class RowPart:
    """A column of a field that has rows; ``options`` where it is chosen, else it is written."""

    key: str
    label: LazyString
    options: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class ShownField:
    """A field with all that its widget needs; ``remarks`` are what reviewers said of it."""

    key: str
    label: LazyString
    help: LazyString
    widget: str
    value: Any
    example: str
    is_needed: bool
    problem: str = ""
    remarks: Sequence[str] = ()
    options: Sequence[tuple[str, str]] = ()
    parts: Sequence[RowPart] = ()


def typed_cells(kind: str, step: Step, form: MultiDict[str, str], before: Cells) -> dict[str, Any]:
    """The cells after a step was sent: what it holds, beside what other steps hold."""
    cells = dict(before)
    for key in (*step.fields, *step.extra):
        widget = widget_of(kind, key)
        if widget == "rows":
            typed = _typed_rows(key, form)
            cell: Any = merge_rows(before.get(key) or (), typed)
        elif widget == "choices":
            cell = list(dict.fromkeys(form.getlist(key)))[:MOST_ROWS]
        else:
            cell = form.get(key, "").replace("\r\n", "\n").strip()[:LONGEST_CELL]
        if cell:
            cells[key] = cell
        else:
            cells.pop(key, None)
    return cells


def shown_fields(
    kind: str,
    keys: Sequence[str],
    cells: Cells,
    *,
    problems: Mapping[str, str],
    remarks: Mapping[str, Sequence[str]],
    needed: frozenset[str],
    more_rows: str = "",
) -> list[ShownField]:
    """The fields of a step; ``more_rows`` is the field of which further rows were asked for."""
    fields = []
    for key in keys:
        field, widget = field_of(kind, key), widget_of(kind, key)
        value = cells.get(key, "")
        if widget == "rows":
            value = _rows_with_spares(key, value or [], wants_more=key == more_rows)
        elif widget == "choices" and isinstance(value, str):
            value = [value] if value else []
        fields.append(
            ShownField(
                key=key,
                label=field.label,
                help=help_of(kind, key),
                widget=widget,
                value=value,
                example=field.example if field.example not in str(field.help) else "",
                is_needed=key in needed or field.is_required,
                problem=problems.get(key, ""),
                remarks=remarks.get(key, ()),
                options=choices(field.choices) if field.choices else (),
                parts=[
                    RowPart(part, name, choices(listed) if listed else ())
                    for part, name in ROWS.get(key, ())
                    for listed in (CHOSEN_PARTS.get((key, part), ""),)
                ],
            )
        )
    return fields


def steps_with_problems(kind: str, problems: Mapping[str, str]) -> dict[int, int]:
    """How many problems each step has, by its number."""
    return {
        number: len([key for key in (*step.fields, *step.extra) if key in problems])
        for number, step in enumerate(STEPS[kind], 1)
    }


def filled_steps(kind: str, cells: Cells) -> set[int]:
    """The numbers of the steps on which something is filled in."""
    return {
        number
        for number, step in enumerate(STEPS[kind], 1)
        if any(cells.get(key) for key in (*step.fields, *step.extra))
    }


def _typed_rows(key: str, form: MultiDict[str, str]) -> list[dict[str, str]]:
    columns = {
        part: [text.strip()[:LONGEST_CELL] for text in form.getlist(f"{key}-{part}")]
        for part, _label in ROWS[key]
    }
    count = min(max((len(texts) for texts in columns.values()), default=0), MOST_ROWS)
    return [
        {part: texts[place] if place < len(texts) else "" for part, texts in columns.items()}
        for place in range(count)
    ]


def _rows_with_spares(
    key: str, rows: Sequence[Mapping[str, Any]], *, wants_more: bool
) -> list[dict[str, str]]:
    spares = SPARE_ROWS * (3 if wants_more else 1)
    shown = [{part: part_text(row.get(part)) for part, _label in ROWS[key]} for row in rows]
    empty = {part: "" for part, _label in ROWS[key]}
    return [*shown, *(dict(empty) for _ in range(min(spares, MOST_ROWS - len(shown))))]
