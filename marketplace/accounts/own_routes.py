"""The own account: for whom one acts, browsers, password, second step, data, closing."""

from __future__ import annotations

import segno
from flask import Response, flash, redirect, render_template, request, url_for
from flask import json as flask_json
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.acting import act_for as act_for_organisation
from marketplace.accounts.acting import lacks_second_step, memberships_of
from marketplace.accounts.browser import (
    forget,
    keep_here,
    kept_here,
    local_path,
    present_sign_in,
    site_name,
)
from marketplace.accounts.own_data import close_account, left_without_anybody
from marketplace.accounts.own_export import export_own_data
from marketplace.accounts.policies import QUEUE, STAFF_BODIES
from marketplace.accounts.problems import AccountProblem
from marketplace.accounts.queries import count_waiting, own_applications, own_requests
from marketplace.accounts.routes import Answer, answered, blueprint, shown
from marketplace.accounts.second_step import (
    codes_left,
    must_have_second_step,
    new_secret,
    provisioning_address,
    renew_recovery_codes,
    turn_off,
    turn_on,
)
from marketplace.accounts.secrets import NotOurs, decrypt, encrypt
from marketplace.accounts.signing_in import (
    change_password,
    end_other_sign_ins,
    own_sign_ins,
)
from marketplace.accounts.signing_in import end_sign_in as end_one_sign_in
from marketplace.accounts.standing import standings
from marketplace.accounts.wording import APPLICATION_STATES
from marketplace.core.db import db
from marketplace.core.i18n import today
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.numbers import number_of
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _


@blueprint.get("/account")
def overview() -> str:
    """Everything about the own account on one page."""
    present, actor = present_sign_in(), current_actor()
    can_review = policy.can(actor, QUEUE)
    return render_template(
        "accounts/overview.html",
        person=present.person,
        present=present,
        standings=standings(memberships_of(present.person_id)),
        applications=own_applications(actor),
        requests=own_requests(actor),
        states=APPLICATION_STATES,
        can_review=can_review,
        waiting=count_waiting(actor) if can_review else 0,
        can_set_up=policy.can(actor, STAFF_BODIES),
        sign_ins=own_sign_ins(actor),
        codes_left=codes_left(db.session, present.person_id),
        lacks_second_step=lacks_second_step(present),
        must_have_second_step=must_have_second_step(db.session, present.person_id),
    )


@blueprint.post("/account/act-for")
@form_stands_on("accounts.overview")
def act_for() -> AnyResponse:
    """Act for another organisation."""
    chosen = request.form.get("organisation", "")
    try:
        act_for_organisation(current_actor(), present_sign_in().id, number_of(chosen))
    except AccountProblem as problem:
        flash(str(problem.message))
        return redirect(url_for("accounts.overview"))
    return redirect(local_path(request.form.get("next")) or url_for("accounts.overview"))


@blueprint.post("/account/sign-ins/<int(max=2147483647):sign_in_id>/end")
@form_stands_on("accounts.overview")
def end_sign_in(sign_in_id: int) -> AnyResponse:
    """Sign one browser out."""
    end_one_sign_in(current_actor(), sign_in_id)
    flash(_("那个浏览器已经退出。"))
    return redirect(url_for("accounts.overview"))


@blueprint.post("/account/sign-ins/end-others")
@form_stands_on("accounts.overview")
def end_others() -> AnyResponse:
    """Sign all other browsers out."""
    end_other_sign_ins(current_actor(), present_sign_in().id)
    flash(_("别的浏览器都已经退出。"))
    return redirect(url_for("accounts.overview"))


@blueprint.get("/account/password")
def password() -> Answer:
    """The form for another password."""
    return shown("accounts/password.html")


@blueprint.post("/account/password")
def password_post() -> Answer:
    """Another password."""

    def work() -> AnyResponse:
        form = request.form
        known = change_password(
            current_actor(),
            present_sign_in().id,
            form.get("old", ""),
            form.get("new", ""),
            kept_here(),
        )
        flash(_("密码换好了，别的浏览器都已经退出。"))
        return keep_here(redirect(url_for("accounts.overview")), known)

    return answered("accounts/password.html", work)


@blueprint.get("/account/second-step")
def second_step() -> Answer:
    """A new secret for an application, as a picture and in letters; none where it is on."""
    if present_sign_in().person.has_second_step:
        return redirect(url_for("accounts.overview"))
    return shown("accounts/second_step.html", **_picture(new_secret()))


@blueprint.post("/account/second-step")
def second_step_post() -> Answer:
    """The first code of the application: it has the secret; sent again, it only says it is on."""
    if present_sign_in().person.has_second_step:
        flash(_("两步验证已经开着。要新的恢复码，就在下面换一套。"))
        return redirect(url_for("accounts.overview"))
    try:
        secret = decrypt(request.form.get("sealed", ""))
    except NotOurs:
        return redirect(url_for("accounts.second_step"))
    codes: list[str] = []

    def work() -> AnyResponse:
        given = request.form.get("code", "")
        codes.extend(turn_on(current_actor(), present_sign_in().id, secret, given))
        return redirect(url_for("accounts.overview"))

    answer = answered("accounts/second_step.html", work, **_picture(secret))
    return render_template("accounts/recovery_codes.html", codes=codes) if codes else answer


@blueprint.post("/account/second-step/off")
@form_stands_on("accounts.overview")
def second_step_off() -> Answer:
    """Ask for no code any more."""
    try:
        turn_off(current_actor(), request.form.get("password", ""))
        flash(_("两步验证关掉了。"))
    except AccountProblem as problem:
        flash(str(problem.message))
    return redirect(url_for("accounts.overview"))


@blueprint.post("/account/second-step/codes")
@form_stands_on("accounts.overview")
def recovery_codes() -> Answer:
    """New recovery codes."""
    try:
        codes = renew_recovery_codes(current_actor(), request.form.get("password", ""))
    except AccountProblem as problem:
        flash(str(problem.message))
        return redirect(url_for("accounts.overview"))
    return render_template("accounts/recovery_codes.html", codes=codes)


@blueprint.get("/account/data")
def own_data() -> Response:
    """All that is kept about oneself, as a file."""
    body = flask_json.dumps(export_own_data(current_actor()), ensure_ascii=False, indent=2)
    name = f"my-data-{today().isoformat()}.json"
    return Response(
        body,
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@blueprint.get("/account/close")
def close() -> Answer:
    """What closing the account means."""
    return shown("accounts/close.html", left=_left())


@blueprint.post("/account/close")
def close_post() -> Answer:
    """Close the account."""

    def work() -> AnyResponse:
        password = request.form.get("password", "")
        close_account(current_actor(), password, leaves_alone="alone" in request.form)
        forget()
        flash(_("账号已经注销。"))
        return redirect(url_for("accounts.sign_in"))

    return answered("accounts/close.html", work, left=_left())


def _left() -> list[str]:
    """The names of the organisations that nobody would act for any more."""
    left = left_without_anybody(db.session, present_sign_in().person_id)
    return [str(one.name) for one in left]


def _picture(secret: str) -> dict[str, str]:
    """The secret for the page; sealed, so that what comes back is what was shown."""
    address = provisioning_address(secret, present_sign_in().person.email, site_name())
    return {
        "picture": segno.make(address, error="m").png_data_uri(scale=5, border=3),
        "letters": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "address": address,
        "sealed": encrypt(secret),
    }
