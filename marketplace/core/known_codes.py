"""Which codes of places and currencies there are, in the world beyond this city's own lists.

The lists that staff edit hold what forms offer; a register names any place.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from babel.core import get_global
from babel.numbers import list_currencies
from stdnum import numdb

from marketplace.core.classifications import DIVISIONS, names_of

DIGITS, CITY_DIGITS = 6, 4
ZONE = "7"
"""The fifth digit of the statistical codes of functional zones, such as 410172."""
USERS_OWN = "900"
"""From here on ISO 3166-1 leaves the numbers to its users."""


@lru_cache(maxsize=10_000)
def is_division(code: str) -> bool:
    """Whether six digits are a place of GB/T 2260, or a functional zone of one of its cities.

    Codes that were given up are among them; those given since 2023 may not be.
    """
    if len(code) != DIGITS or not code.isdigit():
        return False
    if code in names_of(DIVISIONS) or _is_listed(code):
        return True
    return code[CITY_DIGITS] == ZONE and _is_listed(f"{code[:CITY_DIGITS]}00")


@lru_cache(maxsize=1_000)
def nearest_divisions(code: str) -> tuple[str, ...]:
    """The districts of the country whose codes begin as this one for longest, see below."""
    return tuple(nearest_codes(code, names_of(DIVISIONS)))


def nearest_codes(code: str, known: Iterable[str], most: int = 5) -> list[str]:
    """The known codes of six digits that begin as this one for longest, the nearest first."""
    place = int(code[:DIGITS].ljust(DIGITS, "0"))
    for length in range(min(len(code), DIGITS), 1, -1):
        found = [one for one in known if one.startswith(code[:length]) and one.isdigit()]
        if found:
            return sorted(found, key=lambda one: (abs(int(one) - place), one))[:most]
    return []


@lru_cache(maxsize=1_000)
def is_country(code: str) -> bool:
    """Whether three digits are a country or region of ISO 3166-1, one that is no more included."""
    return code.isdigit() and code < USERS_OWN and code in get_global("territory_aliases")


@lru_cache(maxsize=1_000)
def is_currency(code: str) -> bool:
    """Whether three letters are a currency of ISO 4217, one that was given up included."""
    return code in list_currencies()


def _is_listed(code: str) -> bool:
    found = numdb.get("cn/loc").info(code)
    return len(found) > 1 and bool(found[1][1].get("county"))
