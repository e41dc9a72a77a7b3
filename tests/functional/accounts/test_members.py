"""The members of an organisation: inviting, roles, leaving, and what nobody may."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts.inviting import forget_invitations
from marketplace.accounts.models import Invitation, JoinRequest, Organisation, Person, SignIn
from marketplace.accounts.standing import members_of
from marketplace.core.actor import STAFF_ROLES, Role
from marketplace.core.db import db, now
from tests.functional.accounts.browsing import PASSWORD, Browser, letters, link_in, seen
from tests.functional.accounts.organisations import (
    LI,
    NEW,
    ZHOU,
    actor,
    change,
    grant,
    invite,
    members,
    membership_id,
    name_deputy,
    organisation,
    person_id,
    someone,
    staff,
)


def test_somebody_new_is_invited_chooses_a_password_and_is_a_member(
    app: Flask, zhou: Browser, university: int
) -> None:
    assert invite(zhou, university) == 302
    assert NEW in seen(zhou.get(members(university)))
    letter = letters(app)[-1]
    assert letter["To"] == NEW
    path = link_in(letter)
    guest = Browser(app)
    assert "河湾大学请你加入" in seen(guest.get(path))
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1
    assert guest.post(path, name="吴新", password="short").status_code == 422
    assert guest.post(path, name="吴新", password=PASSWORD).status_code == 302
    assert guest.sign_in(NEW).status_code == 302
    assert "吴新，替 河湾大学 办事" in seen(guest.get("/"))
    assert actor(NEW).roles == {Role.HOLDER}
    assert guest.get(path).status_code == 410
    assert guest.post(path).status_code == 410
    assert NEW not in seen(zhou.get(members(university)))


def test_somebody_who_has_an_account_joins_with_it(
    app: Flask, zhou: Browser, university: int
) -> None:
    guest = someone(app, "new", "吴新")
    invite(zhou, university, roles=["HOLDER", "DEMANDER"])
    path = link_in(letters(app)[-1])
    visitor = Browser(app)
    assert "已经有账号" in seen(visitor.get(path))
    assert visitor.post(path, name="别人", password=PASSWORD).status_code == 422
    assert guest.post(path).status_code == 302
    assert actor(NEW).roles == {Role.HOLDER, Role.DEMANDER}


def test_an_invitation_is_for_its_address_alone(app: Flask, zhou: Browser, university: int) -> None:
    other = someone(app, "wang", "王五")
    invite(zhou, university)
    path = link_in(letters(app)[-1])
    assert "是给 new@yunxiu.example 的" in seen(other.get(path))
    assert other.post(path).status_code == 422
    assert actor("wang@yunxiu.example").organisation_id is None


def test_whoever_invites_is_not_told_whether_an_address_is_known(
    app: Flask, zhou: Browser, university: int
) -> None:
    someone(app, "known", "熟人")
    answers = []
    for email in ("known@yunxiu.example", "unknown@yunxiu.example"):
        path = f"/account/organisations/{university}/invitations"
        answer = zhou.post(path, email=email, roles="HOLDER")
        page = seen(zhou.get(members(university)))
        answers.append((answer.status_code, answer.location, page.count("邀请信正在路上")))
    assert answers[0] == answers[1]
    assert [letter["Subject"] for letter in letters(app)[-2:]].count(
        letters(app)[-1]["Subject"]
    ) == 2


@pytest.mark.parametrize("ending", ["taken back", "too old", "invited again", "inviter left"])
def test_an_invitation_that_is_over_opens_nothing(
    app: Flask, zhou: Browser, university: int, ending: str
) -> None:
    invite(zhou, university)
    path = link_in(letters(app)[-1])
    later = timedelta(0)
    if ending == "taken back":
        number = db.session.scalars(select(Invitation.id)).one()
        zhou.post(f"/account/invitations/{number}/end")
    elif ending == "too old":
        later = timedelta(days=15)
    elif ending == "invited again":
        invite(zhou, university)
    else:
        someone(app, "ma", "马力")
        grant("ma@yunxiu.example", university, Role.HOLDER_MGR)
        zhou.post(f"/account/members/{membership_id(ZHOU)}/end")
    with time_machine.travel(now() + later):
        assert Browser(app).get(path).status_code == 410
        answer = Browser(app).post(path, name="吴新", password=PASSWORD)
        assert answer.status_code == 410


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"email": "nobody"}, "这不像一个邮箱地址"),
        ({"email": ZHOU}, "这是你自己的邮箱"),
        ({"roles": []}, "请至少选一个角色"),
        ({"roles": "KING"}, "请至少选一个角色"),
    ],
)
def test_what_cannot_be_is_told_at_the_field(
    zhou: Browser, university: int, fields: dict[str, str | list[str]], told: str
) -> None:
    path = f"/account/organisations/{university}/invitations"
    answer = zhou.post(path, **{"email": NEW, "roles": "HOLDER", **fields})
    assert answer.status_code == 422
    assert told in seen(answer)
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0


@pytest.mark.parametrize("has_account", [True, False])
@pytest.mark.parametrize("why", ["lost the role", "not verified"])
def test_an_invitation_does_not_outlive_what_its_sender_may(
    app: Flask, zhou: Browser, li: Browser, university: int, why: str, has_account: bool
) -> None:
    guest = someone(app, "new", "吴新") if has_account else Browser(app)
    invite(zhou, university)
    path = link_in(letters(app)[-1])
    if why == "lost the role":
        change(zhou, LI, "HOLDER_MGR")
        assert change(li, ZHOU, "HOLDER") == 302
    else:
        db.session.get_one(Organisation, university).verified_on = None
        db.session.commit()
    answer = guest.post(path, name="吴新", password=PASSWORD)
    assert answer.status_code == 422
    assert "现在不能替这个单位邀请了" in seen(answer)
    db.session.rollback()
    assert len(members_of(university)) == 2


def test_an_invitation_of_a_deputy_ends_with_the_deputys_time(
    app: Flask, zhou: Browser, li: Browser, university: int
) -> None:
    guest = Browser(app)
    assert name_deputy(zhou, ZHOU, LI) == 302
    assert invite(li, university) == 302
    path = link_in(letters(app)[-1])
    with time_machine.travel(now() + timedelta(days=5)):
        assert guest.post(path, name="吴新", password=PASSWORD).status_code == 422
    assert guest.post(path, name="吴新", password=PASSWORD).status_code == 302


def test_an_administrators_invitation_does_not_outlive_the_role(app: Flask) -> None:
    tang = staff(app, "tang", "唐越", Role.ADMIN, Role.BUREAU)
    other = staff(app, "yao", "姚远", Role.ADMIN)
    guest = someone(app, "new", "吴新")
    bureau = actor("tang@yunxiu.example").organisation_id or 0
    assert invite(tang, bureau, roles="BUREAU") == 302
    path = link_in(letters(app)[-1])
    assert change(other, "tang@yunxiu.example", "BUREAU") == 302
    assert guest.post(path).status_code == 422
    assert change(other, "tang@yunxiu.example", "BUREAU", "ADMIN") == 302
    assert guest.post(path).status_code == 302
    assert Role.BUREAU in {role for one in members_of(bureau) for role in one.roles}


def test_an_organisation_that_is_not_verified_invites_nobody(
    zhou: Browser, university: int
) -> None:
    db.session.get_one(Organisation, university).verified_on = None
    db.session.commit()
    assert invite(zhou, university) == 422


def test_only_a_few_letters_go_to_one_address(zhou: Browser, university: int) -> None:
    statuses = [invite(zhou, university) for _time in range(6)]
    assert 429 in statuses


def test_a_member_sees_the_others_and_changes_nothing(
    app: Flask, zhou: Browser, li: Browser, university: int
) -> None:
    page = seen(li.get(members(university)))
    assert "周青" in page
    assert "发邀请信" not in page
    number = membership_id(ZHOU)
    assert li.get(f"/account/members/{number}").status_code == 403
    for act in ("roles", "end", "deputies"):
        assert li.post(f"/account/members/{number}/{act}").status_code == 403
    assert invite(li, university) == 403
    assert change(li, LI, "HOLDER", "HOLDER_MGR") == 403
    assert actor(ZHOU).roles == {Role.HOLDER_MGR}


def test_who_is_not_a_member_sees_and_changes_nothing(
    app: Flask, zhou: Browser, university: int
) -> None:
    other = someone(app, "wang", "王五")
    grant("wang@yunxiu.example", organisation("别的公司"), Role.HOLDER_MGR)
    number = membership_id(ZHOU)
    invite(zhou, university)
    name_deputy(zhou, ZHOU, ZHOU)
    sent = db.session.scalars(select(Invitation.id)).one()
    assert other.get(members(university)).status_code == 403
    assert other.get(f"/account/members/{number}").status_code == 404
    for path in (
        f"/account/members/{number}/roles",
        f"/account/members/{number}/end",
        f"/account/members/{number}/deputies",
        f"/account/invitations/{sent}/end",
    ):
        assert other.post(path, roles="HOLDER", email=NEW).status_code == 404
    assert invite(other, university) == 403
    for path in ("/account/members/99", "/account/organisations/99/members"):
        assert other.get(path).status_code == 404
    for path in ("/account/invitations/99/end", "/account/deputies/99/end"):
        assert other.post(path).status_code == 404


def test_roles_are_changed_and_count_in_the_next_request(
    zhou: Browser, li: Browser, university: int
) -> None:
    assert change(zhou, LI, "DEMANDER", "MANAGER") == 302
    assert actor(LI).roles == {Role.DEMANDER, Role.MANAGER}
    assert not actor(LI).manages_members
    assert change(zhou, LI, "DEMANDER", manages_members="1") == 302
    assert actor(LI).manages_members
    assert change(zhou, LI) == 422


@pytest.mark.parametrize("role", sorted(STAFF_ROLES, key=str))
def test_a_holders_manager_never_grants_a_role_of_staff(
    app: Flask, zhou: Browser, li: Browser, university: int, role: Role
) -> None:
    assert change(zhou, LI, "HOLDER", role.value) == 403
    assert change(zhou, ZHOU, "HOLDER_MGR", role.value) == 403
    assert invite(zhou, university, roles=["HOLDER", role.value]) == 403
    assert actor(LI).roles == {Role.HOLDER}
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0


@pytest.mark.parametrize("role", sorted(STAFF_ROLES - {Role.ADMIN}, key=str))
def test_nobody_of_staff_but_an_administrator_grants_roles(app: Flask, role: Role) -> None:
    staff(app, "tang", "唐越", Role.ADMIN)
    xu = staff(app, "xu", "许宁", role)
    bureau = db.session.scalars(select(Organisation.id)).one()
    assert invite(xu, bureau, roles="BUREAU") == 403
    assert change(xu, "xu@yunxiu.example", role.value, "ADMIN") == 403
    assert xu.get("/staff/bodies").status_code == 403
    assert xu.post("/staff/bodies", organisation="甲局").status_code == 403


def test_an_administrator_grants_roles_of_staff_in_a_staff_body_only(
    app: Flask, zhou: Browser, li: Browser, university: int
) -> None:
    tang = staff(app, "tang", "唐越", Role.ADMIN)
    bureau = actor("tang@yunxiu.example").organisation_id
    assert bureau
    assert change(tang, LI, "BUREAU") == 404
    assert invite(tang, university, roles="BUREAU") == 403
    assert invite(tang, bureau, roles="HOLDER") == 422
    assert invite(tang, bureau, roles="BUREAU", districts=["410103"]) == 302
    assert invite(tang, bureau, "x@yunxiu.example", roles="BUREAU", districts=["1"]) == 422
    path = link_in(letters(app)[-1])
    guest = Browser(app)
    guest.post(path, name="许宁", password=PASSWORD)
    guest.sign_in(NEW)
    assert actor(NEW).roles == frozenset()
    sign_in = db.session.scalars(select(SignIn).where(SignIn.person_id == person_id(NEW))).one()
    sign_in.has_second_step = True
    db.session.commit()
    assert actor(NEW).roles == {Role.BUREAU}
    assert actor(NEW).districts == {"410103"}


def test_an_administrator_sets_up_a_staff_body(app: Flask, zhou: Browser, university: int) -> None:
    tang = staff(app, "tang", "唐越", Role.ADMIN)
    answer = tang.post("/staff/bodies", organisation="临溪区科学技术局")
    assert answer.status_code == 302
    made = db.session.scalars(
        select(Organisation).where(Organisation.name_key == "临溪区科学技术局")
    ).one()
    assert (made.is_staff_body, made.state) == (True, "draft")
    assert invite(tang, made.id, roles="REGISTRAR") == 302
    assert tang.post("/staff/bodies", organisation=" ").status_code == 422
    answer = tang.post("/staff/bodies", organisation="河湾大学")
    assert answer.status_code == 422
    assert "不能做管理部门" in seen(answer)


def test_nobody_raises_the_own_roles(app: Flask, zhou: Browser, university: int) -> None:
    assert change(zhou, ZHOU, "HOLDER_MGR", "MANAGER") == 422
    assert actor(ZHOU).roles == {Role.HOLDER_MGR}
    tang = staff(app, "tang", "唐越", Role.ADMIN, districts=("410103",))
    assert change(tang, "tang@yunxiu.example", "ADMIN", "BUREAU", districts=["410103"]) == 422
    assert change(tang, "tang@yunxiu.example", "ADMIN") == 422
    assert change(tang, "tang@yunxiu.example", "ADMIN", districts=["410103", "410102"]) == 422
    assert actor("tang@yunxiu.example").roles == {Role.ADMIN}


def test_nobody_admits_themselves(app: Flask, zhou: Browser, university: int) -> None:
    db.session.add(JoinRequest(applicant_id=person_id(ZHOU), organisation_id=university))
    db.session.commit()
    number = db.session.scalars(select(JoinRequest.id)).one()
    path = f"/account/join-requests/{number}/accept"
    assert zhou.post(path, roles="MANAGER").status_code == 403


def test_there_is_always_somebody_in_charge(
    app: Flask, zhou: Browser, li: Browser, university: int
) -> None:
    end = f"/account/members/{membership_id(ZHOU)}/end"
    answer = zhou.post(end)
    assert answer.status_code == 422
    assert "最后一位管成员的人" in seen(answer)
    change(zhou, LI, "HOLDER", "HOLDER_MGR")
    assert zhou.post(end).status_code == 302
    assert actor(ZHOU).organisation_id is None
    assert change(li, LI, "HOLDER") == 422
    assert actor(LI).roles == {Role.HOLDER, Role.HOLDER_MGR}


def test_there_is_always_an_administrator(app: Flask) -> None:
    tang = staff(app, "tang", "唐越", Role.ADMIN, Role.BUREAU)
    number = membership_id("tang@yunxiu.example")
    assert tang.post(f"/account/members/{number}/end").status_code == 422
    assert change(tang, "tang@yunxiu.example", "BUREAU") == 422
    assert actor("tang@yunxiu.example").roles == {Role.ADMIN, Role.BUREAU}


def test_whoever_left_has_no_role_in_the_next_request_and_begins_anew(
    app: Flask, zhou: Browser, li: Browser, university: int
) -> None:
    change(zhou, LI, "HOLDER", manages_members="1")
    assert zhou.post(f"/account/members/{membership_id(LI)}/end").status_code == 302
    assert actor(LI).roles == frozenset()
    assert li.get(members(university)).status_code == 403
    invite(zhou, university, LI, roles="DEMANDER")
    li.post(link_in(letters(app)[-1]))
    assert actor(LI).roles == {Role.DEMANDER}
    assert not actor(LI).manages_members


def test_an_actor_is_verified_where_the_organisation_is(
    app: Flask, zhou: Browser, university: int
) -> None:
    assert actor(ZHOU).is_verified
    db.session.get_one(Organisation, university).verified_on = None
    db.session.commit()
    assert not actor(ZHOU).is_verified
    someone(app, "wang", "王五")
    assert not actor("wang@yunxiu.example").is_verified


def test_what_can_not_be_accepted_any_more_is_forgotten_after_a_week(
    app: Flask, zhou: Browser, university: int
) -> None:
    invite(zhou, university)
    for days, left in ((20, 1), (22, 0)):
        with time_machine.travel(now() + timedelta(days=days)):
            forget_invitations()
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(Invitation)) == left
