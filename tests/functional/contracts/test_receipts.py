"""Money that came in: apart from what was registered, and taken back where it was wrong."""

from __future__ import annotations

import pytest
import time_machine
from sqlalchemy import select

from marketplace.contracts.models import ContractReceipt
from marketplace.core.db import db
from tests.functional.accounts.browsing import Browser
from tests.functional.contracts.conftest import TURNOVER, Scene, contract, registered, seen


@pytest.fixture(autouse=True)
def in_november() -> object:
    with time_machine.travel("2026-11-23 02:00Z"):
        yield


def test_receipts_stand_apart_and_too_much_needs_a_word(
    seller: Browser, registrar: Browser, scene: Scene
) -> None:
    number = registered(scene)
    page = f"/contracts/{number}"
    wrong = seller.post(f"{page}/receipts", received_on="2026-11-01", amount="1", tech_income="2")
    assert "技术性收入不会大于" in seen(wrong)
    fields = {"received_on": "2026-11-01", "amount": "680 万", "tech_income": "430 万"}
    assert seller.post(f"{page}/receipts", **fields).status_code == 302
    more = {"received_on": "2026-11-02", "amount": "0.01"}
    refused = seller.post(f"{page}/receipts", **more)
    assert refused.status_code == 422
    assert "超过了合同成交额" in seen(refused)
    assert seller.post(f"{page}/receipts", **more, note="利息").status_code == 302
    fields = {"verified-1": "4,000,000"}
    assert registrar.post("/contracts/receipts/1/verify", **fields).status_code == 302
    shown = seen(seller.get(page))
    assert "到账额共 6,800,000.01" in shown
    assert "4,000,000.00" in shown
    assert contract(number).turnover == TURNOVER
    db.session.rollback()
    assert len(db.session.scalars(select(ContractReceipt)).all()) == 2


def test_a_wrong_receipt_is_reversed_and_both_rows_stay(
    seller: Browser, buyer: Browser, registrar: Browser, scene: Scene
) -> None:
    number = registered(scene)
    page = f"/contracts/{number}"
    fields = {"received_on": "2026-11-01", "amount": "680 万", "tech_income": "430 万"}
    seller.post(f"{page}/receipts", **fields)
    reverse, why = "/contracts/receipts/1/reverse", "reason-reverse-1"
    assert "请写明错在哪里" in seen(seller.post(reverse))
    assert "由记这一笔的人" in seen(buyer.post(reverse, **{why: "不是我们的"}))
    assert seller.post(reverse, **{why: "多了一个零"}).status_code == 302
    assert "已经冲销过了" in seen(seller.post(reverse, **{why: "再来"}))
    assert "已经冲销" in seen(seller.post("/contracts/receipts/2/reverse", **{why: "反悔"}))
    shown = seen(seller.get(page))
    assert "到账额共 0.00" in shown
    assert "−6,800,000.00" in shown
    assert "多了一个零" in shown
    assert "不用核定" in seen(registrar.post("/contracts/receipts/1/verify", **{"verified-1": "1"}))
    seller.post(f"{page}/receipts", received_on="2026-11-01", amount="68 万")
    assert "到账额共 680,000.00" in seen(seller.get(page))


def test_a_verified_receipt_is_reversed_by_staff_only(
    seller: Browser, registrar: Browser, reviewer: Browser, scene: Scene
) -> None:
    number = registered(scene)
    fields = {"received_on": "2026-11-01", "amount": "680 万", "tech_income": "430 万"}
    seller.post(f"/contracts/{number}/receipts", **fields)
    registrar.post("/contracts/receipts/1/verify", **{"verified-1": "4,000,000"})
    reverse, why = "/contracts/receipts/1/reverse", {"reason-reverse-1": "退回了"}
    assert "由登记机构冲销" in seen(seller.post(reverse, **why))
    assert reviewer.post(reverse, **why).status_code == 302
    db.session.rollback()
    last = db.session.scalars(select(ContractReceipt).order_by(ContractReceipt.id.desc())).first()
    assert last is not None
    assert (last.amount, last.tech_income, last.verified_income, last.reverses_id) == (
        *(-680_000_000, -430_000_000, -400_000_000),
        1,
    )


def test_royalties_may_bring_more_than_was_registered(seller: Browser, scene: Scene) -> None:
    number = registered(scene, payment_mode="3")
    fields = {"received_on": "2026-11-01", "amount": "700 万"}
    assert seller.post(f"/contracts/{number}/receipts", **fields).status_code == 302
