"""Staff's pages: everything that is due, what a project owes, and the decisions."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.catalogue.models import Project
from marketplace.core.db import db
from marketplace.core.i18n import format_day, today
from marketplace.core.policy import policy
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.numbers import number_of
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext
from marketplace.obligations import wording
from marketplace.obligations.clocks import cancel_clock, decide_clock, suitable_results
from marketplace.obligations.days import transfer_due_on
from marketplace.obligations.kinds import KINDS
from marketplace.obligations.models import TransferClock
from marketplace.obligations.policies import CANCEL_CLOCK, SET_UP
from marketplace.obligations.problems import FormProblems
from marketplace.obligations.queries import (
    all_due,
    clocks_of_project,
    find_clock,
    find_obligation,
    find_project,
    obligations_of_project,
    results_of_project,
)
from marketplace.obligations.routes import (
    NUMBER,
    UNPROCESSABLE,
    Answer,
    blueprint,
    list_page,
    list_parameters,
    page_of,
)
from marketplace.obligations.services import decide
from marketplace.obligations.setting_up import generate, missing, schedule, set_up
from marketplace.obligations.states import ACCEPT, RETURN, WAIVE

DECISIONS = {"accept": ACCEPT, "return": RETURN, "waive": WAIVE}
LONGEST_REASON = 1000


@blueprint.get("/staff/obligations")
def all_due_list() -> str:
    """What all units owe, in the districts that one answers for."""
    chosen, page = list_parameters()
    return list_page(all_due(current_actor(), chosen, page), chosen, is_staff_page=True)


@blueprint.post(f"/obligations/<{NUMBER}:obligation_id>/decide")
@form_stands_on("obligations.show")
def decide_post(obligation_id: int) -> Answer:
    """Accept, return or waive."""
    obligation = find_obligation(current_actor(), obligation_id)
    if obligation is None:
        abort(404)
    action = DECISIONS.get(request.form.get("do", ""))
    if action is None:
        abort(400)
    reason = request.form.get("reason", "").strip()
    problem = ""
    if len(reason) > LONGEST_REASON:
        problem = _("原因最多 %(limit)s 个字。请缩短。", limit=LONGEST_REASON)
    else:
        try:
            decide(current_actor(), obligation_id, action, reason)
        except StateError as refused:
            problem = str(refused)
    if problem:
        page = page_of(obligation, problems={"reason": problem}, reason=reason)
        return page, UNPROCESSABLE
    told = {
        ACCEPT: _("已接收，单位会收到通知。"),
        RETURN: _("已退回，单位会收到你写的意见。"),
        WAIVE: _("已免除，单位会收到通知。"),
    }
    flash(told[action])
    return redirect(url_for("obligations.show", obligation_id=obligation_id))


@blueprint.get(f"/staff/obligations/projects/<{NUMBER}:project_id>")
def project(project_id: int) -> str:
    """What a project owes, and which of its results are to be converted within a year."""
    return _project_page(_found(project_id))


@blueprint.post(f"/staff/obligations/projects/<{NUMBER}:project_id>/generate")
@form_stands_on("obligations.project")
def generate_post(project_id: int) -> Answer:
    """Set up what follows from the project's dates."""
    found = _found(project_id)
    try:
        count = generate(current_actor(), project_id, request.form.getlist("planned"))
    except FormProblems as wrong:
        return _project_page(found, wrong.problems), UNPROCESSABLE
    flash(
        ngettext("设立了 %(num)s 项义务。", "设立了 %(num)s 项义务。", count)
        if count
        else _("该有的都已经有了，没有新的。")
    )
    return _back(project_id)


@blueprint.post(f"/staff/obligations/projects/<{NUMBER}:project_id>")
def set_up_post(project_id: int) -> Answer:
    """Set up one obligation."""
    found = _found(project_id)
    form = request.form
    try:
        set_up(current_actor(), project_id, form.get("kind", ""), form.get("due_on", ""))
    except FormProblems as wrong:
        return _project_page(found, wrong.problems), UNPROCESSABLE
    flash(_("已设立，单位会收到通知。"))
    return _back(project_id)


@blueprint.post(f"/staff/obligations/projects/<{NUMBER}:project_id>/clocks")
@form_stands_on("obligations.project")
def clock_post(project_id: int) -> Answer:
    """Let the year run for a result."""
    found = _found(project_id)
    form = request.form
    result_id = number_of(form.get("result", ""))
    try:
        clock = decide_clock(current_actor(), project_id, result_id, form.get("reason", ""))
    except FormProblems as wrong:
        return _project_page(found, wrong.problems), UNPROCESSABLE
    if clock.is_overdue:
        day = format_day(clock.due_on)
        flash(_("转化期已定，最后一天 %(day)s 已经过了，算逾期。单位会收到通知。", day=day))
    else:
        flash(_("转化期已定，单位会收到通知。"))
    return _back(project_id)


@blueprint.post(f"/staff/obligations/clocks/<{NUMBER}:clock_id>/cancel")
@form_stands_on(lambda clock_id: _project_address(_found_clock(clock_id).project_id))
def cancel_clock_post(clock_id: int) -> Answer:
    """Take such a decision back."""
    found = _found(_found_clock(clock_id).project_id)
    try:
        cancel_clock(current_actor(), clock_id, request.form.get(f"reason-{clock_id}", ""))
    except FormProblems as wrong:
        problems = {f"reason-{clock_id}": text for text in wrong.problems.values()}
        return _project_page(found, problems), UNPROCESSABLE
    flash(_("转化期已取消，决定和取消都留在案上。"))
    return _back(found.id)


def _found(project_id: int) -> Project:
    found = find_project(current_actor(), project_id)
    if found is None:
        abort(404)
    return found


def _found_clock(clock_id: int) -> TransferClock:
    policy.require(current_actor(), CANCEL_CLOCK)
    clock = find_clock(current_actor(), clock_id)
    if clock is None:
        abort(404)
    return clock


def _project_address(project_id: int) -> str:
    return url_for("obligations.project", project_id=project_id)


def _back(project_id: int) -> Response:
    return redirect(_project_address(project_id))


def _project_page(found: Project, problems: dict[str, str] | None = None) -> str:
    actor = current_actor()
    db.session.rollback()
    if not policy.can(actor, SET_UP, found):
        return render_template("obligations/project_elsewhere.html", project=found)
    due_on = transfer_due_on(found.accepted_on) if found.accepted_on else None
    return render_template(
        "obligations/project.html",
        project=found,
        planned=missing(db.session, found) if found.parties else [],
        is_scheduled=bool(schedule(found.started_on, found.ended_on, found.accepted_on)),
        obligations=obligations_of_project(actor, found.id),
        clocks=clocks_of_project(actor, found.id),
        candidates=[
            (one.id, str(one.title))
            for one in suitable_results(db.session, found, results_of_project(actor, found.id))
        ],
        late_since=due_on if due_on and due_on < today() else None,
        kinds=[(one, wording.kind_name(one)) for one in KINDS],
        problems=problems or {},
        given=request.form,
        words=wording,
    )
