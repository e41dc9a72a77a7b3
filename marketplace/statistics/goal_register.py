"""The numeric goals of the city's plan, as data: what is to be reached, by when, counted how.

They come from ``data/goals.json``. The turnover of technology contracts and the trade in research
results are two indicators; the second has no definition in the plan or in law, so it has no basis
until a person chooses one and says why. Actual figures, and who may choose, do not belong here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from marketplace.core.i18n import Bilingual
from marketplace.statistics.growth import Operator


class Unit(StrEnum):
    """What a goal is counted in: amounts in 分, things, per cent."""

    FEN = "fen"
    COUNT = "count"
    PERCENT = "percent"


class Strength(StrEnum):
    """Whether a goal binds or is striven for (力争); ``UNKNOWN`` until the original was read."""

    BINDING = "binding"
    STRIVEN_FOR = "striven_for"
    UNKNOWN = "unknown"


class Origin(StrEnum):
    """Where an actual figure comes from."""

    CONTRACTS = "contracts"
    ENTERED = "entered"


@dataclass(frozen=True, slots=True)
class Basis:
    """A way to arrive at an actual figure: computed from contracts, or entered with evidence."""

    code: str
    name: Bilingual
    origin: Origin
    explanation: Bilingual


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is measured; two goals of one indicator can be compared, of two never.

    ``basis`` is ``None`` where no document says which of ``bases`` it is: staff choose.
    """

    code: str
    area: Bilingual
    name: Bilingual
    unit: Unit
    bases: tuple[Basis, ...]
    basis: Basis | None
    note: Bilingual


@dataclass(frozen=True, slots=True)
class Goal:
    """One number that a document sets for one year.

    ``value`` is in the indicator's unit (分 for amounts), ``as_written`` how our source of the
    document prints it, ``clause`` where it stands there.
    """

    indicator: Indicator
    year: int
    operator: Operator
    value: Decimal
    as_written: str
    strength: Strength
    source: Bilingual
    clause: str
    note: Bilingual

    @property
    def key(self) -> tuple[str, int]:
        """Indicator code and year, which only one goal has."""
        return self.indicator.code, self.year


@cache
def goals() -> tuple[Goal, ...]:
    """All goals, in the order of the file."""
    text = (files("marketplace.statistics") / "data" / "goals.json").read_text("utf-8")
    return read(json.loads(text))


def read(data: dict[str, Any]) -> tuple[Goal, ...]:
    """Goals from the parsed file.

    :raises ValueError: when two goals share an indicator and a year, or a code is unknown.
    :raises KeyError: when a basis or an indicator is named that the file doesn't describe.
    """
    bases = {
        code: Basis(
            code,
            Bilingual.of(row["name"]),
            Origin(row["from"]),
            Bilingual.of(row["explanation"]),
        )
        for code, row in data["bases"].items()
    }
    indicators = {
        code: Indicator(
            code,
            Bilingual.of(row["area"]),
            Bilingual.of(row["name"]),
            Unit(row["unit"]),
            tuple(bases[each] for each in row["bases"]),
            bases[row["basis"]] if row["basis"] else None,
            Bilingual.of(row.get("note")),
        )
        for code, row in data["indicators"].items()
    }
    found = tuple(
        Goal(
            indicators[row["indicator"]],
            row["year"],
            Operator(row["operator"]),
            Decimal(row["value"]),
            row["as_written"],
            Strength(row.get("strength", "unknown")),
            Bilingual.of(data["source"]),
            row["clause"],
            Bilingual.of(row.get("note")),
        )
        for row in data["goals"]
    )
    if len({goal.key for goal in found}) < len(found):
        raise ValueError("two goals of one indicator for one year")
    return found
