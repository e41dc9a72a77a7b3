"""Rows given as keyword arguments, cleaned as an import would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.catalogue.inputs import INPUTS, CleanRow, Issue
from marketplace.core.tables import match_columns


def clean(kind: str, cells: Mapping[str, Any]) -> CleanRow | list[Issue]:
    """What the input of this kind makes of a row with these columns."""
    declared = INPUTS[kind]
    match = match_columns(tuple(cells), declared.accepted_names())
    return declared.clean(2, cells, match.found)


def accepted(kind: str, /, **cells: Any) -> CleanRow:
    """The clean row; fails when something is wrong with it."""
    row = clean(kind, {"title" if kind != "organisation" else "name": "甲", **cells})
    assert isinstance(row, CleanRow), [str(issue.reason) for issue in row]
    return row


def refused(kind: str, /, **cells: Any) -> list[Issue]:
    """What is wrong with the row; fails when nothing is."""
    row = clean(kind, {"title" if kind != "organisation" else "name": "甲", **cells})
    assert not isinstance(row, CleanRow)
    return row


def reason(kind: str, /, **cells: Any) -> str:
    """The only sentence about a row that has one fault."""
    (issue,) = refused(kind, **cells)
    return str(issue.reason)
