"""What the tables put on the pages of others: their way in the navigation."""

from __future__ import annotations

from flask import Flask, render_template

from marketplace.core.web.slots import Slots


def fill_slots(app: Flask) -> None:
    """Fill the slot of the navigation."""
    slots: Slots = app.extensions["slots"]
    slots.fill("nav", lambda: render_template("statistics/_nav.html"), order=-10)
