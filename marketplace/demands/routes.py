"""Where a search becomes a demand, and where a demand gets another deadline."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.catalogue.search_page import read_search, search_address
from marketplace.catalogue.states import ENDED_DEMAND_STATES, changeable_states
from marketplace.core.db import db
from marketplace.core.i18n import format_day, today
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _
from marketplace.demands.deadlines import FIELD, move_deadline
from marketplace.demands.from_search import begin_from_search
from marketplace.demands.queries import KIND, own_demand
from marketplace.posting import wording
from marketplace.posting.checking import PostingProblem
from marketplace.posting.policies import kinds_written_by
from marketplace.posting.queries import open_change_of
from marketplace.posting.routes import CONFLICT, ID, UNPROCESSABLE, Answer
from marketplace.posting.states import PUBLISHED
from marketplace.posting.writing import latest_deadline

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


@blueprint.get(f"/deadlines/<{ID}:demand_id>")
def deadline(demand_id: int) -> str:
    """The form for another deadline: to go on with a demand, or to take it up again."""
    return _deadline_page(_own_demand_or_404(demand_id))


@blueprint.post(f"/deadlines/<{ID}:demand_id>")
@form_stands_on("demands.deadline")
def save_deadline(demand_id: int) -> Answer:
    """Give the demand the deadline that was typed."""
    demand = _own_demand_or_404(demand_id)
    try:
        change = move_deadline(current_actor(), demand_id, request.form.get(FIELD, ""))
    except PostingProblem as problem:
        problems = {
            key: text if key in ("", FIELD) else wording.named_problem(KIND, key, text)
            for key, text in problem.problems.items()
        }
        return _deadline_page(demand, problems), UNPROCESSABLE
    except StateError as refusal:
        return _deadline_page(demand, {"": str(refusal.message)}), CONFLICT
    if change.state != PUBLISHED:
        flash(_("已经提交，科技局审核通过就重新征集，会通知你们。"))
        return redirect(url_for("posting.shown", posting_id=change.id))
    flash(_("截止日期改好了，征集到 %(day)s。", day=format_day(demand.deadline)))
    return redirect(url_for("posting.versions", kind=KIND, record_id=demand_id))


def _own_demand_or_404(demand_id: int) -> Any:
    demand = own_demand(current_actor(), demand_id)
    if demand is None:
        abort(404)
    return demand


def _deadline_page(demand: Any, problems: dict[str, str] | None = None) -> str:
    db.session.rollback()
    return render_template(
        "demands/deadline.html",
        demand=demand,
        has_ended=demand.state in ENDED_DEMAND_STATES,
        is_changeable=demand.state in changeable_states(KIND),
        change=open_change_of(db.session, KIND, demand.id),
        state=wording.state_name(demand.state, KIND),
        badge=wording.badge(demand.state),
        problems=problems or {},
        given=request.form,
        tomorrow=today() + timedelta(days=1),
        latest=latest_deadline(),
    )
