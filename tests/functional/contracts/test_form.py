"""The form of a registration: what it wants, what it says is wrong, and where it leads."""

from __future__ import annotations

import re

import pytest
import time_machine
from sqlalchemy import select

from marketplace.contracts.models import Contract
from marketplace.core.db import db
from marketplace.core.outbox import drain
from tests.functional.accounts.browsing import Browser
from tests.functional.contracts.conftest import (
    CONTRACT,
    TECH_AMOUNT,
    TURNOVER,
    Scene,
    add_contract,
    only,
    registered,
    seen,
    send,
)


@pytest.fixture(autouse=True)
def in_november() -> object:
    with time_machine.travel("2026-11-23 02:00Z"):
        yield


def test_what_is_wrong_is_told_at_the_field_and_nothing_typed_is_lost(
    seller: Browser, scene: Scene
) -> None:
    wrong = {**CONTRACT, "buyer_uscc": "91410100MA3X000108", "equipment_cost": "700 万"}
    answer = send(seller, "/contracts/new", do="submit", **wrong)
    assert answer.status_code == 422
    page = seen(answer)
    assert "错误：" in page
    assert "三项费用加起来超过了合同成交额" in page
    assert "91410100MA3X000108" in page
    db.session.rollback()
    assert db.session.scalars(select(Contract)).all() == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"is_related": "是"}, "要写明是什么关系"),
        ({"payment_mode": "3"}, "要写明提成的基数和比例"),
        ({"payment_mode": "2"}, "要写明每一期付多少"),
        (
            {"payment_mode": "2", "payment_on": "2026-12-01", "payment_amount": "1"},
            "各期加起来是 1.00 元",
        ),
        ({"effective_on": "2026-11-24"}, "还没有生效"),
        ({"currency": "USD"}, "签订那天的汇率"),
        ({"buyer_uscc": "1241010041580000XR"}, "同一个单位"),
        ({"tech_field": ""}, "这一项还没有填"),
        ({"side": "buyer"}, "只有卖方在境外时"),
    ],
)
def test_each_rule_of_the_form_says_what_would_be_right(
    seller: Browser, scene: Scene, changed: dict[str, str], sentence: str
) -> None:
    answer = send(seller, "/contracts/new", do="submit", **{**CONTRACT, **changed})
    assert answer.status_code == 422
    assert sentence in seen(answer)


def test_a_domestic_buyer_is_named_by_its_code_and_told_where_it_is_in_the_market(
    seller: Browser, buyer: Browser, scene: Scene
) -> None:
    without = send(seller, "/contracts/new", do="submit", **{**CONTRACT, "buyer_uscc": ""})
    assert without.status_code == 422
    assert "境内的单位要填统一社会信用代码" in seen(without)
    assert send(seller, "/contracts/new", do="submit", **CONTRACT).status_code == 302
    assert only().buyer_id == scene.buyer
    drain()
    assert "对方提交了技术合同登记" in seen(buyer.get("/inbox"))


@pytest.mark.parametrize(
    "changed", [{"buyer_nature": "500"}, {"buyer_country": "276", "buyer_division": ""}]
)
def test_natural_persons_and_parties_abroad_need_no_code(
    seller: Browser, scene: Scene, changed: dict[str, str]
) -> None:
    fields = {**CONTRACT, "buyer_uscc": "", "buyer_name": "林一", **changed}
    assert send(seller, "/contracts/new", do="submit", **fields).status_code == 302
    assert only().buyer_id is None


def test_a_change_wants_no_code_of_a_party_that_stays_and_had_none(
    seller: Browser, scene: Scene
) -> None:
    number = registered(scene, buyer_uscc="", buyer_id=None)
    address = f"/contracts/{number}/change"
    fields = {**CONTRACT, "buyer_uscc": "", "turnover": "700 万", "reason": "补充协议"}
    other = send(seller, address, (), **{**fields, "buyer_name": "另一家公司"})
    assert "境内的单位要填统一社会信用代码" in seen(other)
    assert send(seller, address, (), **fields).status_code == 302


def links_of_the_summary(page: str) -> dict[str, str]:
    """The sentences of the summary of what is wrong, by the place that they lead to."""
    block = re.search(r"data-error-summary>(.*?)</div>", page, re.S)
    assert block
    return dict(re.findall(r'<a href="#([^"]+)">(.*?)</a>', block[1]))


@pytest.mark.parametrize("side", ["seller", "buyer"])
def test_the_summary_names_each_field_and_leads_to_it(
    seller: Browser, scene: Scene, side: str
) -> None:
    page = send(seller, "/contracts/new", (), do="submit", side=side).text
    links = links_of_the_summary(page)
    assert len(links) > 10
    assert links["f-title"] == "项目名称：名称不能空着。中文或英文写一种就可以。"
    assert links["f-tech_field"] == "技术领域：这一项还没有填。"
    for place, sentence in links.items():
        assert f'id="{place}"' in page, (place, sentence)


def test_the_summary_of_a_decision_names_its_fields(reviewer: Browser, scene: Scene) -> None:
    number = add_contract(scene, "reviewing", submitted_by_id=900)
    fields = {"do": "register", "turnover": "1", "tech_amount": "2", "number": " "}
    page = reviewer.post(f"/contracts/{number}/decide", **fields).text
    links = links_of_the_summary(page)
    assert links["f-on-register"] == "请填日期。"
    assert "合同登记编号" in links["f-number"]
    assert links["f-tech_amount"].startswith("技术交易额")
    for place in links:
        assert f'id="{place}"' in page, place


def test_a_contract_needs_its_text(seller: Browser, scene: Scene) -> None:
    answer = send(seller, "/contracts/new", (), do="submit", **CONTRACT)
    assert answer.status_code == 422
    assert "请附上合同文本" in seen(answer)


def test_the_sellers_name_is_the_units_own_whatever_is_sent(seller: Browser, scene: Scene) -> None:
    answer = send(
        seller, "/contracts/new", do="submit", **CONTRACT, seller_name="别人", seller_uscc="1"
    )
    assert answer.status_code == 302
    found = only()
    assert (found.seller_name, found.seller_uscc) == ("河湾理工大学", "1241010041580000XR")
    assert (found.seller_id, found.buyer_id) == (scene.seller, scene.buyer)
    assert (found.turnover, found.tech_amount) == (TURNOVER, TECH_AMOUNT)


def test_technology_from_abroad_is_registered_by_the_buyer(buyer: Browser, scene: Scene) -> None:
    form = {
        **{key: text for key, text in CONTRACT.items() if not key.startswith(("buyer", "seller"))},
        "side": "buyer",
        "seller_name": "Fraunhofer IPT",
        "seller_country": "276",
        "seller_nature": "700",
        "buyer_nature": "150",
        "buyer_division": "410106",
    }
    from_page = buyer.get("/contracts/new?side=buyer")
    assert "卖方在境外，由买方登记" in seen(from_page)
    answer = send(buyer, "/contracts/new", do="submit", **form)
    assert answer.status_code == 302, seen(answer)
    found = only()
    assert (found.seller_id, found.buyer_id) == (None, scene.buyer)
    assert found.division_codes == ("410106",)


@pytest.mark.parametrize("country", ["156", "中国", "China", "１５６"])
def test_a_domestic_seller_registers_itself_however_its_country_is_written(
    buyer: Browser, scene: Scene, country: str
) -> None:
    form = {
        **{key: text for key, text in CONTRACT.items() if not key.startswith(("buyer", "seller"))},
        "side": "buyer",
        "seller_name": "河湾理工大学",
        "seller_country": country,
        "seller_uscc": "1241010041580000XR",
        "seller_division": "410102",
        "seller_nature": "700",
        "buyer_nature": "150",
        "buyer_division": "410106",
    }
    answer = send(buyer, "/contracts/new", do="submit", **form)
    assert answer.status_code == 422
    assert "境内的卖方自己办登记" in seen(answer)


def test_a_draft_is_kept_whatever_its_amounts_are_and_says_which_cannot_be_read(
    seller: Browser, scene: Scene
) -> None:
    for typed, sentence in (("面议", "合同成交额写的是“面议”。"), ("六百万", "680 万元")):
        answer = send(seller, "/contracts/new", do="save", **{**CONTRACT, "turnover": typed})
        assert answer.status_code == 302
        page = seen(seller.get(answer.location))
        assert sentence in page
        assert "或写“面议”" not in page
        assert f'value="{typed}"' in page
