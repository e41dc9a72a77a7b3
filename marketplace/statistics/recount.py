"""The register's totals by year, month and code: what ``market statistics --json`` prints."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy.orm import Session

from marketplace.contracts.ledger.sums import Sum, sums_by_month
from marketplace.contracts.places import (
    ABROAD,
    BETWEEN,
    CITY,
    OTHER_PROVINCE,
    PROVINCE,
    UNKNOWN,
)

COLUMNS = ("count", "turnover_fen", "tech_fen")
DIMENSIONS = {
    "class": "contract_class",
    "district": "seller_division",
    "field": "tech_field",
    "flow": "flow",
}
FLOWS = {
    CITY: "本市→本市",
    PROVINCE: "本市→省内",
    OTHER_PROVINCE: "本市→省外",
    UNKNOWN: "本市→省外",
    ABROAD: "本市→境外",
}
RULES = (
    "every contract with a day of registration counts; amounts are integers in 分 of CNY",
    "a registration counts in the month of its day with +1 and the amounts first registered",
    "an amendment counts by the differences of the amounts in the month of its day, count 0",
    "a deregistration or revocation counts -1 and minus the amounts in the month of its day",
    "by_class is the class under which the contract was registered: before 2021 licences stand "
    "under 技术转让",
    "by_district is the seller's division, by_field the code of 技术领域",
    "by_flow is told by the buyer: country not 156 is 境外; a division of the city 本市; of the "
    "province 省内; any other, or none, 省外",
    "by_* covers all years, by_year_* one year in each key, written year|code",
)

Figures = dict[str, list[int]]


def recount(session: Session) -> dict[str, Any]:
    """Every total: ``[count, turnover, technology amount]``, amounts in 分.

    Registrations count in the month of their day, amendments by their difference and
    cancellations by their whole in the month of theirs; flow is told by the buyer's place.
    """
    found: dict[str, Any] = {"rules": list(RULES), "columns": list(COLUMNS)}
    by_month = sums_by_month(session)
    found["by_year"] = _folded(
        (str(month // 100), total) for (month, _all), total in by_month.items()
    )
    found["by_month"] = _folded((_month(month), total) for (month, _all), total in by_month.items())
    for name, dimension in DIMENSIONS.items():
        sums = sums_by_month(session, dimension=dimension)
        keyed = [(month, _code(name, code), total) for (month, code), total in sums.items()]
        found[f"by_{name}"] = _folded((code, total) for _month_, code, total in keyed)
        found[f"by_year_{name}"] = _folded(
            (f"{month // 100}|{code}", total) for month, code, total in keyed
        )
    return found


def _code(name: str, code: str) -> str:
    return FLOWS[code.partition(BETWEEN)[2]] if name == "flow" else code


def _month(month: int) -> str:
    return f"{month // 100:04d}-{month % 100:02d}"


def _folded(rows: Any) -> Figures:
    sums: dict[str, Sum] = defaultdict(Sum)
    for code, total in rows:
        sums[code] += total
    return {
        code: [total.count, total.turnover, total.tech_amount]
        for code, total in sorted(sums.items())
    }
