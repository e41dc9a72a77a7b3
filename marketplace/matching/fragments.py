"""What matching puts on the pages of others."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, render_template, request

from marketplace.catalogue.list_rows import rows_of
from marketplace.catalogue.models import Demand
from marketplace.catalogue.queries import read_listings
from marketplace.catalogue.search_page import SearchPage, read_search
from marketplace.core.db import db
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.slots import Slots
from marketplace.matching.encoders import note_breakage, sentences_at_hand
from marketplace.matching.near_search import FEW, near_records
from marketplace.matching.policies import SEE_OF_DEMAND, SEE_OWN
from marketplace.matching.queries import count_matches
from marketplace.matching.questions import language_of
from marketplace.matching.states import PROPOSE
from marketplace.matching.subjects import DEMAND, OFFERS
from search.engines.base import EngineUnavailable

log = structlog.get_logger(__name__)


def fill_slots(app: Flask) -> None:
    """Fill the slots of record pages and of the account."""
    slots: Slots = app.extensions["slots"]
    slots.fill("record.actions", _actions, order=30)
    slots.fill("search.near", _near)
    slots.fill("account.links", _account_link, order=15)


def _actions(page: Any) -> str:
    actor = current_actor()
    kind, record_id = page.kind, int(page.record.id)
    may_propose = kind in (*OFFERS, DEMAND) and policy.can(actor, PROPOSE)
    matches = None
    if kind == DEMAND and actor.is_person:
        demand = db.session.get(Demand, record_id)
        if policy.can(actor, SEE_OF_DEMAND, demand):
            matches = count_matches(actor, record_id)
    if matches is None and not may_propose:
        return ""
    return render_template(
        "matching/_actions.html",
        kind=kind,
        record_id=record_id,
        matches=matches,
        may_propose=may_propose,
    )


def _near(page: SearchPage) -> str:
    """What means the same, below a first page on which words found little."""
    found_with_all = page.split.all_words if page.split else page.total
    # Pinyin that was read as Chinese isn't English.
    is_foreign = not page.readings and language_of(page.text) == "en"
    if not page.text or page.first_hit > 1 or (found_with_all >= FEW and not is_foreign):
        return ""
    actor = current_actor()
    query = read_search(actor, request.args.to_dict(flat=False)).query
    if query.sort:
        return ""
    try:
        keys = near_records(query, {(hit.kind, hit.id) for hit in page.hits})
    except EngineUnavailable:
        return ""
    except Exception:  # an encoder's own; what words found must be shown all the same
        log.exception("near_search_failed")
        note_breakage()
        keys = []
    rows = rows_of(read_listings(actor, keys))
    encoders = [] if rows else sentences_at_hand()
    if not rows and not encoders:
        return ""
    return render_template("matching/_near.html", rows=rows, encoders=encoders)


def _account_link() -> str:
    if not policy.can(current_actor(), SEE_OWN):
        return ""
    return render_template("matching/_account_link.html")
