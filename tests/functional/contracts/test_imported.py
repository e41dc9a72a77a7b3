"""Contracts that came from a register, in the hands of people."""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from marketplace.contracts.changing import ask_change
from marketplace.contracts.deciding import Decision, decide
from marketplace.contracts.models import Contract
from marketplace.contracts.pages import form_shown
from marketplace.core.actor import Role
from marketplace.core.db import db
from tests.functional.accounts.browsing import Browser
from tests.functional.contracts.conftest import (
    CONTRACT,
    NUMBER,
    Scene,
    accepted_and_passed_on,
    actor_of,
    contract,
    ledger_is_whole,
    registered,
    seen,
    send,
    typed,
)
from tests.functional.contracts.registers import SUBMITTED, bring_in, row


@pytest.fixture(autouse=True)
def in_november() -> object:
    with time_machine.travel("2026-11-23 02:00Z", tick=False):
        yield


def only() -> Contract:
    db.session.rollback()
    return db.session.scalars(select(Contract)).one()


def test_a_contract_that_a_file_brings_unregistered_is_registered_by_people(
    scene: Scene, tmp_path: Path
) -> None:
    bring_in(tmp_path / "a.csv", [row(**SUBMITTED)])
    number = only().id
    accepted_and_passed_on(scene, number)
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    decide(reviewer, number, "contract.register", typed(turnover="680000.50", tech="520000.25"))
    assert contract(number).number == NUMBER
    assert ledger_is_whole()


def test_a_contract_of_a_register_is_amended_by_people(scene: Scene, tmp_path: Path) -> None:
    bring_in(tmp_path / "a.csv", [row()])
    found = only()
    assert found.seller_id == scene.seller
    seller = actor_of(scene, Role.HOLDER, 1, organisation_id=scene.seller)
    form = {**form_shown(found), "turnover": ["690000.50"], "equipment_cost": ["160000.25"]}
    ask_change(seller, found.id, form, "补充协议", ())
    amending = Decision(on="2026-11-20", turnover="690000.50", tech_amount="530000.25")
    decide(actor_of(scene, Role.REVIEWER, 902), found.id, "contract.amend", amending)
    found = contract(found.id)
    assert (found.turnover, found.tech_amount, found.seller_phone) == (
        *(69_000_050, 53_000_025),
        "0371-55500001",
    )
    assert ledger_is_whole()


def test_a_file_cannot_rewrite_what_people_have_registered(scene: Scene, tmp_path: Path) -> None:
    number = registered(scene)
    report = bring_in(tmp_path / "a.csv", [row(合同登记编号=NUMBER)])
    assert report.failed == 1
    assert only().id == number
    assert ledger_is_whole()


def test_a_contract_that_a_file_brought_is_corrected_by_its_seller(
    scene: Scene, seller: Browser, tmp_path: Path
) -> None:
    bring_in(tmp_path / "a.csv", [row(**SUBMITTED)])
    number = only().id
    registrar = actor_of(scene, Role.REGISTRAR, 901)
    decide(registrar, number, "contract.ask_correction", Decision(reason="缺附件"))
    assert "刀具涂层" in seen(seller.get(f"/contracts/{number}/edit"))
    assert "按意见补正" in seen(seller.get("/tasks"))
    assert send(seller, f"/contracts/{number}/edit", do="submit", **CONTRACT).status_code == 302
    found = contract(number)
    assert (found.state, found.organisation_id) == ("submitted", scene.seller)
