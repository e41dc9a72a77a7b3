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
from marketplace.core.outbox import drain
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


FROM_ABROAD = {
    "卖方名称": "Fraunhofer IPT",
    "卖方统一社会信用代码": "",
    "卖方行政区划": "",
    "卖方国别": "276",
    "买方名称": "云岫新能源有限公司",
}


def test_technology_from_abroad_that_a_file_brings_is_registered_by_its_buyer(
    scene: Scene, buyer: Browser, tmp_path: Path
) -> None:
    bring_in(tmp_path / "a.csv", [row(**SUBMITTED, **FROM_ABROAD)])
    number = only().id
    assert (only().seller_id, only().registering_id) == (None, scene.buyer)
    registrar = actor_of(scene, Role.REGISTRAR, 901)
    decide(registrar, number, "contract.ask_correction", Decision(reason="缺译文"))
    assert "按意见补正" in seen(buyer.get("/tasks"))
    drain()
    assert "合同登记要补正" in seen(buyer.get("/inbox"))
    form = form_shown(only())
    assert (form["side"], form["seller_country"]) == (["buyer"], ["276"])
    assert "Fraunhofer IPT" in seen(buyer.get(f"/contracts/{number}/edit"))


def test_an_unregistered_contract_follows_the_rules_of_the_day_of_its_acceptance(
    scene: Scene, tmp_path: Path
) -> None:
    with time_machine.travel("2026-02-10 02:00Z", tick=False):
        bring_in(tmp_path / "a.csv", [row(**SUBMITTED)])
        assert only().rule_version == "2000/2001"
    decide(actor_of(scene, Role.REGISTRAR, 901), only().id, "contract.accept", Decision())
    assert only().rule_version == "2026"


def test_an_unregistered_contract_that_was_signed_under_the_old_rules_follows_those_of_today(
    scene: Scene, tmp_path: Path
) -> None:
    bring_in(tmp_path / "a.csv", [row(**SUBMITTED, 签订日期="2024-02-20")])
    assert only().rule_version == "2026"
