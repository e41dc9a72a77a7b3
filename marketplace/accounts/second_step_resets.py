"""Resetting somebody's second step: by two administrators, never by one alone.

For whoever has lost phone and recovery codes. The person is told by letter and in the inbox when it
is asked and when it is done. Turning the own second step on and off stands in ``second_step``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.emails import comparable, require_email
from marketplace.accounts.models import Person, SecondStepReset
from marketplace.accounts.models.second_step_reset import LONGEST_REASON
from marketplace.accounts.problems import AccountProblem, read_all
from marketplace.accounts.second_step import clear
from marketplace.accounts.second_step_states import CONFIRM, REFUSE, REQUESTED, RESET_STATES
from marketplace.accounts.signing_in import end_all
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import local_date
from marketplace.core.mail.delivery import send_letter
from marketplace.core.my_tasks import Task
from marketplace.core.notifications import notify_person
from marketplace.core.policy import policy
from marketplace.core.states import StateError

REQUEST = "second_step_reset.request"
SUBJECT = "second_step_reset"
VALID_FOR = timedelta(hours=24)
ASKED = "account.second-step-reset-asked"
DONE = "account.second-step-reset-done"
MOST_SHOWN = 100


def request_reset(actor: Actor, email: str, reason: str) -> None:
    """Ask that somebody's second step be reset; another administrator has 24 hours to confirm.

    :raises FormProblems: for an address without an account, one without a second step, one that
        is asked for already, or without a reason.
    :raises Forbidden: when the actor may not.
    """
    policy.require(actor, REQUEST)
    with writing() as session:
        person, why = read_all(lambda: _person_of(session, email), lambda: _checked_reason(reason))
        moment = now()
        reset = SecondStepReset(
            person_id=person.id,
            reason=why,
            requested_by_id=actor.person_id,
            requested_at=moment,
            due_at=moment + VALID_FOR,
        )
        session.add(reset)
        session.flush()
        record_audit(
            session,
            actor,
            REQUEST,
            SUBJECT,
            reset.id,
            reset.version,
            person_id=person.id,
            reason=why,
        )
        send_letter(session, ASKED, "person", person.id)
        notify_person(session, person.id, "second_step.reset_asked")


def confirm_reset(actor: Actor, reset_id: int) -> None:
    """Do what another administrator asked for: secret and codes go, all browsers are signed out.

    :raises Forbidden: for whoever asked, and for the person concerned.
    :raises StateError: when the request is over.
    """
    with writing() as session:
        reset = _step(session, actor, reset_id, CONFIRM)
        person = session.get_one(Person, reset.person_id, with_for_update=True)
        if not person.is_open:
            raise StateError(_l("这个账号已经注销，没有可以重置的。"))
        clear(session, person)
        end_all(session, person.id)
        record_audit(
            session,
            actor,
            "account.second_step_reset",
            "person",
            person.id,
            requested_by=reset.requested_by_id,
            reason=reset.reason,
        )
        send_letter(session, DONE, "person", person.id)
        notify_person(session, person.id, "second_step.reset")


def refuse_reset(actor: Actor, reset_id: int, reason: str) -> None:
    """Leave the second step as it is; whoever asked may also take the request back so.

    :raises Forbidden: when the actor may not.
    :raises StateError: when the request is over, or without a reason.
    """
    why = " ".join(reason.split())[:LONGEST_REASON]
    with writing() as session:
        _step(session, actor, reset_id, REFUSE, why).decision_reason = why


def resets(actor: Actor) -> Sequence[SecondStepReset]:
    """The newest requests.

    :raises Forbidden: when the actor may not see them.
    """
    policy.require(actor, REQUEST)
    return db.session.scalars(
        select(SecondStepReset).order_by(SecondStepReset.id.desc()).limit(MOST_SHOWN)
    ).all()


def resets_to_confirm(session: Session, actor: Actor) -> Iterable[Task]:
    """What waits for this administrator: requests of others about others."""
    if not policy.can(actor, REQUEST):
        return
    for reset in session.scalars(
        select(SecondStepReset).where(
            SecondStepReset.state == REQUESTED, SecondStepReset.due_at > now()
        )
    ):
        if policy.can(actor, CONFIRM, reset):
            yield Task(
                SUBJECT,
                _l("确认或拒绝重置 %(name)s 的两步验证", name=reset.person.name),
                url_for("accounts.second_step_resets"),
                reset.requested_at,
                _l("24 小时没有人确认，请求就失效。"),
                local_date(reset.due_at),
            )


def _person_of(session: Session, email: str) -> Person:
    require_email(email)
    person = session.scalar(
        select(Person).where(Person.email == comparable(email)).with_for_update()
    )
    if person is None or not person.is_open:
        raise AccountProblem("email", _l("没有这个邮箱的账号，请核对。"))
    if not person.has_second_step:
        raise AccountProblem("email", _l("这个账号没有开两步验证，不用重置。"))
    if _waiting_for(session, person.id):
        raise AccountProblem("email", _l("这个账号已经有一个请求在等另一位管理员。"))
    return person


def _checked_reason(text: str) -> str:
    why = " ".join(text.split())
    if not why:
        raise AccountProblem("reason", _l("请写明原因，例如“手机丢了，当面核对过身份证”。"))
    if len(why) > LONGEST_REASON:
        raise AccountProblem("reason", _l("原因最多 %(most)s 个字。", most=LONGEST_REASON))
    return why


def _step(
    session: Session, actor: Actor, reset_id: int, action: str, reason: str | None = None
) -> SecondStepReset:
    policy.require(actor, REQUEST)
    reset = session.get(SecondStepReset, reset_id, with_for_update=True)
    if reset is None:
        raise StateError(_l("没有这个请求，请刷新页面。"))
    RESET_STATES.take_step(session, actor, reset, action, reason)
    reset.decided_by_id, reset.decided_at = actor.person_id, now()
    return reset


def _waiting_for(session: Session, person_id: int) -> bool:
    waiting = select(SecondStepReset.id).where(
        SecondStepReset.person_id == person_id,
        SecondStepReset.state == REQUESTED,
        SecondStepReset.due_at > now(),
    )
    return session.scalar(waiting.limit(1)) is not None
