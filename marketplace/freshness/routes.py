"""The pages of freshness: a letter's link, all that is due, and the end of a listing."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts.browser import local_path
from marketplace.catalogue.states import PUBLISHED
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.addresses import address_of
from marketplace.core.web.caching import keep_nowhere
from marketplace.core.web.paging import present_page
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext
from marketplace.freshness.confirming import (
    Confirmed,
    LinkState,
    confirm_by_link,
    confirm_listings,
    follow_link,
    listing_key,
    own_listing,
    stop_listing,
)
from marketplace.freshness.queries import Key, due_keys, hidden_keys, waiting

blueprint = Blueprint("freshness", __name__)

UNPROCESSABLE = 422
ON_A_PAGE = 100
STATUSES = {LinkState.FOREIGN: 404, LinkState.NOT_THEIRS: 410, LinkState.OUTDATED: 410}
"""What a link that is good for nothing answers with; the page says the way on."""

Answer = str | Response | tuple[str, int]

blueprint.after_request(keep_nowhere)


@blueprint.get("/confirm/letter/<token>")
def letter(token: str) -> Answer:
    """What a letter asks about, and one button. Opening it confirms nothing."""
    followed = follow_link(token)
    address = url_for("freshness.letter_post", token=token)
    page = render_template("freshness/letter.html", followed=followed, address=address)
    return page, STATUSES.get(followed.state, 200)


@blueprint.post("/confirm/letter/<token>")
def letter_post(token: str) -> Answer:
    """It still stands. Then the same page, which says what became of the link."""
    if confirm_by_link(token).state is LinkState.OPEN:
        flash(_("记下了，谢谢。"))
    return redirect(url_for("freshness.letter", token=token))


@blueprint.get("/confirm")
def due() -> Answer:
    """All that waits for the holder's word."""
    return _due()


@blueprint.post("/confirm")
def due_post() -> Answer:
    """What was chosen still stands."""
    chosen: list[Key] = []
    for text in request.form.getlist("items"):
        try:
            chosen.append(listing_key(text))
        except StateError as problem:
            return _due(str(problem.message)), UNPROCESSABLE
    if not chosen:
        return _due(_("先在下面选出仍然有效的，再按按钮。")), UNPROCESSABLE
    flash(_told(confirm_listings(current_actor(), chosen)))
    return redirect(local_path(request.form.get("next")) or url_for("freshness.due"))


@blueprint.get("/confirm/stop/<item>")
def stop(item: str) -> Answer:
    """The form that ends a listing."""
    return _stopping(item)


@blueprint.post("/confirm/stop/<item>")
def stop_post(item: str) -> Answer:
    """The listing no longer stands."""
    try:
        key = listing_key(item)
        if own_listing(current_actor(), key) is None:
            abort(404)
        stop_listing(current_actor(), key, request.form.get("reason", ""))
    except StateError as problem:
        return _stopping(item, str(problem.message)), UNPROCESSABLE
    flash(_("这条不再展示。内容还在，想恢复时请找科技局。"))
    return redirect(url_for("freshness.due"))


def _due(problem: str = "") -> str:
    actor = current_actor()
    due, hidden = due_keys(actor), hidden_keys(actor)
    keys = [*due, *hidden]
    paging = present_page(len(keys), ON_A_PAGE)
    shown = keys[paging.offset : paging.last]
    are_hidden = set(hidden)
    return render_template(
        "freshness/due.html",
        due=waiting(actor, [key for key in shown if key not in are_hidden]),
        hidden=waiting(actor, [key for key in shown if key in are_hidden]),
        due_total=len(due),
        hidden_total=len(hidden),
        total=len(keys),
        page=paging.number,
        last=paging.count,
        chosen=request.form.getlist("items"),
        is_all_chosen="all" in request.args,
        problems={"": problem} if problem else {},
        address_of=address_of,
    )


def _stopping(item: str, problem: str = "") -> str:
    try:
        key = listing_key(item)
    except StateError:
        abort(404)
    record = own_listing(current_actor(), key)
    if record is None:
        abort(404)
    return render_template(
        "freshness/stop.html",
        item=item,
        record=record,
        can_stop=record.state == PUBLISHED,
        address=address_of(*key),
        problems={"reason": problem} if problem else {},
        given=request.form,
    )


def _told(done: Confirmed) -> str:
    parts = []
    if done.confirmed:
        parts.append(ngettext("%(num)s 条确认好了。", "%(num)s 条确认好了。", done.confirmed))
    if done.shown_again:
        parts.append(
            ngettext("其中 %(num)s 条恢复展示。", "其中 %(num)s 条恢复展示。", done.shown_again)
        )
    if done.left_out:
        parts.append(
            ngettext(
                "%(num)s 条没有确认：已经撤下、预留或者暂停。",
                "%(num)s 条没有确认：已经撤下、预留或者暂停。",
                done.left_out,
            )
        )
    return " ".join(parts)
