"""What demands put on the pages of others."""

from __future__ import annotations

from typing import Any

from flask import Flask, render_template, url_for

from marketplace.catalogue.home_page import NEWEST
from marketplace.catalogue.list_rows import rows_of
from marketplace.catalogue.search_page import SearchPage
from marketplace.catalogue.states import ENDED_DEMAND_STATES, EXPIRED, LASTING_DEMAND_STATES
from marketplace.core.web.access import current_actor
from marketplace.core.web.slots import Slots
from marketplace.demands.queries import KIND, newest_open, own_demand
from marketplace.demands.routes import parameters_of
from marketplace.posting.policies import kinds_written_by


def fill_slots(app: Flask) -> None:
    """Fill the slots."""
    slots: Slots = app.extensions["slots"]
    slots.fill("search.empty", _search_empty)
    slots.fill("search.near", _search_partial, order=50)
    slots.fill("home.columns", _newest)
    slots.fill("demand.top", _ended)
    slots.fill("record.actions", _lasting, order=80)
    slots.fill("listing.actions", _deadline)


def _search_empty(page: SearchPage) -> str:
    if not page.text:
        return ""
    return render_template(
        "demands/_search_empty.html",
        parameters=parameters_of(page.canonical),
        may_write="demand" in kinds_written_by(current_actor()),
    )


def _search_partial(page: SearchPage) -> str:
    """The same where nothing has all the words: a sentence of a workshop seldom finds nothing."""
    has_all = not page.split or page.split.all_words
    return "" if has_all or page.first_hit > 1 else _search_empty(page)


def _newest() -> str:
    rows = rows_of(newest_open(current_actor(), NEWEST))
    return render_template("demands/_newest.html", rows=rows) if rows else ""


def _ended(page: Any) -> str:
    return _deadline(KIND, page.record, states=ENDED_DEMAND_STATES)


def _lasting(page: Any) -> str:
    return _deadline(page.kind, page.record, states=LASTING_DEMAND_STATES, is_button=False)


def _deadline(
    kind: str,
    record: Any,
    *,
    states: tuple[str, ...] = (*LASTING_DEMAND_STATES, *ENDED_DEMAND_STATES),
    is_button: bool = True,
) -> str:
    """The way to another deadline, for whoever may set it."""
    if kind != KIND or record.state not in states or not own_demand(current_actor(), record.id):
        return ""
    return render_template(
        "demands/_deadline.html",
        address=url_for("demands.deadline", demand_id=record.id),
        has_ended=record.state in ENDED_DEMAND_STATES,
        is_expired=record.state == EXPIRED,
        is_button=is_button,
    )
