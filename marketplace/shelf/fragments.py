"""What the shelf puts on the pages of the catalogue and of the account."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, render_template, url_for

from marketplace.catalogue.queries import RecordKey
from marketplace.catalogue.record_pages import RecordPage
from marketplace.catalogue.search_hits import HitRow
from marketplace.catalogue.search_page import SearchPage
from marketplace.core.i18n import language
from marketplace.core.web.access import current_actor
from marketplace.core.web.addresses import in_language
from marketplace.core.web.slots import Slots
from marketplace.core.web.wording import lang
from marketplace.shelf.queries import count_records, kept_searches, saved_among
from marketplace.shelf.wording import FREQUENCY_NAMES


def fill_slots(app: Flask) -> None:
    """Fill the slots of record pages, search and account."""
    slots: Slots = app.extensions["slots"]
    slots.fill("record.actions", _record_actions, order=10)
    slots.fill("search.tools", _search_tools)
    slots.fill("hit.actions", _hit_actions)
    slots.fill("search.after_hits", _after_hits)
    slots.fill("account.links", _account_links, order=10)
    app.jinja_env.globals["frequency_names"] = FREQUENCY_NAMES


def _marks() -> Any:
    """The macros of the shelf; a list of hits calls them too often to render a template each."""
    return current_app.jinja_env.get_template("shelf/_marks.html").module


def _here(anchor: str) -> str:
    return f"{in_language(language())}#{anchor}"


def _record_actions(page: RecordPage) -> str:
    actor, key = current_actor(), (page.kind, int(page.record.id))
    if not actor.is_person:
        way_in = url_for("accounts.sign_in", next=in_language(language()))
        return str(_marks().sign_in_to_save(way_in))
    is_saved = key in saved_among(actor, [key])
    title = (str(page.title), lang(page.title))
    return str(_marks().save_button(*key, is_saved, *title, _here("keep"), "keep"))


def _search_tools(page: SearchPage) -> str:
    if page.is_browsing:
        return ""
    parameters = page.canonical.partition("?")[2]
    address = url_for("shelf.new_search")
    return str(_marks().save_search(f"{address}?{parameters}" if parameters else address))


def _hit_actions(hit: HitRow, page: SearchPage) -> str:
    key = (hit.kind, hit.id)
    saved = _saved_of(page)
    anchor = f"keep-{hit.kind}-{hit.id}"
    title = (hit.title.striptags(), hit.title_lang)
    is_saved = key in (saved or ())
    return str(_marks().hit_marks(*key, saved is not None, is_saved, *title, _here(anchor)))


def _saved_of(page: SearchPage) -> set[RecordKey] | None:
    """Which hits of the page are kept; nothing for a visitor. One query a page."""
    actor = current_actor()
    if not actor.is_person:
        return None
    if "saved_hits" not in g:
        g.saved_hits = saved_among(actor, [(hit.kind, hit.id) for hit in page.hits])
    saved: set[RecordKey] = g.saved_hits
    return saved


def _after_hits(page: SearchPage) -> str:
    return str(_marks().compare_form()) if page.hits else ""


def _account_links() -> str:
    actor = current_actor()
    return render_template(
        "shelf/_account_links.html",
        records=count_records(actor),
        searches=len(kept_searches(actor)),
    )
