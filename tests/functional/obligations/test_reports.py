"""A report from the first draft to its public page."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace.catalogue.models import Project
from marketplace.core.actor import Role
from marketplace.core.attachments import Attachment
from marketplace.core.db import db, writing
from marketplace.core.notifications import Notification
from marketplace.core.outbox import drain
from marketplace.core.states import StateChange
from marketplace.obligations.models import Obligation, ScienceReport
from marketplace.obligations.services import decide
from marketplace.obligations.states import WAIVE
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.obligations.conftest import (
    REPORT,
    Scene,
    accept_report,
    bureau_actor,
    owed,
    report_id,
    send,
    someone,
    state_of,
)
from tests.unit.core.attachments.contents import PDF


def test_a_draft_is_kept_with_its_files_and_is_not_handed_in(clerk: Browser, scene: Scene) -> None:
    address = f"/obligations/{owed(scene)}"
    assert "河湾理工大学" in seen(clerk.get(address))
    answer = send(clerk, address, do="save", title="还没写完的报告", keywords="一个")
    assert answer.location == address
    page = seen(clerk.get(address))
    assert "还没写完的报告" in page
    assert "已保存，还没有提交" in page
    assert "报告.pdf" in page
    assert state_of(1) == "due"
    assert db.session.scalars(select(ScienceReport)).all() == []


def test_a_draft_that_is_too_long_is_refused_whole_and_what_was_typed_stays(
    clerk: Browser, scene: Scene
) -> None:
    address = f"/obligations/{owed(scene)}"
    text = "长" * 20000
    answer = send(clerk, address, do="save", title="还没写完的报告", abstract=text)
    assert answer.status_code == 422
    page = seen(answer)
    assert "有 20000 个字，最多 4000 个" in page
    assert text in page
    assert 'maxlength="4000"' in page
    db.session.rollback()
    assert db.session.get_one(Obligation, 1).draft is None
    assert db.session.scalars(select(Attachment)).all() == []


def test_a_file_chosen_again_is_attached_once_and_the_page_says_so(
    clerk: Browser, scene: Scene
) -> None:
    address = f"/obligations/{owed(scene)}"
    send(clerk, address, do="save", title="还没写完的报告")
    assert "没有再附一次" not in seen(clerk.get(address))
    other = PDF + b"\n% another\n"
    assert send(clerk, address, (PDF, other, other), do="submit", **REPORT).status_code == 302
    assert seen(clerk.get(address)).count("文件“报告.pdf”已经附在这里，没有再附一次") == 2
    db.session.rollback()
    kept = db.session.scalars(select(Attachment).order_by(Attachment.id)).all()
    assert [one.size for one in kept] == [len(PDF), len(other)]


def test_a_file_that_was_removed_can_be_attached_again(clerk: Browser, scene: Scene) -> None:
    address = f"/obligations/{owed(scene)}"
    send(clerk, address, do="save")
    assert clerk.post("/files/1/remove").status_code == 302
    send(clerk, address, do="save")
    assert "没有再附一次" not in seen(clerk.get(address))
    db.session.rollback()
    removed = db.session.scalars(select(Attachment.removed_at).order_by(Attachment.id)).all()
    assert [bool(one) for one in removed] == [True, False]


def test_what_is_wrong_is_told_at_the_field_and_nothing_typed_is_lost(
    clerk: Browser, scene: Scene
) -> None:
    address = f"/obligations/{owed(scene)}"
    answer = send(
        clerk, address, do="submit", **{**REPORT, "keywords": "焊缝", "title": "<b>名</b>"}
    )
    assert answer.status_code == 422
    page = seen(answer)
    assert "错误：" in page
    assert "现在是 1 个" in page
    assert "&lt;b&gt;名&lt;/b&gt;" in page
    assert "<b>名</b>" not in page
    assert state_of(1) == "due"
    # The file was refused along with the form, so that it isn't kept twice the next time.
    assert db.session.scalars(select(Attachment)).all() == []


def test_a_report_needs_its_full_text(clerk: Browser, scene: Scene) -> None:
    address = f"/obligations/{owed(scene)}"
    answer = send(clerk, address, files=(), do="submit", **REPORT)
    assert answer.status_code == 422
    assert "请附上报告全文" in seen(answer)
    answer = send(clerk, address, files=(b"MZ" + bytes(99),), do="submit", **REPORT)
    assert answer.status_code == 422
    assert "Windows 程序" in seen(answer)


def test_an_accepted_report_is_numbered_public_and_on_the_projects_page(
    app: Flask, clerk: Browser, staff: Browser, scene: Scene
) -> None:
    number = accept_report(clerk, staff, owed(scene))
    report = db.session.get_one(ScienceReport, number)
    assert report.number == "41580000X--2024-P-017/01"
    visitor = Browser(app)
    page = seen(visitor.get(f"/reports/{number}"))
    assert "铝壳焊缝气孔闭环控制研究报告" in page
    assert "41580000X--2024-P-017/01" in page
    assert "铝壳焊缝气孔闭环控制研究报告" in seen(visitor.get(f"/projects/{scene.project}"))
    file_id = db.session.scalars(select(Attachment.id)).one()
    assert visitor.get(f"/files/{file_id}").data == PDF


def test_before_it_is_accepted_nobody_outside_sees_a_report_or_its_text(
    app: Flask, clerk: Browser, scene: Scene
) -> None:
    address = f"/obligations/{owed(scene)}"
    assert send(clerk, address, do="submit", **REPORT).status_code == 302
    visitor = Browser(app)
    assert visitor.get(f"/reports/{report_id()}").status_code == 404
    assert visitor.get("/files/1").status_code == 404
    assert REPORT["title"] not in seen(visitor.get(f"/projects/{scene.project}"))
    assert clerk.get(f"/reports/{report_id()}").status_code == 200


def test_a_deferred_text_opens_by_itself_on_its_day_in_shanghai(
    app: Flask, clerk: Browser, staff: Browser, scene: Scene
) -> None:
    number = accept_report(clerk, staff, owed(scene), scope="deferred", opens_on="2028-05-08")
    assert db.session.get_one(ScienceReport, number).number == "41580000X--2024-P-017/01D"
    visitor = Browser(app)
    for moment, status in (
        ("2028-05-07T15:59:00Z", 404),
        ("2028-05-07T16:00:00Z", 200),
    ):
        with time_machine.travel(moment, tick=False):
            page = seen(visitor.get(f"/reports/{number}"))
            assert "气孔率由 6% 降到 2%" in page
            assert ("全文延期公开" in page) == (status == 404)
            assert visitor.get("/files/1").status_code == status


def test_a_closed_report_is_seen_by_the_unit_and_staff_alone(
    app: Flask, clerk: Browser, staff: Browser, scene: Scene
) -> None:
    number = accept_report(
        clerk, staff, owed(scene), scope="closed", closed_reason="商业秘密", told_on="2026-05-09"
    )
    visitor = Browser(app)
    assert visitor.get(f"/reports/{number}").status_code == 404
    assert visitor.get("/files/1").status_code == 404
    assert REPORT["title"] not in seen(visitor.get(f"/projects/{scene.project}"))
    for browser in (clerk, staff):
        assert "商业秘密" in seen(browser.get(f"/reports/{number}"))


def test_with_its_project_a_report_leaves_the_public(
    app: Flask, clerk: Browser, staff: Browser, scene: Scene
) -> None:
    number = accept_report(clerk, staff, owed(scene))
    with writing() as session:
        session.get_one(Project, scene.project).state = "suspended"
    assert Browser(app).get(f"/reports/{number}").status_code == 404
    assert Browser(app).get("/files/1").status_code == 404


def test_a_returned_report_is_mended_and_keeps_its_number(
    app: Flask, clerk: Browser, staff: Browser, scene: Scene
) -> None:
    address = f"/obligations/{owed(scene)}"
    send(clerk, address, do="submit", **REPORT)
    assert staff.post(f"{address}/decide", do="return").status_code == 422
    answer = staff.post(f"{address}/decide", do="return", reason="摘要太短")
    assert answer.status_code == 302
    page = seen(clerk.get(address))
    assert "摘要太短" in page
    assert REPORT["title"] in page
    send(clerk, address, files=(), do="submit", **{**REPORT, "title": "改过的报告"})
    report = db.session.get_one(ScienceReport, report_id())
    assert (report.title, report.sequence) == ("改过的报告", 1)
    steps = db.session.scalars(select(StateChange.action).order_by(StateChange.id)).all()
    assert steps == ["obligation.submit", "obligation.return", "obligation.submit"]
    drain()
    kinds = db.session.scalars(select(Notification.kind)).all()
    assert "obligation_returned" in kinds


def test_the_reports_of_a_project_are_numbered_on(
    clerk: Browser, staff: Browser, scene: Scene
) -> None:
    first = accept_report(clerk, staff, owed(scene, "annual", date(2024, 12, 31)))
    second = accept_report(clerk, staff, owed(scene, "annual", date(2025, 12, 31)))
    numbers = [db.session.get_one(ScienceReport, one).number for one in (first, second)]
    assert numbers == ["41580000X--2024-P-017/01", "41580000X--2024-P-017/02"]


def test_without_code_or_project_number_a_report_cannot_be_numbered(
    clerk: Browser, scene: Scene
) -> None:
    with writing() as session:
        session.get_one(Project, scene.project).number = None
    answer = send(clerk, f"/obligations/{owed(scene)}", do="submit", **REPORT)
    assert answer.status_code == 422
    assert "报告编号要用" in seen(answer)


def test_what_was_handed_in_is_not_changed_any_more(clerk: Browser, scene: Scene) -> None:
    address = f"/obligations/{owed(scene)}"
    send(clerk, address, do="submit", **REPORT)
    page = clerk.get(address).text
    assert 'name="do"' not in page
    answer = clerk.post(address, do="submit", **{**REPORT, "title": "别的"})
    assert answer.status_code == 422
    assert db.session.get_one(ScienceReport, report_id()).title == REPORT["title"]


def test_nobody_accepts_what_they_or_their_unit_handed_in(app: Flask, scene: Scene) -> None:
    both = someone(app, "tang", "唐越", scene.university, Role.HOLDER, Role.BUREAU)
    address = f"/obligations/{owed(scene)}"
    send(both, address, do="submit", **REPORT)
    assert both.post(f"{address}/decide", do="accept").status_code == 403
    assert state_of(1) == "submitted"


@pytest.mark.parametrize("act", ["accept", "return", "waive"])
def test_a_step_that_is_not_due_is_refused_with_a_sentence(
    staff: Browser, clerk: Browser, scene: Scene, act: str
) -> None:
    number = owed(scene)
    accept_report(clerk, staff, number)
    answer = staff.post(f"/obligations/{number}/decide", do=act, reason="x")
    assert answer.status_code == 422
    assert "现在的状态不能做这一步" in seen(answer)


def test_others_are_not_told_that_an_obligation_exists(
    app: Flask, clerk: Browser, scene: Scene
) -> None:
    number = owed(scene)
    other = someone(app, "wang", "王五", scene.firm, Role.HOLDER)
    assert other.get(f"/obligations/{number}").status_code == 404
    assert other.post(f"/obligations/{number}", do="save").status_code == 404
    assert clerk.post(f"/obligations/{number}/decide", do="accept").status_code == 403
    assert Browser(app).get(f"/obligations/{number}").status_code == 302
    assert clerk.get("/obligations/999").status_code == 404


def test_staff_see_the_form_of_nobody(staff: Browser, scene: Scene) -> None:
    number = owed(scene)
    page = seen(staff.get(f"/obligations/{number}"))
    assert "还没有交" in page
    answer = staff.post(f"/obligations/{number}", do="save")
    assert answer.status_code == 403


def test_late_days_are_counted_to_the_day_of_handing_in(app: Flask, scene: Scene) -> None:
    number = owed(scene, due_on=date(2026, 5, 10))
    with time_machine.travel("2026-05-12T15:59:00Z", tick=False):
        clerk = someone(app, "liwen", "李雯", scene.university, Role.HOLDER)
        assert "逾期 2 天" in seen(clerk.get("/obligations"))
        send(clerk, f"/obligations/{number}", do="submit", **REPORT)
    with time_machine.travel("2026-06-12T15:59:00Z", tick=False):
        db.session.rollback()
        assert db.session.get_one(Obligation, number).late_days == 2


def test_what_was_waived_is_not_awaited_any_more(clerk: Browser, scene: Scene) -> None:
    for kind in ("final", "deposit"):
        number = owed(scene, kind)
        decide(bureau_actor(), number, WAIVE, "已合并到年度报告")
        page = seen(clerk.get(f"/obligations/{number}"))
        assert "已经免除，不用交了" in page
        assert "承担单位交了以后" not in page


def test_the_form_of_a_decision_names_the_steps_that_it_offers(
    clerk: Browser, staff: Browser, scene: Scene
) -> None:
    address = f"/obligations/{owed(scene)}"
    page = seen(staff.get(address))
    assert "免除的原因（必须写）" in page
    assert "退回" not in page
    send(clerk, address, do="submit", **REPORT)
    page = seen(staff.get(address))
    assert "意见（退回必须写）" in page
    assert "免除" not in page


def test_a_report_that_is_not_accepted_says_so_wherever_its_unit_finds_it(
    clerk: Browser, staff: Browser, scene: Scene
) -> None:
    address = f"/obligations/{owed(scene)}"
    send(clerk, address, do="submit", **REPORT)
    report = f"/reports/{report_id()}"
    for path in (report, f"/projects/{scene.project}"):
        assert "待接收" in seen(clerk.get(path))
    staff.post(f"{address}/decide", do="accept")
    for path in (report, f"/projects/{scene.project}"):
        assert "待接收" not in seen(clerk.get(path))


def test_the_reason_of_a_closed_report_stands_as_it_was_written(
    clerk: Browser, scene: Scene
) -> None:
    address = f"/obligations/{owed(scene)}"
    closed = {"scope": "closed", "closed_reason": "商业秘密。", "told_on": "2026-05-09"}
    send(clerk, address, do="submit", **{**REPORT, **closed})
    page = seen(clerk.get(address))
    assert "不公开的原因：商业秘密。<" in page
    assert "告知完成人" in page
