"""Getting in for the first time, or again: everything goes through a link in a letter.

Whoever asks gets the same answer whether or not the address is known; the letter, which only its
owner reads, says how things are. Opening the link changes nothing; the form behind it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from marketplace.accounts.attempts import LETTER, TooSoon, count_attempt
from marketplace.accounts.emails import checked_email
from marketplace.accounts.models import Person
from marketplace.accounts.models.person import LONGEST_NAME
from marketplace.accounts.passwords import check_password
from marketplace.accounts.problems import AccountProblem, read_all
from marketplace.accounts.secrets import NotOurs, digest, hash_password, read_signed, sign
from marketplace.accounts.signing_in import end_all, person_actor
from marketplace.core.audit import record_audit
from marketplace.core.db import db, now, writing
from marketplace.core.mail.delivery import send_letter

WELCOME = "account.welcome"
RESET = "account.reset"
PASSWORD_CHANGED = "account.password-changed"  # noqa: S105 - the name of a letter
ENDPOINTS = {WELCOME: "accounts.welcome", RESET: "accounts.reset"}
SECONDS = {WELCOME: 72 * 3600, RESET: 3600}
UNCONFIRMED_FOR = timedelta(days=7)
NOBODY = 0


@dataclass(frozen=True)
class Invited:
    """Whom a link belongs to, before a password is chosen."""

    person_id: int
    email: str
    name: str


def register(email: str, name: str, *, language: str, network: str) -> None:
    """Ask for an account: a letter with a link goes to the address, whatever is known of it.

    :raises FormProblems: when the address or the name can't be one.
    """
    called, address = read_all(lambda: checked_name(name), lambda: checked_email(email))
    if not _may_write_to(address, network):
        return
    with writing() as session:
        person = session.scalar(select(Person).where(Person.email == address).with_for_update())
        if person is None:
            person = Person(email=address, name=called, language=language)
            session.add(person)
            session.flush()
            record_audit(session, person_actor(person), "account.register", "person", person.id)
        elif person.confirmed_at is None:
            person.name, person.language = called, language
        send_letter(session, link_of(person), "person", person.id)


def ask_for_reset(email: str, *, network: str) -> None:
    """Ask for a link to choose a new password.

    :raises AccountProblem: when the address can't be one.
    """
    address = checked_email(email)
    if not _may_write_to(address, network):
        return
    with writing() as session:
        person = session.scalar(select(Person).where(Person.email == address))
        # An event for nobody takes as long to write as one for somebody.
        send_letter(
            session, link_of(person) if person else RESET, "person", person.id if person else NOBODY
        )


def link_of(person: Person) -> str:
    """Which of the two letters a person gets who asks."""
    return RESET if person.confirmed_at else WELCOME


def make_link(purpose: str, person: Person) -> str:
    """What stands in the link of a letter; it works until the password changes."""
    return sign(purpose, [person.id, _mark(person)])


def read_link(purpose: str, text: str) -> Invited | None:
    """Whom the link is for; nothing for one that is too old, was used, or isn't ours."""
    person = _person_of(purpose, text)
    return Invited(person.id, person.email, person.name) if person else None


def choose_password(purpose: str, text: str, password: str) -> None:
    """Set the password by the link of a letter; the address counts as confirmed thereby.

    All browsers are signed out.

    :raises AccountProblem: when the link doesn't work any more (field ``link``), or the password
        is too weak.
    """
    with writing() as session:
        person = _person_of(purpose, text)
        if person is None:
            raise AccountProblem("link", _l("这个链接已经用过，或者过了期。请重新要一封信。"))
        check_password(password, person.email, person.name)
        person.password_hash = hash_password(password)
        is_first = person.confirmed_at is None
        if is_first:
            person.confirmed_at = now()
        else:
            end_all(session, person.id)
            send_letter(session, PASSWORD_CHANGED, "person", person.id)
        action = "account.confirmed" if is_first else "account.password_reset"
        record_audit(session, person_actor(person), action, "person", person.id)


def checked_name(text: str) -> str:
    """The name of a person, with single spaces.

    :raises AccountProblem: for none, or one that is too long.
    """
    name = " ".join(text.split())
    if not name:
        raise AccountProblem("name", _l("请写姓名：别人要知道在和谁打交道。"))
    if len(name) > LONGEST_NAME:
        raise AccountProblem("name", _l("姓名最多 %(most)s 个字。", most=LONGEST_NAME))
    return name


def forget_unconfirmed() -> None:
    """Drop registrations whose link nobody has opened for a week."""
    with writing() as session:
        session.execute(
            delete(Person).where(
                Person.confirmed_at.is_(None), Person.created_at < now() - UNCONFIRMED_FOR
            )
        )


def _may_write_to(address: str, network: str) -> bool:
    """Whether another letter may go there now; whoever asks too often isn't told so."""
    try:
        count_attempt("letter", LETTER, address, network)
    except TooSoon:
        return False
    return True


def _person_of(purpose: str, text: str) -> Person | None:
    try:
        person_id, mark = read_signed(purpose, text, SECONDS[purpose])
    except NotOurs:
        return None
    person = db.session.get(Person, person_id)
    if person is None or person.closed_at or _mark(person) != mark or link_of(person) != purpose:
        return None
    return person


def _mark(person: Person) -> str:
    return digest(f"{person.password_hash} {person.email}")[:16]
