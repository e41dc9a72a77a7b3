"""What demands put on the pages of others."""

from __future__ import annotations

from flask import Flask, render_template

from marketplace.catalogue.search_page import SearchPage
from marketplace.core.web.access import current_actor
from marketplace.core.web.slots import Slots
from marketplace.demands.routes import parameters_of
from marketplace.posting.policies import kinds_written_by


def fill_slots(app: Flask) -> None:
    """Fill the slots."""
    slots: Slots = app.extensions["slots"]
    slots.fill("search.empty", _search_empty)


def _search_empty(page: SearchPage) -> str:
    if not page.text:
        return ""
    return render_template(
        "demands/_search_empty.html",
        parameters=parameters_of(page.canonical),
        may_write="demand" in kinds_written_by(current_actor()),
    )
