"""Registers of any size: recombined, varied, the same every time. Fictional throughout."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from marketplace.demo.contracts import contract_values, words_of_contracts

SEED = 60261
YEARS = range(2018, 2026)
FIELDS = [
    "number",
    "title",
    "class_name",
    "subtype",
    "seller_name",
    "seller_uscc",
    "seller_nature",
    "seller_division",
    "seller_country",
    "seller_representative",
    "buyer_name",
    "buyer_uscc",
    "buyer_nature",
    "buyer_division",
    "buyer_country",
    "buyer_representative",
    "turnover",
    "tech_amount",
    "currency",
    "rate",
    "payment_mode",
    "tech_field",
    "ip_type",
    "plan_source",
    "industry",
    "socio_goal",
    "is_related",
    "signed_on",
    "effective_on",
    "ends_on",
    "registered_on",
    "office",
    "state",
    "changed_on",
    "changed_turnover",
    "changed_tech_amount",
]


def write_register(path: Path, size: int) -> Path:
    """A CSV of ``size`` contracts, spread over the years."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, FIELDS, restval="")
        writer.writeheader()
        writer.writerows(_rows(size))
    return path


def _rows(size: int) -> Iterator[dict[str, Any]]:
    random = Random(SEED)
    known = words_of_contracts()
    for position in range(size):
        year = YEARS[position * len(YEARS) // size]
        turnover = max(round(random.lognormvariate(17, 1.6) / 10_000), 1) * 10_000
        values = contract_values(known, random, year, position % 1_000_000, turnover)
        # The demonstration's parties are few; a million contracts have some ten thousand.
        for side in ("seller", "buyer"):
            values[f"{side}_name"] += f"第{random.randrange(20_000)}分部"
        yield values
