"""No year begins for a result while somebody accepts that it is converted, or withholds it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalogue.models import Result
from marketplace.core.db import db, writing
from marketplace.obligations.clocks import decide_clock
from marketplace.obligations.models import TransferClock
from marketplace.obligations.problems import FormProblems
from marketplace.obligations.services import decide
from marketplace.obligations.states import ACCEPT
from tests.functional.obligations.conftest import (
    Scene,
    bureau_actor,
    handed_in_deposit,
    scene,
)
from tests.functional.postgresql.conftest import Beside, wait_for_somebody_who_waits

__all__ = ["scene"]


def test_whoever_decides_waits_for_whoever_accepts_that_it_is_converted(
    app: Flask, scene: Scene
) -> None:
    deposit, actor = handed_in_deposit(scene, scene.result), bureau_actor()
    with writing():
        decide(actor, deposit, ACCEPT, "")
        beside = Beside(app, lambda: decide_clock(actor, scene.project, scene.result, "适合"))
        wait_for_somebody_who_waits()
    with pytest.raises(FormProblems, match="result"):
        beside.join()


def test_whoever_accepts_waits_for_whoever_decides_and_stops_that_clock(
    app: Flask, scene: Scene
) -> None:
    deposit, actor = handed_in_deposit(scene, scene.result), bureau_actor()
    with writing():
        decide_clock(actor, scene.project, scene.result, "适合")
        beside = Beside(app, lambda: decide(actor, deposit, ACCEPT, ""))
        wait_for_somebody_who_waits()
    beside.join()
    db.session.rollback()
    assert db.session.scalars(select(TransferClock.met_on)).one() == date(2026, 10, 1)


def test_whoever_decides_waits_for_whoever_withholds_the_result(app: Flask, scene: Scene) -> None:
    actor = bureau_actor()
    with writing() as session:
        session.get_one(Result, scene.result, with_for_update=True).state = "withheld"
        session.flush()
        beside = Beside(app, lambda: decide_clock(actor, scene.project, scene.result, "适合"))
        wait_for_somebody_who_waits()
    with pytest.raises(FormProblems, match="result"):
        beside.join()
