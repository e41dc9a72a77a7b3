"""Amounts in the wrong unit."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.contracts.checks.drafts import WAN, contract, found, one_finding, party

TITLES = ("气孔检测", "刀具测量", "砂型打印", "轴承试验", "焊缝评估", "涂料配方")


def usual(count: int = 6):
    """What one seller usually sells: 10 to 60 万元, to other buyers, about other things."""
    return [
        contract(
            key,
            title=f"{TITLES[key - 1]}方案",
            turnover=key * 10 * WAN,
            buyer=party(f"{TITLES[key - 1]}用户厂"),
            signed_on=date(2023, key, 1),
        )
        for key in range(1, count + 1)
    ]


@pytest.mark.parametrize("factor", [100, 1_000, 10_000])
def test_turnover_many_times_the_technical_amount_is_found(factor: int) -> None:
    slip = contract(1, turnover=20 * WAN * factor, tech_amount=20 * WAN)
    assert ("unit", (1,)) in found(slip)


def test_a_technical_part_of_a_tenth_is_none() -> None:
    assert found(contract(1, turnover=200 * WAN, tech_amount=20 * WAN)) == []


@pytest.mark.parametrize("turnover", [200_000 * WAN, 2_400])
def test_an_amount_that_no_contract_has_is_found(turnover: int) -> None:
    assert found(contract(1, turnover=turnover)) == [("unit", (1,))]


@pytest.mark.parametrize("factor", [100, 10_000, 100_000_000])
def test_a_renewal_in_another_unit_is_found_and_only_it(factor: int) -> None:
    series = [
        contract(100 + year, turnover=12 * WAN, signed_on=date(2020 + year, 3, 1), ends_on=None)
        for year in range(3)
    ]
    slip = contract(200, turnover=13 * WAN * factor, signed_on=date(2023, 3, 1), ends_on=None)
    assert set(found(*usual(), *series, slip)) == {("unit", (200,))}


def test_of_two_the_one_farther_from_the_usual_is_doubtful() -> None:
    pair = [
        contract(100, turnover=12 * WAN, signed_on=date(2022, 3, 1), ends_on=None),
        contract(200, turnover=12 * 100, signed_on=date(2023, 3, 1), ends_on=None),
    ]
    assert {keys for _family, keys in found(*usual(), *pair)} == {(200,)}


def test_an_amount_out_of_proportion_to_all_the_seller_sold_is_found() -> None:
    slip = contract(100, title="铸件检测", turnover=3_000 * WAN)
    finding = one_finding(*usual(), slip)
    assert (finding.rule, finding.keys) == ("unit.unlike_the_seller", (100,))
    assert "60\xa0万元" in str(finding.explanation)


def test_a_slip_of_a_contract_with_some_goods_is_found_as_well() -> None:
    slip = contract(100, title="铸件检测", turnover=3_000 * WAN, tech_amount=2_400 * WAN)
    assert found(*usual(), slip) == [("unit", (100,))]


def test_a_large_contract_whose_goods_were_separated_is_none() -> None:
    large = contract(100, title="铸件检测线", turnover=3_000 * WAN, tech_amount=1_200 * WAN)
    assert found(*usual(), large) == []


def test_wan_written_as_yuan_is_found_by_what_the_seller_usually_sells() -> None:
    slip = contract(100, title="铸件检测", turnover=24_000)
    assert found(*usual(), slip) == [("unit", (100,))]


def test_a_small_paid_test_is_none() -> None:
    assert found(*usual(), contract(100, title="铸件样品检测", turnover=200_000)) == []


def test_growth_and_price_rises_are_none() -> None:
    series = [
        contract(
            100 + year,
            turnover=(20 + 15 * year) * WAN,
            signed_on=date(2020 + year, 3, 1),
            ends_on=None,
        )
        for year in range(4)
    ]
    assert found(*usual(), *series) == []
