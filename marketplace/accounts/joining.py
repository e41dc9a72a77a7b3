"""Coming to act for an organisation: applying to staff, or asking those who are there already.

Which of the two it is depends on whether somebody looks after the organisation's members.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Application, JoinRequest, Membership, Organisation
from marketplace.accounts.organisation_input import FIELDS, OrganisationInput
from marketplace.accounts.problems import AccountProblem
from marketplace.accounts.standing import people_in_charge
from marketplace.accounts.states import (
    APPLICATION_STATES,
    DRAFT,
    JOIN_STATES,
    OPEN_APPLICATIONS,
    RETURNED,
    SUBMIT,
    WAITING,
    WITHDRAW,
)
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing
from marketplace.core.locks import lock_until_commit
from marketplace.core.notifications import notify
from marketplace.core.policy import policy, visible_to
from marketplace.core.states import StateError

MOST_OPEN = 5
"""So many applications and requests to join that aren't decided one person may have."""


@dataclass(frozen=True)
class Begun:
    """What came of filling in the form: an application, or a request to join."""

    application_id: int | None = None
    join_request_id: int | None = None


def begin(actor: Actor, given: OrganisationInput) -> Begun:
    """Say that one acts for an organisation.

    Where somebody looks after its members already, they are asked; else a draft begins, to
    which evidence is added before it is submitted.

    :raises AccountProblem: when there is such an application or membership already, or there
        are too many.
    """
    policy.require(actor, "account.use")
    with writing() as session:
        # Sent twice at the same moment, the form counts once.
        lock_until_commit(session, f"joining {actor.person_id}")
        _refuse_too_many(session, actor)
        organisation = _known(session, given.uscc)
        if organisation is not None and _others_in_charge(session, actor, organisation):
            return Begun(join_request_id=_ask_to_join(session, actor, organisation, given))
        _refuse_repeated(session, actor, given.uscc)
        application = Application(applicant_id=actor.person_id, comments={})
        _fill_in(application, given, organisation)
        session.add(application)
        session.flush()
        record_audit(session, actor, "application.begin", "application", application.id, 1)
        return Begun(application_id=application.id)


def change(actor: Actor, application_id: int, given: OrganisationInput) -> None:
    """Correct a draft, or an application that staff returned; the same again changes nothing.

    :raises AccountProblem: when it is of an organisation that has members now.
    :raises StateError: when it is neither.
    :raises Forbidden: when it is somebody else's.
    """
    with writing() as session:
        application = session.get_one(Application, application_id, with_for_update=True)
        policy.require(actor, "application.change", application)
        if application.state not in (DRAFT, RETURNED):
            raise StateError(_l("已经提交的申请不能改。要改，先撤回再重新申请。"))
        organisation = _known(session, given.uscc)
        if organisation is not None and _others_in_charge(session, actor, organisation):
            raise AccountProblem(
                "uscc", _l("这个单位在这里已经有人管成员了。请撤回这份申请，重新填写，申请加入。")
            )
        before = [getattr(application, name) for name in FIELDS]
        _fill_in(application, given, organisation)
        if before == [getattr(application, name) for name in FIELDS]:
            return
        application.version += 1
        record_audit(
            session, actor, "application.change", "application", application.id, application.version
        )


def submit(actor: Actor, application_id: int) -> None:
    """Hand an application in; it waits from now on.

    :raises StateError: when it isn't a draft or returned, has no evidence, or is as it was when
        it was returned.
    :raises Forbidden: when it is somebody else's.
    """
    with writing() as session:
        application = session.get_one(Application, application_id, with_for_update=True)
        APPLICATION_STATES.take_step(session, actor, application, SUBMIT)
        application.submitted_at = now()
        application.comments = {}


def withdraw(actor: Actor, application_id: int) -> None:
    """Take one's application back; raises as :func:`submit`."""
    with writing() as session:
        application = session.get_one(Application, application_id, with_for_update=True)
        APPLICATION_STATES.take_step(session, actor, application, WITHDRAW)


def withdraw_request(actor: Actor, request_id: int) -> None:
    """Take one's request to join back; raises as :func:`submit`."""
    with writing() as session:
        request = held_request(session, actor, request_id)
        JOIN_STATES.take_step(session, actor, request, "join_request.withdraw")


def held_request(session: Session, actor: Actor, request_id: int) -> JoinRequest:
    """A request to join that the actor may see, held until the transaction has ended.

    :raises sqlalchemy.exc.NoResultFound: when there is none for them.
    """
    return session.scalars(
        select(JoinRequest)
        .where(JoinRequest.id == request_id, visible_to(actor, JoinRequest))
        .with_for_update(of=JoinRequest)
        .execution_options(populate_existing=True)
    ).one()


def withdraw_all(session: Session, actor: Actor) -> None:
    """Take back all that the person still waits for, in the present transaction."""
    applications = select(Application).where(
        Application.applicant_id == actor.person_id, Application.state.in_(OPEN_APPLICATIONS)
    )
    for application in session.scalars(applications).all():
        APPLICATION_STATES.take_step(session, actor, application, WITHDRAW)
    requests = select(JoinRequest).where(
        JoinRequest.applicant_id == actor.person_id, JoinRequest.state == WAITING
    )
    for request in session.scalars(requests).all():
        JOIN_STATES.take_step(session, actor, request, "join_request.withdraw")


def _known(session: Session, code: str) -> Organisation | None:
    return session.scalar(select(Organisation).where(Organisation.uscc == code))


def _others_in_charge(session: Session, actor: Actor, organisation: Organisation) -> bool:
    return bool(people_in_charge(session, organisation) - {actor.person_id})


def _fill_in(
    application: Application, given: OrganisationInput, organisation: Organisation | None
) -> None:
    application.name, application.uscc = given.name, given.uscc
    application.kind, application.nature = given.kind, given.nature
    application.division = given.division
    application.is_state_founded = given.is_state_founded
    application.purposes, application.position = list(given.purposes), given.position
    application.organisation_id = organisation.id if organisation else None


def _refuse_repeated(session: Session, actor: Actor, code: str) -> None:
    own = session.scalars(
        select(Application.uscc).where(
            Application.applicant_id == actor.person_id, Application.state.in_(OPEN_APPLICATIONS)
        )
    ).all()
    if code in own:
        raise AccountProblem("uscc", _l("这个单位你已经在申请。请在账号页打开那份申请。"))


def _refuse_too_many(session: Session, actor: Actor) -> None:
    applications = select(func.count()).where(
        Application.applicant_id == actor.person_id, Application.state.in_(OPEN_APPLICATIONS)
    )
    requests = select(func.count()).where(
        JoinRequest.applicant_id == actor.person_id, JoinRequest.state == WAITING
    )
    if (session.scalar(applications) or 0) + (session.scalar(requests) or 0) >= MOST_OPEN:
        raise AccountProblem(
            "", _l("你还有 %(most)s 份申请没有办完。先撤回不要的，再申请新的。", most=MOST_OPEN)
        )


def _ask_to_join(
    session: Session, actor: Actor, organisation: Organisation, given: OrganisationInput
) -> int:
    if organisation.is_staff_body:
        raise AccountProblem("uscc", _l("管理部门的人由管理员邀请，不能自己申请。"))
    is_member = select(Membership.id).where(
        Membership.person_id == actor.person_id,
        Membership.organisation_id == organisation.id,
        Membership.ended_at.is_(None),
    )
    if session.scalar(is_member) is not None:
        raise AccountProblem("uscc", _l("你已经是这个单位的成员。要别的角色，请找管成员的同事。"))
    asked = select(JoinRequest.id).where(
        JoinRequest.applicant_id == actor.person_id,
        JoinRequest.organisation_id == organisation.id,
        JoinRequest.state == WAITING,
    )
    if session.scalar(asked) is not None:
        raise AccountProblem("uscc", _l("你已经申请加入这个单位，正等它的人答复。"))
    request = JoinRequest(
        applicant_id=actor.person_id, organisation_id=organisation.id, note=given.position
    )
    session.add(request)
    session.flush()
    record_audit(session, actor, "join_request.ask", "join_request", request.id, 1)
    notify(session, organisation.id, "join_request.asked", request_id=request.id, name=actor.name)
    return request.id
