"""On which days a registration may be, from when its limit runs, in which month it counts."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from marketplace.contracts.closed_months import closed_months
from marketplace.contracts.deciding import Decision, decide
from marketplace.contracts.handing_in import object_to_refusal
from marketplace.contracts.models import Contract, LedgerEntry
from marketplace.contracts.problems import FormProblems
from marketplace.contracts.queue import clock_today
from marketplace.core.actor import Role
from marketplace.core.db import db, writing
from marketplace.statistics.editions import decide_edition, propose_edition
from marketplace.statistics.states import CONFIRM_EDITION
from marketplace.statistics.tables.exposure import LEAST_CONTRACTS
from tests.functional.contracts.conftest import (
    Scene,
    accepted_and_passed_on,
    actor_of,
    add_contract,
    close_only,
    contract,
    ledger_is_whole,
    registered,
    revoked,
    typed,
)
from tests.functional.statistics.conftest import luxin, mengzhao


@pytest.fixture(autouse=True)
def in_november() -> object:
    with time_machine.travel("2026-11-23 02:00Z", tick=False):
        yield


@pytest.fixture
def october_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody says that all months to October are closed."""
    judges = {"test": lambda _session, month, _is_demo: month <= 202610}
    monkeypatch.setattr(closed_months, "_judges", judges)


def counted() -> list[tuple[str, str, date]]:
    """Event, line and day of all postings."""
    db.session.rollback()
    rows = db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id))
    return [(one.event, one.line, one.counts_on) for one in rows]


def test_nothing_is_registered_on_a_day_before_it_was_accepted(scene: Scene) -> None:
    contract_id = add_contract(scene)
    accepted_and_passed_on(scene, contract_id)
    with writing() as session:
        session.get_one(Contract, contract_id).accepted_on = date(2026, 10, 13)
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    with pytest.raises(FormProblems) as told:
        decide(reviewer, contract_id, "contract.register", typed(on="2026-10-12"))
    assert "2026-10-13 才受理" in told.value.problems["on"]
    decide(reviewer, contract_id, "contract.register", typed(on="2026-10-13"))
    assert contract(contract_id).registered_on == date(2026, 10, 13)


@pytest.mark.usefixtures("october_is_closed")
def test_what_is_entered_for_a_closed_month_counts_in_the_present_one(scene: Scene) -> None:
    contract_id = add_contract(scene)
    accepted_and_passed_on(scene, contract_id)
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    told = decide(reviewer, contract_id, "contract.register", typed(on="2026-10-12"))
    assert "记在本月" in str(told[0])
    assert contract(contract_id).registered_on == date(2026, 10, 12)
    revoked(scene, contract_id, "2026-10-30")
    found = contract(contract_id)
    assert (found.changed_on, found.is_counted) == (date(2026, 10, 30), False)
    today = date(2026, 11, 23)
    assert counted() == [("REGISTER", "R", today), ("REVOKE", "C", today)]
    assert ledger_is_whole()


@pytest.mark.usefixtures("october_is_closed")
def test_what_counts_in_a_later_year_is_cancelled_on_the_line_of_that_year(scene: Scene) -> None:
    registered_in_2025 = {"signed_on": date(2025, 12, 1), "on": "2025-12-30"}
    contract_id = registered(scene, **registered_in_2025)
    assert contract(contract_id).rule_version == "2000/2001"
    revoked(scene, contract_id)
    assert [line for _event, line, _day in counted()] == ["R", "C"]
    assert ledger_is_whole()


@pytest.mark.usefixtures("october_is_closed")
def test_what_is_entered_for_the_present_month_counts_on_its_day(scene: Scene) -> None:
    contract_id = add_contract(scene)
    accepted_and_passed_on(scene, contract_id)
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    assert decide(reviewer, contract_id, "contract.register", typed(on="2026-11-09")) == ()
    assert counted() == [("REGISTER", "R", date(2026, 11, 9))]


def test_an_edition_closes_its_months_and_those_before(scene: Scene) -> None:
    for number in range(LEAST_CONTRACTS):
        registered(scene, number=f"202641010300048{number}")
    assert not closed_months.include(db.session, 202610, is_demo=False)
    form = {"kind": "board", "year": "2026", "last_month": "10", "note": ""}
    decide_edition(luxin, propose_edition(mengzhao, form), CONFIRM_EDITION, "")
    closed = [
        closed_months.include(db.session, month, is_demo=False)
        for month in (202512, 202610, 202611)
    ]
    assert closed == [True, True, False]
    # What the demonstration had published would close nothing for real contracts either.
    assert not closed_months.include(db.session, 202610, is_demo=True)


def counted_in_october(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> int:
    """The id of a contract registered in September, which was closed when it was entered."""
    close_only(monkeypatch, 202609)
    with time_machine.travel("2026-10-08 02:00Z", tick=False):
        return registered(scene, on="2026-09-29")


def test_a_later_step_does_not_count_in_a_month_that_was_closed_since(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract_id = counted_in_october(scene, monkeypatch)
    assert contract(contract_id).registered_on == date(2026, 9, 29)
    close_only(monkeypatch, 202610)
    revoked(scene, contract_id, "2026-09-30")
    assert [day for *_others, day in counted()] == [date(2026, 10, 8), date(2026, 11, 23)]
    assert ledger_is_whole()


def test_a_step_that_counts_later_because_of_what_was_posted_before_says_so(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract_id = counted_in_october(scene, monkeypatch)
    one, another = (actor_of(scene, Role.REVIEWER, number) for number in (903, 902))
    decide(one, contract_id, "contract.propose_revocation", Decision(reason="重复"))
    told = decide(another, contract_id, "contract.revoke", Decision(on="2026-09-30"))
    assert "上一笔记在 2026-10-08" in str(told[0])
    assert [day for *_others, day in counted()] == [date(2026, 10, 8)] * 2


def test_the_limit_runs_anew_from_the_day_on_which_a_refused_contract_comes_back(
    scene: Scene,
) -> None:
    contract_id = add_contract(scene)
    accepted_and_passed_on(scene, contract_id)
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    refusal = Decision(reason="价款没有约定", codes=("PRICE_UNCLEAR",))
    decide(reviewer, contract_id, "contract.refuse", refusal)
    seller = actor_of(scene, Role.HOLDER, 1, organisation_id=scene.seller)
    with time_machine.travel("2026-12-14 02:00Z", tick=False):
        object_to_refusal(seller, contract_id, "附件 3 有价款")
        assert contract(contract_id).accepted_on == date(2026, 12, 14)
    with time_machine.travel("2026-12-16 02:00Z", tick=False):
        registrar = actor_of(scene, Role.REGISTRAR, 901)
        decide(registrar, contract_id, "contract.review_again", Decision())
        found = contract(contract_id)
        assert found.accepted_on == date(2026, 12, 16)
        clock = clock_today(found)
        assert clock is not None
        assert clock.days_left == clock.days_allowed
