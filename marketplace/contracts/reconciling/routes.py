"""Pages of reconciliation: all months, one month with what differs, closing, export."""

from __future__ import annotations

import io
import re

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from marketplace.contracts.batches import wording as amounts
from marketplace.contracts.files.issues import groups_of, write_issues
from marketplace.contracts.ledger.sums import ends_demo
from marketplace.contracts.reconciling import wording
from marketplace.contracts.reconciling.closing import (
    LONGEST_REASON,
    ClosingProblem,
    close_differences,
    reopen_differences,
)
from marketplace.contracts.reconciling.exporting import write_differences
from marketplace.contracts.reconciling.loading import (
    compare_again,
    is_month,
    load_export,
    resume_reading,
)
from marketplace.contracts.reconciling.matching import ONLY_HERE
from marketplace.contracts.reconciling.queries import (
    MonthState,
    differences,
    month_state,
    progress_of_reading,
)
from marketplace.contracts.reconciling.queries import months as months_of
from marketplace.core.db import db
from marketplace.core.states import StateError
from marketplace.core.tables import TableError
from marketplace.core.web.access import current_actor
from marketplace.core.web.demo_mark import file_names
from marketplace.core.web.downloads import download
from marketplace.core.web.errors import too_large_page
from marketplace.core.web.numbers import number_of
from marketplace.core.web.paging import asked_page
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.uploads import takes_uploads
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext
from marketplace.posting.uploads import showing
from marketplace.posting.uploads.receiving import MEGABYTE, size_limit, too_large

blueprint = Blueprint("reconciliation", __name__)

MONTH = "int(fixed_digits=6)"
TOO_LARGE, UNPROCESSABLE, CONFLICT = 413, 422, 409
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ASKED = re.compile(r"(\d{4})-?(\d{2})")

Answer = str | Response | tuple[str, int]


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> Answer:
    number = (request.view_args or {}).get("month", 0)
    if request.endpoint != "reconciliation.load" or not is_month(number):
        return too_large_page()
    return _month_page(number, {"file": str(too_large())}), TOO_LARGE


@blueprint.get("/staff/reconciliation")
def months() -> Answer:
    """Where all months stand, newest first; or the way to a month that was asked for."""
    asked = _ASKED.fullmatch(request.args.get("month", "").strip())
    if asked and is_month(number := int("".join(asked.groups()))):
        return redirect(url_for("reconciliation.month", month=number))
    found, paging = months_of(current_actor(), asked_page())
    return render_template(
        "contracts/reconciliation/months.html",
        states=found,
        paging=paging,
        is_wrong="month" in request.args,
        asked=request.args.get("month", ""),
        words=wording,
        amounts=amounts,
    )


@blueprint.get(f"/staff/reconciliation/<{MONTH}:month>")
def month(month: int) -> str:
    """One month: both totals, and what differs in one of three ways."""
    return _month_page(_known(month), {})


@blueprint.post(f"/staff/reconciliation/<{MONTH}:month>/export")
@takes_uploads
@form_stands_on("reconciliation.month")
def load(month: int) -> Answer:
    """Take the national system's export in."""
    _known(month)
    file = request.files.get("file")
    if file is None or not file.filename:
        return _month_page(month, {"file": _("请选一个文件。")}), UNPROCESSABLE
    try:
        load_export(current_actor(), month, file.filename, file.stream)
    except TableError as error:
        status = TOO_LARGE if error.code == "too_large" else UNPROCESSABLE
        return _month_page(month, {"file": str(error.sentence)}), status
    return _back(month)


@blueprint.post(f"/staff/reconciliation/<{MONTH}:month>/again")
@form_stands_on("reconciliation.month")
def again(month: int) -> Answer:
    """Compare again with the last export."""
    _known(month)
    try:
        compare_again(current_actor(), month)
    except StateError as refusal:
        return _month_page(month, {"": str(refusal.message)}), CONFLICT
    return _back(month)


@blueprint.post(f"/staff/reconciliation/<{MONTH}:month>/resume")
@form_stands_on("reconciliation.month")
def resume(month: int) -> Response:
    """Have reading go on that has stopped."""
    resume_reading(current_actor(), _known(month))
    return _back(month)


@blueprint.post(f"/staff/reconciliation/<{MONTH}:month>/close")
@form_stands_on("reconciliation.month")
def close(month: int) -> Answer:
    """Say why the chosen ones differ."""
    _known(month)
    form = request.form
    try:
        count = close_differences(
            current_actor(), month, _chosen(), form.get("code", ""), form.get("reason", "")
        )
    except ClosingProblem as wrong:
        return _month_page(month, wrong.problems), UNPROCESSABLE
    if count:
        flash(ngettext("办结了 %(num)s 处差异。", "办结了 %(num)s 处差异。", count))
    else:
        flash(_("勾选的差异已经有人办结，或者不再有了。"), "no")
    return _back(month)


@blueprint.post(f"/staff/reconciliation/<{MONTH}:month>/reopen")
@form_stands_on("reconciliation.month")
def reopen(month: int) -> Response:
    """Have closed ones explained anew."""
    if not reopen_differences(current_actor(), _known(month), _chosen()):
        flash(_("这处差异没有办结，或者不再有了。"), "no")
    return _back(month)


@blueprint.get(f"/staff/reconciliation/<{MONTH}:month>/issues.csv")
def issues(month: int) -> Response:
    """Which rows of the last export couldn't be read, one line each."""
    state = month_state(current_actor(), _known(month))
    if state.last is None:
        abort(404)
    target = io.BytesIO()
    write_issues(state.last.file, target)
    target.seek(0)
    name = _("%(month)s导出的问题.csv", month=amounts.month_name(month))
    plain = f"reconciliation-{month}-problems.csv"
    return download(target, "text/csv", *file_names(name, plain, is_demo=ends_demo(db.session)))


@blueprint.get(f"/staff/reconciliation/<{MONTH}:month>/differences.xlsx")
def export(month: int) -> Response:
    """Everything that differs, with the reasons, as a workbook."""
    _known(month)
    target = io.BytesIO()
    is_demo = ends_demo(db.session)
    write_differences(current_actor(), month, target, is_demo=is_demo)
    target.seek(0)
    name = _("%(month)s与全国系统的差异.xlsx", month=amounts.month_name(month))
    names = file_names(name, f"reconciliation-{month}.xlsx", is_demo=is_demo)
    return download(target, XLSX_TYPE, *names)


def _known(number: int) -> int:
    if not is_month(number):
        abort(404)
    return number


def _chosen() -> list[int]:
    numbers = (number_of(one) for one in request.form.getlist("difference"))
    return [one for one in numbers if one]


def _group() -> str:
    asked = request.values.get("group", "")
    return asked if asked in wording.GROUPS else ""


def _back(number: int) -> Response:
    return redirect(url_for("reconciliation.month", month=number, group=_group() or None))


def _first_open(state: MonthState) -> str:
    """The group to look at where none is asked for: the first that has anything open."""
    for group, kinds in wording.GROUPS.items():
        if any(state.open.get(kind) for kind in kinds):
            return group
    return ONLY_HERE


def _month_page(number: int, problems: dict[str, str]) -> str:
    actor = current_actor()
    state = month_state(actor, number)
    group = _group() or _first_open(state)
    found, paging = differences(actor, number, group, asked_page())
    is_reading = state.status == "reading"
    last = state.last
    bad, bad_kinds = groups_of(last.file, is_warning=False) if last and not is_reading else ([], 0)
    return render_template(
        "contracts/reconciliation/month.html",
        month=number,
        state=state,
        group=group,
        differences=found,
        paging=paging,
        progress=progress_of_reading(state) if is_reading else None,
        is_reading=is_reading,
        bad=bad,
        bad_kinds=bad_kinds,
        problems=problems,
        given=request.form,
        chosen=set(_chosen()),
        longest=LONGEST_REASON,
        megabytes=size_limit() // MEGABYTE,
        showing=showing,
        words=wording,
        amounts=amounts,
    )
