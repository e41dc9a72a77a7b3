"""The demonstration's register of technology contracts, from 2018 to today; all of it invented.

The yearly totals have the shape of a real city's. Words and totals stand in
``data/contract_words.json``; the same seed gives the same register every day, which only grows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from random import Random
from typing import Any

from stdnum.cn import uscc as stdnum_uscc

from marketplace.catalogue.inputs import CleanRow
from marketplace.contracts.classes import class_of
from marketplace.contracts.inputs import HISTORY_INPUT
from marketplace.contracts.saving.batch_rows import save_contracts
from marketplace.contracts.saving.batches import finish_batch
from marketplace.contracts.saving.recognising import Recogniser
from marketplace.core.actor import Actor
from marketplace.core.amounts import FEN_PER_YI
from marketplace.core.i18n import today
from marketplace.core.identifiers.uscc import organisation_check

KEY, SOURCE = "demo-contracts", "演示登记册"
SEED = 20181
AMENDED, DEREGISTERED, REVOKED = 0.03, 0.05, 0.055
"""Shares below which a contract was changed, deregistered, revoked."""
LARGEST = 40
"""No contract is larger than so many times the average."""
ROUND_FEN = 10_000
"""Amounts are whole hundreds of 元."""

Values = dict[str, Any]


def load_contracts(actor: Actor) -> int:
    """Put the register into the ledger as history, up to today; may be repeated at any time.

    :returns: how many contracts came in new.
    """
    recogniser = Recogniser(is_history=True)
    rows = []
    for number, values in enumerate(register(today()), 1):
        cleaned = HISTORY_INPUT.clean(number, values, {key: key for key in values})
        if not isinstance(cleaned, CleanRow):
            raise ValueError("; ".join(f"{one.field}: {one.reason}" for one in cleaned))
        recogniser.identify(cleaned)
        rows.append(cleaned)
    outcomes = save_contracts(actor, rows, key=KEY, source=SOURCE, is_history=True, is_demo=True)
    finish_batch(actor, KEY)
    return sum(outcome.saved.value == "created" for outcome in outcomes)


def register(until: date) -> Iterator[Values]:
    """The rows of the register whose registration lies on or before a day."""
    words = words_of_contracts()
    for year, plan in words["years"].items():
        yield from _year(words, int(year), plan, until)


def _year(words: Values, year: int, plan: Values, until: date) -> Iterator[Values]:
    random = Random(f"{SEED}-{year}")
    count = plan["contracts"]
    weights = [min(random.lognormvariate(0, 1.4), LARGEST) for _ in range(count)]
    scale = plan["yi_yuan"] * FEN_PER_YI / sum(weights)
    for number, weight in enumerate(weights, 1):
        turnover = max(round(weight * scale / ROUND_FEN), 1) * ROUND_FEN
        values = contract_values(words, random, year, number, turnover)
        if values["registered_on"] <= until:
            yield _as_known(values, until)


def contract_values(words: Values, random: Random, year: int, number: int, turnover: int) -> Values:
    """One registered contract of a year; ``turnover`` in 分."""
    registered_on = _day(random, year, words["month_weights"])
    signed_on = registered_on - timedelta(days=random.randint(2, 60))
    subtype = _drawn(random, {code: one["weight"] for code, one in words["subtypes"].items()})
    field = _drawn(random, words["field_weights"])
    least, most = words["subtypes"][subtype]["tech"]
    tech_amount = turnover * random.randint(least, most) // 100 // 100 * 100
    area = _drawn(random, words["areas"])
    seller = random.choice(_sellers())
    buyer = random.choice([one for one in words["buyers"][area] if one[0] != seller[0]])
    is_licence = subtype.startswith(("LIC", "TRF"))
    return {
        "number": f"{year}990100{number:06d}",
        "title": (
            random.choice(words["fields"][field]["things"])
            + random.choice(words["subtypes"][subtype]["words"])
        ),
        "class_name": class_of(subtype, registered_on),
        "subtype": subtype,
        **_side("seller", seller, "", random.choice(words["representatives"])),
        **_side("buyer", buyer, area, random.choice(words["representatives"])),
        "turnover": f"{turnover / 100:.2f}元",
        "tech_amount": f"{tech_amount / 100:.2f}元",
        "currency": "EUR" if area == "abroad" else "CNY",
        "rate": "7.8" if area == "abroad" else "1",
        "payment_mode": random.choice(["1", "2", "2"] + (["4"] if is_licence else [])),
        "tech_field": field,
        "ip_type": ("PAT-I" if "PAT" in subtype else "KNOW") if is_licence else "NONE",
        "plan_source": random.choices("NDPCX", (2, 1, 3, 4, 90))[0],
        "industry": random.choice(words["fields"][field]["industries"]),
        "socio_goal": random.choice(["10", "10", "06", "05", "03", "01", "02", "09", "12"]),
        "is_related": "否",
        "signed_on": signed_on,
        "effective_on": signed_on,
        "ends_on": signed_on + timedelta(days=random.choice([180, 365, 730])),
        "registered_on": registered_on,
        "office": "云岫市技术合同登记点",
        "state": "registered",
        **_change(random, registered_on, turnover, tech_amount),
    }


def _change(random: Random, registered_on: date, turnover: int, tech_amount: int) -> Values:
    chance, on = random.random(), registered_on + timedelta(days=random.randint(30, 400))
    if chance < AMENDED:
        factor = random.choice([80, 90, 110, 120])
        return {
            "state": "amended",
            "changed_on": on,
            "changed_turnover": f"{turnover * factor // 100 / 100:.2f}元",
            "changed_tech_amount": f"{tech_amount * factor // 100 / 100:.2f}元",
        }
    if chance < REVOKED:
        return {"state": "deregistered" if chance < DEREGISTERED else "revoked", "changed_on": on}
    return {}


def _as_known(values: Values, until: date) -> Values:
    """The row as it stands on a day: a change of later hasn't happened yet."""
    if values.get("changed_on") and values["changed_on"] > until:
        later = ("changed_on", "changed_turnover", "changed_tech_amount")
        return {key: one for key, one in values.items() if key not in later} | {
            "state": "registered"
        }
    return values


def _side(side: str, party: tuple[str, ...], area: str, representative: str) -> Values:
    name, nature, place, *code = party
    is_abroad = area == "abroad"
    return {
        f"{side}_name": name,
        f"{side}_nature": nature,
        f"{side}_division": "" if is_abroad else place,
        f"{side}_country": place if is_abroad else "156",
        f"{side}_uscc": "" if is_abroad else (code[0] if code else credit_code(name, place)),
        f"{side}_representative": representative,
    }


def credit_code(name: str, division: str) -> str:
    """A 统一社会信用代码 of nobody, with right check characters (GB 32100, GB 11714)."""
    body = f"MX{Random(name).randrange(10**6):06d}"
    code = f"91{division}{body}{organisation_check(body)}"
    return f"{code}{stdnum_uscc.calc_check_digit(code)}"


def _day(random: Random, year: int, month_weights: list[int]) -> date:
    month = random.choices(range(1, 13), month_weights)[0]
    return date(year, month, random.randint(1, 28))


def _drawn(random: Random, weights: dict[str, int]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]


@lru_cache(maxsize=1)
def words_of_contracts() -> Values:
    """Titles, parties, classes and yearly totals."""
    text = files("marketplace.demo").joinpath("data", "contract_words.json").read_text("utf-8")
    found: Values = json.loads(text)
    return found


@lru_cache(maxsize=1)
def _sellers() -> list[tuple[str, ...]]:
    """The holders of the demonstration, each twice, and firms that only sell."""
    text = files("marketplace.demo").joinpath("data", "organisations.jsonl").read_text("utf-8")
    holders = [json.loads(line) for line in text.splitlines() if line.strip()]
    known = [
        (one["name"]["zh"], one["nature"], one["division"], one["uscc"])
        for one in holders
        if one["kind"] != "hospital"
    ]
    return [*known, *known, *(tuple(one) for one in words_of_contracts()["sellers"])]
