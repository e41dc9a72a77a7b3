"""Numbers of registrations: odd ones are looked at twice, wrong ones mended by two people."""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine

from marketplace.contracts.changing import ask_change
from marketplace.contracts.deciding import Decision, decide
from marketplace.contracts.numbering import former_numbers_of
from marketplace.contracts.pages import form_shown
from marketplace.core.actor import Role
from marketplace.core.db import db
from tests.functional.accounts.browsing import Browser
from tests.functional.contracts.conftest import (
    NUMBER,
    Scene,
    accepted_and_passed_on,
    actor_of,
    add_contract,
    contract,
    ledger_is_whole,
    only,
    registered,
    seen,
)
from tests.functional.contracts.registers import bring_in, row

WRONG_NUMBER = "2026410103000428"


@pytest.fixture(autouse=True)
def in_november() -> object:
    with time_machine.travel("2026-11-23 02:00Z"):
        yield


def test_the_page_warns_of_an_odd_number_before_it_is_registered(
    reviewer: Browser, scene: Scene
) -> None:
    number = add_contract(scene, submitted_by_id=800)
    accepted_and_passed_on(scene, number)
    fields = {
        "do": "register",
        "number": "20264101-03",
        "on-register": "2026-11-20",
        "turnover": "6,800,000.00",
        "tech_amount": "4,300,000.00",
    }
    warned = reviewer.post(f"/contracts/{number}/decide", **fields)
    assert warned.status_code == 422
    assert "一般是 16 位数字" in seen(warned)
    assert "号码核对无误" in seen(warned)
    assert contract(number).state == "reviewing"
    ticked = {**fields, "number_checked": "20264101-03"}
    assert reviewer.post(f"/contracts/{number}/decide", **ticked).status_code == 302
    assert contract(number).number == "20264101-03"


def test_a_wrong_number_is_mended_by_two_people_and_kept(
    buyer: Browser, registrar: Browser, reviewer: Browser, scene: Scene
) -> None:
    number = registered(scene, number=WRONG_NUMBER)
    page, decide = f"/contracts/{number}", f"/contracts/{number}/decide"
    fields = {"do": "propose_number", "number": NUMBER}
    assert "写明原因" in seen(registrar.post(decide, **fields))
    fields["reason-propose_number"] = "录错一位"
    assert "就是现在的编号" in seen(registrar.post(decide, **{**fields, "number": WRONG_NUMBER}))
    assert registrar.post(decide, **fields).status_code == 302
    assert registrar.post(decide, do="mend_number").status_code == 403
    assert NUMBER in seen(reviewer.get(page))
    assert reviewer.post(decide, do="mend_number").status_code == 302
    found = contract(number)
    assert (found.number, found.state, found.change) == (NUMBER, "registered", None)
    assert f"原来误记 {WRONG_NUMBER}" in seen(buyer.get(page))
    (former,) = former_numbers_of(db.session, number)
    assert (former.number, former.entered_by, former.released_by) == (
        *(WRONG_NUMBER, "周敏"),
        "陈思远",
    )
    assert ledger_is_whole()


def test_a_number_that_another_contract_bore_by_mistake_is_looked_at_twice(
    registrar: Browser, reviewer: Browser, scene: Scene
) -> None:
    number = registered(scene, number=WRONG_NUMBER, submitted_by_id=800)
    decide = f"/contracts/{number}/decide"
    reason = {"reason-propose_number": "录错一位"}
    registrar.post(decide, do="propose_number", number=NUMBER, **reason)
    reviewer.post(decide, do="mend_number")
    owner = add_contract(scene, submitted_by_id=800)
    accepted_and_passed_on(scene, owner)
    fields = {
        "do": "register",
        "number": WRONG_NUMBER,
        "on-register": "2026-11-20",
        "turnover": "6,800,000.00",
        "tech_amount": "4,300,000.00",
    }
    warned = reviewer.post(f"/contracts/{owner}/decide", **fields)
    assert warned.status_code == 422
    assert "曾经误记在另一份合同上" in seen(warned)
    reviewer.post(f"/contracts/{owner}/decide", **fields, number_checked=WRONG_NUMBER)
    assert contract(owner).number == WRONG_NUMBER


def test_a_number_of_another_contract_is_not_proposed(registrar: Browser, scene: Scene) -> None:
    registered(scene)
    number = registered(scene, number=WRONG_NUMBER)
    fields = {"do": "propose_number", "number": NUMBER, "reason-propose_number": "录错"}
    assert "编号不能再用" in seen(registrar.post(f"/contracts/{number}/decide", **fields))
    assert contract(number).state == "registered"


def test_a_number_given_to_a_contract_that_had_none_is_kept_as_such(
    buyer: Browser, scene: Scene, tmp_path: Path
) -> None:
    bring_in(tmp_path / "a.csv", [row(合同登记编号="")])
    number = only().id
    seller = actor_of(scene, Role.HOLDER, 1, organisation_id=scene.seller)
    form = {**form_shown(only()), "turnover": ["690000.50"], "equipment_cost": ["160000.25"]}
    ask_change(seller, number, form, "补充协议", ())
    amending = Decision(on="2026-11-20", turnover="690000.50", tech_amount="530000.25")
    decide(actor_of(scene, Role.REVIEWER, 902), number, "contract.amend", amending)
    one, another = (actor_of(scene, Role.REVIEWER, person) for person in (903, 902))
    proposing = Decision(number=NUMBER, reason="补上编号")
    decide(one, number, "contract.propose_number", proposing)
    decide(another, number, "contract.mend_number", Decision())
    assert contract(number).number == NUMBER
    assert ledger_is_whole()
