"""What contracts put on the pages of others: the way to the lists."""

from __future__ import annotations

from flask import Flask, render_template

from marketplace.contracts.inputs.registration import FIELDS
from marketplace.contracts.policies import LIST_ALL, LIST_OWN
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.slots import Slots
from marketplace.core.web.written_text import name_written_fields


def fill_contract_slots(app: Flask) -> None:
    """Fill the slot of the navigation, and name the fields that people write into."""
    slots: Slots = app.extensions["slots"]
    slots.fill("nav", _nav, order=40)
    name_written_fields("contracts", _label)


def _label(name: str) -> str | None:
    field = FIELDS.get(name)
    return str(field.label) if field else None


def _nav() -> str:
    actor = current_actor()
    return render_template(
        "contracts/_nav.html",
        may_list_own=policy.can(actor, LIST_OWN),
        may_list_all=policy.can(actor, LIST_ALL),
    )
