"""What freshness puts on the page of a record, for those who hold it."""

from __future__ import annotations

from typing import Any

from flask import Flask, render_template

from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.states import PUBLISHED, is_hidden_for_silence
from marketplace.core.db import db
from marketplace.core.policy import acts_for_holder, policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.addresses import address_of
from marketplace.core.web.slots import Slots
from marketplace.freshness.policies import CONFIRM
from marketplace.freshness.queries import KINDS, waiting


def fill_slots(app: Flask) -> None:
    """Fill the slot of the record pages."""
    slots: Slots = app.extensions["slots"]
    slots.fill("record.actions", _actions, order=50)


def _actions(page: Any) -> str:
    actor = current_actor()
    if page.kind not in KINDS or not acts_for_holder(actor):
        return ""
    record: Any = db.session.get(RECORD_MODELS[page.kind], page.record.id)
    is_hidden = is_hidden_for_silence(record)
    is_published = record is not None and record.state == PUBLISHED
    if not policy.can(actor, CONFIRM, record) or not (is_published or is_hidden):
        return ""
    (one,) = waiting(actor, [(page.kind, page.record.id)])
    return render_template(
        "freshness/_actions.html",
        one=one,
        item=f"{page.kind}-{page.record.id}",
        is_hidden=is_hidden,
        address=address_of(page.kind, page.record.id),
    )
