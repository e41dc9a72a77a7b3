"""Two who decide about listings at the same moment, and the nightly round beside a holder."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalogue.models import Patent, Project, Result, ResultProject
from marketplace.core.actor import Actor, ActorKind, Role, system
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import Bilingual, today
from marketplace.freshness.asking import run_round
from marketplace.freshness.confirming import confirm_listings
from marketplace.freshness.models import Asking
from marketplace.obligations.clocks import cancel_clock, decide_clock
from marketplace.obligations.models import TransferClock
from marketplace.obligations.problems import FormProblems
from tests.functional.postgresql.conftest import Beside, wait_for_somebody_who_waits
from tests.functional.security.belongings import Belongings, add_belongings

BUREAU = Actor(ActorKind.PERSON, "许宁", 900, 901, frozenset({Role.BUREAU}))
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def unit(app: Flask) -> Belongings:
    """An organisation whose records are on the pages."""
    return add_belongings(is_listed=True)


def test_a_result_of_two_projects_gets_one_clock(app: Flask, unit: Belongings) -> None:
    with writing() as session:
        other = Project(
            state="published",
            title=Bilingual("另一个项目"),
            is_fiscal=True,
            accepted_on=date(2026, 3, 20),
        )
        session.add(other)
        session.flush()
        session.add(ResultProject(project_id=other.id, result_id=unit["result"], rank=2))
        other_id = other.id
    with writing():
        decide_clock(BUREAU, unit["project"], unit["result"], "适合")
        beside = Beside(app, lambda: decide_clock(BUREAU, other_id, unit["result"], "适合"))
        wait_for_somebody_who_waits()
    with pytest.raises(FormProblems) as refused:
        beside.join()
    assert "已经有转化期" in str(refused.value.problems)


def test_who_cancels_beside_a_decision_leaves_the_project_with_the_right_day(
    app: Flask, unit: Belongings
) -> None:
    with writing():
        decide_clock(BUREAU, unit["project"], unit["result"], "适合")
        beside = Beside(app, lambda: cancel_clock(BUREAU, unit["clock"], "不适合"))
        wait_for_somebody_who_waits()
    beside.join()
    db.session.rollback()
    (running,) = db.session.scalars(
        select(TransferClock).where(TransferClock.cancelled_at.is_(None))
    )
    project = db.session.get_one(Project, unit["project"])
    assert (project.has_transfer_obligation, project.transfer_due_on) == (True, running.due_on)


def test_two_who_cancel_one_clock_are_told_so(app: Flask, unit: Belongings) -> None:
    with writing():
        cancel_clock(BUREAU, unit["clock"], "不适合")
        beside = Beside(app, lambda: cancel_clock(BUREAU, unit["clock"], "不适合"))
        wait_for_somebody_who_waits()
    with pytest.raises(FormProblems) as refused:
        beside.join()
    assert "已经不在计" in str(refused.value.problems)


def test_the_round_and_a_holder_hold_listings_in_the_same_order(
    app: Flask, unit: Belongings
) -> None:
    holder = Actor(ActorKind.PERSON, "李雯", 902, unit["organisation"], frozenset({Role.HOLDER}))
    with writing() as session:
        for kind, model in (("result", Result), ("patent", Patent)):
            record = session.get_one(model, unit[kind])
            record.published_at = now() - timedelta(days=2000)
            record.confirmed_on = LONG_AGO
            session.add(
                Asking(
                    subject_kind=kind,
                    subject_id=record.id,
                    organisation_id=unit["organisation"],
                    number=2,
                    first_asked_on=LONG_AGO,
                    asked_on=LONG_AGO,
                )
            )
            session.flush()
    with writing():
        confirm_listings(holder, [("patent", unit["patent"])])
        beside = Beside(app, lambda: run_round(system("freshness")))
        wait_for_somebody_who_waits()
        confirm_listings(holder, [("result", unit["result"])])
    beside.join()
    db.session.rollback()
    for kind, model in (("result", Result), ("patent", Patent)):
        record = db.session.get_one(model, unit[kind])
        assert (record.state, record.confirmed_on) == ("published", today())
