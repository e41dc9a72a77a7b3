"""One contract in parts below a tier."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.contracts.checks.drafts import BUYER, WAN, contract, found, one_finding, party

AMOUNTS = (495 * WAN, 480 * WAN, 460 * WAN)


def part(number: int, title: str = "涂层检测中心", **changes):
    values = {
        "turnover": AMOUNTS[number - 1],
        "signed_on": date(2024, 3, 7 * number),
        "ends_on": date(2025, number, 28),
        "title": title,
        **changes,
    }
    return contract(number, **values)


def parts(*titles: str, **changes):
    return [part(number, title, **changes) for number, title in enumerate(titles, 1)]


@pytest.mark.parametrize(
    "titles",
    [
        ("涂层检测中心", "涂层检测中心", "涂层检测中心"),
        ("涂层检测中心(一)", "涂层检测中心(二)", "涂层检测中心(三)"),
        ("A标段涂层检测中心", "B标段涂层检测中心", "C标段涂层检测中心"),
        ("涂层检测中心数据", "涂层检测中心硬接口", "涂层检测中心界面"),
    ],
)
def test_parts_just_below_a_tier_within_weeks_are_found_together(titles: tuple[str, ...]) -> None:
    assert ("split", (1, 2, 3)) in found(*parts(*titles))


def test_the_sentence_tells_sum_tier_and_parts() -> None:
    words = str(one_finding(*parts("检测中心(一)", "检测中心(二)", "检测中心(三)")).explanation)
    assert "1,435\xa0万元" in words
    assert "500\xa0万元" in words
    assert "3 份" in words


def test_parts_given_to_companies_of_one_group_are_found() -> None:
    names = ("洛阳长堤机械有限公司", "郑州长堤物资有限公司", "长堤(开封)实业有限公司")
    group = [
        part(number, f"涂层检测中心({number})", buyer=party(name))
        for number, name in enumerate(names, 1)
    ]
    assert found(*group) == [("split", (1, 2, 3))]


SISTERS = ("郑州青禾智能科技有限公司", "洛阳青禾装备有限公司", "青禾(开封)农业有限公司")


@pytest.mark.parametrize(
    "sellers",
    [
        [party(name) for name in SISTERS],
        [party(name, phone="0371-55500001") for name in ("甲一研究所", "乙二事务所", "丙三公司")],
        [party(name, representative="沈禾") for name in ("甲一研究所", "乙二事务所", "丙三公司")],
    ],
)
def test_parts_given_by_companies_of_one_group_are_found_and_all_are_named(sellers) -> None:
    group = [
        part(number, f"涂层检测中心({number})", seller=seller)
        for number, seller in enumerate(sellers, 1)
    ]
    finding = one_finding(*group)
    assert (finding.family, finding.keys) == ("split", (1, 2, 3))
    assert all(seller.name in str(finding.explanation) for seller in sellers)


def test_sellers_that_have_nothing_in_common_split_nothing() -> None:
    sellers = (party("甲一研究所", phone="0371-55500001"), party("乙二事务所"))
    group = [
        part(number, f"涂层检测中心({number})", seller=seller)
        for number, seller in enumerate(sellers, 1)
    ]
    assert found(*group) == []


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ({"signed_on": date(2024, 11, 1)}, "a phase half a year later"),
        ({"title": "液压支架控制器样机研制"}, "another job"),
        ({"buyer": party("开封远帆农业有限公司")}, "another buyer"),
        ({"turnover": 510 * WAN}, "not below the tier"),
        ({"turnover": 120 * WAN}, "far below the tier"),
        ({"state": "revoked"}, "no longer counting"),
    ],
)
def test_what_differs_in_one_of_these_is_no_split(second: dict, why: str) -> None:
    first, other = part(1, "涂层检测中心(一)"), part(2, **{"title": "涂层检测中心(二)", **second})
    assert [family for family, _keys in found(first, other) if family == "split"] == [], why


def test_orders_of_a_framework_are_asked_about_only_close_below_a_large_tier() -> None:
    low = [
        contract(key, title=f"涂层检测框架协议订单00{key}号", turnover=85 * WAN, buyer=BUYER)
        for key in (1, 2)
    ]
    assert found(*low) == []
    high = [
        contract(key, title=f"涂层检测框架协议订单00{key}号", turnover=(490 + key) * WAN)
        for key in (1, 2)
    ]
    assert found(*high) == [("split", (1, 2))]
