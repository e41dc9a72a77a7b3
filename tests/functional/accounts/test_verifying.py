"""Verifying organisations: what staff see and decide, and what nobody may."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts.models import Application, Membership, Organisation
from marketplace.core.actor import ANONYMOUS, Role, system
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, now
from marketplace.core.i18n import today
from marketplace.core.my_tasks import my_tasks
from marketplace.core.notifications import Notification
from marketplace.core.states import StateChange
from tests.functional.accounts.browsing import Browser, letters, seen
from tests.functional.accounts.conftest import LIWEN
from tests.functional.accounts.organisations import (
    CODE,
    FORM,
    OTHER_CODE,
    actor,
    grant,
    organisation,
    person_id,
    someone,
    staff,
    submitted,
)

QUEUE = "/staff/applications"
ACTS = ("approve", "refuse", "return")
"""A page with a form for everybody who is signed in."""


@pytest.fixture
def xu(app: Flask) -> Browser:
    """Somebody of the bureau who answers for the whole city."""
    return staff(app, "xu", "许宁", Role.BUREAU)


def state() -> str:
    """The state of the only application."""
    db.session.rollback()
    return db.session.scalars(select(Application.state)).one()


def verified() -> Organisation:
    """The organisation of the code that applicants give."""
    db.session.rollback()
    return db.session.scalars(select(Organisation).where(Organisation.uscc == CODE)).one()


def approve(browser: Browser, number: int, **fields: str) -> int:
    """Press the button; the status of the answer."""
    page = f"{QUEUE}/{number}"
    return browser.post(f"{page}/approve", **fields).status_code


def test_approval_makes_the_organisation_public_and_gives_the_applicant_the_roles(
    app: Flask, liwen: Browser, xu: Browser
) -> None:
    number = submitted(LIWEN, purposes=["hold", "broker"])
    assert approve(xu, number) == 302
    made = verified()
    assert (made.name.zh, made.state, made.verified_on) == (FORM["name"], "published", today())
    assert (made.nature, made.division, made.is_state_founded) == ("150", "410103", False)
    membership = db.session.scalars(
        select(Membership).where(Membership.organisation_id == made.id)
    ).one()
    assert membership.roles == {Role.HOLDER, Role.HOLDER_MGR, Role.MANAGER}
    assert membership.is_in_charge
    assert "李雯，替 清溪精密有限公司 办事" in seen(liwen.get("/"))
    assert "机构已核验" in seen(Browser(app).get(f"/organisations/{made.id}"))
    steps = db.session.execute(
        select(StateChange.subject_kind, StateChange.action, StateChange.target).order_by(
            StateChange.id
        )
    ).all()
    assert [tuple(row) for row in steps] == [
        ("application", "application.approve", "verified"),
        ("organisation", "organisation.verify", "published"),
    ]


def test_the_applicant_gets_a_letter_and_a_notice(app: Flask, liwen: Browser, xu: Browser) -> None:
    approve(xu, submitted(LIWEN))
    letter = letters(app)[-1]
    assert letter["To"] == LIWEN
    assert "核验通过了" in str(letter["Subject"])
    notice = db.session.scalars(
        select(Notification).where(Notification.person_id == person_id(LIWEN))
    ).one()
    assert (notice.kind, notice.organisation_id) == ("application.verified", None)


def test_a_verified_organisation_is_found(app: Flask, liwen: Browser, xu: Browser) -> None:
    approve(xu, submitted(LIWEN))
    letters(app)
    assert "清溪" in seen(Browser(app).get("/search?kind=organisation&q=清溪精密"))


@pytest.mark.parametrize(
    ("purposes", "roles"),
    [
        (["hold"], {Role.HOLDER, Role.HOLDER_MGR}),
        (["need"], {Role.DEMANDER}),
        (["broker"], {Role.MANAGER}),
        (["need", "broker"], {Role.DEMANDER, Role.MANAGER}),
    ],
)
def test_what_the_organisation_wants_decides_the_roles(
    liwen: Browser, xu: Browser, purposes: list[str], roles: set[Role]
) -> None:
    approve(xu, submitted(LIWEN, purposes=purposes))
    made = verified()
    membership = db.session.scalars(
        select(Membership).where(Membership.organisation_id == made.id)
    ).one()
    assert membership.roles == roles
    assert membership.is_in_charge


def test_an_organisation_of_the_same_code_is_claimed(liwen: Browser, xu: Browser) -> None:
    known = organisation("清溪精密", is_verified=False, uscc=CODE, source="register", source_id="7")
    number = submitted(LIWEN)
    page = seen(xu.get(f"{QUEUE}/{number}"))
    assert "这个代码的机构已经有记录" in page
    assert "成果 0 项，专利 0 项，项目 0 项" in page
    assert approve(xu, number) == 302
    made = verified()
    assert (made.id, made.name.zh, made.source) == (known, FORM["name"], "register")
    assert made.version == 2


def test_an_organisation_of_the_same_name_without_a_code_is_claimed_where_staff_say_so(
    liwen: Browser, xu: Browser
) -> None:
    known = organisation(FORM["name"], is_verified=False)
    number = submitted(LIWEN)
    assert "和哪一家机构是同一家" in seen(xu.get(f"{QUEUE}/{number}"))
    assert approve(xu, number, organisation=str(known)) == 302
    assert verified().id == known


def test_what_is_another_organisation_can_not_be_claimed(liwen: Browser, xu: Browser) -> None:
    others = [organisation("青堤机械"), organisation(FORM["name"], uscc=OTHER_CODE), 99, "x"]
    number = submitted(LIWEN)
    for other in others:
        assert approve(xu, number, organisation=str(other)) == 422
    assert state() == "submitted"


def test_likely_duplicates_are_shown(liwen: Browser, xu: Browser) -> None:
    organisation("清溪精密股份有限公司", uscc=OTHER_CODE)
    organisation("别家公司")
    page = seen(xu.get(f"{QUEUE}/{submitted(LIWEN)}"))
    assert "清溪精密股份有限公司" in page
    assert "别家公司" not in page


def test_what_helps_to_decide_is_gone_once_it_is_decided(liwen: Browser, xu: Browser) -> None:
    number = submitted(LIWEN)
    assert "这里已经有的" in seen(xu.get(f"/staff/applications/{number}"))
    approve(xu, number)
    page = seen(xu.get(f"/staff/applications/{number}"))
    assert "这里已经有的" not in page
    assert "已经有记录" not in page
    assert "申请里写的" in page


def test_an_organisation_with_members_is_not_handed_to_somebody_else(
    app: Flask, liwen: Browser, xu: Browser
) -> None:
    someone(app, "zhou", "周青")
    number = submitted(LIWEN)
    grant("zhou@yunxiu.example", organisation(uscc=CODE), Role.HOLDER_MGR)
    assert approve(xu, number) == 409
    assert state() == "submitted"


def test_a_bureau_is_not_claimed(app: Flask, liwen: Browser, xu: Browser) -> None:
    db.session.scalars(select(Organisation)).one().uscc = CODE
    db.session.commit()
    assert approve(xu, submitted(LIWEN)) == 409


def test_two_that_were_submitted_for_one_code_make_one_organisation(
    app: Flask, liwen: Browser, xu: Browser
) -> None:
    someone(app, "wang", "王五")
    first, second = submitted(LIWEN), submitted("wang@yunxiu.example")
    assert approve(xu, first) == 302
    assert approve(xu, second) == 409
    assert verified().verified_on == today()


def test_an_organisation_that_was_taken_off_the_pages_stays_off(
    liwen: Browser, xu: Browser
) -> None:
    known = organisation(uscc=CODE)
    db.session.get_one(Organisation, known).state = "suspended"
    db.session.commit()
    assert approve(xu, submitted(LIWEN)) == 302
    assert verified().state == "suspended"


def test_a_refusal_needs_a_reason_and_tells_it(app: Flask, liwen: Browser, xu: Browser) -> None:
    number = submitted(LIWEN)
    page = f"{QUEUE}/{number}"
    answer = xu.post(f"{page}/refuse", reason="  ")
    assert answer.status_code == 422
    assert "请写明为什么不通过" in seen(answer)
    answer = xu.post(f"{page}/refuse", reason="长" * 1001)
    assert answer.status_code == 422
    assert xu.post(f"{page}/refuse", reason="执照已经注销。").status_code == 302
    assert state() == "refused"
    assert "执照已经注销" in letters(app)[-1].get_content()
    assert "执照已经注销" in seen(liwen.get(f"/account/applications/{number}"))
    assert db.session.scalar(select(Organisation).where(Organisation.uscc == CODE)) is None


def test_returning_needs_a_comment(liwen: Browser, xu: Browser) -> None:
    page = f"{QUEUE}/{submitted(LIWEN)}"
    answer = xu.post(f"{page}/return", **{"comment-castle": "x", "comment-name": " "})
    assert answer.status_code == 422
    assert "至少在一项旁边" in seen(answer)
    assert state() == "submitted"
    assert xu.post(f"{page}/return", **{"comment-evidence": "看不清。"}).status_code == 302
    assert db.session.scalars(select(Application.comments)).one() == {"evidence": "看不清。"}


@pytest.mark.parametrize("act", ACTS)
def test_what_was_decided_is_not_decided_again(liwen: Browser, xu: Browser, act: str) -> None:
    number = submitted(LIWEN)
    page = f"{QUEUE}/{number}"
    approve(xu, number)
    fields = {"reason": "再想想。", "comment-name": "再想想。"}
    assert xu.post(f"{page}/{act}", **fields).status_code == 409
    assert state() == "verified"


@pytest.mark.parametrize("act", ACTS)
def test_nobody_decides_about_the_own_application(app: Flask, xu: Browser, act: str) -> None:
    number = submitted("xu@yunxiu.example")
    answer = xu.post(f"{QUEUE}/{number}/{act}", **{"reason": "好。", "comment-name": "好。"})
    assert answer.status_code == 403
    assert state() == "submitted"
    assert "这是你自己的申请" in seen(xu.get(f"{QUEUE}/{number}"))


@pytest.mark.parametrize("role", [one for one in Role if one not in {Role.BUREAU, Role.ADMIN}])
def test_no_other_role_sees_the_queue_or_decides(app: Flask, liwen: Browser, role: Role) -> None:
    number = submitted(LIWEN)
    if role in {Role.REGISTRAR, Role.REVIEWER, Role.STAT}:
        other = staff(app, "wang", "王五", role)
    else:
        other = someone(app, "wang", "王五")
        grant("wang@yunxiu.example", organisation(), role)
    assert other.get(QUEUE).status_code == 403
    assert other.get(f"{QUEUE}/{number}").status_code == 403
    for act in ACTS:
        assert other.post(f"{QUEUE}/{number}/{act}").status_code == 403
    assert "单位核验" not in seen(other.get("/"))
    assert state() == "submitted"


def test_a_visitor_is_led_to_sign_in(app: Flask, liwen: Browser) -> None:
    answer = Browser(app).get(f"{QUEUE}/{submitted(LIWEN)}")
    assert answer.location.startswith("/account/sign-in")


@pytest.mark.parametrize("act", ACTS)
def test_staff_decide_in_their_own_districts_only(app: Flask, liwen: Browser, act: str) -> None:
    """A functional zone is its own district: the one around it doesn't count."""
    number = submitted(LIWEN, division="410172")
    around = staff(app, "xu", "许宁", Role.BUREAU, districts=("410102", "410103"))
    assert seen(around.get(QUEUE)).count("清溪") == 0
    assert around.get(f"{QUEUE}/{number}").status_code == 404
    fields = {"reason": "好。", "comment-name": "好。"}
    assert around.post(f"{QUEUE}/{number}/{act}", **fields).status_code == 404
    assert state() == "submitted"
    zone = staff(app, "he", "何平", Role.BUREAU, districts=("410172",))
    assert "清溪" in seen(zone.get(QUEUE))
    assert zone.post(f"{QUEUE}/{number}/{act}", **fields).status_code == 302


@pytest.mark.parametrize("division", ["410102", None])
@pytest.mark.parametrize("standing", ["draft", "suspended", "published"])
def test_staff_take_no_organisation_out_of_another_district(
    app: Flask, liwen: Browser, division: str | None, standing: str
) -> None:
    known = organisation("溪口旧厂", is_verified=False, uscc=CODE)
    found = db.session.get_one(Organisation, known)
    found.state, found.division = standing, division
    db.session.commit()
    number = submitted(LIWEN)
    here = staff(app, "he", "何平", Role.BUREAU, districts=("410103",))
    page = here.get(f"{QUEUE}/{number}").text
    assert "这个代码的机构已经有记录，不在你负责的区划里。" in page
    assert "由负责全市的科技局人员核验" in page
    assert "没有这个代码的机构" not in page
    assert f"{number}/approve" not in page
    assert "溪口旧厂" not in page
    assert (f'href="/organisations/{known}"' in page) == (standing == "published")
    answer = here.post(f"{QUEUE}/{number}/approve")
    assert answer.status_code == 422
    assert "不在你负责的区划里。由负责全市的科技局人员核验" in seen(answer)
    assert state() == "submitted"
    assert (verified().name.zh, verified().division) == ("溪口旧厂", division)


def test_staff_of_the_whole_city_move_an_organisation_to_another_district(
    liwen: Browser, xu: Browser
) -> None:
    known = organisation("溪口旧厂", is_verified=False, uscc=CODE)
    db.session.get_one(Organisation, known).division = "410102"
    db.session.commit()
    number = submitted(LIWEN)
    assert "通过就是认领它" in seen(xu.get(f"{QUEUE}/{number}"))
    assert approve(xu, number) == 302
    assert (verified().id, verified().division) == (known, "410103")


@pytest.mark.parametrize("division", ["410102", None])
def test_staff_claim_no_organisation_of_the_same_name_in_another_district(
    app: Flask, liwen: Browser, division: str | None
) -> None:
    near, far = (organisation(FORM["name"], is_verified=False) for _time in range(2))
    db.session.get_one(Organisation, far).division = division
    db.session.commit()
    number = submitted(LIWEN)
    here = staff(app, "he", "何平", Role.BUREAU, districts=("410103",))
    page = here.get(f"{QUEUE}/{number}").text
    assert f'name="organisation" value="{near}"' in page
    assert f'name="organisation" value="{far}"' not in page
    assert approve(here, number, organisation=str(far)) == 422
    assert state() == "submitted"
    assert approve(here, number, organisation=str(near)) == 302


def test_whoever_waits_longest_stands_first(app: Flask, liwen: Browser, xu: Browser) -> None:
    submitted(LIWEN, name="后来的公司", uscc=OTHER_CODE)
    with time_machine.travel(now() - timedelta(days=3)):
        submitted(LIWEN, name="先来的公司")
    page = seen(xu.get(QUEUE))
    assert page.index("先来的公司") < page.index("后来的公司")
    assert "3 天" in page


def test_the_link_of_an_application_that_is_not_there_says_so(xu: Browser) -> None:
    assert xu.get(f"{QUEUE}/99").status_code == 404
    assert xu.post(f"{QUEUE}/99/approve").status_code == 404


def test_every_step_is_in_the_audit_trail(app: Flask, liwen: Browser, xu: Browser) -> None:
    approve(xu, submitted(LIWEN))
    acts = db.session.execute(
        select(AuditEntry.action, AuditEntry.actor_name)
        .where(AuditEntry.action.not_like("account.%"))
        .order_by(AuditEntry.id.desc())
        .limit(3)
    ).all()
    assert {tuple(row) for row in acts} == {
        ("application.approve", "许宁"),
        ("organisation.verify", "许宁"),
        ("membership.grant", "许宁"),
    }


def test_what_waits_is_among_the_tasks_of_whoever_can_do_it(
    app: Flask, liwen: Browser, xu: Browser
) -> None:
    def tasks_of(email: str) -> list[str]:
        present = actor(email)
        with app.test_request_context():
            return [str(one.title) for one in my_tasks.waiting_for(db.session, present)]

    number = submitted(LIWEN)
    assert tasks_of("xu@yunxiu.example") == ["核验单位：清溪精密有限公司"]
    assert tasks_of(LIWEN) == []
    page = f"{QUEUE}/{number}"
    xu.post(f"{page}/return", **{"comment-name": "少字。"})
    assert tasks_of("xu@yunxiu.example") == []
    assert tasks_of(LIWEN) == ["清溪精密有限公司：核验申请退回来了，按意见改"]
    with app.test_request_context():
        assert my_tasks.waiting_for(db.session, ANONYMOUS) == []
        assert my_tasks.waiting_for(db.session, system("test")) == []


def test_the_queue_can_be_empty(xu: Browser) -> None:
    assert "没有单位等核验" in seen(xu.get(QUEUE))
    assert db.session.scalar(select(func.count()).select_from(Application)) == 0
