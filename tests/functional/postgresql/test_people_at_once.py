"""Two who decide about people at the same moment: the second sees what the first has done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts.grantable import Granted
from marketplace.accounts.granting import grant_roles
from marketplace.accounts.inviting import accept, make_invitation_link
from marketplace.accounts.joining import begin
from marketplace.accounts.members import change_member
from marketplace.accounts.models import Application, Invitation, Membership, Organisation, Person
from marketplace.accounts.organisation_input import OrganisationInput
from marketplace.accounts.own_data import close_account
from marketplace.accounts.problems import AccountProblem
from marketplace.accounts.secrets import hash_password
from marketplace.accounts.standing import administrators
from marketplace.core.actor import Actor, ActorKind, Role, system
from marketplace.core.db import db, now, writing
from marketplace.core.i18n import Bilingual, today
from tests.functional.postgresql.conftest import Beside, wait_for_somebody_who_waits

PASSWORD = "malachite ferry 12 lanterns"
GIVEN = OrganisationInput(
    "清溪精密有限公司",
    "91410100MA3X000109",
    "enterprise",
    "150",
    "410103",
    False,
    ("hold",),
    "经理",
)


def add_unit(name: str, *, is_staff_body: bool = False) -> int:
    with writing() as session:
        made = Organisation(
            name=Bilingual(name),
            name_key=name,
            state="published",
            is_staff_body=is_staff_body,
            verified_on=None if is_staff_body else today(),
        )
        session.add(made)
        session.flush()
        return made.id


def add_member(name: str, unit: int, *roles: Role) -> Actor:
    """Somebody with these roles; with none, somebody with an account alone."""
    with writing() as session:
        person = Person(
            email=f"{name}@yunxiu.example",
            name=name,
            confirmed_at=now(),
            password_hash=hash_password(PASSWORD),
        )
        session.add(person)
        session.flush()
        if roles:
            grant_roles(session, system("test"), person.id, unit, roles)
        return Actor(
            ActorKind.PERSON,
            name,
            person.id,
            unit if roles else None,
            frozenset(roles),
            manages_members=Role.HOLDER_MGR in roles,
        )


def membership_of(actor: Actor) -> int:
    db.session.rollback()
    own = select(Membership.id).where(Membership.person_id == actor.person_id)
    return db.session.scalars(own).one()


def meanwhile(app: Flask, first: Callable[[], object], second: Callable[[], object]) -> None:
    """The second begins when the first has done its work, and the first then commits."""
    with writing():
        first()
        beside = Beside(app, second)
        wait_for_somebody_who_waits()
    beside.join()


def test_two_administrators_of_different_offices_do_not_both_take_the_role_from_the_other(
    app: Flask,
) -> None:
    offices = [add_unit(name, is_staff_body=True) for name in ("科技局", "大数据局")]
    one, other = (
        add_member(name, office, Role.ADMIN)
        for name, office in zip(("tang", "yao"), offices, strict=True)
    )
    numbers = [membership_of(one), membership_of(other)]
    granted = Granted(frozenset({Role.BUREAU}))
    with pytest.raises(AccountProblem, match="最后一位管理员"):
        meanwhile(
            app,
            lambda: change_member(one, numbers[1], granted),
            lambda: change_member(other, numbers[0], granted),
        )
    db.session.rollback()
    assert administrators(db.session) == {one.person_id}


def test_two_administrators_do_not_both_close_their_accounts(app: Flask) -> None:
    office = add_unit("科技局", is_staff_body=True)
    one, other = (add_member(name, office, Role.ADMIN) for name in ("tang", "yao"))
    with pytest.raises(AccountProblem, match="最后一位管理员"):
        meanwhile(app, lambda: close_account(one, PASSWORD), lambda: close_account(other, PASSWORD))
    db.session.rollback()
    assert administrators(db.session) == {other.person_id}


def test_a_form_that_is_sent_twice_begins_one_application(app: Flask) -> None:
    person = add_member("liwen", 0)
    with pytest.raises(AccountProblem, match="已经在申请"):
        meanwhile(app, lambda: begin(person, GIVEN), lambda: begin(person, GIVEN))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Application)) == 1


def test_who_is_let_in_twice_at_once_is_one_member_with_all_of_the_roles(app: Flask) -> None:
    unit = add_unit("河湾大学")
    number = add_member("liwen", unit).person_id or 0

    def let_in(role: Role) -> None:
        with writing() as session:
            grant_roles(session, system("test"), number, unit, [role])

    meanwhile(app, lambda: let_in(Role.HOLDER), lambda: let_in(Role.DEMANDER))
    db.session.rollback()
    membership = db.session.scalars(select(Membership)).one()
    assert membership.roles == {Role.HOLDER, Role.DEMANDER}


def test_nobody_joins_by_whom_is_losing_the_right_to_invite(app: Flask) -> None:
    unit = add_unit("河湾大学")
    inviter, other = (add_member(name, unit, Role.HOLDER_MGR) for name in ("zhou", "ma"))
    guest = add_member("new", unit)
    with writing() as session:
        row = Invitation(
            organisation_id=unit,
            email="new@yunxiu.example",
            roles=["HOLDER"],
            inviter_id=inviter.person_id or 0,
            expires_at=now().replace(year=now().year + 1),
        )
        session.add(row)
        session.flush()
        token = make_invitation_link(row)
    number = membership_of(inviter)
    with pytest.raises(AccountProblem, match="现在不能替这个单位邀请"):
        meanwhile(
            app,
            lambda: change_member(other, number, Granted(frozenset({Role.HOLDER}))),
            lambda: accept(guest, token),
        )
