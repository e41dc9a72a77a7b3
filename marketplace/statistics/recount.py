"""The register's totals by year, month and code: what ``market statistics --json`` prints."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy.orm import Session

from marketplace.contracts.ledger.posting import ALL
from marketplace.contracts.ledger.sums import Sum, sums_by_month
from marketplace.contracts.places import ABROAD, BETWEEN, CITY, OTHER_PROVINCE, PROVINCE

COLUMNS = ("count", "turnover_fen", "tech_fen")
DIMENSIONS = {
    "class": "contract_class",
    "district": "seller_division",
    "field": "tech_field",
    "flow": "flow",
}
BUYERS = {CITY: "本市", PROVINCE: "省内", OTHER_PROVINCE: "省外", ABROAD: "境外"}
UNKNOWN = "未定"

Figures = dict[str, list[int]]


def recount(session: Session) -> dict[str, Any]:
    """Every total: ``[count, turnover, technology amount]``, amounts in 分.

    Registrations count in the month of their day, amendments by their difference and
    cancellations by their whole in the month of theirs; flow is told by the buyer's place.
    """
    found: dict[str, Any] = {"columns": list(COLUMNS)}
    by_month = sums_by_month(session)
    found["by_year"] = _folded(
        (str(month // 100), total) for (month, _all), total in by_month.items()
    )
    found["by_month"] = _folded((_month(month), total) for (month, _all), total in by_month.items())
    for name, dimension in DIMENSIONS.items():
        sums = sums_by_month(session, dimension=dimension)
        keyed = [(month, _code(name, code), total) for (month, code), total in sums.items()]
        found[f"by_{name}"] = _folded((code, total) for _month_, code, total in keyed)
        years: dict[str, list[tuple[str, Sum]]] = defaultdict(list)
        for month, code, total in keyed:
            years[str(month // 100)].append((code, total))
        found[f"by_year_{name}"] = {year: _folded(rows) for year, rows in sorted(years.items())}
    return found


def _code(name: str, code: str) -> str:
    if name == "flow":
        code = BUYERS.get(code.partition(BETWEEN)[2], ALL)
    return code or UNKNOWN


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
