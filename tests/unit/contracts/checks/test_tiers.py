"""Bursts just above a tier."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.unit.contracts.checks.drafts import WAN, contract, found, party

TITLES = ("气孔检测", "刀具测量", "砂型打印", "轴承试验", "焊缝评估", "涂料配方")


def sold(*amounts: int, apart: int = 5, first: date = date(2024, 11, 25), **changes):
    return [
        contract(
            key,
            title=f"{TITLES[key % 6]}方案",
            buyer=party(f"{TITLES[key % 6]}用户厂"),
            turnover=amount,
            signed_on=first + timedelta(days=apart * key),
            registered_on=first + timedelta(days=apart * key + 10),
            **changes,
        )
        for key, amount in enumerate(amounts)
    ]


@pytest.mark.parametrize("tier", [100, 300, 500, 1000, 5000, 10_000])
def test_three_contracts_just_above_a_tier_within_a_month_are_found(tier: int) -> None:
    amounts = [tier * WAN * (1000 + step) // 1000 for step in (3, 8, 14)]
    assert ("tier", (0, 1, 2)) in found(*sold(*amounts))


def test_the_month_of_registration_counts_as_well() -> None:
    drafts = sold(501 * WAN, 503 * WAN, 506 * WAN, apart=40)
    together = [
        contract(
            one.key,
            title=one.terms.title,
            buyer=one.terms.buyer,
            turnover=one.terms.turnover,
            signed_on=one.terms.signed_on,
            registered_on=date(2024, 12, 20 + one.key),
        )
        for one in drafts
    ]
    assert found(*drafts) == []
    assert found(*together) == [("tier", (0, 1, 2))]


def test_scattered_amounts_of_a_busy_month_are_no_burst() -> None:
    assert found(*sold(501 * WAN, 740 * WAN, 130 * WAN, 503 * WAN, 60 * WAN)) == []


def test_one_service_at_one_price_is_no_burst() -> None:
    same = [
        contract(key, title="刀具测量方案", turnover=501 * WAN, buyer=party(f"{title}用户厂"))
        for key, title in enumerate(TITLES)
    ]
    assert found(*same) == []


def test_a_price_of_exactly_a_small_tier_is_a_price_like_any_other() -> None:
    assert found(*sold(100 * WAN, 100 * WAN, 100 * WAN)) == []
    assert found(*sold(500 * WAN, 500 * WAN, 500 * WAN)) == [("tier", (0, 1, 2))]


def test_contracts_that_no_longer_count_make_no_burst() -> None:
    assert found(*sold(501 * WAN, 503 * WAN, 506 * WAN, state="revoked")) == []
