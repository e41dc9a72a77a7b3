"""Where a search becomes a demand."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.catalogue.search_page import read_search, search_address
from marketplace.core.web.access import current_actor
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.demands.from_search import begin_from_search
from marketplace.posting.policies import kinds_written_by

blueprint = Blueprint("demands", __name__)


@blueprint.get("/demands/new")
def new() -> str:
    """What was searched, and the button that makes a demand of it."""
    actor = current_actor()
    query = read_search(actor, request.args.to_dict(flat=False)).query
    return render_template(
        "demands/new.html",
        words=query.words,
        parameters=parameters_of(search_address(query)),
        may_write="demand" in kinds_written_by(actor),
    )


@blueprint.post("/demands/new")
@form_stands_on("demands.new")
def create() -> Response:
    """Begin a demand with what the search asked for, and open its first step."""
    actor = current_actor()
    query = read_search(actor, request.args.to_dict(flat=False)).query
    posting_id = begin_from_search(actor, query)
    return redirect(url_for("posting.step", posting_id=posting_id, number=1))


def parameters_of(address: str) -> str:
    """The parameters of an address with their question mark; nothing where it has none."""
    _path, mark, parameters = address.partition("?")
    return f"{mark}{parameters}"
