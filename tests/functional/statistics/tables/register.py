"""Registers made for tests, stored as an import stores a finished register."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from random import Random
from typing import Any

from marketplace.catalogue.inputs import CleanRow
from marketplace.contracts.classes import class_of
from marketplace.contracts.facts import Counted, facts_of
from marketplace.contracts.ledger.posting import (
    AMENDED,
    CANCELLED,
    CANCELLED_EARLIER,
    REGISTERED,
    SumKey,
    add_to_sums,
    differences,
)
from marketplace.contracts.ledger.sums import NOTHING, Sum
from marketplace.contracts.places import Places
from marketplace.contracts.saving.batch_rows import save_contracts
from marketplace.contracts.saving.rows import read_row
from marketplace.core.actor import system
from marketplace.core.db import writing
from marketplace.statistics.tables.reading import Monthly, Sums

SUBTYPES = ("DEV-COM", "DEV-COOP", "TRF-PAT", "TRF-KNOW", "LIC-PAT", "LIC-OTH", "CON", "SRV-GEN")
DIVISIONS = ("410103", "410105", "410172", "ZZ-ZD", "410100", "410300", "110108", "")
NATURES = ("011", "020", "022", "110", "150", "500", "")
YEARS = (2020, 2021)


def contract(number: int, on: date, **values: Any) -> CleanRow:
    """A registered contract between two firms of the city; amounts in 分."""
    subtype = values.get("subtype", "DEV-COM")
    filled = {
        "number": f"{on.year}410100{number:06d}",
        "title": f"合同 {number}",
        "class_name": class_of(subtype, on),
        "subtype": subtype,
        "seller_name": "甲",
        "seller_nature": "150",
        "seller_division": "410172",
        "buyer_name": "乙",
        "buyer_nature": "150",
        "buyer_division": "410105",
        "turnover": 1_000_000,
        "tech_amount": 800_000,
        "signed_on": on,
        "registered_on": on,
        "tech_field": "1",
        "state": "registered",
        **values,
    }
    return CleanRow(number, f"no:{number}", filled)


def random_contracts(random: Random, count: int) -> list[CleanRow]:
    """Contracts of two years, some of them amended, cancelled, or with parties elsewhere."""
    return [_random_contract(random, number) for number in range(1, count + 1)]


def _random_contract(random: Random, number: int) -> CleanRow:
    on = date(random.choice(YEARS), random.randint(1, 12), random.randint(1, 28))
    turnover = random.randint(1, 10**9)
    values: dict[str, Any] = {
        "subtype": random.choice(SUBTYPES),
        "turnover": turnover,
        "tech_amount": random.randint(0, turnover),
        "tech_field": random.choice(("1", "3", "8", "")),
        "ip_type": random.choice(("KNOW", "PAT-I", "NONE", "")),
        "plan_source": random.choice(("N", "X", "")),
        "socio_goal": random.choice(("01", "10", "")),
    }
    for side in ("seller", "buyer"):
        is_abroad = random.random() < 0.1
        values[f"{side}_country"] = "840" if is_abroad else "156"
        values[f"{side}_division"] = "" if is_abroad else random.choice(DIVISIONS)
        values[f"{side}_nature"] = random.choice(NATURES)
    state = random.choice(("registered",) * 4 + ("amended", "deregistered", "revoked"))
    if state != "registered":
        later = date(random.choice((on.year, 2021)), random.randint(on.month, 12), 28)
        changed = random.randint(1, 10**9)
        values |= {
            "state": state,
            "changed_on": later,
            "changed_turnover": changed if state == "amended" else None,
            "changed_tech_amount": changed // 2 if state == "amended" else None,
        }
    return contract(number, on, **values)


def store(rows: list[CleanRow], key: str = "register") -> None:
    """Put contracts into the register at once, as history that counts."""
    with writing():
        save_contracts(system("test"), rows, key=key, source="register.csv", is_history=True)


def sums_of(rows: list[CleanRow]) -> Sums:
    """The sums of these contracts, reckoned without a database."""
    added: dict[SumKey, list[int]] = {}
    places = Places()
    for row in rows:
        read = read_row(row)
        on, change = read.registered_on, read.change
        assert on is not None
        first = Counted(read.terms.turnover, read.terms.tech_amount, facts_of(read.terms, places))
        steps: list[tuple[date, str, Counted | None, Counted | None]] = [
            (on, REGISTERED, None, first)
        ]
        if change is not None:
            after = None
            line = CANCELLED if change.on.year == on.year else CANCELLED_EARLIER
            if change.state == "amended":
                after, line = (
                    Counted(read.amended.turnover, read.amended.tech_amount, first.facts),
                    AMENDED,
                )
            steps.append((change.on, line, first, after))
        for day, line, before, now in steps:
            place = (False, day.year * 100 + day.month, line)
            for count, turnover, tech_amount, facts in differences(before, now):
                add_to_sums(added, place, (count, turnover, tech_amount), facts)
    by_key: dict[tuple[str, str, bool], Monthly] = defaultdict(dict)
    for (_demo, dimension, month, code, line), amounts in added.items():
        months = by_key[dimension, code, line == CANCELLED_EARLIER]
        months[month] = months.get(month, NOTHING) + Sum(*amounts)
    return Sums(dict(by_key))
