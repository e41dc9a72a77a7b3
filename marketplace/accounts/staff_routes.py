"""The staff's pages: the queue of applications, one application, and the city's own offices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts import verifying
from marketplace.accounts.evidence import evidence_of
from marketplace.accounts.joining_routes import RECORD
from marketplace.accounts.models import Application
from marketplace.accounts.organisation_input import code_warning
from marketplace.accounts.problems import AccountProblem
from marketplace.accounts.purposes import purpose_names
from marketplace.accounts.queries import (
    applications_decided,
    applications_waiting,
    find_application,
    history_of,
    known_under,
    named_alike,
)
from marketplace.accounts.routes import Answer, answered, blueprint, shown
from marketplace.accounts.staff_bodies import set_up_staff_body, staff_bodies
from marketplace.accounts.standing import members_of
from marketplace.accounts.states import OPEN_APPLICATIONS
from marketplace.accounts.wording import APPLICATION_STATES, FIELD_NAMES, division_name
from marketplace.core.db import db, now
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.numbers import number_of
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _

REVIEW = "accounts/review.html"


@blueprint.get("/staff/applications")
def queue() -> str:
    """What waits for verification, whoever waits longest first."""
    actor = current_actor()
    return render_template(
        "accounts/queue.html",
        waiting=applications_waiting(actor),
        decided=applications_decided(actor),
        states=APPLICATION_STATES,
        days_since=lambda moment: (now() - moment).days,
    )


@blueprint.get(f"/staff/applications/<{RECORD}:application_id>")
def review(application_id: int) -> Answer:
    """One application with all that helps to decide it."""
    return shown(REVIEW, **_values(_application(application_id)))


@blueprint.post(f"/staff/applications/<{RECORD}:application_id>/approve")
@form_stands_on("accounts.review")
def approve(application_id: int) -> Answer:
    """Verify the organisation."""

    def work(found: Application) -> str:
        verifying.approve(current_actor(), found.id, _claimed())
        return _("核验通过了，申请人会收到信。")

    return _decided(application_id, work)


@blueprint.post(f"/staff/applications/<{RECORD}:application_id>/refuse")
@form_stands_on("accounts.review")
def refuse(application_id: int) -> Answer:
    """Refuse the application."""

    def work(found: Application) -> str:
        verifying.refuse(current_actor(), found.id, request.form.get("reason", ""))
        return _("没有通过，申请人会收到信。")

    return _decided(application_id, work)


@blueprint.post(f"/staff/applications/<{RECORD}:application_id>/return")
@form_stands_on("accounts.review")
def send_back(application_id: int) -> Answer:
    """Return the application for correction."""

    def work(found: Application) -> str:
        comments = {
            field: request.form.get(f"comment-{field}", "") for field in verifying.COMMENTED
        }
        verifying.send_back(current_actor(), found.id, comments)
        return _("退回了，申请人会收到信。")

    return _decided(application_id, work)


@blueprint.get("/staff/bodies")
def staff_bodies_page() -> Answer:
    """The city's own offices, and a form to set up another one."""
    return shown("accounts/staff_bodies.html", **_bodies())


@blueprint.post("/staff/bodies")
def staff_bodies_post() -> Answer:
    """Set up one of the city's offices."""

    def work() -> Response:
        made = set_up_staff_body(current_actor(), request.form.get("organisation", ""))
        flash(_("设立好了，现在可以邀请它的人。"))
        return redirect(url_for("accounts.members_page", organisation_id=made))

    return answered("accounts/staff_bodies.html", work, **_bodies())


def _application(application_id: int) -> Application:
    found = find_application(current_actor(), application_id)
    if found is None:
        abort(404)
    return found


def _claimed() -> int | None:
    text = request.form.get("organisation", "")
    if not text:
        return None
    if not number_of(text):
        raise AccountProblem("organisation", _("请选一家列出的机构，或者新建。"))
    return number_of(text)


def _decided(application_id: int, work: Callable[[Application], str]) -> Answer:
    found = _application(application_id)

    def decide() -> Response:
        told = work(found)
        flash(told)
        return redirect(url_for("accounts.queue"))

    return answered(REVIEW, decide, **_values(found))


def _values(found: Application) -> dict[str, Any]:
    actor = current_actor()
    return {
        "found": found,
        "state": APPLICATION_STATES[found.state],
        "evidence": evidence_of(actor, found),
        "field_names": FIELD_NAMES,
        "commented": verifying.COMMENTED,
        "comment_names": [f"comment-{name}" for name in verifying.COMMENTED],
        "purpose_names": purpose_names(found.purposes),
        "code_warning": code_warning(found.uscc),
        "is_undecided": found.state in OPEN_APPLICATIONS,
        **(_known(found) if found.state in OPEN_APPLICATIONS else {}),
        "steps": history_of("application", found.id),
        "can_decide": policy.can(actor, "application.approve", found),
        "is_own": found.applicant_id == actor.person_id,
    }


def _known(found: Application) -> dict[str, Any]:
    """What helps to decide: the organisations of its code and of its name."""
    actor = current_actor()
    known = known_under(actor, found.uscc)
    return {
        "known": known,
        "is_known_elsewhere": verifying.is_known_elsewhere(db.session, actor, found.uscc),
        "known_members": members_of(known.id) if known else (),
        "alike": named_alike(actor, found.name, found.uscc),
        "claimable": [
            (one.id, str(one.name), division_name(one.division) if one.division else "")
            for one in (() if known else verifying.claimable(db.session, actor, found))
        ],
    }


def _bodies() -> dict[str, Any]:
    return {"bodies": [(one, members_of(one.id)) for one in staff_bodies()]}
