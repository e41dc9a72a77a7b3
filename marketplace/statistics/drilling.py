"""Where a figure of the board opens to its contracts: in the list that the tables keep."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from marketplace.contracts.ledger.posting import (
    AMENDED,
    CANCELLED,
    CANCELLED_EARLIER,
    REGISTERED,
)
from marketplace.contracts.policies import LIST_ALL
from marketplace.core.actor import Actor
from marketplace.core.policy import policy
from marketplace.statistics.tables.rows import CLASS_KEYS, FOUR_TRANSFER, REGISTERED_CLASS

LIST_OF_CONTRACTS, LIST_OF_UNCOUNTED = "statistics.contracts", "goals.uncounted"
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
LINE_ROWS = {
    REGISTERED: "all.registered",
    AMENDED: "all.amended",
    CANCELLED: "all.cancelled",
    CANCELLED_EARLIER: "all.earlier",
}
"""Which row of the headline counts a line of the ledger."""
WITHOUT_PLACE = {"seller_division": "out.nowhere"}
"""Which row of a table counts what has no code in a dimension."""
TRANSFERS_AND_LICENCES = FOUR_TRANSFER
"""Stands for both of these classes together, where the address of a class is asked for."""


def uncounted_address(actor: Actor, reason: str) -> str:
    """The list of contracts that aren't counted for a reason; nothing where it doesn't open."""
    if not may_open(actor) or not policy.can(actor, LIST_ALL):
        return ""
    return url_for(LIST_OF_UNCOUNTED, reason=reason)


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
    line: str = "",
    position: int = 0,
) -> str:
    """The list of the contracts that add up to a figure; nothing where it doesn't open.

    The figure is of a month, or of January to the month ``until``: of all contracts, of one code
    of a dimension (or :data:`TRANSFERS_AND_LICENCES`), or of one line of the ledger; as it was when
    ``position`` was the last entry of the ledger, where given.
    """
    if not may_open(actor):
        return ""
    row = _row_of(dimension, code) if dimension else LINE_ROWS.get(line, "")
    if dimension and not row:
        return ""
    table = ROWS[dimension][0] if dimension else HEADLINE
    values: dict[str, Any] = {"table": table, "year": year}
    values |= {"row": row} if row else {}
    values |= {"month": month} if month else {"until": until}
    values |= {"position": position} if position else {}
    return url_for(LIST_OF_CONTRACTS, **values)


def _row_of(dimension: str, code: str) -> str:
    """The row of a table that counts a code; nothing where none does."""
    if dimension not in ROWS:
        return ""
    block = ROWS[dimension][1]
    return f"{block}.{CLASS_KEYS.get(code, code)}" if code else WITHOUT_PLACE.get(dimension, "")
