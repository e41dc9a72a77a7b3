"""Where a figure opens to its contracts."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from marketplace.contracts.ledger.sums import Months
from marketplace.contracts.policies import is_register_staff
from marketplace.core.actor import Actor

LIST_OF_CONTRACTS = "statistics.contracts"


def may_open(actor: Actor) -> bool:
    """Whether figures open for the actor: contracts are shown to those who register and count."""
    return is_register_staff(actor) and LIST_OF_CONTRACTS in current_app.view_functions


def contracts_address(
    actor: Actor, months: Months, *, line: str = "", dimension: str = "", code: str = ""
) -> str:
    """The list of the contracts that add up to a figure; nothing where it doesn't open."""
    if not may_open(actor):
        return ""
    values: dict[str, Any] = {"months": f"{months.first}-{months.last}"}
    if line:
        values["line"] = line
    if dimension:
        values |= {"dimension": dimension, "code": code}
    return url_for(LIST_OF_CONTRACTS, **values)
