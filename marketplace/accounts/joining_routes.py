"""An applicant's pages: registering an organisation, and what became of it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts import joining
from marketplace.accounts.evidence import PURPOSE as EVIDENCE
from marketplace.accounts.evidence import add_evidence, evidence_of
from marketplace.accounts.models import Application
from marketplace.accounts.organisation_input import (
    FIELDS,
    division_choices,
    read_organisation,
)
from marketplace.accounts.problems import AccountProblem
from marketplace.accounts.purposes import PURPOSES
from marketplace.accounts.queries import find_application, history_of
from marketplace.accounts.routes import Answer, answered, blueprint, shown
from marketplace.accounts.states import DRAFT, RETURNED
from marketplace.accounts.wording import APPLICATION_STATES, FIELD_NAMES
from marketplace.core.attachments import UploadRefused
from marketplace.core.codelists import choices
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.uploads import chosen_files, takes_uploads
from marketplace.core.web.wording import gettext as _

RECORD = "int(max=2147483647)"


@blueprint.get("/account/organisations/new")
def join() -> Answer:
    """The form about one's organisation."""
    return shown("accounts/organisation_form.html", **_form_values([]))


@blueprint.post("/account/organisations/new")
def join_post() -> Answer:
    """An organisation: a draft begins, or those who are there are asked."""
    chosen = request.form.getlist("purposes")

    def work() -> Response:
        begun = joining.begin(current_actor(), read_organisation(request.form, chosen))
        if begun.application_id is None:
            flash(_("这个单位已经有人在这里。已替你申请加入，由它管成员的人答复，结果会发信给你。"))
            return redirect(url_for("accounts.overview"))
        return redirect(url_for("accounts.application", application_id=begun.application_id))

    return answered("accounts/organisation_form.html", work, **_form_values(chosen))


@blueprint.get(f"/account/applications/<{RECORD}:application_id>")
def application(application_id: int) -> Answer:
    """One's application: where it stands, and what to do next."""
    return shown("accounts/application.html", **_page_values(_own(application_id)))


@blueprint.get(f"/account/applications/<{RECORD}:application_id>/edit")
def application_form(application_id: int) -> Answer:
    """The form of a draft, or of an application that was returned, with the comments."""
    found = _own(application_id)
    if found.state not in (DRAFT, RETURNED):
        return redirect(url_for("accounts.application", application_id=found.id))
    values = _form_values(found.purposes, found)
    return shown("accounts/organisation_form.html", **values)


@blueprint.post(f"/account/applications/<{RECORD}:application_id>/edit")
def application_form_post(application_id: int) -> Answer:
    """The corrected form."""
    found = _own(application_id)
    chosen = request.form.getlist("purposes")

    def work() -> Response:
        given = read_organisation(request.form, chosen)
        joining.change(current_actor(), application_id, given)
        return redirect(url_for("accounts.application", application_id=application_id))

    return answered("accounts/organisation_form.html", work, **_form_values(chosen, found))


@blueprint.post(f"/account/applications/<{RECORD}:application_id>/evidence")
@takes_uploads
@form_stands_on("accounts.application")
def application_evidence(application_id: int) -> Answer:
    """Add certificates."""
    found = _own(application_id)

    def work() -> Response:
        uploads = chosen_files(EVIDENCE)
        if not uploads:
            raise AccountProblem(EVIDENCE, _("还没有选文件。"))
        try:
            add_evidence(current_actor(), application_id, uploads)
        except UploadRefused as refused:
            raise AccountProblem(EVIDENCE, refused.sentence) from None
        flash(_("材料上传了。"))
        return redirect(url_for("accounts.application", application_id=application_id))

    return answered("accounts/application.html", work, **_page_values(found))


@blueprint.post(f"/account/applications/<{RECORD}:application_id>/submit")
@form_stands_on("accounts.application")
def application_submit(application_id: int) -> Answer:
    """Hand the application in."""
    found = _own(application_id)

    def work() -> Response:
        joining.submit(current_actor(), application_id)
        flash(_("提交了。科技局核验以后会发信给你。"))
        return redirect(url_for("accounts.application", application_id=application_id))

    return answered("accounts/application.html", work, **_page_values(found))


@blueprint.post(f"/account/applications/<{RECORD}:application_id>/withdraw")
@form_stands_on("accounts.application")
def application_withdraw(application_id: int) -> Answer:
    """Take the application back."""
    found = _own(application_id)

    def work() -> Response:
        joining.withdraw(current_actor(), application_id)
        flash(_("申请撤回了。"))
        return redirect(url_for("accounts.overview"))

    return answered("accounts/application.html", work, **_page_values(found))


@blueprint.post(f"/account/join-requests/<{RECORD}:request_id>/withdraw")
@form_stands_on("accounts.overview")
def join_request_withdraw(request_id: int) -> Answer:
    """Take a request to join back."""
    try:
        joining.withdraw_request(current_actor(), request_id)
        flash(_("申请撤回了。"))
    except StateError as problem:
        flash(str(problem.message), "no")
    return redirect(url_for("accounts.overview"))


def _own(application_id: int) -> Application:
    """The application, if it is the person's own; there is none for anybody else."""
    found = find_application(current_actor(), application_id)
    if found is None or found.applicant_id != current_actor().person_id:
        abort(404)
    return found


def _form_values(chosen: list[str], found: Application | None = None) -> dict[str, Any]:
    kept = {name: getattr(found, name) for name in FIELDS} if found else {}
    if found:
        kept["is_state_founded"] = "yes" if found.is_state_founded else "no"
    return {
        "kept": kept,
        "found": found,
        "chosen": chosen,
        "comments": dict(found.comments) if found else {},
        "kinds": choices("organisation_kind"),
        "natures": choices("party_nature"),
        "divisions": division_choices(),
        "purposes": [(code, text, more) for code, (_roles, text, more) in PURPOSES.items()],
    }


def _page_values(found: Application) -> dict[str, Any]:
    return {
        "found": found,
        "state": APPLICATION_STATES[found.state],
        "evidence": evidence_of(current_actor(), found),
        "steps": history_of("application", found.id),
        "comments": [(FIELD_NAMES[field], text) for field, text in found.comments.items()],
    }
