"""The administrators' page for resetting a second step: requests, and who decides on them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts.problems import FormProblems
from marketplace.accounts.routes import UNPROCESSABLE, Answer, blueprint
from marketplace.accounts.second_step_resets import (
    confirm_reset,
    refuse_reset,
    request_reset,
    resets,
)
from marketplace.accounts.second_step_states import CONFIRM, REFUSE
from marketplace.core.policy import policy
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _

RESET = "/staff/second-steps/<int(max=2147483647):second_step_reset_id>"


@blueprint.get("/staff/second-steps")
def second_step_resets() -> Answer:
    """The requests, newest first, and the form for one more."""
    return _page({})


@blueprint.post("/staff/second-steps")
def request_second_step_reset() -> Answer:
    """Ask for a reset."""
    try:
        request_reset(
            current_actor(), request.form.get("email", ""), request.form.get("reason", "")
        )
    except FormProblems as problem:
        problems = {field: str(message) for field, message in problem.problems.items()}
        return _page(problems), UNPROCESSABLE
    flash(_("请求提出了。另一位管理员 24 小时内确认才生效，本人会收到信。"))
    return redirect(url_for("accounts.second_step_resets"))


@blueprint.post(f"{RESET}/confirm")
@form_stands_on("accounts.second_step_resets")
def confirm_second_step_reset(second_step_reset_id: int) -> Answer:
    """Confirm what another administrator asked for."""
    try:
        confirm_reset(current_actor(), second_step_reset_id)
    except StateError as problem:
        return _page({"": str(problem.message)}), UNPROCESSABLE
    return _told(_("重置了。这个人的所有浏览器都已退出，信已寄出。"))


@blueprint.post(f"{RESET}/refuse")
@form_stands_on("accounts.second_step_resets")
def refuse_second_step_reset(second_step_reset_id: int) -> Answer:
    """Refuse it, or take it back."""
    try:
        refuse_reset(current_actor(), second_step_reset_id, request.form.get("why", ""))
    except StateError as problem:
        field = f"why-{second_step_reset_id}"
        return _page({field: str(problem.message)}), UNPROCESSABLE
    return _told(_("没有重置，两步验证保持原样。"))


def _told(message: str) -> Response:
    flash(message)
    return redirect(url_for("accounts.second_step_resets"))


def _page(problems: dict[str, str]) -> str:
    actor = current_actor()
    rows = resets(actor)
    return render_template(
        "accounts/second_step_resets.html",
        rows=rows,
        confirmable={row.id for row in rows if policy.can(actor, CONFIRM, row)},
        refusable={row.id for row in rows if policy.can(actor, REFUSE, row)},
        own_id=actor.person_id,
        problems=problems,
        given=request.form,
    )
