"""No accepted value is longer than its column: PostgreSQL refuses what SQLite takes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import String

from marketplace.catalogue.inputs import INPUTS, CleanRow, InputField
from marketplace.catalogue.models import RECORD_MODELS

SHAPES = ("甲", "A", "1", "㍿", "10.1000/1", "https://example.org/1", "2024-P-1")


def limited(kind: str) -> Iterator[tuple[InputField, int]]:
    """The fields whose column has a greatest length, with that."""
    columns = RECORD_MODELS[kind].__table__.c
    for field in INPUTS[kind].fields:
        column = columns.get(field.goes_to)
        if column is not None and isinstance(column.type, String) and column.type.length:
            yield field, column.type.length


def cleaned(kind: str, key: str, text: str) -> CleanRow | None:
    declared = INPUTS[kind]
    title = next(one.key for one in declared.fields if one.goes_to == declared.title_target)
    row = declared.clean(1, {title: "名称", key: text}, {title: title, key: key})
    return row if isinstance(row, CleanRow) else None


@pytest.mark.parametrize("kind", INPUTS)
def test_what_is_accepted_fits_into_its_column(market: Flask, kind: str) -> None:
    accepted = 0
    for field, limit in limited(kind):
        for shape in SHAPES:
            for length in (limit - 1, limit, limit + 1, 4 * limit):
                row = cleaned(kind, field.key, shape.ljust(length, shape[-1])[:length])
                value = row and (row.source_id or row.values.get(field.goes_to))
                accepted += bool(value)
                assert len(value or "") <= limit, (field.key, value)
    assert accepted
