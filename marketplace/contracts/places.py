"""Where the parties of a contract sit, as the statistics of flow count it."""

from __future__ import annotations

from collections.abc import Set

from marketplace.contracts.terms import CHINA, Party, Terms
from marketplace.core.codelists import items

CITY, PROVINCE, OTHER_PROVINCE, ABROAD, UNKNOWN = "city", "province", "country", "abroad", ""
AREAS = (CITY, PROVINCE, OTHER_PROVINCE, ABROAD)
BETWEEN = ">"


class Places:
    """The districts and zones of the city, as the code lists have them at this moment.

    A city's code (GB/T 2260) begins with two digits for the province and two for itself, and
    those of its districts begin with the same four.
    """

    def __init__(self) -> None:
        """Read the code lists of divisions and of functional zones."""
        self.own: Set[str] = {
            item.code for name in ("division", "stat_zone") for item in items(name)
        }
        self._cities = {code[:4] for code in self.own}
        self._provinces = {code[:2] for code in self.own}

    def area_of(self, party: Party) -> str:
        """One of :data:`AREAS`, or nothing where the division is not known."""
        if party.country != CHINA:
            return ABROAD
        division = party.division
        if division in self.own or division[:4] in self._cities:
            return CITY
        if not division:
            return UNKNOWN
        return PROVINCE if division[:2] in self._provinces else OTHER_PROVINCE

    def flow_of(self, terms: Terms) -> str:
        """From the seller's area to the buyer's, such as ``city>province``."""
        return f"{self.area_of(terms.seller)}{BETWEEN}{self.area_of(terms.buyer)}"
