"""Deputies: whose roles somebody has for a time, and what nobody may."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts.models import Deputy, Membership, SignIn
from marketplace.core.actor import Role
from marketplace.core.db import db, now
from marketplace.core.i18n import today
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.accounts.organisations import (
    LI,
    ZHOU,
    actor,
    change,
    grant,
    members,
    membership_id,
    name_deputy,
    organisation,
    person_id,
    someone,
    staff,
)


def test_a_deputy_has_the_roles_of_the_other_for_a_time(
    zhou: Browser, li: Browser, university: int
) -> None:
    assert name_deputy(zhou, ZHOU, LI, days=2, begins=1) == 302
    assert actor(LI).roles == {Role.HOLDER}
    for days, roles in (
        (1, {Role.HOLDER, Role.HOLDER_MGR}),
        (3, {Role.HOLDER, Role.HOLDER_MGR}),
        (4, {Role.HOLDER}),
    ):
        with time_machine.travel(now() + timedelta(days=days)):
            assert actor(LI).roles == roles
            assert actor(LI).manages_members == (Role.HOLDER_MGR in roles)
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        li.sign_in(LI)
        assert "代 周青" in seen(li.get("/account"))
        assert "代理" in seen(li.get(members(university)))
        assert change(li, LI, "HOLDER", "HOLDER_MGR") == 422


def test_a_deputy_lends_nothing_on(app: Flask, zhou: Browser, li: Browser, university: int) -> None:
    someone(app, "ma", "马力")
    grant("ma@yunxiu.example", university, Role.DEMANDER)
    name_deputy(zhou, ZHOU, LI)
    name_deputy(zhou, LI, "ma@yunxiu.example")
    assert actor("ma@yunxiu.example").roles == {Role.DEMANDER, Role.HOLDER}


def test_the_same_deputy_is_named_once_for_the_same_days(zhou: Browser, li: Browser) -> None:
    assert name_deputy(zhou, ZHOU, LI, days=3) == 302
    assert name_deputy(zhou, ZHOU, LI, days=3) == 422
    assert name_deputy(zhou, ZHOU, LI, days=2, begins=3) == 422
    assert name_deputy(zhou, ZHOU, LI, days=2, begins=4) == 302
    number = db.session.scalars(select(Deputy.id).order_by(Deputy.id)).first()
    zhou.post(f"/account/deputies/{number}/end")
    assert name_deputy(zhou, ZHOU, LI, days=3) == 302


@pytest.mark.parametrize("ending", ["ended", "the other left", "the deputy left"])
def test_a_deputys_time_can_be_cut_short(
    app: Flask, zhou: Browser, li: Browser, university: int, ending: str
) -> None:
    someone(app, "ma", "马力")
    grant("ma@yunxiu.example", university, Role.MANAGER)
    name_deputy(zhou, "ma@yunxiu.example", LI)
    assert Role.MANAGER in actor(LI).roles
    if ending == "ended":
        number = db.session.scalars(select(Deputy.id)).one()
        assert zhou.post(f"/account/deputies/{number}/end").status_code == 302
    else:
        left = "ma@yunxiu.example" if ending == "the other left" else LI
        zhou.post(f"/account/members/{membership_id(left)}/end")
    assert Role.MANAGER not in actor(LI).roles


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"deputy": ""}, "请选这个单位的一位成员"),
        ({"deputy": "999"}, "请选这个单位的一位成员"),
        ({"from_on": ""}, "请写开始的日期"),
        ({"until_on": "tomorrow"}, "请写最后一天"),
        ({"until_on": "2020-01-01"}, "不能早于开始"),
        ({"from_on": "2020-01-01", "until_on": "2020-01-02"}, "已经过去"),
        ({"until_on": "2099-01-01"}, "一次最多代理一年"),
    ],
)
def test_what_a_deputy_cannot_be_is_told_at_the_field(
    zhou: Browser, li: Browser, fields: dict[str, str], told: str
) -> None:
    day = today().isoformat()
    path = f"/account/members/{membership_id(ZHOU)}/deputies"
    given = {"deputy": str(membership_id(LI)), "from_on": day, "until_on": day, **fields}
    answer = zhou.post(path, **given)
    assert answer.status_code == 422
    assert told in seen(answer)
    assert db.session.scalar(select(func.count()).select_from(Deputy)) == 0


def test_nobody_makes_themselves_a_deputy_or_somebody_from_elsewhere(
    app: Flask, zhou: Browser, li: Browser, university: int
) -> None:
    assert name_deputy(zhou, LI, ZHOU) == 422
    assert name_deputy(zhou, LI, LI) == 422
    someone(app, "wang", "王五")
    grant("wang@yunxiu.example", organisation("别的公司"), Role.HOLDER)
    assert name_deputy(zhou, LI, "wang@yunxiu.example") == 422


def test_staff_stand_in_only_for_those_with_the_same_districts(app: Flask) -> None:
    tang = staff(app, "tang", "唐越", Role.ADMIN)
    staff(app, "xu", "许宁", Role.BUREAU, districts=("410103",))
    staff(app, "he", "何平", Role.REGISTRAR, districts=("410103",))
    staff(app, "lu", "卢生", Role.REGISTRAR)
    xu, he = "xu@yunxiu.example", "he@yunxiu.example"
    assert name_deputy(tang, xu, "lu@yunxiu.example") == 422
    assert name_deputy(tang, xu, he) == 302
    assert actor(he).roles == {Role.BUREAU, Role.REGISTRAR}
    db.session.get_one(Membership, membership_id(xu)).districts = []
    db.session.commit()
    assert actor(he).roles == {Role.REGISTRAR}


def test_a_deputy_of_staff_needs_the_second_step(app: Flask) -> None:
    tang = staff(app, "tang", "唐越", Role.ADMIN)
    staff(app, "xu", "许宁", Role.BUREAU)
    he = staff(app, "he", "何平", Role.STAT)
    name_deputy(tang, "xu@yunxiu.example", "he@yunxiu.example")
    assert Role.BUREAU in actor("he@yunxiu.example").roles
    sign_in = db.session.scalars(
        select(SignIn).where(SignIn.person_id == person_id("he@yunxiu.example"))
    ).one()
    sign_in.has_second_step = False
    db.session.commit()
    assert actor("he@yunxiu.example").roles == frozenset()
    assert he.get("/staff/applications").status_code == 403
