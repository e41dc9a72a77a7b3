"""A person's own data: what packages keep, and closing the account.

个人信息保护法 art. 45 (to look up and copy), art. 47 (to have deleted). What later packages keep
about somebody they declare here; the file to take along stands in ``own_export``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.inviting import end_invitations_of
from marketplace.accounts.joining import withdraw_all
from marketplace.accounts.members import end_deputies_of
from marketplace.accounts.models import Membership, Organisation, Person
from marketplace.accounts.problems import AccountProblem
from marketplace.accounts.second_step import clear
from marketplace.accounts.secrets import is_password
from marketplace.accounts.signing_in import end_all
from marketplace.accounts.standing import (
    administrators,
    hold_administrators,
    people_in_charge,
)
from marketplace.core.actor import Actor
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing
from marketplace.core.i18n import listed
from marketplace.core.mail.refusals import forget_recipient
from marketplace.core.notifications import forget_notices_to_person, notices_to_person

CLOSED_NAME = "已注销"


@dataclass(frozen=True)
class KeptData:
    """What a package keeps about a person: how it is told, and how it is forgotten.

    Both get the id of the person; ``export`` answers with what JSON can hold, ``forget`` deletes
    in the transaction in which the account is closed.
    """

    export: Callable[[Session, int], Any]
    forget: Callable[[Session, int], None]


class KeptDataTable:
    """Everything that is kept about people, by the name under which the export tells it."""

    def __init__(self) -> None:
        self._rows: dict[str, KeptData] = {}

    def add(self, name: str, kept: KeptData) -> None:
        """Let a package export and forget; a later call with the same name takes its place."""
        self._rows[name] = kept

    def export(self, session: Session, person_id: int) -> dict[str, Any]:
        """All that packages keep about the person."""
        return {name: kept.export(session, person_id) for name, kept in self._rows.items()}

    def forget(self, session: Session, person_id: int) -> None:
        """Delete all of it, in the present transaction."""
        for kept in self._rows.values():
            kept.forget(session, person_id)


kept_data = KeptDataTable()


def _export_notices(session: Session, person_id: int) -> list[dict[str, Any]]:
    return [
        {
            "at": written(one.created_at),
            "kind": one.kind,
            "params": one.params,
            "read_at": written(one.read_at),
        }
        for one in notices_to_person(session, person_id)
    ]


kept_data.add("notices", KeptData(_export_notices, forget_notices_to_person))


def close_account(actor: Actor, password: str, *, leaves_alone: bool = False) -> None:
    """Close the own account: address and name go, what was done for organisations stays.

    Acts keep the name under which they were done, for they are the organisations' records.

    :param leaves_alone: whether the person has said that organisations may be left without
        anybody, see :func:`left_without_anybody`.
    :raises AccountProblem: when the password is wrong, or nobody else could administer the
        market, or look after the other members of an organisation, afterwards; or when an
        organisation would have nobody and this wasn't said (field ``alone``).
    """
    with writing() as session:
        hold_administrators(session)
        person = session.get_one(Person, actor.person_id, with_for_update=True)
        if not is_password(password, person.password_hash):
            raise AccountProblem("password", _l("密码不对。"))
        if administrators(session) == {person.id}:
            raise AccountProblem(
                "password", _l("你是最后一位管理员。先让别人也成为管理员，再注销账号。")
            )
        _refuse_leaving_members_alone(session, person.id)
        if not leaves_alone and left_without_anybody(session, person.id):
            raise AccountProblem("alone", _l("请确认：注销以后，这些单位在这里就没有人了。"))
        record_audit(session, actor, "account.closed", "person", person.id)
        withdraw_all(session, actor)
        end_invitations_of(session, person.id)
        clear(session, person)
        forget_recipient(session, person.id)
        kept_data.forget(session, person.id)
        end_all(session, person.id)
        own = select(Membership.id).where(Membership.person_id == person.id)
        end_deputies_of(session, own)
        session.execute(
            update(Membership)
            .where(Membership.person_id == person.id, Membership.ended_at.is_(None))
            .values(ended_at=now())
        )
        person.email = f"closed-{person.id}@invalid"
        person.name = CLOSED_NAME
        person.password_hash = None
        person.closed_at = now()


def left_without_anybody(session: Session, person_id: int) -> list[Organisation]:
    """The organisations of which the person is the only member, staff bodies apart.

    Those of a staff body are invited by administrators, of whom there is always one.
    """
    return [
        one
        for one in session.scalars(_organisations_of(person_id))
        if not _has_others(session, one, person_id)
    ]


def _refuse_leaving_members_alone(session: Session, person_id: int) -> None:
    """The last of an organisation's members may go; of those in charge, not before the others."""
    # Two may not go at once: as where members change, see ``members``.
    held = session.scalars(_organisations_of(person_id).with_for_update()).all()
    left = [
        one.name.zh
        for one in held
        if people_in_charge(session, one) == {person_id} and _has_others(session, one, person_id)
    ]
    if left:
        raise AccountProblem(
            "password",
            _l(
                "你是 %(organisations)s 最后一位管成员的人。先让别人也管成员，再注销账号。",
                organisations=listed(left),
            ),
        )


def _organisations_of(person_id: int) -> Select[Organisation]:
    own = select(Membership.organisation_id).where(
        Membership.person_id == person_id, Membership.ended_at.is_(None)
    )
    return (
        select(Organisation)
        .where(Organisation.id.in_(own), Organisation.is_staff_body.is_(False))
        .order_by(Organisation.id)
    )


def _has_others(session: Session, organisation: Organisation, person_id: int) -> bool:
    others = select(Membership.id).where(
        Membership.organisation_id == organisation.id,
        Membership.ended_at.is_(None),
        Membership.person_id != person_id,
    )
    return session.scalar(others.limit(1)) is not None


def written(moment: datetime | None) -> str | None:
    """A moment as it stands in the file of own data, in UTC (ISO 8601)."""
    return moment.isoformat() if moment else None
