"""What the statistics put on the pages of others: the way to the board, and names of fields."""

from __future__ import annotations

from flask import Flask, render_template, url_for

from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.slots import Slots
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.written_text import name_written_fields
from marketplace.statistics import wording
from marketplace.statistics.policies import SEE_DRAFTS, SEE_VALUES, SET_GOAL


def fill_slots(app: Flask) -> None:
    """Fill the slots of the navigation and of the account page."""
    slots: Slots = app.extensions["slots"]
    slots.fill("nav", _nav, order=30)
    slots.fill("account.work", _work, order=2)
    for blueprint in ("goals", "editions"):
        name_written_fields(blueprint, wording.FIELD_NAMES.get)


def _nav() -> str:
    return render_template("goals/_nav.html")


def _work() -> str:
    actor = current_actor()
    places = (
        (SET_GOAL, "goals.register", _("目标"), _("登记和修改目标，选定统计口径")),
        (SEE_VALUES, "goals.values", _("指标值"), _("填报台账里没有的数，放行别人填报的数")),
        (SEE_DRAFTS, "editions.proposed", _("发布版"), _("把数定住，由另一人确认以后公开")),
    )
    return "".join(
        render_template("accounts/_work.html", address=url_for(endpoint), name=name, line=line)
        for action, endpoint, name, line in places
        if policy.can(actor, action)
    )
