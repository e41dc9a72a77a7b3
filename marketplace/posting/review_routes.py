"""Pages for those who review, and for the steps and versions of a public record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.record_queries import public_versions
from marketplace.catalogue.services import take_listing_step
from marketplace.catalogue.states import ENDED_DEMAND_STATES, LISTING_STATES, changeable_states
from marketplace.core.actor import HOLDER_ROLES
from marketplace.core.db import db
from marketplace.core.policy import policy, visible_to
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.addresses import address_of
from marketplace.core.web.numbers import number_of
from marketplace.core.web.paging import asked_page, present_page
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext
from marketplace.posting import wording
from marketplace.posting.checking import PostingProblem
from marketplace.posting.policies import WRITE
from marketplace.posting.queries import (
    count_steps,
    has_public_page,
    listing_history,
    waiting_for_review,
    waiting_uploads,
)
from marketplace.posting.reviewing import Decided, approve, decide_chosen, publish, return_posting
from marketplace.posting.routes import (
    CONFLICT,
    ID,
    KIND,
    UNPROCESSABLE,
    Answer,
    blueprint,
    posting_or_404,
    posting_page,
)
from marketplace.posting.states import DEMAND
from marketplace.posting.uploads import showing
from marketplace.posting.uploads.deciding import progress_of_decision
from marketplace.posting.versions import changes_of, count_versions

MOST_AT_ONCE = 100
VERSIONS_A_PAGE = 20
ELSEWHERE = frozenset(
    {
        *("listing.publish", "listing.hide", "listing.reconfirm"),
        *("demand.open", "demand.match", "demand.contract", "demand.expire", "demand.renew"),
    }
)
"""Steps that are taken by publishing a posting, by the round, by confirming, by matches and deals,
and when a deadline is past."""


@blueprint.get("/reviews")
def reviews() -> str:
    """What waits for one's decision, of one upload where the address names it."""
    return _reviews_page(_asked_upload(request.args.get("upload", "")))


@blueprint.post("/reviews")
def review_many() -> Answer:
    """Approve or publish all that are ticked."""
    actor = current_actor()
    ids = [number for one in request.form.getlist("posting") if (number := number_of(one))]
    upload_id = _asked_upload(request.form.get("upload", ""))
    if not ids:
        problems = {"": _("一件都没有选。先选出要通过的，再按按钮。")}
        return _reviews_page(upload_id, problems=problems), UNPROCESSABLE
    try:
        decided = decide_chosen(
            actor,
            ids[:MOST_AT_ONCE],
            confirms_secrecy="secrecy" in request.form,
            opinion=request.form.get("opinion", ""),
        )
    except PostingProblem as problem:
        page = _reviews_page(upload_id, problems=problem.problems, chosen=ids)
        return page, UNPROCESSABLE
    return _reviews_page(upload_id, decided)


def _reviews_page(
    upload_id: int | None,
    decided: Sequence[Decided] = (),
    *,
    problems: Mapping[str, str] = MappingProxyType({}),
    chosen: Collection[int] = (),
) -> str:
    actor, page = current_actor(), asked_page()
    waiting, paging = waiting_for_review(db.session, actor, upload_id=upload_id, page=page)
    return render_template(
        "posting/reviews.html",
        waiting=waiting,
        paging=paging,
        upload_id=upload_id,
        uploads=waiting_uploads(db.session, actor),
        batch=progress_of_decision(actor, upload_id) if upload_id else None,
        decided=decided,
        problems=problems,
        chosen=chosen,
        showing=showing,
        may_write=actor.has_role(*HOLDER_ROLES),
        done=ngettext(
            "%(num)s 件已经通过。",
            "%(num)s 件已经通过。",
            sum(not one.refusal for one in decided),
        ),
        wording=wording,
    )


def _asked_upload(text: str) -> int | None:
    return number_of(text) or None


@blueprint.post(f"/postings/<{ID}:posting_id>/decision")
@form_stands_on("posting.shown")
def decide(posting_id: int) -> Answer:
    """Approve, publish or return one posting."""
    actor = current_actor()
    posting = posting_or_404(posting_id)
    work = request.form.get("work", "")
    opinion = request.form.get("opinion", "")
    is_demand = posting.kind == DEMAND
    try:
        if work == "return":
            remarks = {
                key.removeprefix(wording.REMARK): text
                for key, text in request.form.items()
                if key.startswith(wording.REMARK)
            }
            return_posting(actor, posting_id, request.form.get("reason", ""), remarks)
            flash(
                _("已经退回，意见发给了需求方。")
                if is_demand
                else _("已经退回，意见发给了持有单位。")
            )
        elif work == "publish":
            publish(actor, posting_id, opinion=opinion)
            flash(_("已经发布，几秒后可以搜到。"))
        elif work != "approve":
            abort(400)
        else:
            approve(actor, posting_id, confirms_secrecy="secrecy" in request.form, opinion=opinion)
            flash(
                _("形式审查已经通过，接下来由另一位审核人做部门审核。")
                if is_demand
                else _("单位审核已经通过，接下来由科技局审核发布。")
            )
    except PostingProblem as problem:
        return posting_page(posting, problem.problems), UNPROCESSABLE
    except StateError as refusal:
        return posting_page(posting, {"": str(refusal.message)}), CONFLICT
    return redirect(url_for("posting.reviews"))


@blueprint.get(f"/records/<{KIND}:kind>/<{ID}:record_id>/versions")
def versions(kind: str, record_id: int) -> str:
    """How a record came to say what it says, and what can be done with it."""
    return _versions_page(kind, _record_or_404(kind, record_id))


@blueprint.post(f"/records/<{KIND}:kind>/<{ID}:record_id>/step")
@form_stands_on("posting.versions")
def listing_step(kind: str, record_id: int) -> Answer:
    """Take a step of the record's state table."""
    record = _record_or_404(kind, record_id)
    actor = current_actor()
    action = request.form.get("action", "")
    try:
        if action not in {row.action for row in LISTING_STATES[kind].transitions} - ELSEWHERE:
            raise StateError(_("现在的状态不能做这一步，请刷新页面看看它到了哪里。"))
        take_listing_step(actor, kind, record_id, action, request.form.get("reason", "").strip())
    except StateError as refusal:
        db.session.rollback()
        page = _versions_page(kind, record, str(refusal.message), action)
        return page, UNPROCESSABLE
    others = set(record.owner_ids) - {actor.organisation_id}
    flash(wording.step_done(action, str(record.title), has_other_holders=bool(others)))
    return redirect(url_for("posting.versions", kind=kind, record_id=record_id))


def _record_or_404(kind: str, record_id: int) -> Any:
    model = RECORD_MODELS[kind]
    actor = current_actor()
    record = db.session.scalar(select(model).where(model.id == record_id, visible_to(actor, model)))
    if record is None:
        abort(404)
    policy.require(actor, "version.read", record)
    return record


def _versions_page(kind: str, record: Any, problem: str = "", action: str = "") -> str:
    actor = current_actor()
    session = db.session
    steps = count_steps(session, kind, record.id)
    paging = present_page(max(count_versions(session, kind, record.id), steps), VERSIONS_A_PAGE)
    return render_template(
        "posting/versions.html",
        kind=kind,
        record=record,
        is_public=has_public_page(session, actor, kind, record.id),
        version=public_versions(kind, [record])[record.id],
        changes=changes_of(session, kind, record.id, paging),
        history=listing_history(session, kind, record.id, paging),
        paging=paging,
        steps=[
            row
            for row in LISTING_STATES[kind].steps_from(actor, record)
            if row.action not in ELSEWHERE and not (row.guard and row.guard(record))
        ],
        may_change=policy.can(actor, WRITE, record),
        is_changeable=record.state in changeable_states(kind),
        has_ended=record.state in ENDED_DEMAND_STATES,
        is_own=actor.organisation_id in record.owner_ids,
        problem=problem,
        problem_action=action,
        given=request.form.get("reason", ""),
        wording=wording,
        address_of=address_of,
    )
