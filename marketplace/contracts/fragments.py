"""What contracts put on the pages of others: the way to the lists."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, g, render_template

from marketplace.contracts import wording
from marketplace.contracts.flags import flags_of, with_contracts
from marketplace.contracts.models import Contract, ContractFlag
from marketplace.contracts.models.flag import OPEN
from marketplace.contracts.policies import LIST_ALL, LIST_FLAGS, LIST_OWN
from marketplace.core.db import db
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.slots import Slots
from marketplace.core.web.written_text import name_written_fields


def fill_contract_slots(app: Flask) -> None:
    """Fill the slot of the navigation, and name the fields that people write into."""
    slots: Slots = app.extensions["slots"]
    slots.fill("nav", _nav, order=40)
    slots.fill("contract.flags", _flags)
    slots.fill("contract.marks", _marks)
    name_written_fields("contracts", _label)


def _flags(contract: Contract) -> str:
    """What was noticed of a contract, for staff on its page."""
    actor = current_actor()
    if not policy.can(actor, LIST_FLAGS, contract):
        return ""
    found = flags_of(db.session, [contract.id]).get(contract.id, [])
    return render_template(
        "contracts/_flags.html", shown=with_contracts(actor, found), words=wording
    )


def _marks(contract: Contract, among: Sequence[int]) -> str:
    """How much was noticed of one of the contracts of a list, which are asked for together."""
    noticed: dict[int, list[ContractFlag]] | None = g.get("noticed_of_contracts")
    if noticed is None:
        noticed = g.noticed_of_contracts = flags_of(db.session, among)
    count = sum(flag.state == OPEN for flag in noticed.get(contract.id, []))
    return render_template("contracts/_mark.html", count=count) if count else ""


def _label(name: str) -> str | None:
    return wording.written_label(name) or None


def _nav() -> str:
    actor = current_actor()
    return render_template(
        "contracts/_nav.html",
        may_list_own=policy.can(actor, LIST_OWN),
        may_list_all=policy.can(actor, LIST_ALL),
    )
