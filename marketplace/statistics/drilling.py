"""Where a figure of the board opens to its contracts: in the list that the tables keep."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from marketplace.core.actor import Actor
from marketplace.core.policy import policy
from marketplace.statistics.tables.rows import CLASS_KEYS, REGISTERED_CLASS

LIST_OF_CONTRACTS = "statistics.contracts"
OPEN_FIGURE, SEE_ALL = "figures.open", "figures.see_all"
HEADLINE = 1
ROWS = {
    "contract_class": (2, REGISTERED_CLASS),
    "subtype": (2, "class"),
    "tech_field": (3, "field"),
    "seller_nature": (4, "seller"),
    "buyer_nature": (5, "buyer"),
    "seller_division": (6, "out"),
    "ip_type": (8, "ip"),
    "plan_source": (8, "plan"),
    "socio_goal": (8, "goal"),
}
"""In which table the codes of a dimension stand, and in which of its blocks."""


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
    position: int = 0,
) -> str:
    """The list of the contracts that add up to a figure; nothing where it doesn't open.

    The figure is of a month, or of January to the month ``until``: of all contracts, or of one
    code of a dimension; as it was when ``position`` was the last entry of the ledger, where given.
    """
    if not may_open(actor) or (dimension and (not code or dimension not in ROWS)):
        return ""
    table, block = ROWS.get(dimension, (HEADLINE, ""))
    values: dict[str, Any] = {"table": table, "year": year}
    if block:
        values["row"] = f"{block}.{CLASS_KEYS.get(code, code)}"
    values |= {"month": month} if month else {"until": until}
    values |= {"position": position} if position else {}
    return url_for(LIST_OF_CONTRACTS, **values)
