"""Pages of batches: send a file, look at what it holds, release it, take it back."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from marketplace.catalogue.template import write_template
from marketplace.contracts.batch_states import RELEASE
from marketplace.contracts.batches import wording
from marketplace.contracts.batches.bringing import bring_file
from marketplace.contracts.batches.policies import BRING
from marketplace.contracts.batches.queries import (
    batches,
    closed_months_of,
    contracts_of,
    find_batch,
    open_flags_of,
    undoing_of,
    work_on,
)
from marketplace.contracts.batches.releasing import release_batch
from marketplace.contracts.batches.undoing import LONGEST_REASON, undo_batch
from marketplace.contracts.batches.working import resume_batch
from marketplace.contracts.files.issues import groups_of, write_issues
from marketplace.contracts.files.reading import MOST_ROWS
from marketplace.contracts.inputs import INPUT
from marketplace.contracts.ledger.sums import ends_demo
from marketplace.contracts.models import ContractBatch
from marketplace.contracts.models.batch import HELD
from marketplace.core.db import db
from marketplace.core.policy import policy
from marketplace.core.states import StateError
from marketplace.core.tables import TableError
from marketplace.core.web.access import current_actor
from marketplace.core.web.downloads import download
from marketplace.core.web.errors import too_large_page
from marketplace.core.web.paging import asked_page
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.uploads import takes_uploads
from marketplace.core.web.wording import gettext as _
from marketplace.posting.uploads import showing
from marketplace.posting.uploads.receiving import MEGABYTE, size_limit, too_large

blueprint = Blueprint("contract_batches", __name__)

ID = "int(max=2147483647)"
TOO_LARGE, UNPROCESSABLE, CONFLICT = 413, 422, 409
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Answer = str | Response | tuple[str, int]


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> Answer:
    if request.endpoint != "contract_batches.create" or not policy.can(current_actor(), BRING):
        return too_large_page()
    return _new_page({"file": str(too_large())}), TOO_LARGE


@blueprint.get("/staff/contract-batches")
def listed() -> str:
    """All batches, newest first."""
    found, paging = batches(current_actor(), asked_page())
    return render_template(
        "contracts/batches/list.html",
        batches=found,
        work={one.id: work_on(one) for one in found},
        paging=paging,
        may_bring=policy.can(current_actor(), BRING),
        words=wording,
    )


@blueprint.get("/staff/contract-batches/new")
def new() -> str:
    """Where a file is chosen."""
    return _new_page({})


@blueprint.post("/staff/contract-batches/new")
@takes_uploads
def create() -> Answer:
    """Take a file in; what is wrong with it as a whole is said at once."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _new_page({"file": _("请选一个文件。")}), UNPROCESSABLE
    try:
        batch_id = bring_file(current_actor(), file.filename, file.stream)
    except TableError as error:
        status = TOO_LARGE if error.code == "too_large" else UNPROCESSABLE
        return _new_page({"file": str(error.sentence)}), status
    return _back(batch_id)


@blueprint.get("/staff/contract-batches/template.xlsx")
def template() -> Response:
    """The empty spreadsheet with explanations and drop-down lists."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(INPUT, path)
        content = io.BytesIO(path.read_bytes())
    return download(content, XLSX_TYPE, _("技术合同上传模板.xlsx"), "contracts-template.xlsx")


@blueprint.get(f"/staff/contract-batches/<{ID}:batch_id>")
def shown(batch_id: int) -> str:
    """How far it is; what it holds; who let it count."""
    return _batch_page(_found(batch_id))


@blueprint.get(f"/staff/contract-batches/<{ID}:batch_id>/issues.csv")
def issues(batch_id: int) -> Response:
    """Everything that is wrong or doubtful in its file, one line each, safe to open."""
    batch = _found(batch_id)
    if batch.file is None:
        abort(404)
    target = io.BytesIO()
    write_issues(batch.file, target)
    target.seek(0)
    given = batch.source.rpartition(".")[0].strip(" ._-")
    name = _("%(name)s 的问题.csv", name=given or _("批次 %(number)s", number=batch.id))
    return download(target, "text/csv", name, f"contracts-{batch.id}-problems.csv")


@blueprint.post(f"/staff/contract-batches/<{ID}:batch_id>/release")
@form_stands_on("contract_batches.shown")
def release(batch_id: int) -> Answer:
    """Let all of it count."""
    batch = _found(batch_id)
    try:
        release_batch(current_actor(), batch_id)
    except StateError as refusal:
        return _batch_page(batch, {"": str(refusal.message)}), CONFLICT
    return _back(batch_id)


@blueprint.get(f"/staff/contract-batches/<{ID}:batch_id>/undo")
def ask_undo(batch_id: int) -> str:
    """What taking back takes, and the reason that it needs."""
    return _undo_page(_found(batch_id), {})


@blueprint.post(f"/staff/contract-batches/<{ID}:batch_id>/undo")
def undo(batch_id: int) -> Answer:
    """Have it taken back."""
    batch = _found(batch_id)
    reason = request.form.get("reason", "").strip()
    if not reason:
        return _undo_page(batch, {"reason": _("请写明为什么撤回。")}), UNPROCESSABLE
    try:
        undo_batch(current_actor(), batch_id, reason)
    except StateError as refusal:
        return _undo_page(batch, {"reason": str(refusal.message)}), CONFLICT
    return _back(batch_id)


@blueprint.post(f"/staff/contract-batches/<{ID}:batch_id>/resume")
@form_stands_on("contract_batches.shown")
def resume(batch_id: int) -> Response:
    """Have work go on that has stopped."""
    _found(batch_id)
    try:
        resume_batch(current_actor(), batch_id)
    except StateError as refusal:
        flash(str(refusal.message), "no")
    return _back(batch_id)


def _found(batch_id: int) -> ContractBatch:
    batch = find_batch(current_actor(), batch_id)
    if batch is None:
        abort(404)
    return batch


def _back(batch_id: int) -> Response:
    return redirect(url_for("contract_batches.shown", batch_id=batch_id))


def _new_page(problems: dict[str, str]) -> str:
    return render_template(
        "contracts/batches/new.html",
        problems=problems,
        megabytes=size_limit() // MEGABYTE,
        most_rows=MOST_ROWS,
    )


def _undo_page(batch: ContractBatch, problems: dict[str, str]) -> str:
    return render_template(
        "contracts/batches/undo.html",
        batch=batch,
        count=batch.counts.get("contracts", 0),
        problems=problems,
        given=request.form,
        longest=LONGEST_REASON,
    )


def _batch_page(batch: ContractBatch, problems: dict[str, str] | None = None) -> str:
    actor, work = current_actor(), work_on(batch)
    # While a file is being read the page asks again, and what is wrong isn't settled.
    file = None if work.is_going_on else batch.file
    bad, bad_kinds = groups_of(file, is_warning=False) if file else ([], 0)
    warnings, warning_kinds = groups_of(file, is_warning=True) if file else ([], 0)
    contracts, paging = contracts_of(actor, batch, asked_page())
    closed = closed_months_of(batch) if batch.state == HELD else []
    return render_template(
        "contracts/batches/shown.html",
        batch=batch,
        work=work,
        problems=problems or {},
        bad=bad,
        bad_kinds=bad_kinds,
        warnings=warnings,
        warning_kinds=warning_kinds,
        contracts=contracts,
        paging=paging,
        may_release=batch.state == HELD and policy.can(actor, RELEASE, batch),
        undoing=undoing_of(batch),
        flag_count=open_flags_of(batch),
        closed=closed,
        closed_words=_("、").join(wording.month_name(month) for month in closed),
        ends_demo=batch.state == HELD and ends_demo(db.session),
        showing=showing,
        words=wording,
    )
