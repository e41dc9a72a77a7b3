"""Where a figure of the board opens to its contracts: in the list that the tables keep."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from marketplace.contracts.classes import FIVE_CLASSES_FROM
from marketplace.core.actor import Actor
from marketplace.core.policy import policy

LIST_OF_CONTRACTS = "statistics.contracts"
OPEN_FIGURE, SEE_ALL = "figures.open", "figures.see_all"
HEADLINE, CLASSES, DISTRICTS = 1, 2, 6
ROWS = {"contract_class": (CLASSES, "class"), "seller_division": (DISTRICTS, "out")}
"""In which table the codes of a dimension stand, and in which of its blocks."""
CLASS_KEYS = {
    "技术开发": "development",
    "技术转让": "transfer",
    "技术许可": "licence",
    "技术咨询": "consulting",
    "技术服务": "services",
}
"""How addresses name the classes."""
OF_FOUR = {"技术转让": "transfer-and-licence"}
"""The class that holds licences, too, in the tables of years before the five classes."""


def sees_all(actor: Actor) -> bool:
    """Whether the actor sees small figures too, which neither the public nor a district does."""
    return not actor.districts and policy.can(actor, SEE_ALL)


def may_open(actor: Actor) -> bool:
    """Whether figures open for the actor; those of some districts don't add up to the city's."""
    is_there = LIST_OF_CONTRACTS in current_app.view_functions
    return is_there and not actor.districts and policy.can(actor, OPEN_FIGURE)


def contracts_address(
    actor: Actor,
    year: int,
    *,
    month: int = 0,
    until: int = 12,
    dimension: str = "",
    code: str = "",
) -> str:
    """The list of the contracts that add up to a figure; nothing where it doesn't open.

    The figure is of a month, or of January to the month ``until``: of all contracts, or of one
    code of a dimension.
    """
    if not may_open(actor) or (dimension and not code):
        return ""
    table, block = ROWS.get(dimension, (HEADLINE, ""))
    values: dict[str, Any] = {"table": table, "year": year}
    if block:
        keys = CLASS_KEYS if year >= FIVE_CLASSES_FROM.year else {**CLASS_KEYS, **OF_FOUR}
        values["row"] = f"{block}.{keys.get(code, code)}"
    values |= {"month": month} if month else {"until": until}
    return url_for(LIST_OF_CONTRACTS, **values)
