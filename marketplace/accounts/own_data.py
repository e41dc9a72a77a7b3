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
from sqlalchemy import select, update
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


def close_account(actor: Actor, password: str) -> None:
    """Close the own account: address and name go, what was done for organisations stays.

    Acts keep the name under which they were done, for they are the organisations' records.

    :raises AccountProblem: when the password is wrong, or nobody else could administer the
        market, or look after the other members of an organisation, afterwards.
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


def _refuse_leaving_members_alone(session: Session, person_id: int) -> None:
    """The last of an organisation's members may go; of those in charge, not before the others."""
    own = select(Membership.organisation_id).where(
        Membership.person_id == person_id, Membership.ended_at.is_(None)
    )
    # Two may not go at once: as where members change, see ``members``.
    held = select(Organisation).where(Organisation.id.in_(own)).order_by(Organisation.id)
    for organisation in session.scalars(held.with_for_update()).all():
        others = select(Membership.id).where(
            Membership.organisation_id == organisation.id,
            Membership.ended_at.is_(None),
            Membership.person_id != person_id,
        )
        is_last = people_in_charge(session, organisation) == {person_id}
        if is_last and not organisation.is_staff_body and session.scalar(others.limit(1)):
            raise AccountProblem(
                "password",
                _l(
                    "你是 %(organisation)s 最后一位管成员的人。先让别人也管成员，再注销账号。",
                    organisation=organisation.name.zh,
                ),
            )


def written(moment: datetime | None) -> str | None:
    """A moment as it stands in the file of own data, in UTC (ISO 8601)."""
    return moment.isoformat() if moment else None
