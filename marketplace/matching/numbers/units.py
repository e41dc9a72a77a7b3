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
MONEY = "money"
_TELLING = "mn"
"""First letters that mean another thing as capitals: milli and mega, nano and newton."""
_LONGEST_SYMBOL = 4


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
def _without_capitals() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for written in _table():
        # 5G is no five grams.
        if len(written) > 1:
            found.setdefault(written.lower(), []).append(written)
    return found


def simple_unit(written: str) -> Unit | None:
    """The unit of a single writing, with its capitals first and without them then.

    None where its capitals make it another one: 1.1 Mg is no milligram, NM no length.
    """
    if written in _table():
        return _table()[written]
    alike = {
        _table()[name]
        for name in _without_capitals().get(written.lower(), ())
        if name[0] == written[0] or name[0].lower() not in _TELLING or _is_word(name)
    }
    return alike.pop() if len(alike) == 1 else None


def _is_word(name: str) -> bool:
    return name.isalpha() and len(name) > _LONGEST_SYMBOL


def unit_pattern() -> str:
    """An expression for one unit, also a compound one; the longest that fits."""
    names = sorted(_table(), key=len, reverse=True)
    one = "|".join(map(_name_pattern, names))
    further = rf"(?:[·*]\s?(?:{one})|/\s?(?:{one})|/\s?\((?:{one})(?:[·*](?:{one}))*\)|每(?:{one}))"
    return rf"(?:{one}){further}{{0,3}}"


def _name_pattern(name: str) -> str:
    letters = re.escape(name)
    if name[-1].isdigit():
        letters = rf"{letters[:-1]}\^?{name[-1]}"
    if len(name) > 1:
        letters = f"(?i:{letters})"
    # A Latin unit ends where the word ends: "85 Degree" has no D in it.
    return letters + (r"(?![A-Za-z^])" if name[-1].isascii() and name[-1].isalpha() else "")


@cache
def unit_of(written: str) -> Unit | None:
    """The unit that is written so; None for one that the table does not have."""
    written = written.strip().replace("^", "")
    known = simple_unit(written)
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
