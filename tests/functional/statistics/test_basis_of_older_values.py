"""Values that were released before they carried a basis."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import select

from marketplace.core.db import db, writing
from marketplace.core.schema import downgrade_schema, upgrade_schema
from marketplace.statistics.models import IndicatorBasis, IndicatorValue


def test_a_value_of_before_counts_for_the_basis_that_was_in_force(app: Flask) -> None:
    with writing() as session:
        for basis in ("received", "entered"):
            session.add(
                IndicatorBasis(
                    indicator="achievement_turnover", basis=basis, reason="通知", chosen_by="李"
                )
            )
        for indicator in ("achievement_turnover", "something_else"):
            session.add(
                IndicatorValue(
                    indicator=indicator,
                    as_of=date(2022, 12, 31),
                    value="1",
                    source="年报",
                    submitted_by="王",
                )
            )
    db.session.close()
    downgrade_schema("0024")
    upgrade_schema()
    found = db.session.scalars(select(IndicatorValue)).all()
    assert {one.indicator: one.basis for one in found} == {
        "achievement_turnover": "entered",
        "something_else": "",
    }
