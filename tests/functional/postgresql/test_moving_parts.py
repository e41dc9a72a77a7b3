"""Two holders who order the parts of one record at once come one after the other."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from marketplace.catalogue.models import Result
from marketplace.core.db import db, writing
from marketplace.core.policy import Level
from marketplace.disclosure.models import FurtherPart
from marketplace.disclosure.writing import move_part_up
from tests.functional.disclosure.conftest import Ladder, ladder
from tests.functional.postgresql.conftest import Beside, wait_for_somebody_who_waits
from tests.functional.posting.conftest import people

__all__ = ["ladder", "people"]


def test_whoever_moves_a_part_waits_for_whoever_holds_the_record(
    app: Flask, ladder: Ladder
) -> None:
    last = ladder.parts[Level.NAMED]
    with writing() as session:
        session.get_one(Result, ladder.record_id, with_for_update=True)
        beside = Beside(app, lambda: move_part_up(ladder.people["clerk"], last))
        wait_for_somebody_who_waits()
        move_part_up(ladder.people["clerk"], last)
    beside.join()
    db.session.rollback()
    rows = db.session.execute(select(FurtherPart.id, FurtherPart.rank).order_by(FurtherPart.rank))
    assert [tuple(row) for row in rows] == [
        (last, 1),
        (ladder.parts[Level.VERIFIED], 2),
        (ladder.parts[Level.TERMS], 3),
    ]
