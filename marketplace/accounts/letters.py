"""The letters of accounts. They belong to the account itself, so nobody can refuse them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marketplace.accounts.inviting import INVITED, account_of, is_open, make_invitation_link
from marketplace.accounts.members import ANSWERED
from marketplace.accounts.models import Application, Invitation, JoinRequest, Person
from marketplace.accounts.registering import (
    ENDPOINTS,
    PASSWORD_CHANGED,
    RESET,
    WELCOME,
    link_of,
    make_link,
)
from marketplace.accounts.second_step_resets import ASKED, DONE
from marketplace.accounts.second_step_telling import CHANGED
from marketplace.accounts.verifying import DECIDED
from marketplace.core.db import db
from marketplace.core.i18n import Bilingual
from marketplace.core.mail.letters import Letter, LetterKind, declare_letters
from marketplace.core.mail.links import link_to
from marketplace.core.mail.rendering import Lines, render_letter


def declare_account_letters() -> None:
    """Let the letters of accounts be sent."""
    declare_letters(
        LetterKind(WELCOME, None, _welcome),
        LetterKind(RESET, None, _reset),
        LetterKind(PASSWORD_CHANGED, None, _password_changed),
        LetterKind(DECIDED, None, _decided),
        LetterKind(ANSWERED, None, _answered),
        LetterKind(INVITED, None, _invited),
        LetterKind(ASKED, None, _reset_asked),
        LetterKind(DONE, None, _reset_done),
        LetterKind(CHANGED, None, _second_step_changed),
    )


def _welcome(person_id: int, _params: Mapping[str, Any]) -> Letter | None:
    return _with_link(WELCOME, "account_welcome", person_id)


def _reset(person_id: int, _params: Mapping[str, Any]) -> Letter | None:
    return _with_link(RESET, "account_reset", person_id)


def _with_link(purpose: str, template: str, person_id: int) -> Letter | None:
    person = db.session.get(Person, person_id)
    # Between asking and sending the account may have been confirmed, or closed.
    if person is None or person.closed_at or link_of(person) != purpose:
        return None
    return letter_for(
        person,
        template,
        link=link_to(ENDPOINTS[purpose], person.language, token=make_link(purpose, person)),
    )


def _password_changed(person_id: int, _params: Mapping[str, Any]) -> Letter | None:
    return _about("account_password_changed", person_id)


def _reset_asked(person_id: int, _params: Mapping[str, Any]) -> Letter | None:
    return _about("account_second_step_reset_asked", person_id)


def _reset_done(person_id: int, _params: Mapping[str, Any]) -> Letter | None:
    return _about("account_second_step_reset_done", person_id)


def _second_step_changed(person_id: int, params: Mapping[str, Any]) -> Letter | None:
    person = db.session.get(Person, person_id)
    if person is None or not person.is_open:
        return None
    return letter_for(
        person,
        "account_second_step_changed",
        change=params["change"],
        at=datetime.fromisoformat(params["at"]),
        link=link_to("accounts.forgotten", person.language),
    )


def _about(template: str, person_id: int) -> Letter | None:
    """What happened to an account, with the way to a new password."""
    return letter_to(person_id, template, "accounts.forgotten")


def letter_for(person: Person, template: str, /, **values: Any) -> Letter:
    """A letter to somebody's address in their language; the template may also name them."""
    return render_letter(
        template,
        person.language,
        to=person.email,
        recipient_id=person.id,
        name=person.name,
        **values,
    )


def letter_to(person_id: int, template: str, endpoint: str, /, **words: Bilingual) -> Letter | None:
    """A letter to somebody, with words in their language and a link; none to a closed account."""
    person = db.session.get(Person, person_id)
    if person is None or not person.is_open:
        return None
    return letter_for(
        person,
        template,
        link=link_to(endpoint, person.language),
        **{key: text.in_language(person.language) for key, text in words.items()},
    )


def _decided(application_id: int, params: Mapping[str, Any]) -> Letter | None:
    application = db.session.get(Application, application_id)
    person = application.applicant if application else None
    # What was decided meanwhile has a letter of its own.
    if application is None or person is None or not person.is_open:
        return None
    if application.state != params["state"]:
        return None
    return letter_for(
        person,
        f"application_{application.state}",
        organisation=application.name,
        reason=Lines(params["reason"]),
        link=link_to("accounts.application", person.language, application_id=application.id),
    )


def _answered(request_id: int, params: Mapping[str, Any]) -> Letter | None:
    request = db.session.get(JoinRequest, request_id)
    if request is None or not request.applicant.is_open:
        return None
    person = request.applicant
    return letter_for(
        person,
        f"join_request_{request.state}",
        organisation=request.organisation.name.in_language(person.language),
        reason=Lines(params["reason"]),
        link=link_to("accounts.overview", person.language),
    )


def _invited(invitation_id: int, _params: Mapping[str, Any]) -> Letter | None:
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or not is_open(invitation):
        return None
    person = account_of(invitation)
    language = person.language if person else invitation.language
    inviter = db.session.get(Person, invitation.inviter_id)
    return render_letter(
        "account_invitation",
        language,
        to=invitation.email,
        organisation=invitation.organisation.name.in_language(language),
        inviter=inviter.name if inviter else "",
        link=link_to("accounts.invitation", language, token=make_invitation_link(invitation)),
    )
