"""What contracts put on the pages of others: the way to the lists."""

from __future__ import annotations

from flask import Flask, render_template
from flask_babel import lazy_gettext as _l

from marketplace.contracts.inputs.registration import FIELDS
from marketplace.contracts.policies import LIST_ALL, LIST_OWN
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.slots import Slots
from marketplace.core.web.written_text import name_written_fields

WRITTEN = {
    "answer": _l("答复"),
    "expert": _l("专家姓名"),
    "expert_unit": _l("专家单位（可不填）"),
    "number": _l("合同登记编号"),
    "objection": _l("对哪一点有异议，为什么"),
    "opinion": _l("意见"),
    "reason": _l("原因"),
}
"""What people write on the page of a contract; what follows a dash says to which step or row."""


def fill_contract_slots(app: Flask) -> None:
    """Fill the slot of the navigation, and name the fields that people write into."""
    slots: Slots = app.extensions["slots"]
    slots.fill("nav", _nav, order=40)
    name_written_fields("contracts", _label)


def _label(name: str) -> str | None:
    field = FIELDS.get(name)
    known = WRITTEN.get(name.partition("-")[0]) if field is None else field.label
    return str(known) if known else None


def _nav() -> str:
    actor = current_actor()
    return render_template(
        "contracts/_nav.html",
        may_list_own=policy.can(actor, LIST_OWN),
        may_list_all=policy.can(actor, LIST_ALL),
    )
