"""What matching puts on the pages of others."""

from __future__ import annotations

from typing import Any

from flask import Flask, render_template

from marketplace.catalogue.models import Demand
from marketplace.core.db import db
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.slots import Slots
from marketplace.matching.policies import SEE_OF_DEMAND, SEE_OWN
from marketplace.matching.queries import matches_of
from marketplace.matching.states import PROPOSE
from marketplace.matching.subjects import DEMAND, OFFERS


def fill_slots(app: Flask) -> None:
    """Fill the slots of record pages and of the account."""
    slots: Slots = app.extensions["slots"]
    slots.fill("record.actions", _actions, order=30)
    slots.fill("account.links", _account_link, order=15)


def _actions(page: Any) -> str:
    actor = current_actor()
    kind, record_id = page.kind, int(page.record.id)
    may_propose = kind in (*OFFERS, DEMAND) and policy.can(actor, PROPOSE)
    matches = None
    if kind == DEMAND and actor.is_person:
        demand = db.session.get(Demand, record_id)
        if policy.can(actor, SEE_OF_DEMAND, demand):
            matches = len(matches_of(actor, record_id))
    if matches is None and not may_propose:
        return ""
    return render_template(
        "matching/_actions.html",
        kind=kind,
        record_id=record_id,
        matches=matches,
        may_propose=may_propose,
    )


def _account_link() -> str:
    if not policy.can(current_actor(), SEE_OWN):
        return ""
    return render_template("matching/_account_link.html")
