"""Deciding about applications: the bureau verifies who an organisation is and who acts for it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.granting import grant_roles
from marketplace.accounts.models import Application, Organisation
from marketplace.accounts.organisation_input import FIELDS
from marketplace.accounts.problems import AccountProblem
from marketplace.accounts.purposes import roles_given
from marketplace.accounts.standing import people_in_charge
from marketplace.accounts.states import (
    APPLICATION_STATES,
    APPROVE,
    REFUSE,
    RETURN,
    VERIFICATION_STATES,
    VERIFY,
)
from marketplace.core.actor import Actor
from marketplace.core.db import now, writing
from marketplace.core.i18n import Bilingual, today
from marketplace.core.listed import name_key
from marketplace.core.locks import lock_until_commit
from marketplace.core.mail.delivery import send_letter
from marketplace.core.notifications import notify_person
from marketplace.core.policy import in_districts, policy
from marketplace.core.states import StateError

DECIDED = "application.decided"
LONGEST_COMMENT = 1000
EVIDENCE = "evidence"
COMMENTED = (*FIELDS, EVIDENCE)
"""What staff may comment on when they return an application."""


def approve(actor: Actor, application_id: int, claimed_id: int | None = None) -> int:
    """Verify: the organisation becomes public, and the applicant acts for it.

    An organisation of the same code is claimed; so is ``claimed_id``, one of the same name of
    which no code is known. Else a new one is made. What is claimed has to lie in the actor's
    districts before the application moves it: decision 10.

    :returns: the organisation's id.
    :raises StateError: when it isn't submitted, or the organisation has members of its own.
    :raises AccountProblem: when ``claimed_id`` can't be claimed (field ``organisation``), or the
        organisation of the code lies elsewhere (no field).
    :raises Forbidden: when the actor may not.
    """
    with writing() as session:
        application = session.get_one(Application, application_id, with_for_update=True)
        APPLICATION_STATES.take_step(session, actor, application, APPROVE)
        # Two of the same code at once must not make two organisations.
        lock_until_commit(session, f"organisation {application.uscc}")
        organisation = _organisation_of(session, actor, application, claimed_id)
        _write(organisation, application)
        session.add(organisation)
        session.flush()
        if people_in_charge(session, organisation) - {application.applicant_id}:
            raise StateError(
                _l("这个单位已经有人管成员了。请退回，让申请人重新填写，向单位申请加入。")
            )
        VERIFICATION_STATES.take_step(session, actor, organisation, VERIFY)
        application.organisation_id = organisation.id
        membership = grant_roles(
            session,
            actor,
            application.applicant_id,
            organisation.id,
            roles_given(application.purposes),
        )
        membership.manages_members = True
        _tell(session, application)
        return organisation.id


def refuse(actor: Actor, application_id: int, reason: str) -> None:
    """Refuse for good, with the reason.

    :raises AccountProblem: when the reason is missing or too long (field ``reason``).
    :raises StateError: when it isn't submitted.
    :raises Forbidden: when the actor may not.
    """
    why = reason.strip()
    if not why:
        raise AccountProblem("reason", _l("请写明为什么不通过，以及怎样才能通过。"))
    if len(why) > LONGEST_COMMENT:
        raise AccountProblem("reason", _too_long())
    with writing() as session:
        application = session.get_one(Application, application_id, with_for_update=True)
        APPLICATION_STATES.take_step(session, actor, application, REFUSE, why)
        _tell(session, application, reason=why)


def send_back(actor: Actor, application_id: int, comments: Mapping[str, str]) -> None:
    """Return it for correction, with a comment at each field that has to be corrected.

    :raises AccountProblem: when there is no comment (field ``comment-uscc``), or one is too long.
    :raises StateError: when it isn't submitted.
    :raises Forbidden: when the actor may not.
    """
    written = {
        field: text.strip() for field in COMMENTED if (text := comments.get(field, "")).strip()
    }
    if not written:
        raise AccountProblem(f"comment-{FIELDS[0]}", _l("请至少在一项旁边写明要改什么。"))
    for field, text in written.items():
        if len(text) > LONGEST_COMMENT:
            raise AccountProblem(f"comment-{field}", _too_long())
    why = "\n".join(written.values())
    with writing() as session:
        application = session.get_one(Application, application_id, with_for_update=True)
        APPLICATION_STATES.take_step(session, actor, application, RETURN, why)
        application.comments = written
        _tell(session, application, reason=why)


def is_known_elsewhere(session: Session, actor: Actor, code: str) -> bool:
    """Whether there is an organisation of this code that the actor's districts don't hold.

    One whose district nobody knows is for those of the whole city.
    """
    found = session.scalar(select(Organisation).where(Organisation.uscc == code))
    return found is not None and not policy.can(actor, VERIFY, found)


def claimable(session: Session, actor: Actor, application: Application) -> list[Organisation]:
    """Organisations in the actor's districts that may be the same: of its name, without a code."""
    return list(
        session.scalars(
            select(Organisation)
            .where(
                Organisation.name_key == name_key(application.name),
                Organisation.uscc.is_(None),
                Organisation.is_staff_body.is_(False),
                in_districts(actor, Organisation.division),
            )
            .order_by(Organisation.id)
        )
    )


def _organisation_of(
    session: Session, actor: Actor, application: Application, claimed_id: int | None
) -> Organisation:
    found = session.scalar(
        select(Organisation).where(Organisation.uscc == application.uscc).with_for_update()
    )
    if found is not None:
        if found.is_staff_body:
            raise StateError(_l("这是管理部门，成员由管理员邀请。请退回或不通过。"))
        if not policy.can(actor, VERIFY, found):
            raise AccountProblem(
                "",
                _l(
                    "这个代码的机构已经有记录，不在你负责的区划里。"
                    "由负责全市的科技局人员核验，你可以退回或不通过。"
                ),
            )
        return found
    if claimed_id is None:
        return Organisation(state="draft", version=0, is_demo=application.is_demo)
    for candidate in claimable(session, actor, application):
        if candidate.id == claimed_id:
            return candidate
    raise AccountProblem(
        "organisation",
        _l("这家机构不能认领：名称不同，已经有了代码，或者不在你负责的区划里。"),
    )


def _write(organisation: Organisation, application: Application) -> None:
    """What was verified takes the place of what an import said."""
    known = organisation.name or Bilingual()
    organisation.name = Bilingual(application.name, known.en)
    organisation.name_key = name_key(application.name)
    organisation.uscc = application.uscc
    organisation.kind, organisation.nature = application.kind, application.nature
    organisation.division = application.division
    organisation.is_state_founded = application.is_state_founded
    organisation.verified_on = today()
    if organisation.published_at is None and organisation.state == "draft":
        organisation.published_at = now()


def _tell(session: Session, application: Application, reason: str = "") -> None:
    notify_person(
        session,
        application.applicant_id,
        f"application.{application.state}",
        application_id=application.id,
        organisation=application.name,
        reason=reason,
    )
    send_letter(
        session,
        DECIDED,
        "application",
        application.id,
        recipient_id=application.applicant_id,
        state=application.state,
        reason=reason,
    )


def _too_long() -> object:
    return _l("最多 %(most)s 个字。", most=LONGEST_COMMENT)
