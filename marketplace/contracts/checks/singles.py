"""Rules about one contract by itself: amounts, goods, patents, relations of its parties."""

from __future__ import annotations

import re
from collections.abc import Iterator

from marketplace.contracts.checks.finding import PATENT, RELATED, TECH_AMOUNT, UNIT, Finding, wan
from marketplace.contracts.checks.names import code_of, has_same_root, plain
from marketplace.contracts.terms import Registered
from marketplace.core.identifiers import IdentifierError, patent_application

FEWEST_TIMES = 20
"""An honest split of costs hardly leaves less than a twentieth to the technology."""
ALL_OF_IT = 0.98
GOODS = re.compile(
    r"采购|购置|供货|供应及|货物|含硬件|含设备|硬件设备|成套设备|设备销售|设备及安装|设备安装|耗材|维保|装修|转售|代销"
)
TERMS = {"1": 20, "8": 20, "2": 10, "9": 10, "3": 10}
"""Years of protection from filing by the kind of the number (专利法 art. 42); 8 and 9 are PCT."""
DESIGNS_LONGER_FROM, LONGER = 2021, 15
"""Designs filed from 2021-06-01 on are protected for 15 years."""


def find_in_one(contract: Registered) -> Iterator[Finding]:
    """Faults that one contract shows by itself."""
    yield from _amounts(contract)
    yield from _patents(contract)
    yield from _relation(contract)


def _amounts(contract: Registered) -> Iterator[Finding]:
    terms, keys = contract.terms, (contract.key,)
    turnover, tech_amount = terms.turnover, terms.tech_amount
    if tech_amount > turnover:
        params = {"turnover": wan(turnover), "tech_amount": wan(tech_amount)}
        yield Finding("tech_above_turnover", TECH_AMOUNT, keys, params)
    elif tech_amount and turnover >= FEWEST_TIMES * tech_amount:
        params = {"turnover": wan(turnover), "times": f"{turnover / tech_amount:,.0f}"}
        yield Finding("turnover_far_above_tech", UNIT, keys, params)
    goods = GOODS.search(terms.title)
    if goods and turnover and ALL_OF_IT * turnover <= tech_amount <= turnover:
        yield Finding("goods_not_deducted", TECH_AMOUNT, keys, {"word": goods[0]})


def _patents(contract: Registered) -> Iterator[Finding]:
    terms = contract.terms
    if terms.signed_on is None or not terms.subtype.startswith(("LIC", "TRF-PAT")):
        return
    for number in terms.patent_numbers:
        filed, kind = _filed(number)
        years = TERMS.get(kind, 20)
        if kind == "3" and filed >= DESIGNS_LONGER_FROM:
            years = LONGER
        if filed and terms.signed_on.year > filed + years:
            params = {
                "number": number,
                "filed": filed,
                "years": years,
                "signed": terms.signed_on.year,
            }
            yield Finding("patent_expired", PATENT, (contract.key,), params)
            return


def _filed(number: str) -> tuple[int, str]:
    """The year of filing and the kind; 0 for a number that is none."""
    try:
        value = patent_application.parse(number).value
    except IdentifierError:
        return 0, ""
    digits = value.split(".")[0]
    if len(digits) >= 12:
        return int(digits[:4]), digits[4]
    return 1900 + int(digits[:2]) if int(digits[:2]) >= 85 else 2000 + int(digits[:2]), digits[2]


def _relation(contract: Registered) -> Iterator[Finding]:
    """Two of 字号, legal representative and telephone agree, and nobody said so."""
    terms = contract.terms
    seller, buyer = terms.seller, terms.buyer
    if terms.is_related or (code_of(seller.uscc) and code_of(seller.uscc) == code_of(buyer.uscc)):
        return
    agreeing = {
        "root": has_same_root(seller, buyer),
        "representative": bool(seller.representative)
        and plain(seller.representative) == plain(buyer.representative),
        "phone": bool(seller.phone) and plain(seller.phone) == plain(buyer.phone),
    }
    what = [name for name, does in agreeing.items() if does]
    if len(what) >= 2:
        yield Finding("related_undeclared", RELATED, (contract.key,), {"what": what})
