"""Staff act for units that the market doesn't know: who may, what is kept, who confirms."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace.contracts.deciding import decide
from marketplace.contracts.models import ContractVersion
from marketplace.core.actor import Role
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db
from tests.functional.accounts.browsing import Browser
from tests.functional.contracts.conftest import (
    CONTRACT,
    TECH_AMOUNT,
    TURNOVER,
    Scene,
    accepted_and_passed_on,
    actor_of,
    add_contract,
    contract,
    ledger_is_whole,
    seen,
    send,
    someone,
    typed,
)

UNKNOWN: dict[str, Any] = {
    "organisation_id": None,
    "seller_id": None,
    "buyer_id": None,
    "seller_name": "青堤大学",
    "seller_uscc": "",
    "buyer_name": "青堤机械有限公司",
    "buyer_uscc": "",
    "origin": "imported",
    "submitted_by": "",
    "submitted_by_id": None,
    "submitted_at": None,
}
WISH = {
    "asked_by": "青堤大学科研处 林一",
    "document": "《变更申请书》青堤函〔2026〕12 号",
    "reason": "补充协议改了金额",
}
IN_WORDS = "青堤大学科研处 林一（《变更申请书》青堤函〔2026〕12 号）：补充协议改了金额"
FORM = {
    **CONTRACT,
    "seller_name": "青堤大学",
    "seller_uscc": "52410105MJ0000018E",
    "seller_country": "156",
    "buyer_name": "青堤机械有限公司",
}


def said(step: str) -> dict[str, str]:
    return {f"{key}-{step}": text for key, text in WISH.items()}


@pytest.fixture(autouse=True)
def in_november() -> object:
    with time_machine.travel("2026-11-23 02:00Z"):
        yield


def of_unknown_units(scene: Scene, **values: Any) -> int:
    """A contract that was registered and whose parties the market doesn't know."""
    contract_id = add_contract(scene, **UNKNOWN, **values)
    accepted_and_passed_on(scene, contract_id)
    decide(actor_of(scene, Role.REVIEWER, 902), contract_id, "contract.register", typed())
    return contract_id


def audited(contract_id: int) -> list[tuple[str, str, str]]:
    """Action, actor and reason of what was noted about the contract."""
    db.session.rollback()
    found = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_kind == "contract", AuditEntry.subject_id == contract_id)
        .order_by(AuditEntry.id)
    )
    return [(one.action, one.actor_name, one.detail.get("reason", "")) for one in found]


def test_a_change_for_an_unknown_unit_is_confirmed_by_a_second_person(
    registrar: Browser, reviewer: Browser, scene: Scene
) -> None:
    number = of_unknown_units(scene)
    page = seen(registrar.get(f"/contracts/{number}"))
    assert "替单位申请变更登记" in page
    address = f"/staff/contracts/{number}/change"
    assert "谁要求的" in seen(registrar.get(address))
    answer = send(registrar, address, **{**FORM, **WISH, "turnover": "700 万"})
    assert answer.status_code == 302, seen(answer)
    assert contract(number).state == "change_pending"
    assert contract(number).turnover == TURNOVER
    assert IN_WORDS in seen(reviewer.get(f"/contracts/{number}"))
    fields = {"on-amend": "2026-11-20", "turnover": "7,000,000", "tech_amount": "4,500,000"}
    assert reviewer.post(f"/contracts/{number}/decide", do="amend", **fields).status_code == 302
    assert contract(number).turnover == 700_000_000
    assert ledger_is_whole()
    shown = seen(reviewer.get(f"/contracts/{number}"))
    assert "替单位办的" in shown
    assert "周敏" in shown
    assert "陈思远" in shown
    versions = select(ContractVersion).where(ContractVersion.contract_id == number)
    last = list(db.session.scalars(versions.order_by(ContractVersion.version)))[-1]
    assert (last.entered_by, last.released_by, last.reason) == ("周敏", "陈思远", IN_WORDS)
    assert ("contract.ask_change_for", "周敏", IN_WORDS) in audited(number)
    assert ("contract.amend", "陈思远", "") in audited(number)


def test_who_asked_and_in_which_document_has_to_be_said(registrar: Browser, scene: Scene) -> None:
    number = of_unknown_units(scene)
    address = f"/staff/contracts/{number}/change"
    answer = send(registrar, address, **{**FORM, "reason": "补充协议", "turnover": "700 万"})
    assert answer.status_code == 422
    told = seen(answer)
    assert "请写是哪个单位的谁要求的" in told
    assert "请写来函或申请书的名称和文号" in told
    assert "700 万" in told
    steps = f"/staff/contracts/{number}/for-unit"
    told = seen(registrar.post(steps, do="end_for"))
    assert "请写来函或申请书的名称和文号" in told
    assert registrar.post(steps, do="nothing").status_code == 400
    assert contract(number).state == "registered"


def test_the_end_of_a_registration_is_asked_for_and_confirmed(
    registrar: Browser, reviewer: Browser, scene: Scene
) -> None:
    number = of_unknown_units(scene)
    steps, decide_at = f"/staff/contracts/{number}/for-unit", f"/contracts/{number}/decide"
    answer = registrar.post(steps, do="end_for", **said("end_for"))
    assert answer.status_code == 302
    assert contract(number).state == "change_pending"
    answer = registrar.post(steps, do="take_back_for", **said("take_back_for"))
    assert answer.status_code == 302
    assert contract(number).state == "registered"
    registrar.post(steps, do="end_for", **said("end_for"))
    fields = {"do": "deregister", "on-deregister": "2026-11-20"}
    assert registrar.post(decide_at, **fields).status_code == 403
    assert reviewer.post(decide_at, **fields).status_code == 302
    assert contract(number).state == "deregistered"
    assert ledger_is_whole()


def test_who_asked_for_a_unit_does_not_decide(app: Flask, scene: Scene) -> None:
    number = of_unknown_units(scene)
    alone = someone(app, "duo", "多能", scene.office, Role.REGISTRAR, Role.REVIEWER)
    answer = alone.post(f"/staff/contracts/{number}/for-unit", do="end_for", **said("end_for"))
    assert answer.status_code == 302
    fields = {"do": "deregister", "on-deregister": "2026-11-20"}
    assert alone.post(f"/contracts/{number}/decide", **fields).status_code == 403
    assert contract(number).state == "change_pending"


def test_a_correction_is_handed_in_for_an_unknown_unit(
    registrar: Browser, app: Flask, scene: Scene
) -> None:
    number = add_contract(scene, "correction", **UNKNOWN)
    address = f"/staff/contracts/{number}/correct"
    assert "替单位补正合同登记" in seen(registrar.get(address))
    without_text = send(registrar, address, (), **FORM, **WISH)
    assert "请附上合同文本" in seen(without_text)
    answer = send(registrar, address, **FORM, **WISH)
    assert answer.status_code == 302, seen(answer)
    found = contract(number)
    assert (found.state, found.submitted_by) == ("submitted", "周敏")
    assert (found.turnover, found.tech_amount) == (TURNOVER, TECH_AMOUNT)
    decide_at = f"/contracts/{number}/decide"
    assert registrar.post(decide_at, do="accept").status_code == 403
    other = someone(app, "other", "别人", scene.office, Role.REGISTRAR)
    assert other.post(decide_at, do="accept").status_code == 302
    assert ("contract.submit_for", "周敏", IN_WORDS) in audited(number)


def test_a_correction_that_names_a_unit_of_the_market_gives_it_to_that_unit(
    registrar: Browser, scene: Scene
) -> None:
    number = add_contract(scene, "correction", **UNKNOWN)
    fields = {**FORM, "seller_name": "河湾理工大学", "seller_uscc": "1241010041580000XR"}
    answer = send(registrar, f"/staff/contracts/{number}/correct", **fields, **WISH)
    assert answer.status_code == 302, seen(answer)
    assert contract(number).registering_id == scene.seller
    answer = registrar.post(
        f"/staff/contracts/{number}/for-unit", do="withdraw_for", **said("withdraw_for")
    )
    assert answer.status_code == 403


def test_a_submission_of_an_unknown_unit_is_withdrawn_and_stays_to_be_seen(
    registrar: Browser, scene: Scene
) -> None:
    number = add_contract(scene, **UNKNOWN)
    steps = f"/staff/contracts/{number}/for-unit"
    answer = registrar.post(steps, do="withdraw_for", **said("withdraw_for"))
    assert answer.status_code == 302
    assert contract(number).state == "withdrawn"
    assert "已替单位撤回" in seen(registrar.get(f"/contracts/{number}"))


def test_an_unknown_unit_can_object_to_a_refusal(registrar: Browser, scene: Scene) -> None:
    number = add_contract(scene, "refused", **UNKNOWN)
    steps = f"/staff/contracts/{number}/for-unit"
    answer = registrar.post(steps, do="object_for", **said("object_for"))
    assert answer.status_code == 302
    assert contract(number).state == "objection"


@pytest.mark.parametrize("known", ["seller_id", "organisation_id"])
def test_nobody_acts_for_a_unit_of_the_market(registrar: Browser, scene: Scene, known: str) -> None:
    number = add_contract(scene, **{**UNKNOWN, known: scene.seller})
    steps = f"/staff/contracts/{number}/for-unit"
    answer = registrar.post(steps, do="withdraw_for", **said("withdraw_for"))
    assert answer.status_code == 403
    assert "替单位办" not in seen(registrar.get(f"/contracts/{number}"))


def test_staff_act_for_units_of_their_districts_only(app: Flask, scene: Scene) -> None:
    number = of_unknown_units(scene, signed_on=date(2026, 9, 28))
    elsewhere = someone(app, "b", "乙", scene.office, Role.REGISTRAR, districts=("410102",))
    steps = f"/staff/contracts/{number}/for-unit"
    assert elsewhere.post(steps, do="end_for", **said("end_for")).status_code == 404
    assert elsewhere.get(f"/staff/contracts/{number}/change").status_code == 404
    here = someone(app, "a", "甲", scene.office, Role.REGISTRAR, districts=("410105",))
    assert here.post(steps, do="end_for", **said("end_for")).status_code == 302


def test_a_form_for_another_state_leads_to_the_contract(registrar: Browser, scene: Scene) -> None:
    number = add_contract(scene, **UNKNOWN)
    for name in ("change", "correct"):
        answer = registrar.get(f"/staff/contracts/{number}/{name}")
        assert answer.status_code == 302
        assert answer.location.endswith(f"/contracts/{number}")


def test_those_who_only_count_act_for_nobody(app: Flask, scene: Scene) -> None:
    number = of_unknown_units(scene)
    statistician = someone(app, "stat", "统计", scene.office, Role.STAT)
    assert "替单位办" not in seen(statistician.get(f"/contracts/{number}"))
    assert statistician.get(f"/staff/contracts/{number}/change").status_code == 403
