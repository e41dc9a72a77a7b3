"""Fictional contracts to be checked: one, and what differs in another."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

from marketplace.contracts.checks import Finding, find_faults
from marketplace.contracts.terms import Party, Registered, Terms

WAN = 1_000_000
"""1 万元 in 分."""
SELLER = Party(
    name="郑州青禾智能科技有限公司",
    uscc="91410100MA3X000109",
    phone="0371-55500001",
    representative="沈禾",
)
BUYER = Party(
    name="洛阳长堤机械有限公司",
    uscc="91410300MA40000216",
    phone="0379-55500002",
    representative="陆川",
)
TERMS = Terms(
    title="刀具涂层寿命预测系统研发",
    class_name="技术开发",
    subtype="DEV-COM",
    seller=SELLER,
    buyer=BUYER,
    turnover=68 * WAN,
    tech_amount=52 * WAN,
    signed_on=date(2024, 3, 4),
    effective_on=date(2024, 3, 5),
    ends_on=date(2025, 3, 4),
    is_related=False,
)
REGISTERED = Registered(
    key=1,
    terms=TERMS,
    number="",
    office="高新区登记点",
    state="registered",
    registered_on=date(2024, 3, 20),
)
OF_A_REGISTRATION = {one.name for one in fields(Registered)}


def contract(key: int = 1, **changes: Any) -> Registered:
    """A contract; ``changes`` name fields of the registration or of its terms."""
    own = {name: value for name, value in changes.items() if name in OF_A_REGISTRATION}
    of_terms = {name: value for name, value in changes.items() if name not in own}
    if "turnover" in of_terms:
        of_terms.setdefault("tech_amount", of_terms["turnover"])
    return replace(REGISTERED, key=key, terms=replace(TERMS, **of_terms), **own)


def party(name: str, like: Party | None = None, **changes: str) -> Party:
    """A party of this name, otherwise ``like`` another or with nothing known."""
    return replace(like or Party(name=name), name=name, **changes)


def found(*contracts: Registered) -> list[tuple[str, tuple[int, ...]]]:
    """The families of the findings and the contracts that they concern."""
    return [(one.family, one.keys) for one in find_faults(contracts)]


def one_finding(*contracts: Registered) -> Finding:
    """The only finding among these contracts."""
    (only,) = find_faults(contracts)
    return only
