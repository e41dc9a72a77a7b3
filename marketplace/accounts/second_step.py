"""The second step of signing in: a code from an application (RFC 6238), or a recovery code."""

from __future__ import annotations

import secrets

import pyotp
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Membership, MembershipRole, Person, RecoveryCode, SignIn
from marketplace.accounts.problems import AccountProblem
from marketplace.accounts.second_step_telling import SecondStepChange, tell_of_change
from marketplace.accounts.secrets import decrypt, encrypt, is_password, keyed_digest
from marketplace.core.actor import STAFF_ROLES, Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing

RECOVERY_CODES = 10
RECOVERY_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
RECOVERY_LENGTH = 10
STEP_SECONDS = 30
STEPS_EITHER_WAY = 1
"""A clock may be wrong by one step; RFC 6238 part 5.2 recommends no more."""


def new_secret() -> str:
    """A secret for an application, in base 32."""
    return pyotp.random_base32()


def provisioning_address(secret: str, email: str, issuer: str) -> str:
    """The ``otpauth:`` address that an application reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def turn_on(actor: Actor, sign_in_id: int, secret: str, code: str) -> list[str]:
    """Ask for a code from now on; this sign-in counts as having given one.

    :returns: the recovery codes, which nobody can show again.
    :raises AccountProblem: when the code isn't that of the secret, or the step is on already.
    """
    with writing() as session:
        person = session.get_one(Person, actor.person_id, with_for_update=True)
        if person.has_second_step:
            raise AccountProblem("code", _l("两步验证已经开着。要换手机，先关掉再开。"))
        step = _step_of(secret, code, None)
        if step is None:
            raise AccountProblem("code", _wrong_code())
        person.totp_secret, person.totp_since, person.totp_step = encrypt(secret), now(), step
        session.get_one(SignIn, sign_in_id).has_second_step = True
        record_audit(session, actor, "account.second_step_on", "person", person.id)
        tell_of_change(session, person.id, SecondStepChange.TURNED_ON)
        return _renew_codes(session, person.id)


def turn_off(actor: Actor, password: str) -> None:
    """Ask for no code any more.

    :raises AccountProblem: when the password is wrong, or a role needs the step.
    """
    with writing() as session:
        person = session.get_one(Person, actor.person_id, with_for_update=True)
        if not is_password(password, person.password_hash):
            raise AccountProblem("password", _l("密码不对。"))
        if must_have_second_step(session, person.id):
            raise AccountProblem("password", _l("你有管理部门的角色，两步验证不能关。"))
        clear(session, person)
        record_audit(session, actor, "account.second_step_off", "person", person.id)
        tell_of_change(session, person.id, SecondStepChange.TURNED_OFF)


def renew_recovery_codes(actor: Actor, password: str) -> list[str]:
    """New recovery codes; the old ones count no more.

    :raises AccountProblem: when the password is wrong or no code is asked at all.
    """
    with writing() as session:
        person = session.get_one(Person, actor.person_id, with_for_update=True)
        if not is_password(password, person.password_hash):
            raise AccountProblem("password", _l("密码不对。"))
        if not person.has_second_step:
            raise AccountProblem("password", _l("先打开两步验证，才有恢复码。"))
        record_audit(session, actor, "account.recovery_codes_renewed", "person", person.id)
        tell_of_change(session, person.id, SecondStepChange.CODES_RENEWED)
        return _renew_codes(session, person.id)


def take_code(session: Session, person: Person, code: str) -> bool:
    """Whether the code is right; it is used up thereby, and of a recovery code the person hears."""
    written = code.replace(" ", "").replace("-", "").upper()
    if written.isdecimal():
        if person.totp_secret is None:
            return False
        step = _step_of(decrypt(person.totp_secret), written, person.totp_step)
        if step is None:
            return False
        person.totp_step = step
        return True
    found = session.scalar(
        select(RecoveryCode.id).where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.digest == keyed_digest(written),
            RecoveryCode.used_at.is_(None),
        )
    )
    if found is None:
        return False
    session.execute(update(RecoveryCode).where(RecoveryCode.id == found).values(used_at=now()))
    tell_of_change(session, person.id, SecondStepChange.CODE_USED)
    return True


def codes_left(session: Session, person_id: int) -> int:
    """How many recovery codes have not been used."""
    codes = select(func.count()).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(codes) or 0


def must_have_second_step(session: Session, person_id: int) -> bool:
    """Whether one of the person's roles is a staff role."""
    held = (
        select(MembershipRole.role)
        .join(Membership)
        .where(
            Membership.person_id == person_id,
            Membership.ended_at.is_(None),
            MembershipRole.role.in_([role.value for role in STAFF_ROLES]),
        )
        .limit(1)
    )
    return session.scalar(held) is not None


def clear(session: Session, person: Person) -> None:
    """Forget the secret and the recovery codes."""
    person.totp_secret = person.totp_since = person.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))


def _wrong_code() -> object:
    return _l("验证码不对。应为应用里现在显示的六位数字；手机的时间也要准。")


def _step_of(secret: str, code: str, last_step: int | None) -> int | None:
    """The step of thirty seconds whose code this is, if it is later than the last one taken."""
    written = code.replace(" ", "")
    present = int(now().timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(secret)
    for step in range(present - STEPS_EITHER_WAY, present + STEPS_EITHER_WAY + 1):
        is_new = last_step is None or step > last_step
        if is_new and secrets.compare_digest(
            generator.generate_otp(step).encode(), written.encode()
        ):
            return step
    return None


def _renew_codes(session: Session, person_id: int) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [
        "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    # Never of digits alone, which would be taken for a code of the application.
    codes = [f"R{code[1:]}" for code in codes]
    session.add_all(RecoveryCode(person_id=person_id, digest=keyed_digest(code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]
