"""What the radar puts on the pages of others: the telling form, and the ways to its page."""

from __future__ import annotations

from flask import Flask, render_template, url_for

from marketplace.catalogue.search_page import SearchPage
from marketplace.core.policy import acts_for_holder, bureau, policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.slots import Slots
from marketplace.core.web.wording import gettext as _
from marketplace.demands.routes import parameters_of
from marketplace.matching.radar.policies import READ, RECORD
from marketplace.matching.radar.queries import count_groups


def fill_slots(app: Flask) -> None:
    """Fill the slots of a search without hits, of the holder's list, and of the account page."""
    slots: Slots = app.extensions["slots"]
    slots.fill("search.empty", _search_empty, order=10)
    slots.fill("posting.actions", _posting_actions)
    slots.fill("account.links", _account_links, order=20)
    slots.fill("account.work", _work, order=3)


def _search_empty(page: SearchPage) -> str:
    if not page.text or not policy.can(current_actor(), RECORD):
        return ""
    search = parameters_of(page.canonical).removeprefix("?")
    return render_template("radar/_search_empty.html", search=search)


def _posting_actions() -> str:
    is_holder = acts_for_holder(current_actor())
    return render_template("radar/_posting_actions.html") if is_holder else ""


def _account_links() -> str:
    actor = current_actor()
    if not policy.can(actor, READ) or bureau(actor, None):
        return ""
    return render_template("radar/_account_links.html", total=count_groups(actor))


def _work() -> str:
    if not bureau(current_actor(), None):
        return ""
    return render_template(
        "accounts/_work.html",
        address=url_for("radar.groups"),
        name=_("搜不到的需求"),
        line=_("五家以上的单位都搜过、还没有结果的内容"),
    )
