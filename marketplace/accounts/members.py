"""The members of an organisation: who is admitted, their roles, their leaving, their deputies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.grantable import Granted, check_granted
from marketplace.accounts.granting import grant_roles
from marketplace.accounts.inviting import end_invitations_of
from marketplace.accounts.joining import held_request
from marketplace.accounts.models import (
    Deputy,
    JoinRequest,
    Membership,
    MembershipRole,
    Organisation,
)
from marketplace.accounts.policies import MANAGE
from marketplace.accounts.problems import AccountProblem
from marketplace.accounts.standing import administrators, hold_administrators, people_in_charge
from marketplace.accounts.states import ACCEPT_JOINING, JOIN_STATES, REFUSE_JOINING
from marketplace.core.actor import STAFF_ROLES, Actor, Role
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing
from marketplace.core.i18n import format_day, today
from marketplace.core.mail.delivery import send_letter
from marketplace.core.notifications import notify_person
from marketplace.core.policy import policy

ANSWERED = "join_request.answered"
LONGEST_DEPUTY = timedelta(days=366)
LONGEST_REASON = 1000


def change_member(actor: Actor, membership_id: int, granted: Granted) -> None:
    """Give a member exactly these roles.

    :raises AccountProblem: when it can't be granted, would raise the actor's own, or would leave
        nobody in charge.
    :raises Forbidden: as :func:`check_granted`.
    """
    with writing() as session:
        membership = _present(session, membership_id)
        organisation = membership.organisation
        check_granted(actor, organisation, granted)
        if membership.person_id == actor.person_id:
            _refuse_raising(membership, granted)
        old = membership.roles
        membership.granted = [
            MembershipRole(role=role.value) for role in Role if role in granted.roles
        ]
        membership.manages_members = granted.manages_members and not organisation.is_staff_body
        membership.districts = sorted(granted.districts) if organisation.is_staff_body else []
        session.flush()
        _refuse_nobody_in_charge(session, organisation, "roles")
        record_audit(
            session,
            actor,
            "membership.change",
            "person",
            membership.person_id,
            organisation_id=organisation.id,
            before=sorted(role.value for role in old),
            roles=sorted(role.value for role in granted.roles),
            manages_members=membership.manages_members,
            districts=membership.districts,
        )
        _tell(session, membership, "membership.changed")


def end_membership(actor: Actor, membership_id: int) -> None:
    """Let a membership end; what the member had invited and not been answered ends as well.

    :raises AccountProblem: when nobody would be in charge any more (field ``end``).
    :raises Forbidden: when the actor doesn't look after the members.
    """
    with writing() as session:
        membership = _present(session, membership_id)
        organisation = membership.organisation
        policy.require(actor, MANAGE, organisation)
        membership.ended_at = now()
        session.flush()
        _refuse_nobody_in_charge(session, organisation, "end")
        end_invitations_of(session, membership.person_id, organisation.id)
        end_deputies_of(session, [membership.id])
        record_audit(
            session,
            actor,
            "membership.end",
            "person",
            membership.person_id,
            organisation_id=organisation.id,
        )
        _tell(session, membership, "membership.ended")


def name_deputy(
    actor: Actor, membership_id: int, deputy_id: int, from_on: date | None, until_on: date | None
) -> None:
    """Let a member stand in for another one, from one day to another, both included.

    Days are those of Asia/Shanghai. The deputy has the other's roles meanwhile, and nothing
    else has to be done when they are over.

    :raises AccountProblem: when a day or the deputy can't be.
    :raises Forbidden: when the actor doesn't look after the members.
    """
    with writing() as session:
        membership = _present(session, membership_id)
        organisation = membership.organisation
        policy.require(actor, MANAGE, organisation)
        deputy = session.get(Membership, deputy_id)
        if deputy is None or deputy.organisation_id != organisation.id or deputy.ended_at:
            raise AccountProblem("deputy", _l("请选这个单位的一位成员。"))
        if deputy.id == membership.id:
            raise AccountProblem("deputy", _l("代理人要是另一个人。"))
        if deputy.person_id == actor.person_id:
            raise AccountProblem("deputy", _l("不能让自己做代理人，请别的管成员的人来指定。"))
        if (
            organisation.is_staff_body
            and set(deputy.districts) != set(membership.districts)
            and membership.roles & STAFF_ROLES
        ):
            raise AccountProblem(
                "deputy", _l("两人负责的区划不同。先让他们的区划一样，再指定代理。")
            )
        begin, end = _period(from_on, until_on)
        _refuse_same_days(session, membership, deputy, begin, end)
        row = Deputy(membership_id=membership.id, deputy_id=deputy.id, from_on=begin, until_on=end)
        session.add(row)
        session.flush()
        days: dict[str, Any] = {"from_on": begin.isoformat(), "until_on": end.isoformat()}
        record_audit(
            session,
            actor,
            "deputy.name",
            "person",
            deputy.person_id,
            organisation_id=organisation.id,
            for_person_id=membership.person_id,
            **days,
        )
        _tell(
            session,
            deputy,
            "deputy.appointed",
            name=membership.person.name,
            **days,
        )
        if membership.person_id != actor.person_id:
            _tell(
                session,
                membership,
                "deputy.named_for",
                name=deputy.person.name,
                **days,
            )


def end_deputy(actor: Actor, deputy_row_id: int) -> None:
    """Let somebody stand in no longer.

    :raises Forbidden: when the actor doesn't look after the members.
    """
    with writing() as session:
        row = session.get_one(Deputy, deputy_row_id, with_for_update=True)
        organisation = row.membership.organisation
        policy.require(actor, MANAGE, organisation)
        if row.ended_at is None:
            row.ended_at = now()
            record_audit(
                session,
                actor,
                "deputy.end",
                "person",
                row.deputy.person_id,
                organisation_id=organisation.id,
            )


def end_deputies_of(session: Session, memberships: Sequence[int] | Select[int]) -> None:
    """Let nobody stand in for these members, nor them for others, in the present transaction."""
    session.execute(
        update(Deputy)
        .where(
            Deputy.membership_id.in_(memberships) | Deputy.deputy_id.in_(memberships),
            Deputy.ended_at.is_(None),
        )
        .values(ended_at=now())
    )


def admit(actor: Actor, request_id: int, granted: Granted) -> None:
    """Let somebody who asked join, with these roles.

    :raises AccountProblem: when they can't be granted.
    :raises StateError: when it was answered already.
    :raises Forbidden: when the actor doesn't look after the members, or asked themselves.
    """
    with writing() as session:
        request = held_request(session, actor, request_id)
        JOIN_STATES.take_step(session, actor, request, ACCEPT_JOINING)
        check_granted(actor, request.organisation, granted)
        membership = grant_roles(
            session, actor, request.applicant_id, request.organisation_id, granted.roles
        )
        membership.manages_members |= granted.manages_members
        _answer(session, request)


def turn_away(actor: Actor, request_id: int, reason: str) -> None:
    """Don't let somebody join who asked.

    :raises AccountProblem: when the reason is missing or too long (field ``reason``).
    :raises StateError: when it was answered already.
    :raises Forbidden: as :func:`admit`, whatever the reason.
    """
    why = reason.strip()
    with writing() as session:
        request = held_request(session, actor, request_id)
        policy.require(actor, REFUSE_JOINING, request)
        if not why or len(why) > LONGEST_REASON:
            raise AccountProblem(
                "reason", _l("请写明原因，最多 %(most)s 个字，对方会看到。", most=LONGEST_REASON)
            )
        JOIN_STATES.take_step(session, actor, request, REFUSE_JOINING, why)
        _answer(session, request, reason=why)


def _present(session: Session, membership_id: int) -> Membership:
    """The membership, with its organisation locked: two may not both leave it without anybody.

    Nor the market without an administrator, who may be in different staff bodies.
    """
    membership = session.get_one(Membership, membership_id)
    session.execute(
        select(Organisation.id)
        .where(Organisation.id == membership.organisation_id)
        .with_for_update()
    )
    if membership.organisation.is_staff_body:
        hold_administrators(session)
    session.refresh(membership)
    if membership.ended_at is not None:
        raise AccountProblem("", _l("他已经不是这个单位的成员了。"))
    return membership


def _refuse_raising(membership: Membership, granted: Granted) -> None:
    takes_more = granted.roles - membership.roles or (
        granted.manages_members and not membership.is_in_charge
    )
    if takes_more:
        raise AccountProblem("roles", _l("自己的角色不能自己加，请别的管成员的人来办。"))
    own = frozenset(membership.districts)
    if own and (not granted.districts or granted.districts - own):
        raise AccountProblem("districts", _l("自己负责的区划不能自己扩大。"))


def _refuse_nobody_in_charge(session: Session, organisation: Organisation, field: str) -> None:
    if organisation.is_staff_body:
        if not administrators(session):
            raise AccountProblem(field, _l("他是最后一位管理员。先让别人也成为管理员。"))
    elif not people_in_charge(session, organisation):
        raise AccountProblem(
            field, _l("他是最后一位管成员的人。先让别人也管成员，再改他的角色或让他离开。")
        )


def _period(from_on: date | None, until_on: date | None) -> tuple[date, date]:
    if from_on is None:
        raise AccountProblem("from_on", _l("请写开始的日期，例如 2026-12-01。"))
    if until_on is None:
        raise AccountProblem("until_on", _l("请写最后一天，例如 2026-12-31。"))
    if until_on < from_on:
        raise AccountProblem("until_on", _l("最后一天不能早于开始的日期。"))
    if until_on < today():
        raise AccountProblem("until_on", _l("最后一天已经过去了。"))
    if until_on - from_on > LONGEST_DEPUTY:
        raise AccountProblem("until_on", _l("一次最多代理一年。"))
    return from_on, until_on


def _refuse_same_days(
    session: Session, membership: Membership, deputy: Membership, begin: date, end: date
) -> None:
    present = session.scalar(
        select(Deputy)
        .where(
            Deputy.membership_id == membership.id,
            Deputy.deputy_id == deputy.id,
            Deputy.ended_at.is_(None),
            Deputy.from_on <= end,
            Deputy.until_on >= begin,
        )
        .limit(1)
    )
    if present:
        raise AccountProblem(
            "deputy",
            _l(
                "从 %(begin)s 到 %(end)s 已经由他代理了，日子不能重叠。要改日子，先结束那一次。",
                begin=format_day(present.from_on),
                end=format_day(present.until_on),
            ),
        )


def _tell(session: Session, membership: Membership, kind: str, **params: str) -> None:
    organisation = membership.organisation.name.as_dict()
    notify_person(session, membership.person_id, kind, organisation=organisation, **params)


def _answer(session: Session, request: JoinRequest, reason: str = "") -> None:
    notify_person(
        session,
        request.applicant_id,
        f"join_request.{request.state}",
        organisation=request.organisation.name.zh,
        reason=reason,
    )
    send_letter(
        session,
        ANSWERED,
        "join_request",
        request.id,
        recipient_id=request.applicant_id,
        reason=reason,
    )
