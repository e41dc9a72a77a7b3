"""The pages about an organisation's members, and the page behind the link of an invitation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts import inviting, members
from marketplace.accounts.acting import act_for
from marketplace.accounts.browser import network_address, present_sign_in
from marketplace.accounts.grantable import Granted, grantable, read_roles
from marketplace.accounts.joining_routes import RECORD
from marketplace.accounts.models import Deputy, Invitation, Membership, Organisation
from marketplace.accounts.organisation_input import division_choices
from marketplace.accounts.policies import MANAGE, VIEW
from marketplace.accounts.problems import AccountProblem
from marketplace.accounts.queries import deputies_of, find_request, is_listed_for, requests_waiting
from marketplace.accounts.routes import Answer, answered, blueprint, shown
from marketplace.accounts.standing import members_of, standings
from marketplace.accounts.states import ACCEPT_JOINING, REFUSE_JOINING
from marketplace.accounts.wording import ROLE_HINTS, role_name
from marketplace.core.db import db
from marketplace.core.i18n import language, today
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.numbers import number_of
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _

MEMBERS = "accounts/members.html"
MEMBER = "accounts/member.html"
INVITATION = "accounts/invitation.html"
ANSWER_FIELDS = ("roles", "reason")
"""What the page of members has for each request to join."""


@blueprint.get(f"/account/organisations/<{RECORD}:organisation_id>/members")
def members_page(organisation_id: int) -> Answer:
    """Who acts for the organisation; who looks after them can invite."""
    organisation = _organisation(organisation_id)
    return shown(MEMBERS, **_members_values(organisation, chosen=[]))


@blueprint.post(f"/account/organisations/<{RECORD}:organisation_id>/invitations")
@form_stands_on("accounts.members_page")
def invite(organisation_id: int) -> Answer:
    """Invite somebody."""
    organisation = _organisation(organisation_id)

    def work() -> Response:
        inviting.invite(
            current_actor(),
            organisation_id,
            request.form.get("email", ""),
            _granted(),
            language=language(),
            network=network_address(),
        )
        flash(_("邀请信正在路上，两周内有效。"))
        return _to_members(organisation_id)

    values = _members_values(organisation, chosen=_chosen())
    return answered(MEMBERS, work, **values)


@blueprint.post(f"/account/invitations/<{RECORD}:invitation_id>/end")
@form_stands_on("accounts.overview")
def invitation_end(invitation_id: int) -> Answer:
    """Take an invitation back."""
    row = db.session.get(Invitation, invitation_id)
    if row is None or not policy.can(current_actor(), MANAGE, row.organisation):
        abort(404)
    inviting.end_invitation(current_actor(), row.id)
    flash(_("邀请收回了，信里的链接不能用了。"))
    return _to_members(row.organisation_id)


@blueprint.get(f"/account/members/<{RECORD}:membership_id>")
def member(membership_id: int) -> Answer:
    """One member: roles, deputies, leaving."""
    return shown(MEMBER, **_member_values(_managed(membership_id)))


@blueprint.post(f"/account/members/<{RECORD}:membership_id>/roles")
@form_stands_on("accounts.member")
def member_change(membership_id: int) -> Answer:
    """Other roles for a member."""

    def work() -> str:
        members.change_member(current_actor(), membership_id, _granted())
        return _("角色改好了。")

    return _changed(membership_id, work, chosen=_chosen())


@blueprint.post(f"/account/members/<{RECORD}:membership_id>/end")
@form_stands_on("accounts.member")
def member_end(membership_id: int) -> Answer:
    """Let a membership end."""

    def work() -> str:
        members.end_membership(current_actor(), membership_id)
        return _("他不再是这个单位的成员了。")

    return _changed(membership_id, work)


@blueprint.post(f"/account/members/<{RECORD}:membership_id>/deputies")
@form_stands_on("accounts.member")
def deputy_name(membership_id: int) -> Answer:
    """Name somebody who stands in for a member."""

    def work() -> str:
        form = request.form
        members.name_deputy(
            current_actor(),
            membership_id,
            number_of(form.get("deputy", "")),
            _day(form.get("from_on", "")),
            _day(form.get("until_on", "")),
        )
        return _("代理定好了，到期自动结束。")

    return _changed(membership_id, work)


@blueprint.post(f"/account/deputies/<{RECORD}:deputy_id>/end")
@form_stands_on("accounts.overview")
def deputy_end(deputy_id: int) -> Answer:
    """Let somebody stand in no longer."""
    row = db.session.get(Deputy, deputy_id)
    if row is None or not policy.can(current_actor(), VIEW, row.membership.organisation):
        abort(404)
    members.end_deputy(current_actor(), row.id)
    flash(_("代理结束了。"))
    return _to_members(row.membership.organisation_id)


@blueprint.post(f"/account/join-requests/<{RECORD}:request_id>/accept")
@form_stands_on("accounts.overview")
def join_request_accept(request_id: int) -> Answer:
    """Let somebody join who asked."""

    def work() -> str:
        members.admit(current_actor(), request_id, _granted())
        return _("他现在是成员了，会收到信。")

    return _answered_request(request_id, ACCEPT_JOINING, work)


@blueprint.post(f"/account/join-requests/<{RECORD}:request_id>/refuse")
@form_stands_on("accounts.overview")
def join_request_refuse(request_id: int) -> Answer:
    """Don't let somebody join who asked."""

    def work() -> str:
        members.turn_away(current_actor(), request_id, request.form.get("reason", ""))
        return _("没有同意，对方会收到信。")

    return _answered_request(request_id, REFUSE_JOINING, work)


@blueprint.get("/account/invitation/<token>")
def invitation(token: str) -> Answer:
    """The page behind the link of an invitation: who invites, to what."""
    row = inviting.read_invitation(token)
    if row is None:
        return render_template("accounts/invitation_over.html"), 410
    return shown(INVITATION, **_invitation_values(row))


@blueprint.post("/account/invitation/<token>")
def invitation_post(token: str) -> Answer:
    """Join, with the own account or a new one."""
    row = inviting.read_invitation(token)
    if row is None:
        return render_template("accounts/invitation_over.html"), 410
    actor = current_actor()

    def work() -> Response:
        if not actor.is_person:
            form = request.form
            inviting.accept_as_new(token, form.get("name", ""), form.get("password", ""))
            flash(_("你现在是成员了，请登录。"))
            return redirect(url_for("accounts.sign_in"))
        joined = inviting.accept(actor, token)
        act_for(actor, present_sign_in().id, joined)
        flash(_("你现在是成员了，正替它办事。"))
        return redirect(url_for("accounts.overview"))

    return answered(INVITATION, work, **_invitation_values(row))


def _organisation(organisation_id: int) -> Organisation:
    """The organisation, for its members; of one that isn't public others aren't even told."""
    actor = current_actor()
    found = db.session.get(Organisation, organisation_id) or abort(404)
    if not policy.can(actor, VIEW, found) and not is_listed_for(actor, found):
        abort(404)
    policy.require(actor, VIEW, found)
    return found


def _managed(membership_id: int) -> Membership:
    """The membership, for whoever looks after the members; others of the organisation see it."""
    actor = current_actor()
    found = db.session.get(Membership, membership_id)
    if (
        found is None
        or found.ended_at is not None
        or not policy.can(actor, VIEW, found.organisation)
    ):
        abort(404)
    policy.require(actor, MANAGE, found.organisation)
    return found


def _to_members(organisation_id: int) -> Response:
    return redirect(url_for("accounts.members_page", organisation_id=organisation_id))


def _changed(
    membership_id: int, work: Callable[[], str], chosen: list[str] | None = None
) -> Answer:
    found = _managed(membership_id)

    def change() -> Response:
        flash(work())
        # Who took a role from themselves may not see the members any more.
        if found.person_id == current_actor().person_id:
            return redirect(url_for("accounts.overview"))
        return _to_members(found.organisation_id)

    return answered(MEMBER, change, **_member_values(found, chosen))


def _answered_request(request_id: int, action: str, work: Callable[[], str]) -> Answer:
    row = find_request(current_actor(), request_id) or abort(404)
    # Whoever asked finds the request as well, and may not see the members.
    policy.require(current_actor(), action, row)
    organisation = row.organisation

    def answer() -> Response:
        try:
            flash(work())
        except AccountProblem as problem:
            # Each request on the page has fields of its own.
            is_shown = problem.field in ANSWER_FIELDS
            field = f"asked-{problem.field}-{request_id}" if is_shown else ""
            raise AccountProblem(field, problem.message) from problem
        return _to_members(organisation.id)

    values = _members_values(organisation, chosen=[])
    return answered(MEMBERS, answer, answered_id=request_id, **values)


def _granted() -> Granted:
    form = request.form
    return Granted(
        read_roles(form.getlist("roles")),
        "manages_members" in form,
        frozenset(form.getlist("districts")),
    )


def _chosen() -> list[str]:
    return request.form.getlist("roles")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _role_options(organisation: Organisation) -> list[tuple[str, str, Any]]:
    return [(role.value, role_name(role), ROLE_HINTS[role]) for role in grantable(organisation)]


def _members_values(organisation: Organisation, chosen: list[str]) -> dict[str, Any]:
    actor = current_actor()
    can_manage = policy.can(actor, MANAGE, organisation)
    return {
        "organisation": organisation,
        "standings": standings(members_of(organisation.id)),
        "deputies": deputies_of(organisation.id),
        "can_manage": can_manage,
        "own_id": actor.person_id,
        "invitations": inviting.open_invitations(organisation.id) if can_manage else (),
        "requests": requests_waiting(actor, organisation.id) if can_manage else (),
        "role_options": _role_options(organisation),
        "chosen": chosen,
        "divisions": [(code, name, "") for code, name in division_choices()],
        "chosen_districts": request.form.getlist("districts"),
        "role_of": lambda code: role_name(next(iter(read_roles([code])))),
    }


def _member_values(found: Membership, chosen: list[str] | None = None) -> dict[str, Any]:
    others = [
        (one.id, one.person.name)
        for one in members_of(found.organisation_id)
        if one.id != found.id and one.person_id != current_actor().person_id
    ]
    held = [role.value for role in found.roles]
    is_sent = chosen is not None
    return {
        "found": found,
        "organisation": found.organisation,
        "role_options": _role_options(found.organisation),
        "chosen": chosen if is_sent else held,
        "manages_members": "manages_members" in request.form if is_sent else found.manages_members,
        "divisions": [(code, name, "") for code, name in division_choices()],
        "chosen_districts": request.form.getlist("districts") if is_sent else found.districts,
        "others": others,
        "today": today().isoformat(),
        "is_self": found.person_id == current_actor().person_id,
    }


def _invitation_values(row: Invitation) -> dict[str, Any]:
    actor = current_actor()
    own_email = present_sign_in().person.email if actor.is_person else None
    return {
        "row": row,
        "roles": [role_name(role) for role in sorted(read_roles(row.roles), key=str)],
        "is_signed_in": actor.is_person,
        "is_theirs": own_email == row.email,
        "own_email": own_email,
        "has_account": inviting.account_of(row) is not None,
    }
