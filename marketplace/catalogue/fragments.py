"""What the catalogue puts on pages of other domains: how many records an organisation holds."""

from __future__ import annotations

from flask import Flask, render_template

from marketplace.catalogue.queries import count_held
from marketplace.core.web.access import current_actor
from marketplace.core.web.slots import Slots


def fill_slots(app: Flask) -> None:
    """Fill the slots of other domains' pages."""
    slots: Slots = app.extensions["slots"]
    slots.fill("organisation.held", _held)


def _held(organisation_id: int) -> str:
    return render_template(
        "catalogue/_held.html", counts=count_held(current_actor(), organisation_id)
    )
