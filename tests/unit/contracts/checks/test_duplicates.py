"""One contract registered twice, and what only looks like it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.contracts.checks.drafts import (
    BUYER,
    SELLER,
    TERMS,
    WAN,
    contract,
    found,
    one_finding,
    party,
)

LATER = {"signed_on": date(2024, 3, 9), "effective_on": date(2024, 3, 10)}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"office": "洛阳市登记点"},
        {"state": "submitted", "registered_on": None},
        {"title": "关于刀具涂层寿命预测系统研发的合同"},
        {"title": "刀具涂层寿命预测平台开发"},
        {"title": "刀具涂层寿命预测系统研发(二)"},
        {"seller": BUYER, "buyer": SELLER},
        {"seller": replace(SELLER, uscc="", name="青禾（郑州）智能科技有限责任公司")},
        {"buyer": replace(BUYER, uscc="９１４１０３００ＭＡ４００００２１６", name="长堤机械")},
        {"turnover": 69 * WAN},
        {"turnover": 6_800},
        {"turnover": 68 * WAN * 106 // 100},
        {"signed_on": None, "effective_on": None, "registered_on": None},
        {"signed_on": date(2024, 5, 10), "effective_on": date(2024, 5, 10)},
    ],
)
def test_a_second_registration_is_found_however_it_was_written(changes: dict) -> None:
    second = contract(2, **{**LATER, "tech_amount": TERMS.tech_amount, **changes})
    assert ("duplicate", (1, 2)) in found(contract(1), second)


def test_the_same_figures_under_quite_another_title_are_found() -> None:
    second = contract(2, **LATER, title="涂层刀具使用寿命的智能评估软件系统")
    assert one_finding(contract(1), second).rule == "duplicate.same_figures"
    generic = contract(2, **LATER, title="技术开发合同")
    assert one_finding(contract(1), generic).rule == "duplicate.same_figures"


def test_shortened_names_on_both_sides_are_found_by_price_and_beginning() -> None:
    second = contract(
        2,
        **LATER,
        title="刀具涂层寿命预测软件研发",
        seller=party("青禾公司"),
        buyer=party("长堤公司"),
    )
    assert one_finding(contract(1), second).rule == "duplicate.nearly_same_parties"


@pytest.mark.parametrize(
    "changes",
    [
        {"signed_on": date(2025, 3, 6), "effective_on": date(2025, 3, 6), "ends_on": None},
        {"title": "液压支架控制器样机研制"},
        {"buyer": party("开封远帆农业有限公司")},
        {"seller": party("信阳白露信息技术有限公司")},
        {"turnover": 95 * WAN},
    ],
    ids=["renewed after a year", "other job", "other buyer", "other seller", "other price"],
)
def test_what_differs_in_one_of_these_is_no_duplicate(changes: dict) -> None:
    second = contract(2, **{**LATER, "ends_on": date(2025, 9, 30), **changes})
    assert found(contract(1), second) == []


@pytest.mark.parametrize("state", ["deregistered", "revoked", "refused", "withdrawn"])
def test_a_contract_that_took_the_place_of_one_that_left_is_no_duplicate(state: str) -> None:
    assert found(contract(1, state=state), contract(2, **LATER)) == []


def test_orders_of_a_framework_and_phases_are_no_duplicates() -> None:
    orders = [contract(key, title=f"涂层检测框架协议订单00{key}号") for key in (1, 2, 3)]
    assert found(*orders) == []
    assert found(contract(1, title="涂层检测(一期)"), contract(2, title="涂层检测(二期)")) == []


def test_a_service_that_goes_on_month_after_month_is_no_duplicate() -> None:
    months = [
        contract(
            month,
            signed_on=date(2024, month, 1),
            effective_on=date(2024, month, 1),
            ends_on=date(2024, month + 1, 1),
        )
        for month in range(1, 6)
    ]
    assert found(*months) == []


def test_what_is_ordered_again_and_again_tells_nothing() -> None:
    orders = [contract(key, title="样品金相检测", turnover=60_000) for key in range(1, 80)]
    assert found(*orders) == []


def test_one_price_for_several_buyers_is_no_duplicate() -> None:
    buyers = ["洛阳长堤机械有限公司", "开封远帆农业有限公司", "信阳白露医院", "安阳石桥建材厂"]
    sold = [contract(key, buyer=party(name)) for key, name in enumerate(buyers)]
    assert found(*sold) == []
