"""Registering an organisation: as an applicant fills it in, and what becomes of it."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts.joining import MOST_OPEN
from marketplace.accounts.members import turn_away
from marketplace.accounts.models import Application, JoinRequest, Membership, Person
from marketplace.core.actor import Role
from marketplace.core.attachments import Attachment
from marketplace.core.db import db, now, writing
from marketplace.core.notifications import Notification
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateChange
from marketplace.demo.papers import LICENCE, paper
from tests.functional.accounts.browsing import Browser, letters, seen
from tests.functional.accounts.conftest import LIWEN
from tests.functional.accounts.organisations import (
    CODE,
    FORM,
    OTHER_CODE,
    actor,
    application_of,
    grant,
    organisation,
    person_id,
    someone,
    staff,
    submitted,
)

NEW = "/account/organisations/new"


def fill_in(browser: Browser, **fields: str) -> str:
    """Fill in the form; the address that it leads to."""
    answer = browser.post(NEW, **{**FORM, **fields})
    assert answer.status_code == 302, seen(answer)
    return str(answer.location)


def upload(browser: Browser, page: str, content: bytes | None = None) -> int:
    """Add a certificate; the status of the answer."""
    token = browser.token()
    file = (BytesIO(paper(LICENCE) if content is None else content), "营业执照.pdf")
    answer = browser.client.post(f"{page}/evidence", data={"csrf_token": token, "evidence": file})
    return answer.status_code


def state() -> str:
    """The state of the only application."""
    db.session.rollback()
    return db.session.scalars(select(Application.state)).one()


def test_somebody_registers_an_organisation_adds_evidence_and_submits(
    app: Flask, liwen: Browser
) -> None:
    page = fill_in(liwen)
    assert state() == "draft"
    assert upload(liwen, page) == 302
    assert "营业执照.pdf" in liwen.get(page).text
    assert liwen.post(f"{page}/submit").status_code == 302
    assert state() == "submitted"
    assert "等科技局核验" in seen(liwen.get(page))
    assert "等科技局核验" in seen(liwen.get("/account"))
    change = db.session.scalars(select(StateChange)).one()
    assert (change.action, change.person_id) == ("application.submit", person_id(LIWEN))


def test_without_evidence_nothing_is_submitted(liwen: Browser) -> None:
    page = fill_in(liwen)
    answer = liwen.post(f"{page}/submit")
    assert answer.status_code == 409
    assert "还没有证明材料" in answer.text
    assert state() == "draft"


def test_evidence_that_is_no_document_is_told_at_the_field(liwen: Browser) -> None:
    page = fill_in(liwen)
    assert upload(liwen, page, b"MZ\x90\0 a program") == 422
    assert upload(liwen, page, b"") == 422
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0


def test_staff_read_an_application_and_its_evidence_once_it_was_handed_in(
    app: Flask, liwen: Browser
) -> None:
    xu = staff(app, "xu", "许宁", Role.BUREAU)
    page = fill_in(liwen)
    upload(liwen, page)
    number = page.rpartition("/")[2]
    closed = (f"/staff/applications/{number}", "/files/1/open")
    assert [xu.get(address).status_code for address in closed] == [404, 404]
    assert xu.post("/files/1/open").status_code == 404
    liwen.post(f"{page}/submit")
    assert [xu.get(address).status_code for address in closed] == [200, 200]


def test_an_application_that_was_taken_back_before_it_was_handed_in_stays_unread(
    app: Flask, liwen: Browser
) -> None:
    xu = staff(app, "xu", "许宁", Role.BUREAU)
    page = fill_in(liwen)
    liwen.post(f"{page}/withdraw")
    assert xu.get(f"/staff/applications/{page.rpartition('/')[2]}").status_code == 404


def test_an_applicant_has_no_role_before_verification(app: Flask, liwen: Browser) -> None:
    page = fill_in(liwen)
    upload(liwen, page)
    liwen.post(f"{page}/submit")
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 0
    assert "替 清溪" not in seen(liwen.get("/"))


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("uscc", "", "统一社会信用代码还是空的"),
        ("uscc", "91410100MA3X00010", "应有 18 位，现在有 17 位"),
        ("uscc", "91410100MA3X000108", "校验位"),
        ("uscc", "91410100MA3XO00109", "第 13 位应为数字 0，现在是字母 O"),
        ("name", "  ", "请写单位全称"),
        ("name", "长" * 201, "单位名称最多 200 个字"),
        ("kind", "castle", "请选单位类型"),
        ("nature", "", "请选单位性质"),
        ("is_state_founded", "perhaps", "请选一项"),
        ("division", "410100", "请选单位实际所在的区县"),
        ("division", "999999", "请选单位实际所在的区县"),
        ("purposes", "rule", "请至少选一项"),
        ("position", "", "请写你在单位里的部门和职务"),
        ("position", "长" * 81, "部门和职务最多 80 个字"),
    ],
)
def test_what_cannot_be_is_told_at_the_field_and_nothing_is_lost(
    liwen: Browser, field: str, value: str, told: str
) -> None:
    answer = liwen.post(NEW, **{**FORM, field: value})
    assert answer.status_code == 422
    assert told in seen(answer)
    assert f'id="e-{field}"' in answer.text
    assert "<title>错误：" in answer.text
    kept = "position" if field == "name" else "name"
    assert f'value="{FORM[kept]}"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(Application)) == 0


def test_every_field_that_is_wrong_is_told_at_once(liwen: Browser) -> None:
    answer = liwen.post(NEW, name="")
    for field in ("uscc", "name", "kind", "nature", "is_state_founded", "division", "purposes"):
        assert f'href="#f-{field}"' in answer.text


def test_a_code_is_kept_as_it_is_compared(liwen: Browser) -> None:
    fill_in(liwen, uscc=" 91410100-ma3x 000109 ")
    assert db.session.scalars(select(Application.uscc)).one() == CODE


def test_the_same_organisation_is_applied_for_once_at_a_time(liwen: Browser) -> None:
    page = fill_in(liwen)
    answer = liwen.post(NEW, **FORM)
    assert answer.status_code == 422
    assert "你已经在申请" in seen(answer)
    liwen.post(f"{page}/withdraw")
    fill_in(liwen)


def test_nobody_begins_more_than_a_few_at_once(app: Flask, liwen: Browser) -> None:
    own = person_id(LIWEN)
    db.session.add_all(application_of(own, uscc=f"{number:018}") for number in range(MOST_OPEN))
    db.session.commit()
    answer = liwen.post(NEW, **FORM)
    assert answer.status_code == 422
    assert "没有办完" in seen(answer)


def test_requests_to_join_count_as_well(app: Flask, liwen: Browser) -> None:
    someone(app, "zhou", "周青")
    own = person_id(LIWEN)
    units = [organisation(f"单位{number}") for number in range(MOST_OPEN - 1)]
    db.session.add_all(JoinRequest(applicant_id=own, organisation_id=one) for one in units)
    db.session.commit()
    grant("zhou@yunxiu.example", organisation(uscc=CODE), Role.HOLDER_MGR)
    assert liwen.post(NEW, **FORM).status_code == 302
    grant("zhou@yunxiu.example", organisation("别的", uscc=OTHER_CODE), Role.HOLDER_MGR)
    answer = liwen.post(NEW, **{**FORM, "uscc": OTHER_CODE})
    assert answer.status_code == 422
    assert "没有办完" in seen(answer)


def test_an_organisation_without_members_is_claimed(liwen: Browser) -> None:
    known = organisation(uscc=CODE)
    fill_in(liwen)
    assert db.session.scalars(select(Application.organisation_id)).one() == known


def test_where_somebody_looks_after_the_members_they_are_asked(app: Flask, liwen: Browser) -> None:
    zhou = someone(app, "zhou", "周青")
    known = organisation(uscc=CODE)
    grant("zhou@yunxiu.example", known, Role.HOLDER_MGR)
    assert fill_in(liwen) == "/account"
    assert "已替你申请加入" in seen(liwen.get("/account"))
    assert db.session.scalar(select(func.count()).select_from(Application)) == 0
    letters(app)
    notices = db.session.scalars(select(Notification)).all()
    assert [(one.organisation_id, one.kind) for one in notices] == [(known, "join_request.asked")]
    members = f"/account/organisations/{known}/members"
    assert "1 人申请加入" in seen(zhou.get(members))
    request = db.session.scalars(select(JoinRequest.id)).one()
    zhou.post(f"/account/join-requests/{request}/accept", roles="HOLDER")
    assert "李雯，替 河湾大学 办事" in seen(liwen.get("/"))
    letter = letters(app)[-1]
    assert letter["To"] == LIWEN
    assert "同意你加入" in str(letter["Subject"])


def test_a_request_to_join_is_refused_with_a_reason(app: Flask, liwen: Browser) -> None:
    zhou = someone(app, "zhou", "周青")
    known = organisation(uscc=CODE)
    grant("zhou@yunxiu.example", known, Role.DEMANDER, in_charge=True)
    fill_in(liwen)
    request = db.session.scalars(select(JoinRequest.id)).one()
    path = f"/account/join-requests/{request}/refuse"
    answer = zhou.post(path, reason="长" * 2001)
    assert answer.status_code == 422
    assert "请写明原因" in seen(answer)
    assert "长" * 2001 in answer.text
    zhou.post(path, reason="不认识这个人。")
    assert "不认识这个人" in letters(app)[-1].get_content()
    too_late = zhou.post(f"/account/join-requests/{request}/accept", roles="DEMANDER")
    assert too_late.status_code == 409
    db.session.rollback()
    assert db.session.scalars(select(JoinRequest.state)).one() == "refused"


@pytest.mark.parametrize("act", ["accept", "refuse"])
@pytest.mark.parametrize("reason", ["", "长" * 1001, "我自己。"])
def test_whoever_asks_to_join_answers_nothing_and_sees_no_members(
    app: Flask, zhou: Browser, liwen: Browser, university: int, act: str, reason: str
) -> None:
    with writing() as session:
        session.add(JoinRequest(applicant_id=person_id(LIWEN), organisation_id=university))
    request = db.session.scalars(select(JoinRequest.id)).one()
    answer = liwen.post(f"/account/join-requests/{request}/{act}", reason=reason)
    assert answer.status_code == 403
    assert "周青" not in answer.text
    with pytest.raises(Forbidden):
        turn_away(actor(LIWEN), request, reason)


def test_nobody_is_let_in_without_a_role_and_what_was_chosen_stays(
    zhou: Browser, university: int
) -> None:
    with writing() as session:
        asked = [
            Person(email=f"{name}@yunxiu.example", name=name, confirmed_at=now())
            for name in ("wu", "zheng")
        ]
        session.add_all(asked)
        session.flush()
        session.add_all(
            JoinRequest(applicant_id=one.id, organisation_id=university) for one in asked
        )
    first, other = db.session.scalars(select(JoinRequest.id).order_by(JoinRequest.id))
    path = f"/account/join-requests/{first}/accept"
    answer = zhou.post(path)
    assert answer.status_code == 422
    assert "请至少选一个角色" in seen(answer)
    assert f'id="e-asked-roles-{first}"' in answer.text
    assert f'id="e-asked-roles-{other}"' not in answer.text
    answer = zhou.post(path, roles="HOLDER", districts="999999")
    assert answer.status_code == 422
    assert "请从列出的区县和功能区里选" in seen(answer)
    assert 'href="#f-' not in answer.text
    assert answer.text.count('value="HOLDER" id="r-') == 2
    assert len(re.findall(f'value="HOLDER" id="r-{first}-[0-9]" checked', answer.text)) == 1
    assert len(re.findall(" checked", answer.text)) == 1
    db.session.rollback()
    assert set(db.session.scalars(select(JoinRequest.state))) == {"waiting"}


def test_nobody_asks_twice_or_where_they_are_already(app: Flask, liwen: Browser) -> None:
    someone(app, "zhou", "周青")
    known = organisation(uscc=CODE)
    grant("zhou@yunxiu.example", known, Role.HOLDER_MGR)
    fill_in(liwen)
    assert "正等它的人答复" in seen(liwen.post(NEW, **FORM))
    request = db.session.scalars(select(JoinRequest.id)).one()
    liwen.post(f"/account/join-requests/{request}/withdraw")
    grant(LIWEN, known, Role.HOLDER)
    assert "你已经是这个单位的成员" in seen(liwen.post(NEW, **FORM))


def test_nobody_joins_the_bureau_by_its_code(app: Flask, liwen: Browser) -> None:
    staff(app, "tang", "唐越", Role.ADMIN)
    from marketplace.accounts.models import Organisation

    db.session.scalars(select(Organisation)).one().uscc = CODE
    db.session.commit()
    assert "不能自己申请" in seen(liwen.post(NEW, **FORM))


def test_an_application_is_nobody_elses(app: Flask, liwen: Browser) -> None:
    page = fill_in(liwen)
    upload(liwen, page)
    other = someone(app, "wang", "王五")
    for path in (page, f"{page}/edit"):
        assert other.get(path).status_code == 404
    for act in ("submit", "withdraw", "edit", "evidence"):
        assert other.post(f"{page}/{act}", **FORM).status_code == 404
    assert other.get("/files/1").status_code == 404
    assert state() == "draft"


def test_a_submitted_application_stays_as_it_is(liwen: Browser) -> None:
    page = f"/account/applications/{submitted(LIWEN)}"
    assert liwen.get(f"{page}/edit").status_code == 302
    answer = liwen.post(f"{page}/edit", **{**FORM, "name": "别的公司"})
    assert answer.status_code == 409
    assert upload(liwen, page) == 403
    assert liwen.post(f"{page}/submit").status_code == 409
    assert db.session.scalars(select(Application.name)).one() == FORM["name"]


def returned(app: Flask, liwen: Browser, **comments: str) -> str:
    """The page of an application that staff have sent back with comments."""
    page = fill_in(liwen)
    upload(liwen, page)
    liwen.post(f"{page}/submit")
    xu = staff(app, "xu", "许宁", Role.BUREAU)
    xu.post(f"{page.replace('/account/', '/staff/')}/return", **comments)
    return page


def test_a_returned_application_shows_each_comment_at_its_field_and_is_submitted_again(
    app: Flask, liwen: Browser
) -> None:
    page = returned(app, liwen, **{"comment-name": "少了“股份”两个字。"})
    assert "少了“股份”两个字" in letters(app)[-1].get_content()
    assert "少了“股份”两个字" in liwen.get(f"{page}/edit").text
    assert liwen.post(f"{page}/edit", **{**FORM, "name": "清溪精密股份有限公司"}).status_code == 302
    assert liwen.post(f"{page}/submit").status_code == 302
    assert state() == "submitted"
    assert db.session.scalars(select(Application.comments)).one() == {}


def test_a_returned_application_is_not_submitted_again_as_it_was(
    app: Flask, liwen: Browser
) -> None:
    page = returned(app, liwen, **{"comment-evidence": "缺授权书。"})
    assert liwen.post(f"{page}/edit", **FORM).status_code == 302
    answer = liwen.post(f"{page}/submit")
    assert answer.status_code == 409
    assert "退回以后什么都没有改" in seen(answer)
    assert "缺授权书" in seen(answer)
    upload(liwen, page)
    assert liwen.post(f"{page}/submit").status_code == 302
    assert state() == "submitted"


def test_a_draft_does_not_go_to_a_code_whose_organisation_has_members(
    app: Flask, liwen: Browser
) -> None:
    page = fill_in(liwen)
    someone(app, "zhou", "周青")
    grant("zhou@yunxiu.example", organisation(uscc=OTHER_CODE), Role.HOLDER_MGR)
    answer = liwen.post(f"{page}/edit", **{**FORM, "uscc": OTHER_CODE})
    assert answer.status_code == 422
    assert "已经有人管成员" in seen(answer)


def test_whoever_has_no_organisation_is_told_what_to_do(liwen: Browser) -> None:
    page = seen(liwen.get("/account"))
    assert 'href="/account/organisations/new"' in page
    assert "请它管成员的人邀请你" in page


def test_closing_the_account_takes_everything_back(app: Flask, liwen: Browser) -> None:
    from tests.functional.accounts.browsing import PASSWORD

    submitted(LIWEN)
    assert liwen.post("/account/close", password=PASSWORD).status_code == 302
    assert state() == "withdrawn"
