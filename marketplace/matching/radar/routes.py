"""The page of the radar, and where pages tell it of searches that found nothing."""

from __future__ import annotations

from urllib.parse import parse_qs

from flask import Blueprint, abort, render_template, request

from marketplace.catalogue.search_page import read_search
from marketplace.core.i18n import today
from marketplace.core.web.access import current_actor
from marketplace.core.web.paging import present_page
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.matching.radar.months import first_kept, last_told
from marketplace.matching.radar.queries import count_groups, group_rows
from marketplace.matching.radar.services import record_search
from marketplace.posting.policies import kinds_written_by

blueprint = Blueprint("radar", __name__)

RECORD_LIMIT = "30 per minute"
MOST_PARAMETERS = 1000


@blueprint.get("/radar")
def groups() -> str:
    """What five organisations and more searched for and did not find."""
    actor = current_actor()
    total = count_groups(actor)
    paging = present_page(total)
    return render_template(
        "radar/groups.html",
        rows=group_rows(actor, paging),
        paging=paging,
        first=first_kept(today()),
        last=last_told(today()),
        may_post="result" in kinds_written_by(actor),
    )


@blueprint.post("/radar/searches")
@form_stands_on("catalogue.search")
def record() -> tuple[str, int]:
    """Record a search that found nothing; the answer is the same whether it counts or not."""
    try:
        params = parse_qs(request.form.get("search", ""), max_num_fields=MOST_PARAMETERS)
    except ValueError:
        abort(400)
    actor = current_actor()
    record_search(actor, read_search(actor, params).query)
    return "", 204
