"""Pages for those who write: one's own list, the steps of a form, the check before handing in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.catalogue.record_queries import public_versions
from marketplace.core.attachments import UploadRefused
from marketplace.core.db import db
from marketplace.core.policy import policy
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.addresses import address_of
from marketplace.core.web.numbers import number_of
from marketplace.core.web.paging import present_page
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.uploads import chosen_files, takes_uploads
from marketplace.core.web.wording import gettext as _
from marketplace.posting import wording
from marketplace.posting.attaching import OPEN, REVIEW, add_files, files_of_posting
from marketplace.posting.checking import (
    PostingProblem,
    problems_of,
    unpublished_applications,
)
from marketplace.posting.forms import filled_steps, shown_fields, steps_with_problems, typed_cells
from marketplace.posting.models import Posting
from marketplace.posting.policies import REVIEWS, WRITE, kinds_kept_by, kinds_written_by
from marketplace.posting.queries import (
    count_own_postings,
    count_own_records,
    deciding_actions,
    find_posting,
    has_public_page,
    history_of,
    lacks_other_reviewer,
    own_postings,
    own_records,
)
from marketplace.posting.reviewers import lacks_reviewer
from marketplace.posting.states import DEMAND, RETURNED, SUBMITTED, WRITABLE_STATES, course_of
from marketplace.posting.steps import KINDS, REQUIRED, STEPS, keys_of, step_of
from marketplace.posting.versions import differences, shown_cell
from marketplace.posting.writing import (
    Conflict,
    apply_change,
    begin_change,
    begin_posting,
    discard,
    is_small_change,
    only_renews,
    present_cells,
    renews,
    save_cells,
    submit,
)

blueprint = Blueprint("posting", __name__)

UNPROCESSABLE = 422
CONFLICT = 409
KIND = f"any({', '.join(KINDS)})"
ID = "int(max=2147483647)"

Answer = str | Response | tuple[str, int]


@blueprint.get("/postings")
def mine() -> str:
    """What one's organisation is writing, and what it has listed."""
    actor = current_actor()
    kinds = kinds_kept_by(actor) or KINDS
    kind = request.args.get("kind", "")
    kind = kind if kind in kinds else kinds[0]
    count, record_count = count_own_postings(actor), count_own_records(actor, kind)
    paging = present_page(max(count, record_count))
    postings, records = own_postings(actor, paging), own_records(actor, kind, paging)
    return render_template(
        "posting/mine.html",
        postings=postings,
        count=count,
        returned=sum(one.state == RETURNED for one in postings),
        kind=kind,
        kinds=kinds,
        records=records,
        versions=public_versions(kind, records),
        record_count=record_count,
        paging=paging,
        may_write=policy.can(actor, WRITE),
        may_review=policy.can(actor, REVIEWS),
        wording=wording,
        address_of=address_of,
    )


@blueprint.get("/postings/new")
def new() -> str:
    """What can be posted."""
    kinds = kinds_written_by(current_actor())
    return render_template("posting/new.html", kinds=kinds, steps=STEPS, wording=wording)


@blueprint.post(f"/postings/new/<{KIND}:kind>")
@form_stands_on("posting.new")
def create(kind: str) -> Response:
    """Begin a new record."""
    posting_id = begin_posting(current_actor(), kind)
    return redirect(url_for("posting.step", posting_id=posting_id, number=1))


@blueprint.post(f"/postings/change/<{KIND}:kind>/<{ID}:record_id>")
@form_stands_on("posting.mine")
def change(kind: str, record_id: int) -> Response:
    """Begin to change a public record, or go on with it."""
    try:
        posting_id = begin_change(current_actor(), kind, record_id)
    except StateError as refusal:
        flash(str(refusal.message))
        return redirect(url_for("posting.mine", kind=kind))
    return redirect(url_for("posting.shown", posting_id=posting_id))


@blueprint.get(f"/postings/<{ID}:posting_id>/steps/<int(min=1, max=9):number>")
def step(posting_id: int, number: int) -> Answer:
    """One step of the form."""
    posting = posting_or_404(posting_id)
    if posting.state not in WRITABLE_STATES or not policy.can(current_actor(), WRITE, posting):
        return redirect(url_for("posting.shown", posting_id=posting_id))
    return _step_page(posting, number, posting.cells, shows_problems="check" in request.args)


@blueprint.post(f"/postings/<{ID}:posting_id>/steps/<int(min=1, max=9):number>")
def save(posting_id: int, number: int) -> Answer:
    """Keep what was typed, then go to the next step where this one is in order."""
    posting = posting_or_404(posting_id)
    this = _step(posting, number)
    cells = typed_cells(posting.kind, this, request.form, posting.cells)
    version = number_of(request.form.get("version", ""))
    try:
        saved = save_cells(current_actor(), posting_id, version, cells)
    except Conflict as conflict:
        page = _step_page(conflict.posting, number, cells, has_conflict=True)
        return page, CONFLICT
    except StateError as refusal:
        flash(str(refusal.message))
        return redirect(url_for("posting.shown", posting_id=posting_id))
    if more := request.form.get("more"):
        return _step_page(saved, number, saved.cells, more_rows=more)
    problems = problems_of(db.session, saved)
    if any(key in problems for key in (*this.fields, *this.extra)) and "next" in request.form:
        return _step_page(saved, number, saved.cells, shows_problems=True), UNPROCESSABLE
    if "later" in request.form:
        flash(_("草稿已经存好，随时可以接着写。"))
        return redirect(url_for("posting.mine"))
    if number < len(STEPS[saved.kind]):
        return redirect(url_for("posting.step", posting_id=posting_id, number=number + 1))
    return redirect(url_for("posting.shown", posting_id=posting_id))


@blueprint.get(f"/postings/<{ID}:posting_id>")
def shown(posting_id: int) -> str:
    """The whole posting: what it says, where it stands, and what can be done now."""
    return posting_page(posting_or_404(posting_id))


@blueprint.post(f"/postings/<{ID}:posting_id>/hand-in")
@form_stands_on("posting.shown")
def hand_in(posting_id: int) -> Answer:
    """Submit, make a small change public, or discard."""
    actor = current_actor()
    posting = posting_or_404(posting_id)
    work = request.form.get("work", "")
    if work not in ("discard", "apply", "submit"):
        abort(400)
    try:
        if work == "discard":
            discard(actor, posting_id)
            flash(_("草稿已经丢弃。"))
            return redirect(url_for("posting.mine"))
        if work == "apply":
            apply_change(actor, posting_id)
            flash(_("修改已经公开。"))
        else:
            submit(
                actor,
                posting_id,
                novelty=request.form.get("novelty", ""),
                confirms_secrecy="secrecy" in request.form,
            )
            flash(_("已经提交。有了结果会通知你们。"))
    except PostingProblem as problem:
        return posting_page(posting, problem.problems), UNPROCESSABLE
    except StateError as refusal:
        return posting_page(posting, {"": str(refusal.message)}), CONFLICT
    return redirect(url_for("posting.shown", posting_id=posting_id))


@blueprint.post(f"/postings/<{ID}:posting_id>/files")
@takes_uploads
@form_stands_on("posting.shown")
def attach(posting_id: int) -> Answer:
    """Add files to a posting."""
    posting = posting_or_404(posting_id)
    purpose = REVIEW if request.form.get("purpose") == REVIEW else OPEN
    files = chosen_files("files")
    if not files:
        return posting_page(posting, {"files": _("没有选文件。")}), UNPROCESSABLE
    try:
        add_files(current_actor(), posting_id, files, purpose)
    except UploadRefused as refusal:
        return posting_page(posting, {"files": str(refusal)}), UNPROCESSABLE
    flash(_("文件已经加上。"))
    return redirect(url_for("posting.shown", posting_id=posting_id) + "#files")


def posting_or_404(posting_id: int) -> Posting:
    """The posting, or the answer that there is none, also where it may not be seen."""
    posting = find_posting(current_actor(), posting_id)
    if posting is None:
        abort(404)
    return posting


def posting_page(posting: Posting, problems: dict[str, str] | None = None) -> str:
    """The page of a posting, with what is wrong where something was refused."""
    actor, session = current_actor(), db.session
    may_write = posting.state in WRITABLE_STATES and policy.can(actor, WRITE, posting)
    lacking = problems_of(session, posting) if may_write else {}
    is_small = may_write and not lacking and is_small_change(session, posting)
    is_alone = may_write and lacks_other_reviewer(session, posting, actor.person_id)
    is_demand = posting.kind == DEMAND
    before = present_cells(session, posting) if posting.is_change else {}
    filled = [
        (key, shown_cell(posting.kind, key, posting.cells))
        for key in keys_of(posting.kind)
        if posting.cells.get(key)
    ]
    return render_template(
        "posting/shown.html",
        posting=posting,
        is_public=has_public_page(session, actor, posting.kind, posting.record_id),
        problems=problems or {},
        lacking=lacking,
        step_of=lambda key: step_of(posting.kind, key),
        labels=wording.labels(posting.kind),
        filled=filled,
        differences=differences(posting.kind, before, posting.cells) if posting.is_change else [],
        history=history_of(posting),
        remarks=_latest_remarks(posting),
        files=files_of_posting(actor, posting),
        may_write=may_write,
        is_small=is_small,
        is_alone=is_alone,
        only_renews=may_write and only_renews(session, posting),
        renews=renews(session, posting),
        is_demand=is_demand,
        lacks_reviewer=_lacks_reviewer(
            posting, is_to_be_reviewed=may_write and not (is_small or is_alone or is_demand)
        ),
        risky=unpublished_applications(session, posting, actor)
        if may_write or deciding_actions(actor, posting)
        else [],
        deciding=deciding_actions(actor, posting),
        course=course_of(posting.kind),
        is_own=actor.organisation_id in posting.owner_ids,
        wording=wording,
        address_of=address_of,
    )


def _lacks_reviewer(posting: Posting, *, is_to_be_reviewed: bool) -> bool:
    """Whether its unit has nobody to review it, whoever wrote it or is about to submit it."""
    actor = current_actor()
    if actor.organisation_id != posting.organisation_id or posting.kind == DEMAND:
        return False
    if posting.state == SUBMITTED:
        return lacks_reviewer(posting.organisation_id, posting.submitted_by_id)
    return is_to_be_reviewed and lacks_reviewer(posting.organisation_id, actor.person_id)


def _step_page(
    posting: Posting,
    number: int,
    cells: dict[str, Any],
    *,
    shows_problems: bool = False,
    has_conflict: bool = False,
    more_rows: str = "",
) -> str:
    this = _step(posting, number)
    problems = problems_of(db.session, posting)
    shown_problems = (
        {key: problems[key] for key in (*this.fields, *this.extra) if key in problems}
        if shows_problems
        else {}
    )
    remarks: dict[str, list[str]] = {}
    for remark in _latest_remarks(posting):
        remarks.setdefault(remark.field, []).append(remark.text)

    def fields(keys: Sequence[str]) -> Any:
        return shown_fields(
            posting.kind,
            keys,
            cells,
            problems=shown_problems,
            remarks=remarks,
            needed=frozenset(REQUIRED[posting.kind]),
            more_rows=more_rows,
        )

    return render_template(
        "posting/step.html",
        posting=posting,
        number=number,
        steps=STEPS[posting.kind],
        this=this,
        fields=fields(this.fields),
        extra=fields(this.extra),
        is_extra_open=any(key in shown_problems or key in remarks for key in this.extra),
        problems=shown_problems,
        counts=steps_with_problems(posting.kind, problems),
        begun=filled_steps(posting.kind, posting.cells),
        has_conflict=has_conflict,
        general=remarks.get("", []),
        wording=wording,
    )


def _step(posting: Posting, number: int) -> Any:
    steps = STEPS[posting.kind]
    if number > len(steps):
        abort(404)
    return steps[number - 1]


def _latest_remarks(posting: Posting) -> list[Any]:
    """What was said at the last return; nothing once it has been submitted again."""
    if posting.state not in WRITABLE_STATES or not posting.remarks:
        return []
    newest = max(remark.posting_version for remark in posting.remarks)
    return [remark for remark in posting.remarks if remark.posting_version == newest]
