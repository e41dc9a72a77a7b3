"""Inviting somebody into an organisation by a letter with a link that works once.

Whoever invites gets the same answer whether or not the address has an account; only the letter's
reader learns more. Opening the link changes nothing; the form behind it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.attempts import LETTER, count_attempt
from marketplace.accounts.emails import checked_email
from marketplace.accounts.grantable import Granted, check_granted, grantable, read_roles
from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Invitation, Membership, Organisation, Person
from marketplace.accounts.passwords import check_password
from marketplace.accounts.policies import MANAGE
from marketplace.accounts.problems import AccountProblem, read_all
from marketplace.accounts.registering import checked_name
from marketplace.accounts.secrets import NotOurs, hash_password, read_signed, sign
from marketplace.accounts.signing_in import person_actor
from marketplace.accounts.standing import hold_administrators, may_invite
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import db, now, writing
from marketplace.core.mail.delivery import send_letter
from marketplace.core.notifications import notify
from marketplace.core.policy import policy

INVITED = "account.invitation"
VALID_FOR = timedelta(days=14)
KEPT_FOR = timedelta(days=7)
"""For so long an invitation is kept that can't be accepted any more; it holds an address."""


def invite(
    actor: Actor,
    organisation_id: int,
    email: str,
    granted: Granted,
    *,
    language: str,
    network: str,
) -> None:
    """Send somebody a letter with a link to join; an earlier one to the same address ends.

    :param language: of the letter, where the address has no account.
    :raises FormProblems: when the address can't be one, or a role can't be granted.
    :raises AccountProblem: when the address is the actor's own or that of a member who has the
        roles, or the organisation isn't verified.
    :raises TooSoon: when too many letters went to the address, or from the network.
    :raises Forbidden: as ``members.check_granted``.
    """
    organisation = db.session.get_one(Organisation, organisation_id)
    address, _granted = read_all(
        lambda: checked_email(email), lambda: check_granted(actor, organisation, granted)
    )
    if not organisation.is_staff_body and organisation.verified_on is None:
        raise AccountProblem("", _l("单位还没有核验，不能邀请。请等核验通过，再发邀请信。"))
    inviter = db.session.get_one(Person, actor.person_id)
    if address == inviter.email:
        raise AccountProblem("email", _l("这是你自己的邮箱。"))
    invited = _account(db.session, address)
    if invited is not None and _has_all(db.session, invited, organisation, granted):
        raise AccountProblem("email", _l("%(name)s 已经是成员，也有这些角色。", name=invited.name))
    count_attempt("invitation", LETTER, f"{organisation_id} {address}", network)
    with writing() as session:
        for earlier in _open(session, organisation_id):
            if earlier.email == address:
                earlier.ended_at = now()
        row = Invitation(
            organisation_id=organisation_id,
            email=address,
            language=language,
            roles=sorted(role.value for role in granted.roles),
            districts=sorted(granted.districts),
            manages_members=granted.manages_members,
            inviter_id=inviter.id,
            expires_at=now() + VALID_FOR,
        )
        session.add(row)
        session.flush()
        record_audit(
            session,
            actor,
            "invitation.send",
            "invitation",
            row.id,
            organisation_id=organisation_id,
            roles=row.roles,
        )
        send_letter(session, INVITED, "invitation", row.id)


def end_invitation(actor: Actor, invitation_id: int) -> None:
    """Take an invitation back; its link works no longer.

    :raises Forbidden: when the actor doesn't look after the members.
    """
    with writing() as session:
        row = session.get_one(Invitation, invitation_id, with_for_update=True)
        policy.require(actor, MANAGE, row.organisation)
        if row.accepted_at is None and row.ended_at is None:
            row.ended_at = now()
            record_audit(session, actor, "invitation.end", "invitation", row.id)


def open_invitations(organisation_id: int) -> Sequence[Invitation]:
    """Those that nobody has accepted yet and that still hold, oldest first."""
    return _open(db.session, organisation_id)


def end_invitations_of(
    session: Session, person_id: int, organisation_id: int | None = None
) -> None:
    """Let what somebody sent and nobody has accepted be over, in the present transaction."""
    sent = update(Invitation).where(
        Invitation.inviter_id == person_id,
        Invitation.accepted_at.is_(None),
        Invitation.ended_at.is_(None),
    )
    if organisation_id is not None:
        sent = sent.where(Invitation.organisation_id == organisation_id)
    session.execute(sent.values(ended_at=now()))


def make_invitation_link(row: Invitation) -> str:
    """What stands in the link of the letter."""
    return sign(INVITED, row.id)


def read_invitation(token: str) -> Invitation | None:
    """The invitation of a link; nothing for one that is over, was used, or isn't ours."""
    try:
        invitation_id = read_signed(INVITED, token, int(VALID_FOR.total_seconds()))
    except NotOurs:
        return None
    row = db.session.get(Invitation, invitation_id)
    return row if row is not None and is_open(row) else None


def is_open(row: Invitation) -> bool:
    """Whether it can still be accepted."""
    return row.accepted_at is None and row.ended_at is None and row.expires_at > now()


def account_of(row: Invitation) -> Person | None:
    """Who has an account under the address of the invitation."""
    return _account(db.session, row.email)


def accept(actor: Actor, token: str) -> int:
    """Join by the link, with the account that has the address.

    :returns: the organisation's id.
    :raises AccountProblem: when the link is over, or whoever sent it may invite nobody any more
        (both field ``link``), or the account isn't the one.
    """
    with writing() as session:
        row = _locked(session, token)
        person = session.get_one(Person, actor.person_id)
        if person.email != row.email:
            raise AccountProblem("", _l("这个邀请是给另一个邮箱的，请用那个邮箱的账号登录。"))
        _join(session, row, person)
        return row.organisation_id


def accept_as_new(token: str, name: str, password: str) -> None:
    """Make an account for the address, which the link proves, and join with it.

    :raises AccountProblem: as :func:`accept`, and when the address has an account (field
        ``link``, too).
    :raises FormProblems: when the name or the password can't be one.
    """
    with writing() as session:
        row = _locked(session, token)
        person = session.scalar(select(Person).where(Person.email == row.email).with_for_update())
        if person is not None and person.is_open:
            raise AccountProblem("link", _l("这个邮箱已经有账号，请先登录。"))
        called, _checked = read_all(
            lambda: checked_name(name), lambda: check_password(password, row.email, name)
        )
        if person is None:
            person = Person(email=row.email, language=row.language)
            session.add(person)
        person.name, person.password_hash = called, hash_password(password)
        person.confirmed_at = now()
        session.flush()
        record_audit(session, person_actor(person), "account.confirmed", "person", person.id)
        _join(session, row, person)


def forget_invitations() -> None:
    """Drop those that were accepted, taken back or have expired for a week."""
    before = now() - KEPT_FOR
    over = (
        (Invitation.accepted_at < before)
        | (Invitation.ended_at < before)
        | (Invitation.expires_at < before)
    )
    with writing() as session:
        session.execute(delete(Invitation).where(over))


def _account(session: Session, address: str) -> Person | None:
    person = session.scalar(select(Person).where(Person.email == address))
    return person if person is not None and person.is_open else None


def _has_all(
    session: Session, person: Person, organisation: Organisation, granted: Granted
) -> bool:
    """Whether the invitation would give somebody who is a member nothing new."""
    own = session.scalar(
        select(Membership).where(
            Membership.person_id == person.id,
            Membership.organisation_id == organisation.id,
            Membership.ended_at.is_(None),
        )
    )
    return (
        own is not None
        and granted.roles <= own.roles
        and granted.districts == set(own.districts)
        and (own.is_in_charge or not granted.manages_members)
    )


def _join(session: Session, row: Invitation, person: Person) -> None:
    row.accepted_at = now()
    membership = grant_roles(
        session,
        person_actor(person),
        person.id,
        row.organisation_id,
        read_roles(row.roles),
        row.districts,
    )
    membership.manages_members |= row.manages_members
    record_audit(
        session,
        person_actor(person),
        "invitation.accept",
        "invitation",
        row.id,
        organisation_id=row.organisation_id,
        inviter_id=row.inviter_id,
    )
    notify(session, row.organisation_id, "invitation.accepted", name=person.name)


def _locked(session: Session, token: str) -> Invitation:
    """The invitation as it is now, held with its organisation; so are roles when they change."""
    row = read_invitation(token)
    if row is not None:
        organisation = session.get_one(
            Organisation, row.organisation_id, with_for_update=True, populate_existing=True
        )
        if organisation.is_staff_body:
            hold_administrators(session)
        session.refresh(row, with_for_update=True)
    if row is None or not is_open(row):
        raise AccountProblem("link", _l("这个邀请已经用过、收回，或者过了期。"))
    is_grantable = read_roles(row.roles) <= set(grantable(organisation))
    if not is_grantable or not may_invite(session, row.inviter_id, organisation):
        raise AccountProblem(
            "link",
            _l("发邀请的人现在不能替这个单位邀请了。请联系单位里管成员的人，重新发一封邀请信。"),
        )
    return row


def _open(session: Session, organisation_id: int) -> Sequence[Invitation]:
    return session.scalars(
        select(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.ended_at.is_(None),
            Invitation.expires_at > now(),
        )
        .order_by(Invitation.id)
    ).all()
