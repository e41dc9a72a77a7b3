"""Parties of one group that do not say so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.contracts.checks.drafts import BUYER, SELLER, contract, found, one_finding, party

SISTER = "青禾(洛阳)农业科技有限公司"


@pytest.mark.parametrize(
    "buyer",
    [
        party(SISTER, phone="（0371）5550 0001"),
        party(SISTER, representative="沈 禾"),
        replace(BUYER, phone=SELLER.phone, representative=SELLER.representative),
    ],
)
@pytest.mark.parametrize("declared", [False, None])
def test_two_signs_of_one_group_are_asked_about(buyer, declared) -> None:
    assert found(contract(buyer=buyer, is_related=declared)) == [("related", (1,))]


def test_a_declared_relation_is_no_fault() -> None:
    assert found(contract(buyer=party(SISTER, phone=SELLER.phone), is_related=True)) == []


@pytest.mark.parametrize(
    "buyer",
    [
        party(SISTER),
        replace(BUYER, phone=SELLER.phone),
        replace(BUYER, representative=SELLER.representative),
        replace(BUYER, phone="", representative=""),
    ],
)
def test_one_sign_alone_is_chance(buyer) -> None:
    assert found(contract(buyer=buyer)) == []


def test_a_licence_of_a_groups_patent_says_so() -> None:
    buyer = party(SISTER, phone=SELLER.phone)
    finding = one_finding(contract(buyer=buyer, patent_numbers=("202010123456.7",)))
    assert finding.rule == "related.patent_of_a_group"
    assert "青禾" in str(finding.explanation)


def test_what_is_kept_of_a_finding_holds_no_contacts() -> None:
    buyer = party(SISTER, phone=SELLER.phone, representative=SELLER.representative)
    kept = one_finding(contract(buyer=buyer)).stored_params
    assert SELLER.phone not in kept
    assert SELLER.representative not in kept


def test_a_contract_with_oneself_is_asked_about_even_when_declared() -> None:
    oneself = contract(buyer=replace(SELLER, name="青禾"), is_related=True)
    assert one_finding(oneself).rule == "related.one_party"
