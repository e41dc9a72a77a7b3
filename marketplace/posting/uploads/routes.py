"""Pages of uploads: send a spreadsheet, look at what it would become, submit it, take it back."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from marketplace.catalogue.inputs import INPUTS
from marketplace.catalogue.template import write_template
from marketplace.core.db import db
from marketplace.core.states import StateError
from marketplace.core.tables import TableError
from marketplace.core.web.access import current_actor
from marketplace.core.web.downloads import download
from marketplace.core.web.errors import too_large_page
from marketplace.core.web.paging import asked_page
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.uploads import takes_uploads
from marketplace.core.web.wording import gettext as _
from marketplace.posting import wording
from marketplace.posting.checking import PostingProblem
from marketplace.posting.models import Upload
from marketplace.posting.policies import kinds_written_by
from marketplace.posting.queries import lacks_other_reviewer
from marketplace.posting.reviewers import lacks_reviewer
from marketplace.posting.routes import CONFLICT, ID, KIND, UNPROCESSABLE
from marketplace.posting.states import DEMAND
from marketplace.posting.steps import REQUIRED, keys_of
from marketplace.posting.uploads import showing
from marketplace.posting.uploads.checking import MOST_ROWS
from marketplace.posting.uploads.deciding import decide_upload
from marketplace.posting.uploads.grouping import issue_groups, issues_of
from marketplace.posting.uploads.jobs import JOB_OF_STATE, is_stopped, progress_of, stopped_of
from marketplace.posting.uploads.receiving import (
    MEGABYTE,
    find_upload,
    receive,
    size_limit,
    too_large,
)
from marketplace.posting.uploads.repeats import SHOWN_REPEATS, earlier_same, repeats_of
from marketplace.posting.uploads.states import CHECKED, CHECKING, SUBMITTED, WORKING_STATES
from marketplace.posting.uploads.stopping import resume_upload
from marketplace.posting.uploads.submitting import postings_of, risky_numbers, submit_upload
from marketplace.posting.uploads.undoing import (
    approved_count,
    approved_of,
    may_be_undone,
    undo_upload,
    undoable_count,
)

blueprint = Blueprint("uploads", __name__)

TOO_LARGE = 413
RECEIVE_LIMIT = "20 per minute"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Answer = str | Response | tuple[str, int]


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> Answer:
    if request.endpoint != "uploads.create" or not current_actor().is_person:
        return too_large_page()
    return _new_page(_kind(request.args.get("kind", "")), {"file": str(too_large())}), TOO_LARGE


@blueprint.get("/uploads")
def listed() -> str:
    """What one's organisation has uploaded, newest first."""
    uploads, paging = showing.own_uploads(current_actor(), asked_page())
    return render_template(
        "posting/uploads/list.html",
        uploads=uploads,
        stopped=stopped_of(db.session, uploads),
        paging=paging,
        wording=wording,
        showing=showing,
    )


@blueprint.get("/uploads/new")
def new() -> str:
    """Where a spreadsheet is chosen."""
    return _new_page(_kind(request.args.get("kind", "")), {})


@blueprint.post("/uploads/new")
@takes_uploads
def create() -> Answer:
    """Take a spreadsheet in; what is wrong with it as a whole is said at once."""
    kind = _kind(request.args.get("kind", ""))
    file = request.files.get("file")
    if file is None or not file.filename:
        return _new_page(kind, {"file": _("请选一个文件。")}), UNPROCESSABLE
    try:
        upload_id = receive(current_actor(), kind, file.filename, file.stream)
    except TableError as error:
        status = TOO_LARGE if error.code == "too_large" else UNPROCESSABLE
        return _new_page(kind, {"file": str(error.sentence)}), status
    return redirect(url_for("uploads.shown", upload_id=upload_id))


@blueprint.get(f"/uploads/template/<{KIND}:kind>")
def template(kind: str) -> Response:
    """The empty spreadsheet, with the columns of the form and its drop-down lists."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(INPUTS[kind], path, keys=keys_of(kind), required=REQUIRED[kind])
        content = io.BytesIO(path.read_bytes())
    name = _("%(kind)s上传模板.xlsx", kind=wording.kind_name(kind))
    return download(content, XLSX_TYPE, name, f"{kind}-template.xlsx")


@blueprint.get(f"/uploads/<{ID}:upload_id>")
def shown(upload_id: int) -> str:
    """How far it is; then what it would become, or has become."""
    return _upload_page(_upload_or_404(upload_id))


@blueprint.get(f"/uploads/<{ID}:upload_id>/issues.csv")
def issues(upload_id: int) -> Response:
    """Everything that is wrong or doubtful, one line each, safe to open."""
    upload = _upload_or_404(upload_id)
    target = io.BytesIO()
    showing.write_issues(upload, target)
    target.seek(0)
    given = upload.name.rpartition(".")[0].strip(" ._-")
    name = _("%(name)s 的问题.csv", name=given or _("表格 %(number)s", number=upload.id))
    return download(target, "text/csv", name, f"upload-{upload.id}-problems.csv")


@blueprint.post(f"/uploads/<{ID}:upload_id>/submit")
@form_stands_on("uploads.shown")
def submit(upload_id: int) -> Answer:
    """Have the good rows submitted."""
    upload = _upload_or_404(upload_id)
    try:
        submit_upload(
            current_actor(),
            upload_id,
            novelty=request.form.get("novelty", ""),
            confirms_secrecy="secrecy" in request.form,
        )
    except PostingProblem as problem:
        return _upload_page(upload, problem.problems), UNPROCESSABLE
    except StateError as refusal:
        return _upload_page(upload, {"": str(refusal.message)}), CONFLICT
    return redirect(url_for("uploads.shown", upload_id=upload_id))


@blueprint.post(f"/uploads/<{ID}:upload_id>/resume")
@form_stands_on("uploads.shown")
def resume(upload_id: int) -> Response:
    """Have work go on that has stopped."""
    _upload_or_404(upload_id)
    resume_upload(current_actor(), upload_id)
    return redirect(url_for("uploads.shown", upload_id=upload_id))


@blueprint.get(f"/uploads/<{ID}:upload_id>/undo")
def ask_undo(upload_id: int) -> Answer:
    """What taking back would take, and what it would leave."""
    upload = _upload_or_404(upload_id)
    if not may_be_undone(db.session, upload):
        return redirect(url_for("uploads.shown", upload_id=upload_id))
    return render_template(
        "posting/uploads/undo.html",
        upload=upload,
        count=undoable_count(db.session, upload_id),
        kept=approved_of(db.session, upload_id),
        kept_count=approved_count(db.session, upload_id),
        wording=wording,
    )


@blueprint.post(f"/uploads/<{ID}:upload_id>/undo")
def undo(upload_id: int) -> Answer:
    """Have it taken back."""
    upload = _upload_or_404(upload_id)
    try:
        undo_upload(current_actor(), upload_id)
    except StateError as refusal:
        return _upload_page(upload, {"": str(refusal.message)}), CONFLICT
    return redirect(url_for("uploads.shown", upload_id=upload_id))


@blueprint.post(f"/reviews/uploads/<{ID}:upload_id>")
@form_stands_on(lambda upload_id: url_for("posting.reviews", upload=upload_id))
def decide(upload_id: int) -> Response:
    """Approve or publish all that waits of one upload."""
    try:
        decide_upload(
            current_actor(),
            upload_id,
            confirms_secrecy="secrecy" in request.form,
            opinion=request.form.get("opinion", ""),
        )
    except PostingProblem as problem:
        flash("；".join(problem.problems.values()), "no")
    except StateError as refusal:
        flash(str(refusal.message), "no")
    return redirect(url_for("posting.reviews", upload=upload_id))


def _kind(asked: str) -> str:
    kinds = kinds_written_by(current_actor())
    return asked if asked in kinds else kinds[0]


def _upload_or_404(upload_id: int) -> Upload:
    upload = find_upload(current_actor(), upload_id)
    if upload is None:
        abort(404)
    return upload


def _new_page(kind: str, problems: dict[str, str]) -> str:
    return render_template(
        "posting/uploads/new.html",
        kind=kind,
        kinds=kinds_written_by(current_actor()),
        problems=problems,
        megabytes=size_limit() // MEGABYTE,
        most_rows=MOST_ROWS,
        wording=wording,
    )


def _lacks_reviewer(upload: Upload) -> bool:
    """Whether the unit has nobody to review what of it waits, or would wait."""
    actor, session = current_actor(), db.session
    if upload.state == CHECKED:
        is_alone = lacks_other_reviewer(session, upload, actor.person_id)
        is_for_unit = upload.kind != DEMAND and not is_alone
        return is_for_unit and lacks_reviewer(upload.organisation_id, actor.person_id)
    waits = upload.state == SUBMITTED and undoable_count(session, upload.id) > 0
    is_reviewed = waits and upload.secrecy_confirmed_by_id is None and upload.kind != DEMAND
    return is_reviewed and lacks_reviewer(upload.organisation_id, upload.submitted_by_id)


def _upload_page(upload: Upload, problems: dict[str, str] | None = None) -> str:
    actor, session, is_checked = current_actor(), db.session, upload.state == CHECKED
    job_kind = JOB_OF_STATE.get(upload.state)
    progress = progress_of(session, job_kind, str(upload.id)) if job_kind else None
    is_unsent = upload.state in (CHECKING, CHECKED)
    has_stopped = is_stopped(session, upload)
    # The page asks again every few seconds then, and what is wrong isn't settled.
    is_working = upload.state in WORKING_STATES and not has_stopped
    repeats = repeats_of(session, actor, upload) if is_checked else []
    issues = issues_of(upload)
    bad, bad_kinds = ([], 0) if is_working else issue_groups(session, issues, is_warning=False)
    warnings, warning_kinds = (
        ([], 0) if is_working else issue_groups(session, issues, is_warning=True)
    )
    context: dict[str, Any] = {
        "upload": upload,
        "problems": problems or {},
        "progress": progress,
        "is_stopped": has_stopped,
        "is_working": is_working,
        "preview": showing.preview(session, upload) if is_checked else [],
        "repeat_by_row": {one.row: one for one in repeats},
        "bad": bad,
        "bad_kinds": bad_kinds,
        "warnings": warnings,
        "warning_kinds": warning_kinds,
        "risky": risky_numbers(session, upload.id) if is_checked else [],
        "is_alone": is_checked and lacks_other_reviewer(session, upload, actor.person_id),
        "is_demand": upload.kind == DEMAND,
        "lacks_reviewer": _lacks_reviewer(upload),
        "earlier": earlier_same(session, actor, upload) if is_unsent else None,
        "repeats": repeats[:SHOWN_REPEATS],
        "repeat_count": len(repeats),
        "postings": postings_of(session, upload.id),
        "undoable": undoable_count(session, upload.id),
        "kept": approved_of(session, upload.id),
        "kept_count": approved_count(session, upload.id),
    }
    return render_template(
        "posting/uploads/shown.html",
        **context,
        novelty=request.form.get("novelty", ""),
        showing=showing,
        wording=wording,
    )
