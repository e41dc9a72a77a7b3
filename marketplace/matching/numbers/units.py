"""Units: how they are written, what they measure, and their ratio to the first one of a kind.

The table stands in `units.tsv`. A unit may be made of several: ``m/min``, ``Wh/kg``, ``W/(m·K)``.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).with_name("units.tsv")
LONGEST_UNIT = 16
MONEY = "money"


class Unit(NamedTuple):
    """What a unit measures and how many of the kind's first unit it is."""

    dimension: str
    factor: Decimal


@cache
def _table() -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            written, dimension, factor = line.split("\t")
            found[written] = Unit(dimension, Decimal(factor))
    return found


@cache
def _without_capitals() -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for written, unit in _table().items():
        # 5G is no five grams.
        if len(written) > 1:
            found.setdefault(written.lower(), unit)
    return found


def simple_unit(written: str) -> Unit | None:
    """The unit of a single writing, with its capitals first and without them then."""
    return _table().get(written) or _without_capitals().get(written.lower())


def unit_pattern() -> str:
    """An expression for one unit, also a compound one; the longest that fits."""
    names = sorted(_table(), key=len, reverse=True)
    one = "|".join(map(_name_pattern, names))
    further = rf"(?:[·*]\s?(?:{one})|/\s?(?:{one})|/\s?\((?:{one})(?:[·*](?:{one}))*\)|每(?:{one}))"
    return rf"(?:{one}){further}{{0,3}}"


def _name_pattern(name: str) -> str:
    letters = re.escape(name) if len(name) == 1 else f"(?i:{re.escape(name)})"
    # A Latin unit ends where the word ends: "85 Degree" has no D in it.
    return letters + (r"(?![A-Za-z])" if name[-1].isascii() and name[-1].isalpha() else "")


@cache
def unit_of(written: str) -> Unit | None:
    """The unit that is written so; None for one that the table does not have."""
    known = simple_unit(written.strip())
    written = written.replace(" ", "")
    if known or not re.search(r"[/·*每]", written):
        return known
    powers: Counter[str] = Counter()
    factor = Decimal(1)
    is_below = False
    for part in re.findall(r"[/每]|[^/·*每()]+", written):
        if part in ("/", "每"):
            is_below = True
            continue
        unit = simple_unit(part)
        if unit is None:
            return None
        powers[unit.dimension] += -1 if is_below else 1
        factor = factor / unit.factor if is_below else factor * unit.factor
    above = sorted(name for name, power in powers.items() for _ in range(power))
    below = sorted(name for name, power in powers.items() for _ in range(-power))
    return Unit("·".join(above) + "".join(f"/{name}" for name in below), factor)
