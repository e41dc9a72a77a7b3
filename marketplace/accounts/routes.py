"""The way in: sign in, second step, register, choose a password. The own account is beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from sqlalchemy import select
from werkzeug.wrappers import Response

from marketplace.accounts.acting import memberships_of
from marketplace.accounts.attempts import TooSoon
from marketplace.accounts.browser import (
    device_name,
    forget,
    keep_here,
    kept_here,
    local_path,
    network_address,
    present_sign_in,
    remember,
)
from marketplace.accounts.models import Person
from marketplace.accounts.problems import AccountProblem, FormProblems
from marketplace.accounts.registering import (
    RESET,
    WELCOME,
    ask_for_reset,
    choose_password,
    read_link,
)
from marketplace.accounts.registering import (
    register as register_person,
)
from marketplace.accounts.signing_in import (
    CodeDue,
    SignedIn,
    end_sign_in,
    give_code,
    open_for_demo,
)
from marketplace.accounts.signing_in import sign_in as sign_in_person
from marketplace.core.actor import Role
from marketplace.core.db import db
from marketplace.core.i18n import language
from marketplace.core.policy import policy
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor
from marketplace.core.web.numbers import number_of
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _
from marketplace.settings import Mode

blueprint = Blueprint("accounts", __name__)

UNPROCESSABLE = 422
CONFLICT = 409
TOO_MANY = 429
TICKET = "ticket"
NEXT = "next"

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


def answered(template: str, work: Callable[[], Response], **values: Any) -> Answer:
    """Do the work of a form; where it can't be done, the form again with what is wrong."""
    try:
        return work()
    except AccountProblem as problem:
        problems = {problem.field: str(problem.message)}
        return render_template(template, problems=problems, given=request.form, **values), (
            UNPROCESSABLE
        )
    except FormProblems as problem:
        problems = {field: str(message) for field, message in problem.problems.items()}
        return render_template(template, problems=problems, given=request.form, **values), (
            UNPROCESSABLE
        )
    except StateError as problem:
        page = render_template(
            template, problems={"": str(problem.message)}, given=request.form, **values
        )
        return page, CONFLICT
    except TooSoon as problem:
        page = render_template(
            template, problems={"": str(problem.message)}, given=request.form, **values
        )
        return page, TOO_MANY, {"Retry-After": str(problem.seconds)}


def shown(template: str, **values: Any) -> str:
    """A form as it is first seen."""
    return render_template(template, problems={}, given={}, **values)


@blueprint.get("/account/sign-in")
def sign_in() -> Answer:
    """The form to sign in."""
    if current_actor().is_person:
        return redirect(local_path(request.args.get(NEXT)) or url_for("accounts.overview"))
    return shown("accounts/sign_in.html", **_sign_in_values())


@blueprint.post("/account/sign-in")
def sign_in_post() -> Answer:
    """Address and password."""

    def work() -> Response:
        outcome = sign_in_person(
            request.form.get("email", ""),
            request.form.get("password", ""),
            network=network_address(),
            device=device_name(),
            is_kept="keep" in request.form,
            known=kept_here(),
        )
        goal = local_path(request.form.get(NEXT))
        if isinstance(outcome, CodeDue):
            session[TICKET] = outcome.ticket
            return redirect(url_for("accounts.code", next=goal))
        return _entered(outcome, goal)

    return answered("accounts/sign_in.html", work, **_sign_in_values())


@blueprint.post("/account/demo")
@form_stands_on("accounts.sign_in")
def demo() -> Answer:
    """Come in as one of the demonstration's people."""
    if not _is_demo():
        abort(404)

    def work() -> Response:
        person_id = number_of(request.form.get("person", "")) or abort(400)
        goal = local_path(request.form.get(NEXT))
        return _entered(open_for_demo(person_id, device_name()), goal)

    return answered("accounts/sign_in.html", work, **_sign_in_values())


@blueprint.get("/account/code")
def code() -> Answer:
    """The form for the code of the second step."""
    if TICKET not in session:
        return redirect(url_for("accounts.sign_in"))
    return shown("accounts/code.html", next=local_path(request.args.get(NEXT)))


@blueprint.post("/account/code")
def code_post() -> Answer:
    """The code of the second step."""
    goal = local_path(request.form.get(NEXT))

    def work() -> Response:
        ticket = str(session.get(TICKET, ""))
        given = request.form.get("code", "")
        try:
            outcome = give_code(
                ticket,
                given,
                network=network_address(),
                device=device_name(),
                known=kept_here(),
            )
        except AccountProblem as problem:
            if problem.field != TICKET:
                raise
            session.pop(TICKET, None)
            flash(str(problem.message))
            return redirect(url_for("accounts.sign_in", next=goal))
        return _entered(outcome, goal)

    return answered("accounts/code.html", work, next=goal)


@blueprint.post("/account/sign-out")
@form_stands_on("accounts.overview")
def sign_out() -> Response:
    """Sign this browser out."""
    end_sign_in(current_actor(), present_sign_in().id)
    forget()
    return redirect(url_for("catalogue.home"))


@blueprint.get("/account/register")
def register() -> Answer:
    """The form to register."""
    return shown("accounts/register.html")


@blueprint.post("/account/register")
def register_post() -> Answer:
    """Name and address; a letter goes out."""

    def work() -> Response:
        register_person(
            request.form.get("email", ""),
            request.form.get("name", ""),
            language=language(),
            network=network_address(),
        )
        return redirect(url_for("accounts.letter_sent"))

    return answered("accounts/register.html", work)


@blueprint.get("/account/letter-sent")
def letter_sent() -> str:
    """What to do now that a letter is on its way."""
    return render_template("accounts/letter_sent.html")


@blueprint.get("/account/forgotten")
def forgotten() -> Answer:
    """The form for a forgotten password."""
    return shown("accounts/forgotten.html")


@blueprint.post("/account/forgotten")
def forgotten_post() -> Answer:
    """An address; a letter goes out."""

    def work() -> Response:
        ask_for_reset(request.form.get("email", ""), network=network_address())
        return redirect(url_for("accounts.letter_sent"))

    return answered("accounts/forgotten.html", work)


@blueprint.get("/account/welcome/<token>")
def welcome(token: str) -> Answer:
    """The form behind the link of the first letter."""
    return _choosing(WELCOME, token)


@blueprint.post("/account/welcome/<token>")
def welcome_post(token: str) -> Answer:
    """The first password."""
    return _chosen(WELCOME, token)


@blueprint.get("/account/reset/<token>")
def reset(token: str) -> Answer:
    """The form behind the link of a letter for a new password."""
    return _choosing(RESET, token)


@blueprint.post("/account/reset/<token>")
def reset_post(token: str) -> Answer:
    """A new password."""
    return _chosen(RESET, token)


@blueprint.get("/permissions")
def permissions() -> str:
    """The table of permissions, as it is asked."""
    return render_template("accounts/permissions.html", rows=list(policy.rows.values()))


@blueprint.get("/privacy")
def privacy() -> str:
    """What is kept about people, for what, and how long."""
    return render_template("accounts/privacy.html")


def _choosing(purpose: str, token: str) -> Answer:
    invited = read_link(purpose, token)
    if invited is None:
        return render_template("accounts/link_over.html"), 410
    return shown("accounts/choose_password.html", invited=invited, purpose=purpose)


def _chosen(purpose: str, token: str) -> Answer:
    invited = read_link(purpose, token)
    if invited is None:
        return render_template("accounts/link_over.html"), 410

    def work() -> Response:
        choose_password(purpose, token, request.form.get("password", ""))
        forget()
        flash(_("密码设好了，请用它登录。"))
        return redirect(url_for("accounts.sign_in"))

    return answered("accounts/choose_password.html", work, invited=invited, purpose=purpose)


def _entered(outcome: SignedIn, goal: str | None) -> Response:
    remember(outcome)
    return keep_here(redirect(goal or url_for("accounts.overview")), outcome.known)


def _sign_in_values() -> dict[str, Any]:
    goal = local_path(request.values.get(NEXT))
    return {"next": goal, "demo_people": _demo_people() if _is_demo() else []}


def _is_demo() -> bool:
    return current_app.extensions["settings"].mode is not Mode.PRODUCTION


def _demo_people() -> list[tuple[int, str, str, list[Role]]]:
    people = db.session.scalars(
        select(Person).where(Person.is_demo, Person.closed_at.is_(None)).order_by(Person.id)
    )
    rows = []
    for person in people:
        for one in memberships_of(person.id):
            roles = sorted(one.roles, key=str)
            rows.append((person.id, person.name, str(one.organisation.name), roles))
        if not memberships_of(person.id):
            rows.append((person.id, person.name, _("还没有单位"), []))
    return rows
