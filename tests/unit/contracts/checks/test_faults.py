"""All rules together: any order, any part of a register."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.contracts.checks import Finding, Thresholds, find_faults, judged, keys_of
from marketplace.contracts.checks.findings import JUDGED
from marketplace.contracts.checks.sentences import SENTENCES
from marketplace.contracts.terms import Registered
from tests.unit.contracts.checks.drafts import BUYER, SELLER, WAN, contract, found, party

PARTIES = st.sampled_from(
    [
        SELLER,
        BUYER,
        party("青禾（郑州）智能科技有限责任公司"),
        party("青禾(洛阳)农业科技有限公司", phone=SELLER.phone),
        party("长堤机械", representative=BUYER.representative),
        party("开封远帆农业有限公司"),
        party(""),
    ]
)
TITLES = st.sampled_from(
    [
        "刀具涂层寿命预测系统研发",
        "刀具涂层寿命预测平台开发(二)",
        "液压支架控制器设备采购",
        "技术开发合同",
        "",
    ]
)
AMOUNTS = st.sampled_from(
    [0, 1, 68, 68 * 100, 68 * WAN, 68 * 106 * WAN // 100, 490 * WAN, 502 * WAN, 680_000 * WAN]
)
DAYS = st.none() | st.integers(0, 120).map(lambda days: date(2024, 1, 1) + timedelta(days=days))


@st.composite
def registers(draw: st.DrawFn) -> list[Registered]:
    """Small registers in which much is alike."""
    return [
        contract(
            key,
            title=draw(TITLES),
            seller=draw(PARTIES),
            buyer=draw(PARTIES),
            turnover=draw(AMOUNTS),
            signed_on=draw(DAYS),
            effective_on=None,
            ends_on=draw(DAYS),
            registered_on=draw(DAYS),
            state=draw(st.sampled_from(["registered", "submitted", "revoked"])),
            subtype=draw(st.sampled_from(["DEV-COM", "LIC-PAT"])),
            patent_numbers=draw(st.sampled_from([(), ("200310123456.7",)])),
        )
        for key in range(draw(st.integers(1, 12)))
    ]


def stored(findings) -> list[tuple]:
    return [(one.rule, one.family, one.keys, one.stored_params) for one in findings]


@given(registers(), st.randoms(use_true_random=False))
def test_the_order_of_contracts_changes_nothing(register: list[Registered], random) -> None:
    shuffled = random.sample(register, len(register))
    assert stored(find_faults(shuffled)) == stored(find_faults(register))


@given(registers(), st.data())
def test_looking_at_some_finds_what_looking_at_all_finds_of_them(
    register: list[Registered], data: st.DataObject
) -> None:
    some = data.draw(st.sets(st.sampled_from([one.key for one in register])))
    keys = {key for one in register if one.key in some for key in keys_of(one)}
    together = [one for one in register if one.key in some or keys & keys_of(one)]
    whole, part = find_faults(register), find_faults(together, only=some)
    assert stored(one for one in part if some & set(one.keys)) == stored(
        one for one in whole if some & set(one.keys)
    )
    others = [one for one in part if not some & set(one.keys)]
    assert all(len(one.keys) == 1 for one in others)
    assert {facts(one) for one in others} <= {facts(one) for one in whole}


def facts(finding: Finding) -> tuple[str, tuple[int, ...], str]:
    return finding.rule, finding.keys, judged(finding.rule, finding.params)


def test_what_a_contract_is_compared_with_is_found_with_the_one_that_tells() -> None:
    few = [contract(key, title=f"{key}号炉料配比", turnover=WAN, tech_amount=WAN) for key in (2, 3)]
    large = contract(1, turnover=900 * WAN, tech_amount=900 * WAN)
    assert [one.keys for one in find_faults([large, *few], only={3})] == [(1,)]


def test_every_rule_says_what_of_its_explanation_a_person_judges() -> None:
    assert JUDGED.keys() == SENTENCES.keys()


@given(registers())
def test_every_finding_concerns_contracts_of_the_register_and_explains_itself(
    register: list[Registered],
) -> None:
    known = {one.key for one in register}
    for finding in find_faults(register):
        assert set(finding.keys) <= known
        assert list(finding.keys) == sorted(set(finding.keys))
        assert str(finding.explanation).endswith("。")


def test_one_pair_is_told_once_by_the_rule_that_says_most() -> None:
    again = contract(2, seller=party(SELLER.name), signed_on=date(2024, 3, 8))
    assert found(contract(1), again) == [("duplicate", (1, 2))]


def test_thresholds_decide() -> None:
    pair = [contract(1), contract(2, signed_on=date(2024, 5, 1), ends_on=None)]
    assert len(find_faults(pair)) == 1
    strict = Thresholds(duplicate_days=10, same_end_days=10)
    assert find_faults(pair, thresholds=strict) == []


def test_an_empty_register_has_no_faults() -> None:
    assert find_faults([]) == []
