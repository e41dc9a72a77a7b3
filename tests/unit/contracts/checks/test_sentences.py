"""Explanations, made again from what is kept of a finding."""

from __future__ import annotations

import json
from datetime import date

import pytest

from marketplace.contracts.checks import FAMILIES, Finding, explain, find_faults
from marketplace.contracts.checks.sentences import SENTENCES
from marketplace.contracts.terms import Registered
from tests.unit.contracts.checks.drafts import SELLER, WAN, contract, one_finding, party

LATER = {"signed_on": date(2024, 3, 8)}
NEW_TITLE = {"title": "涂层刀具使用寿命的智能评估软件系统"}
USUAL = [contract(key, title=f"检测{key}号炉衬", turnover=key * WAN) for key in (1, 2, 3)]
FAULTS: dict[str, list[Registered]] = {
    "duplicate.same_subject": [contract(1), contract(2, **LATER)],
    "duplicate.same_figures": [contract(1), contract(2, **LATER, **NEW_TITLE)],
    "duplicate.nearly_same_parties": [contract(1), contract(2, seller=party("青禾公司"))],
    "split.below_a_tier": [
        contract(key, title=f"涂层中心({key})", turnover=(480 + key) * WAN) for key in (1, 2)
    ],
    "unit.between_amounts": [contract(turnover=60 * WAN * 100, tech_amount=60 * WAN)],
    "unit.out_of_bounds": [contract(turnover=200_000 * WAN)],
    "unit.in_a_series": [
        contract(1, turnover=6 * WAN, ends_on=None),
        contract(2, turnover=600 * WAN, ends_on=None, signed_on=date(2025, 3, 4)),
        contract(3, turnover=6 * WAN, ends_on=None, signed_on=date(2026, 3, 4)),
    ],
    "unit.unlike_the_seller": [*USUAL, contract(9, title="铸件", turnover=900 * WAN)],
    "tech_amount.above_turnover": [contract(turnover=60 * WAN, tech_amount=61 * WAN)],
    "tech_amount.goods_counted": [contract(title="设备采购", turnover=60 * WAN)],
    "patent.ended": [contract(subtype="LIC-PAT", patent_numbers=("200310123456.7",))],
    "related.undeclared": [contract(buyer=party("青禾(洛阳)农业公司", phone=SELLER.phone))],
    "related.patent_of_a_group": [
        contract(
            buyer=party("青禾(洛阳)农业公司", phone=SELLER.phone),
            patent_numbers=("202310123456.7",),
        )
    ],
    "related.one_party": [contract(buyer=SELLER)],
    "tier.burst": [
        contract(key, title=title, turnover=(500 + key) * WAN, buyer=party(f"{title}厂"))
        for key, title in enumerate(("气孔检测", "刀具测量", "砂型打印"))
    ],
}


@pytest.mark.parametrize("rule", FAULTS)
def test_a_stored_finding_explains_itself_as_it_did(rule: str) -> None:
    finding = next(one for one in find_faults(FAULTS[rule]) if one.rule == rule)
    kept = json.loads(finding.stored_params)
    assert explain(finding.rule, kept) == str(finding.explanation)
    assert finding.family in FAMILIES
    assert "%(" not in str(finding.explanation)


def test_every_sentence_has_its_example() -> None:
    assert FAULTS.keys() == SENTENCES.keys()


def test_a_pair_tells_what_agrees_and_what_differs() -> None:
    words = str(
        one_finding(
            contract(1, office="高新区登记点"),
            contract(2, office="金水区登记点", title="刀具涂层寿命预测平台研发", **LATER),
        ).explanation
    )
    assert "签订相差 4 天" in words
    assert "项目名称相近" in words
    assert "都是 68\xa0万元" in words
    assert "高新区登记点、金水区登记点" in words
    assert "终止日期" not in words


def test_a_rule_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        explain("duplicate.by_magic", {})


def test_equal_findings_are_kept_equally() -> None:
    one = Finding("unit.out_of_bounds", "unit", (1,), {"title": "甲", "turnover": 1})
    other = Finding("unit.out_of_bounds", "unit", (1,), {"turnover": 1, "title": "甲"})
    assert one == other
    assert one.stored_params == other.stored_params
