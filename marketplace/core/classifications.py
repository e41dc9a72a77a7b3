"""National classifications of all levels: industries, disciplines, and districts.

GB/T 4754-2017 and GB/T 13745-2009: official codes with their Chinese names; nobody edits them
here. Their first levels are code lists besides, with English names. The transcription of the
disciplines lacked 190.35 发展心理学, which its own lower level needs; it was added. Districts,
counties and cities of that level, by codes of GB/T 2260, are those of the National Bureau of
Statistics of 2023, as github.com/modood/Administrative-divisions-of-China has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

INDUSTRIES, DISCIPLINES = "gbt4754_2017", "gbt13745_2009"
DIVISIONS = "divisions_2023"
LEVELS = {INDUSTRIES: (1, 3, 4, 5), DISCIPLINES: (3, 5, 7)}
"""How many characters a code of each level has."""


@lru_cache(maxsize=3)
def names_of(standard: str) -> Mapping[str, str]:
    """The Chinese name of every code of a standard, in its order."""
    text = files("marketplace.core").joinpath("data", f"{standard}.tsv").read_text("utf-8")
    rows = (line.partition("\t") for line in text.splitlines())
    return MappingProxyType({code: name for code, _tab, name in rows})


def path_of(standard: str, code: str) -> tuple[str, ...]:
    """The names from the first level down to a code; nothing for a code that there isn't."""
    names = names_of(standard)
    if code not in names:
        return ()
    return tuple(names[code[:length]] for length in LEVELS[standard] if length <= len(code))
