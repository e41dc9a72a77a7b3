"""The pages of the shelf: records and searches that are kept, and the comparison."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts.browser import local_path
from marketplace.catalogue.documents import document_id
from marketplace.catalogue.search_page import address_with, read_search
from marketplace.catalogue.search_sentence import search_name
from marketplace.catalogue.wording import KINDS
from marketplace.core.mail.refusals import accept_topic, is_refused
from marketplace.core.web.access import current_actor
from marketplace.core.web.numbers import number_of
from marketplace.core.web.paging import present_page
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _
from marketplace.shelf.comparison import MOST, compare_records
from marketplace.shelf.letters import TOPIC
from marketplace.shelf.models import LONGEST_NAME, LONGEST_NOTE, Frequency
from marketplace.shelf.problems import ShelfProblem
from marketplace.shelf.queries import (
    count_matches,
    count_records,
    find_search,
    kept_records,
    kept_searches,
    matches_of,
)
from marketplace.shelf.services import (
    Telling,
    asks_something,
    canonical_params,
    note_record,
    remove_record,
    save_record,
)
from marketplace.shelf.services import change_search as change_kept_search
from marketplace.shelf.services import delete_search as delete_kept_search
from marketplace.shelf.services import save_search as keep_search

blueprint = Blueprint("shelf", __name__)

UNPROCESSABLE = 422
RECORD = f"<any({','.join(KINDS)}):kind>/<int(max=2147483647):record_id>"
SEARCH = "<int(max=2147483647):search_id>"

Answer = str | Response | tuple[str, int]


@blueprint.get("/saved")
def records() -> str:
    """The records that are kept."""
    return _records_page({}, {})


@blueprint.post(f"/saved/{RECORD}")
@form_stands_on("shelf.records")
def save(kind: str, record_id: int) -> Answer:
    """Keep a record; back to where the button stood."""
    try:
        if not save_record(current_actor(), kind, record_id):
            abort(404)
    except ShelfProblem as problem:
        return _records_page({problem.field: str(problem.message)}, {}), UNPROCESSABLE
    return _back("shelf.records")


@blueprint.post(f"/saved/{RECORD}/remove")
@form_stands_on("shelf.records")
def remove(kind: str, record_id: int) -> Response:
    """Keep a record no longer; back to where the button stood."""
    remove_record(current_actor(), kind, record_id)
    return _back("shelf.records")


@blueprint.post(f"/saved/{RECORD}/note")
@form_stands_on("shelf.records")
def note(kind: str, record_id: int) -> Answer:
    """Write the note to a record; where it is too long, the list again with what was written."""
    text = request.form.get("note", "")
    try:
        if not note_record(current_actor(), kind, record_id, text):
            abort(404)
    except ShelfProblem as problem:
        given = {problem.field: text}
        return _records_page({problem.field: str(problem.message)}, given), UNPROCESSABLE
    flash(_("备注写好了。") if text.strip() else _("备注删去了。"))
    return redirect(f"{url_for('shelf.records')}#r-{document_id(kind, record_id)}")


@blueprint.get("/saved/searches")
def searches() -> str:
    """The searches that are kept, each with the way to change it."""
    return _searches_page({}, {})


@blueprint.get("/saved/searches/new")
def new_search() -> str:
    """The form to keep the search whose parameters stand in the address."""
    return _new_search_page(request.args.to_dict(flat=False), {}, {})


@blueprint.post("/saved/searches")
def save_search() -> Answer:
    """Keep a search."""
    try:
        params = parse_qs(request.form.get("search", ""), max_num_fields=1000)
    except ValueError:
        abort(400)
    try:
        query = read_search(current_actor(), params).query
        keep_search(current_actor(), query, request.form.get("name", ""), _telling())
    except ShelfProblem as problem:
        problems = {problem.field: str(problem.message)}
        return _new_search_page(params, problems, request.form), UNPROCESSABLE
    flash(_("检索保存好了。"))
    return redirect(url_for("shelf.searches"))


@blueprint.post("/saved/searches/letters")
@form_stands_on("shelf.searches")
def accept_letters() -> Response:
    """Send letters about kept searches again, after they were refused."""
    accept_topic(int(current_actor().person_id or 0), TOPIC.name)
    flash(_("你又会收到这类邮件。"))
    return redirect(url_for("shelf.searches"))


@blueprint.get(f"/saved/searches/{SEARCH}")
def search(search_id: int) -> str:
    """What a search has found since it was kept."""
    actor = current_actor()
    found = find_search(actor, search_id)
    if found is None:
        abort(404)
    total = count_matches(found)
    paging = present_page(total)
    return render_template(
        "shelf/search.html",
        search=found,
        address=_address_of(found.params),
        matches=matches_of(actor, found, paging),
        paging=paging,
    )


@blueprint.post(f"/saved/searches/{SEARCH}")
def change_search(search_id: int) -> Answer:
    """Another name, or another way to hear of it."""
    try:
        given = request.form
        if not change_kept_search(current_actor(), search_id, given.get("name", ""), _telling()):
            abort(404)
    except ShelfProblem as problem:
        problems = {f"{problem.field}-{search_id}": str(problem.message)}
        return _searches_page(problems, {search_id: given}), UNPROCESSABLE
    flash(_("改好了。"))
    return redirect(f"{url_for('shelf.searches')}#s-{search_id}")


@blueprint.post(f"/saved/searches/{SEARCH}/delete")
@form_stands_on("shelf.searches")
def delete_search(search_id: int) -> Response:
    """Keep a search no longer."""
    if not delete_kept_search(current_actor(), search_id):
        abort(404)
    flash(_("检索删去了，不再提醒。"))
    return redirect(url_for("shelf.searches"))


@blueprint.get("/compare")
def compare() -> Answer:
    """Records of one kind beside each other, at an address that can be passed on.

    Forms send ``item=result-1``, which becomes ``kind=result&id=1``.
    """
    chosen = request.args.getlist("item")
    kinds = {kind for one in chosen if (kind := one.rpartition("-")[0]) in KINDS}
    if len(kinds) > 1:
        return render_template("shelf/compare.html", comparison=None, is_mixed=True, too_many=False)
    if kinds:
        numbers = [one.rpartition("-")[2] for one in chosen]
        return redirect(url_for("shelf.compare", kind=kinds.pop(), id=numbers))
    kind = request.args.get("kind", "")
    given = list(dict.fromkeys(request.args.getlist("id")))
    ids = [number for one in given if (number := number_of(one))]
    comparison = None
    if kind in KINDS and ids:
        comparison = compare_records(current_actor(), kind, ids[:MOST])
    return render_template(
        "shelf/compare.html", comparison=comparison, is_mixed=False, too_many=len(ids) > MOST
    )


def _back(endpoint: str) -> Response:
    return redirect(local_path(request.form.get("next")) or url_for(endpoint))


def _telling() -> Telling:
    given = request.form.get("frequency", Frequency.OFF)
    frequency = Frequency(given) if given in set(Frequency) else Frequency.OFF
    return Telling(frequency, "by_mail" in request.form, "by_inbox" in request.form)


def _records_page(problems: Mapping[str, str], given: Mapping[str, str]) -> str:
    actor = current_actor()
    paging = present_page(count_records(actor))
    return render_template(
        "shelf/records.html",
        kept=kept_records(actor, paging),
        paging=paging,
        problems=problems,
        given=given,
        longest=LONGEST_NOTE,
        most=MOST,
    )


def _searches_page(problems: Mapping[str, str], given: Mapping[int, Any]) -> str:
    actor = current_actor()
    kept = kept_searches(actor)
    return render_template(
        "shelf/searches.html",
        kept=kept,
        addresses={one.search.id: _address_of(one.search.params) for one in kept},
        problems=problems,
        given=given,
        longest=LONGEST_NAME,
        is_mail_refused=is_refused(int(actor.person_id or 0), TOPIC.name),
    )


def _new_search_page(
    params: Mapping[str, list[str]], problems: Mapping[str, str], given: Mapping[str, Any]
) -> str:
    query = read_search(current_actor(), params).query
    address = address_with(canonical_params(query))
    return render_template(
        "shelf/new_search.html",
        can_save=asks_something(query),
        search=address.partition("?")[2],
        address=address,
        name=search_name(query)[:LONGEST_NAME],
        problems=problems,
        given=given,
        longest=LONGEST_NAME,
    )


def _address_of(params: list[list[str]]) -> str:
    return address_with([(name, value) for name, value in params])
