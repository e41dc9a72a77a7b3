"""Signing in and out: password, second step, and the browsers in which one is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.attempts import CODE, SIGN_IN, count_attempt, take_back
from marketplace.accounts.emails import comparable, require_email
from marketplace.accounts.known_browsers import known_browser, remember_person
from marketplace.accounts.models import Membership, Person, SignIn
from marketplace.accounts.passwords import check_password
from marketplace.accounts.problems import AccountProblem, read_all
from marketplace.accounts.second_step import take_code
from marketplace.accounts.secrets import (
    NotOurs,
    digest,
    hash_password,
    is_password,
    new_key,
    read_signed,
    sign,
)
from marketplace.core.actor import Actor, ActorKind
from marketplace.core.audit import record_audit
from marketplace.core.db import db, now, writing

KEPT_DAYS = 14
UNKEPT_FOR = timedelta(hours=12)
CODE_DUE = "account.code-due"
CODE_SECONDS = 600
ENDED_KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class SignedIn:
    """Signed in: the key for the browser's cookie, and what the browser keeps beyond it.

    ``known`` is empty where the browser isn't to be known again.
    """

    key: str
    is_kept: bool
    known: str = ""


@dataclass(frozen=True)
class CodeDue:
    """The password was right and a code is wanted; ``ticket`` brings both together."""

    ticket: str


def sign_in(
    email: str, password: str, *, network: str, device: str, is_kept: bool, known: str = ""
) -> SignedIn | CodeDue:
    """Sign in with address and password.

    Unknown addresses, closed accounts and wrong passwords get the same answer after the same
    work.

    :param network: the network address of the browser, for the growing wait.
    :param known: what the browser keeps from earlier sign-ins, see ``known_browsers``.
    :raises AccountProblem: when one of them is empty, or they don't go together.
    :raises TooSoon: when it was tried too often.
    """
    _refuse_empty(email, password)
    address = comparable(email)
    person = db.session.scalar(select(Person).where(Person.email == address))
    browser = known_browser(known, person)
    tried = count_attempt("sign-in", SIGN_IN, address, network, browser)
    # Counting ends the transaction in which the person was read.
    person = db.session.scalar(select(Person).where(Person.email == address))
    is_right = is_password(password, person.password_hash if person else None)
    if person is None or not is_right or not person.is_open:
        raise AccountProblem("password", _l("邮箱或密码不对。忘了密码，可以用邮件重设。"))
    take_back(tried)
    if person.has_second_step:
        return CodeDue(sign(CODE_DUE, [person.id, is_kept, _mark(person)]))
    with writing() as session:
        signed_in = open_sign_in(session, person.id, device, is_kept=is_kept)
        return replace(signed_in, known=remember_person(known, person))


def give_code(ticket: str, code: str, *, network: str, device: str, known: str = "") -> SignedIn:
    """The second step of :func:`sign_in`.

    :raises AccountProblem: when the code is wrong, was taken before, or the ticket has expired
        (field ``ticket``).
    :raises TooSoon: when it was tried too often.
    """
    try:
        person_id, is_kept, mark = read_signed(CODE_DUE, ticket, CODE_SECONDS)
    except NotOurs:
        raise AccountProblem("ticket", _l("隔得太久了，请重新登录。")) from None
    browser = known_browser(known, db.session.get(Person, person_id))
    tried = count_attempt("code", CODE, str(person_id), network, browser)
    with writing() as session:
        person = session.get_one(Person, person_id, with_for_update=True)
        if not person.is_open or _mark(person) != mark:
            raise AccountProblem("ticket", _l("隔得太久了，请重新登录。"))
        if not take_code(session, person, code):
            raise AccountProblem(
                "code", _l("验证码不对，或者已经用过。等应用换一个新的，或者用一个恢复码。")
            )
        signed_in = open_sign_in(session, person.id, device, is_kept=is_kept, has_second_step=True)
        signed_in = replace(signed_in, known=remember_person(known, person))
    take_back(tried)
    return signed_in


def open_for_demo(person_id: int, device: str) -> SignedIn:
    """Sign in as one of the demonstration's people, without a password.

    :raises AccountProblem: when the person isn't one of them.
    """
    with writing() as session:
        person = session.get(Person, person_id)
        if person is None or not person.is_demo or not person.is_open:
            raise AccountProblem("person", _l("这不是演示账号。"))
        return open_sign_in(session, person.id, device, has_second_step=True)


def find_sign_in(key: str) -> SignIn | None:
    """The sign-in of a browser, if it still holds."""
    found = db.session.scalar(_sign_in_by_key(), {"digest": digest(key), "moment": now()})
    return found if found and found.person.is_open else None


@cache
def _sign_in_by_key() -> Select[SignIn]:
    return (
        select(SignIn)
        .where(
            SignIn.digest == bindparam("digest"),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > bindparam("moment"),
        )
        .options(joinedload(SignIn.person))
    )


def own_sign_ins(actor: Actor) -> Sequence[SignIn]:
    """The browsers in which the person is signed in, newest first."""
    return db.session.scalars(
        select(SignIn)
        .where(
            SignIn.person_id == actor.person_id,
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now(),
        )
        .order_by(SignIn.id.desc())
    ).all()


def end_sign_in(actor: Actor, sign_in_id: int) -> None:
    """Sign one of the person's own browsers out; one of somebody else stays as it is."""
    with writing() as session:
        ended = session.connection().execute(
            update(SignIn)
            .where(
                SignIn.id == sign_in_id,
                SignIn.person_id == actor.person_id,
                SignIn.ended_at.is_(None),
            )
            .values(ended_at=now())
        )
        if ended.rowcount and actor.person_id is not None:
            record_audit(session, actor, "account.sign_out", "person", actor.person_id)


def end_other_sign_ins(actor: Actor, present_id: int | None) -> None:
    """Sign all browsers of the person out but the present one."""
    with writing() as session:
        if actor.person_id is not None:
            end_all(session, actor.person_id, but=present_id)
            record_audit(session, actor, "account.sign_out_others", "person", actor.person_id)


def end_all(session: Session, person_id: int, but: int | None = None) -> None:
    """Sign a person out everywhere, but for one browser, in the present transaction."""
    ending = update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    if but is not None:
        ending = ending.where(SignIn.id != but)
    session.execute(ending.values(ended_at=now()))


def change_password(actor: Actor, present_id: int, old: str, new: str, known: str = "") -> str:
    """Give oneself a new password; all other browsers are signed out, and known no more.

    :param known: what this browser keeps from earlier sign-ins.
    :returns: what it keeps from now on.
    :raises FormProblems: when the old one is wrong or the new one too weak.
    """
    with writing() as session:
        person = session.get_one(Person, actor.person_id, with_for_update=True)
        read_all(
            lambda: _check_old(old, person),
            lambda: check_password(new, person.email, person.name, field="new"),
        )
        person.password_hash = hash_password(new)
        end_all(session, person.id, but=present_id)
        record_audit(session, actor, "account.password_changed", "person", person.id)
        return remember_person(known, person)


def forget_old_sign_ins() -> None:
    """Drop sign-ins that have been over for some days."""
    limit = now() - ENDED_KEPT_FOR
    with writing() as session:
        session.execute(
            delete(SignIn).where(or_(SignIn.ended_at < limit, SignIn.expires_at < limit))
        )


def person_actor(person: Person) -> Actor:
    """The person as an actor without any role: for what concerns the own account."""
    return Actor(ActorKind.PERSON, person.name, person.id)


def open_sign_in(
    session: Session,
    person_id: int,
    device: str,
    *,
    is_kept: bool = False,
    has_second_step: bool = False,
) -> SignedIn:
    """Sign a person in, in the present transaction, once it is known who it is.

    The person acts for the organisation of last time, else for the first one.
    """
    key = new_key()
    person = session.get_one(Person, person_id)
    first = session.scalar(
        select(func.min(Membership.organisation_id)).where(
            Membership.person_id == person_id, Membership.ended_at.is_(None)
        )
    )
    last = session.scalar(
        select(SignIn.organisation_id)
        .where(SignIn.person_id == person_id, SignIn.organisation_id.is_not(None))
        .order_by(SignIn.id.desc())
        .limit(1)
    )
    session.add(
        SignIn(
            person_id=person_id,
            digest=digest(key),
            expires_at=now() + (timedelta(days=KEPT_DAYS) if is_kept else UNKEPT_FOR),
            has_second_step=has_second_step,
            is_kept=is_kept,
            device=device,
            organisation_id=last or first,
        )
    )
    record_audit(session, person_actor(person), "account.sign_in", "person", person_id)
    return SignedIn(key, is_kept)


def _refuse_empty(email: str, password: str) -> None:
    if not email.strip() and not password:
        raise AccountProblem("email", _l("请填写邮箱和密码。"))
    require_email(email)
    if not password:
        raise AccountProblem("password", _l("请填写密码。"))


def _check_old(password: str, person: Person) -> None:
    if not is_password(password, person.password_hash):
        raise AccountProblem("old", _l("现在的密码不对。"))


def _mark(person: Person) -> str:
    """What makes a ticket worthless once the password or the second step has changed."""
    return digest(f"{person.password_hash} {person.totp_since}")[:16]
