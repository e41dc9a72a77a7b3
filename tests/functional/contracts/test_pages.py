"""A contract from the seller's form to the register, as people see it in the browser."""

from __future__ import annotations

import re

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace.contracts.models import ContractObjection
from marketplace.core.actor import Role
from marketplace.core.db import db
from marketplace.core.notifications import Notification
from marketplace.core.outbox import drain
from tests.functional.accounts.browsing import Browser
from tests.functional.contracts.conftest import (
    CONTRACT,
    NUMBER,
    TURNOVER,
    Scene,
    add_contract,
    contract,
    ledger_is_whole,
    only,
    registered,
    seen,
    send,
    someone,
)


@pytest.fixture(autouse=True)
def in_november() -> object:
    with time_machine.travel("2026-11-23 02:00Z"):
        yield


def test_a_draft_is_kept_as_it_was_typed_and_seen_by_its_unit_only(
    seller: Browser, buyer: Browser, registrar: Browser, scene: Scene
) -> None:
    assert "河湾理工大学" in seen(seller.get("/contracts/new"))
    answer = send(seller, "/contracts/new", do="save", title="还没写完", turnover="六百万")
    assert answer.status_code == 302
    page = seen(seller.get(answer.location))
    assert "已保存，还没有提交" in page
    assert "六百万" in page
    assert "合同.pdf" in page
    assert "还没写完" in seen(seller.get("/contracts"))
    number = only().id
    assert buyer.get(f"/contracts/{number}").status_code == 404
    assert registrar.get(f"/contracts/{number}").status_code == 404
    assert "还没写完" not in seen(registrar.get("/staff/contracts"))


def test_the_whole_way_to_the_register(
    seller: Browser, buyer: Browser, registrar: Browser, reviewer: Browser, scene: Scene
) -> None:
    assert send(seller, "/contracts/new", do="submit", **CONTRACT).status_code == 302
    number = only().id
    page, decide = f"/contracts/{number}", f"/contracts/{number}/decide"
    assert "极片毛刺" in seen(registrar.get("/staff/contracts"))
    assert registrar.post(decide, do="accept").status_code == 302
    sent_back = registrar.post(decide, do="ask_correction")
    assert sent_back.status_code == 422
    assert "要写明原因" in seen(sent_back)
    fields = {"do": "ask_correction", "reason-ask_correction": "缺附件 2"}
    assert registrar.post(decide, **fields).status_code == 302
    assert "缺附件 2" in seen(seller.get(page))
    assert "按意见补正" in seen(seller.get("/tasks"))
    again = send(seller, f"{page}/edit", do="submit", **CONTRACT)
    assert again.status_code == 302
    assert registrar.post(decide, do="accept").status_code == 302
    assert registrar.post(decide, do="pass_on").status_code == 302
    assert "复核合同登记" in seen(reviewer.get("/tasks"))
    assert "确认登记" in seen(reviewer.get(page))
    assert "确认登记" not in seen(registrar.get(page))
    fields = {
        "do": "register",
        "number": NUMBER,
        "on-register": "2026-11-23",
        "turnover": "6,800,000.00",
        "tech_amount": "4,300,000.00",
    }
    assert reviewer.post(decide, **fields).status_code == 302
    told = seen(buyer.get(page))
    assert "已登记" in told
    assert NUMBER in told
    assert "+4,300,000.00" in told
    assert "admin" not in told
    assert ledger_is_whole()
    drain()
    db.session.rollback()
    kinds = [(one.organisation_id, one.kind) for one in db.session.scalars(select(Notification))]
    assert (scene.buyer, "contract_registered") in kinds
    assert (scene.seller, "contract_returned") in kinds
    assert (scene.seller, "contract_submitted") not in kinds
    assert "合同已经登记" in seen(buyer.get("/inbox"))


def test_a_refusal_names_its_reasons_and_can_be_objected_to(
    seller: Browser, registrar: Browser, reviewer: Browser, scene: Scene
) -> None:
    number = add_contract(scene)
    decide = f"/contracts/{number}/decide"
    registrar.post(decide, do="accept")
    registrar.post(decide, do="pass_on")
    empty = reviewer.post(decide, do="refuse")
    assert empty.status_code == 422
    assert "请选不予登记的原因" in seen(empty)
    fields = {"do": "refuse", "codes": ["PRICE_UNCLEAR"], "reason-refuse": "价款没有约定"}
    assert reviewer.post(decide, **fields).status_code == 302
    page = seen(seller.get(f"/contracts/{number}"))
    assert "价款没有约定" in page
    assert "价款、报酬、使用费约定不明确" in page
    assert seller.post(f"/contracts/{number}/object").status_code == 422
    fields = {"reason-object": "附件 3 有价款"}
    assert seller.post(f"/contracts/{number}/object", **fields).status_code == 302
    assert registrar.post(decide, do="review_again").status_code == 302
    assert contract(number).state == "reviewing"


def test_experts_opinions_are_entered_and_seen_by_staff_only(
    seller: Browser, registrar: Browser, reviewer: Browser, scene: Scene
) -> None:
    number = add_contract(scene)
    page, decide = f"/contracts/{number}", f"/contracts/{number}/decide"
    registrar.post(decide, do="accept")
    registrar.post(decide, do="pass_on")
    refused = registrar.post(decide, do="send_to_experts")
    assert "没有到专家评审的数额" in seen(refused)
    assert registrar.post(decide, do="send_to_experts", disputed="1").status_code == 302
    assert "还没有专家的意见" in seen(registrar.post(decide, do="end_expert_review"))
    wrong = registrar.post(f"{page}/opinions", expert="王教授", verdict="agrees")
    assert "请写专家的意见" in seen(wrong)
    fields = {"expert": "王教授", "verdict": "agrees", "opinion": "签订时尚未掌握"}
    assert registrar.post(f"{page}/opinions", **fields).status_code == 302
    assert registrar.post(decide, do="end_expert_review").status_code == 302
    assert "签订时尚未掌握" in seen(reviewer.get(page))
    assert "签订时尚未掌握" not in seen(seller.get(page))


def test_a_change_posts_the_difference_and_moves_between_codes(
    seller: Browser, buyer: Browser, reviewer: Browser, scene: Scene
) -> None:
    number = registered(scene)
    page = f"/contracts/{number}"
    same = send(seller, f"{page}/change", (), **form_on(seller, f"{page}/change"), reason="改")
    assert same.status_code == 422
    assert "没有要变更的" in seen(same)
    changed = {**CONTRACT, "turnover": "700 万", "tech_field": "1", "reason": "补充协议"}
    answer = send(seller, f"{page}/change", (), **changed)
    assert answer.status_code == 302, seen(answer)
    assert contract(number).turnover == TURNOVER
    shown = seen(reviewer.get(page))
    assert "补充协议" in shown
    assert "电子信息" in shown
    fields = {
        "do": "amend",
        "on-amend": "2026-11-20",
        "turnover": "7,000,000.00",
        "tech_amount": "4,500,000.00",
    }
    assert reviewer.post(f"{page}/decide", **fields).status_code == 302
    found = contract(number)
    assert (found.state, found.turnover, found.tech_amount) == (
        "registered",
        700_000_000,
        450_000_000,
    )
    assert (found.tech_field, found.buyer_id, found.change) == ("1", scene.buyer, None)
    assert "登记过 2 个版本" in seen(buyer.get(page))
    assert ledger_is_whole()


def form_on(browser: Browser, address: str) -> dict[str, str]:
    """What the form of a page holds: the texts of its fields, and what is chosen."""
    page = browser.get(address).text
    inputs = re.findall(
        r'<input class="form-control[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page
    )
    found = {name: text for name, text in inputs if not name.startswith("payment")}
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return {**found, "side": "seller"}


def test_the_end_of_a_registration_is_asked_for_and_can_be_taken_back(
    seller: Browser, reviewer: Browser, scene: Scene
) -> None:
    number = registered(scene)
    page = f"/contracts/{number}"
    assert "为什么变更或注销" in seen(seller.post(f"{page}/end"))
    assert seller.post(f"{page}/end", **{"reason-end": "合同解除"}).status_code == 302
    assert "确认注销登记" in seen(reviewer.get(page))
    assert seller.post(f"{page}/change/take-back").status_code == 302
    assert contract(number).state == "registered"
    seller.post(f"{page}/end", **{"reason-end": "合同解除"})
    fields = {"do": "deregister", "on-deregister": "2026-11-20"}
    assert reviewer.post(f"{page}/decide", **fields).status_code == 302
    assert contract(number).state == "deregistered"
    assert ledger_is_whole()


def test_objections_of_parties_and_offices_are_answered(
    buyer: Browser, registrar: Browser, reviewer: Browser, scene: Scene
) -> None:
    number = registered(scene)
    page = f"/contracts/{number}"
    assert buyer.post(f"{page}/objections").status_code == 422
    assert buyer.post(f"{page}/objections", objection="金额不对").status_code == 302
    fields = {"raised_by": "tax", "name": "市税务局", "objection": "疑似重复"}
    assert registrar.post(f"{page}/objections/note", **fields).status_code == 302
    listed = seen(reviewer.get("/staff/contracts/objections"))
    assert "2 个异议等答复" in listed
    assert reviewer.post("/contracts/objections/1/answer").status_code == 422
    fields = {"outcome-1": "rejected", "answer-1": "与合同一致"}
    assert reviewer.post("/contracts/objections/1/answer", **fields).status_code == 302
    assert "与合同一致" in seen(buyer.get(page))
    db.session.rollback()
    states = [
        one.state
        for one in db.session.scalars(select(ContractObjection).order_by(ContractObjection.id))
    ]
    assert states == ["rejected", "open"]


def test_staff_of_a_district_see_its_contracts_only(app: Flask, scene: Scene) -> None:
    number = add_contract(scene)
    here = someone(app, "a", "甲", scene.office, Role.REGISTRAR, districts=("410105",))
    elsewhere = someone(app, "b", "乙", scene.office, Role.REGISTRAR, districts=("410102",))
    assert "极片毛刺" in seen(here.get("/staff/contracts"))
    assert "极片毛刺" not in seen(elsewhere.get("/staff/contracts"))
    assert elsewhere.get(f"/contracts/{number}").status_code == 404
    assert elsewhere.post(f"/contracts/{number}/decide", do="accept").status_code == 404


def test_a_seller_withdraws_what_nobody_has_accepted(
    seller: Browser, registrar: Browser, scene: Scene
) -> None:
    number = add_contract(scene)
    page = f"/contracts/{number}"
    assert seller.post(f"{page}/withdraw").status_code == 302
    assert contract(number).state == "withdrawn"
    assert registrar.post(f"{page}/decide", do="accept").status_code == 422


def test_who_gave_a_benefit_waits_until_it_was_told_by_who_registered(
    seller: Browser, buyer: Browser, registrar: Browser, reviewer: Browser, scene: Scene
) -> None:
    number = registered(scene, benefit_claimed=True)
    fields = {"do": "propose_revocation", "reason-propose_revocation": "重复"}
    assert registrar.post(f"/contracts/{number}/decide", **fields).status_code == 302
    assert "提议" in seen(reviewer.get("/tasks"))
    assert "提议撤销：重复" in seen(reviewer.get(f"/contracts/{number}"))
    fields = {"do": "revoke", "on-revoke": "2026-11-20"}
    assert registrar.post(f"/contracts/{number}/decide", **fields).status_code == 403
    assert reviewer.post(f"/contracts/{number}/decide", **fields).status_code == 302
    assert "告诉给优惠的机关" in seen(seller.get("/tasks"))
    assert "告诉给优惠的机关" not in seen(buyer.get("/tasks"))
    assert buyer.post(f"/contracts/{number}/benefit").status_code == 403
    assert seller.post(f"/contracts/{number}/benefit").status_code == 302
    assert "告诉给优惠的机关" not in seen(seller.get("/tasks"))


def test_the_queue_is_filtered_by_words_and_class(registrar: Browser, scene: Scene) -> None:
    add_contract(scene)
    add_contract(scene, title="冷链箱相变材料配方转让", class_name="技术转让", subtype="TRF-KNOW")
    found = seen(registrar.get("/staff/contracts?q=冷链"))
    assert "冷链箱" in found
    assert "极片毛刺" not in found
    found = seen(registrar.get("/staff/contracts?class=技术开发"))
    assert "冷链箱" not in found
    for odd in ("?queue=x&class=x&page=x", "?q=%25", "?page=99999999", "?queue=done"):
        assert registrar.get(f"/staff/contracts{odd}").status_code == 200


def test_staff_of_another_district_see_a_contract_as_the_party_that_they_are(
    app: Flask, scene: Scene
) -> None:
    contract_id = add_contract(
        scene, is_disputed=True, seller_representative="卖方代表", seller_phone="0371-60000000"
    )
    both = someone(
        app, "c", "丙", scene.buyer, Role.REGISTRAR, Role.DEMANDER, districts=("410102",)
    )
    page = seen(both.get(f"/contracts/{contract_id}"))
    assert "极片毛刺" in page
    for hidden in ("卖方代表", "0371-60000000", "有争议"):
        assert hidden not in page


@pytest.mark.parametrize(("state", "step"), [("submitted", "withdraw"), ("refused", "object")])
def test_a_reason_that_is_too_long_is_refused_with_a_sentence(
    seller: Browser, scene: Scene, state: str, step: str
) -> None:
    contract_id = add_contract(scene, state)
    answer = seller.post(f"/contracts/{contract_id}/{step}", **{f"reason-{step}": "长" * 2001})
    assert answer.status_code == 422
    assert "最多 2000 个字" in seen(answer)
    assert contract(contract_id).state == state


def test_a_note_on_an_instalment_that_is_too_long_is_refused_and_not_cut(
    seller: Browser, scene: Scene
) -> None:
    form = {
        **CONTRACT,
        "payment_mode": "2",
        "payment_amount": "6800000",
        "payment_note": "长" * 201,
        "do": "submit",
    }
    answer = send(seller, "/contracts/new", **form)
    assert answer.status_code == 422
    assert "每期的说明最多 200 个字" in seen(answer)
