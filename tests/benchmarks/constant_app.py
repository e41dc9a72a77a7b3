"""One route more for the site: the search page's template filled with constant records.

What that route takes is what template, language, session and server cost by themselves, so the
rest of a real search page is search, database and the making of what the template shows.
"""

from __future__ import annotations

from functools import cache

from flask import Flask, render_template, request

from marketplace.catalogue.indexing import search_service
from marketplace.catalogue.search_page import SearchPage, read_search, search_page
from marketplace.core.web.access import ANYONE, AccessTable, current_actor
from marketplace.core.web.addresses import absolute

ENDPOINT = "constant_page"
PATH = "/benchmark/constant"
WORDS = "锂电池"


def add_constant_page(app: Flask) -> None:
    """Put the route and its access row into the application."""
    access: AccessTable = app.extensions["access"]
    access.add({ENDPOINT: ANYONE})
    app.add_url_rule(PATH, ENDPOINT, _constant_page)


def _constant_page() -> str:
    # Read as the real page reads them, so that both get the same address and only one uses it.
    request.args.to_dict(flat=False)
    page = _page()
    return render_template(
        "catalogue/search.html", page=page, canonical=absolute(page.canonical), here=page.kind
    )


@cache
def _page() -> SearchPage:
    actor = current_actor()
    return search_page(actor, search_service(), read_search(actor, {"q": [WORDS]}))
