"""Setting up what a project owes, the lists, the reminders, and what waits for whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Project
from marketplace.core.actor import Role, system
from marketplace.core.db import db, writing
from marketplace.core.my_tasks import my_tasks
from marketplace.core.notifications import Notification
from marketplace.core.outbox import drain
from marketplace.obligations.clocks import decide_clock
from marketplace.obligations.models import Obligation, ObligationReminder
from marketplace.obligations.problems import FormProblems
from marketplace.obligations.queries import all_due
from marketplace.obligations.reminding import remind
from marketplace.obligations.setting_up import set_up
from tests.functional.accounts.browsing import Browser, letters, seen
from tests.functional.obligations.conftest import (
    REPORT,
    Scene,
    accept_report,
    bureau_actor,
    bureau_id,
    holder_actor,
    owed,
    send,
    someone,
    state_of,
)


@pytest.fixture
def page_of_project(scene: Scene) -> str:
    """Where staff set up what the project owes."""
    return f"/staff/obligations/projects/{scene.project}"


def kinds_and_days() -> list[tuple[str, date]]:
    db.session.rollback()
    rows = db.session.execute(
        select(Obligation.kind, Obligation.due_on).order_by(Obligation.due_on)
    )
    return [(row.kind, row.due_on) for row in rows]


def generate(staff: Browser, page_of_project: str) -> TestResponse:
    """Press the button that sets up what the page lists."""
    codes = re.findall(r'name="planned" value="([^"]+)"', staff.get(page_of_project).text)
    return staff.post(f"{page_of_project}/generate", planned=codes)


def test_one_post_sets_up_all_that_follows_from_the_dates_and_a_second_nothing(
    staff: Browser, page_of_project: str
) -> None:
    answer = generate(staff, page_of_project)
    assert answer.location == page_of_project
    assert "设立了 5 项义务" in seen(staff.get(page_of_project))
    expected = [
        ("initial", date(2024, 6, 1)),
        ("annual", date(2024, 12, 31)),
        ("annual", date(2025, 12, 31)),
        ("final", date(2026, 5, 28)),
        ("deposit", date(2026, 8, 28)),
    ]
    assert kinds_and_days() == expected
    generate(staff, page_of_project)
    assert "没有新的" in seen(staff.get(page_of_project))
    assert kinds_and_days() == expected
    drain()
    notices = db.session.scalars(select(Notification.kind)).all()
    assert notices.count("obligation_set_up") == 5


def test_without_dates_or_a_unit_nothing_is_generated(
    staff: Browser, scene: Scene, page_of_project: str
) -> None:
    with writing() as session:
        project = session.get_one(Project, scene.project)
        project.started_on = project.ended_on = project.accepted_on = None
    answer = generate(staff, page_of_project)
    assert answer.status_code == 422
    assert "算不出义务" in seen(answer)
    with writing() as session:
        session.get_one(Project, scene.project).parties = []
    answer = generate(staff, page_of_project)
    assert "没有写明承担单位" in seen(answer)


@pytest.mark.parametrize(
    ("kind", "due_on", "words"),
    [
        ("", "2026-12-01", "请选要交什么"),
        ("final", "", "请写最后一天"),
        ("final", "2026-02-30", "请写最后一天"),
        ("final", "1026-02-20", "请核对年份"),
        ("final", "2025-02-20", "最后一天 2025-02-20 已经过了"),
    ],
)
def test_one_obligation_is_set_up_or_refused_with_a_sentence(
    staff: Browser, page_of_project: str, kind: str, due_on: str, words: str
) -> None:
    answer = staff.post(page_of_project, kind=kind, due_on=due_on)
    assert answer.status_code == 422
    assert words in seen(answer)
    good = {"kind": "special", "due_on": "2099-12-01"}
    assert staff.post(page_of_project, **good).location == page_of_project
    answer = staff.post(page_of_project, **good)
    assert answer.status_code == 422
    assert "已经有同一项义务" in seen(answer)
    assert kinds_and_days() == [("special", date(2099, 12, 1))]


@pytest.mark.parametrize("moment", ["2026-11-22T16:00:00Z", "2026-11-23T15:59:00Z"])
def test_the_last_day_by_hand_may_be_today_in_shanghai_and_not_yesterday(
    app: Flask, scene: Scene, moment: str
) -> None:
    with time_machine.travel(moment, tick=False):
        set_up(bureau_actor(), scene.project, "special", "2026-11-23")
        with pytest.raises(FormProblems) as caught:
            set_up(bureau_actor(), scene.project, "special", "2026-11-22")
    assert "due_on" in caught.value.problems
    assert kinds_and_days() == [("special", date(2026, 11, 23))]


def test_forms_that_could_only_be_refused_are_not_offered(
    app: Flask, staff: Browser, scene: Scene, page_of_project: str
) -> None:
    with writing() as session:
        project = session.get_one(Project, scene.project)
        project.started_on = project.ended_on = project.accepted_on = None
    page = seen(staff.get(page_of_project))
    assert "算不出义务" in page
    assert "按项目日期设立" not in page
    assert 'name="due_on"' in page
    with writing() as session:
        session.get_one(Project, scene.project).parties = []
    page = seen(staff.get(page_of_project))
    assert "没有写明承担单位" in page
    assert 'name="due_on"' not in page


@time_machine.travel("2026-05-28T04:00:00Z", tick=False)
def test_the_page_lists_what_would_be_set_up_and_what_of_it_is_overdue(
    app: Flask, page_of_project: str
) -> None:
    staff = someone(app, "xuning", "许宁", bureau_id(), Role.BUREAU)
    page = seen(staff.get(page_of_project))
    assert "其中 3 项最后一天已经过了" in page
    assert re.findall(r"逾期 \d+ 天|剩 \d+ 天|今天到期", page) == [
        "逾期 726 天",
        "逾期 513 天",
        "逾期 148 天",
        "今天到期",
        "剩 92 天",
    ]
    assert kinds_and_days() == []
    generate(staff, page_of_project)
    page = seen(staff.get(page_of_project))
    assert "按项目日期该有的都已经有了" in page
    assert "按项目日期设立" not in page


def test_nothing_is_set_up_that_the_page_did_not_list(
    staff: Browser, scene: Scene, page_of_project: str
) -> None:
    codes = re.findall(r'name="planned" value="([^"]+)"', staff.get(page_of_project).text)
    with writing() as session:
        session.get_one(Project, scene.project).ended_on = date(2026, 3, 31)
    for shown in (codes, codes[:1], ["x"], []):
        answer = staff.post(f"{page_of_project}/generate", planned=shown)
        assert answer.status_code == 422
        assert "什么都没有设立" in seen(answer)
        assert "final 2026-06-30" in answer.text
    assert kinds_and_days() == []


def test_staff_of_another_district_are_told_so_and_read_no_list_and_no_form(
    app: Flask, staff: Browser, scene: Scene, page_of_project: str
) -> None:
    far = someone(app, "qian", "钱程", bureau_id(), Role.BUREAU, districts=("410103",))
    page = seen(far.get(page_of_project))
    assert "不在你负责的区划" in page
    assert "还没有设立义务" not in page
    assert "没有符合条件的成果" not in page
    for words in ("按项目日期设立", "定下转化期", 'name="due_on"', "该交的", "一年转化期"):
        assert words not in page
        assert words in seen(staff.get(page_of_project))
    assert "办理转化义务" not in seen(far.get(f"/projects/{scene.project}"))
    assert "办理转化义务" in seen(staff.get(f"/projects/{scene.project}"))


def test_a_waived_obligation_is_not_generated_again(staff: Browser, page_of_project: str) -> None:
    generate(staff, page_of_project)
    assert staff.post("/obligations/1/decide", do="waive").status_code == 422
    staff.post("/obligations/1/decide", do="waive", reason="已合并到年度报告")
    assert state_of(1) == "waived"
    generate(staff, page_of_project)
    assert len(kinds_and_days()) == 5


def test_only_staff_set_up(clerk: Browser, app: Flask, page_of_project: str) -> None:
    for browser, status in ((clerk, 403), (Browser(app), 302)):
        assert browser.get(page_of_project).status_code == status
    assert clerk.post(f"{page_of_project}/generate").status_code == 403
    assert clerk.post(page_of_project, kind="final").status_code == 403
    assert clerk.post(f"{page_of_project}/clocks").status_code == 403
    assert clerk.post("/staff/obligations/clocks/1/cancel").status_code == 403
    assert clerk.get("/staff/obligations").status_code == 403
    assert kinds_and_days() == []


def test_the_unit_sees_its_own_overdue_first_and_can_filter(
    app: Flask, clerk: Browser, scene: Scene
) -> None:
    owed(scene, "annual", date(2099, 12, 31))
    owed(scene, "final", date(2026, 1, 1))
    owed(scene, "initial", date(2025, 1, 1))
    page = seen(clerk.get("/obligations"))
    assert "2 项转化义务逾期" in page
    assert page.index("立项报告") < page.index("最终报告") < page.index("年度报告")
    filtered = seen(clerk.get("/obligations?state=overdue"))
    assert "年度报告" not in filtered
    for nonsense in ("?state=x&page=x", "?page=99999999999", "?page=-1", "?state=accepted"):
        assert clerk.get(f"/obligations{nonsense}").status_code == 200
    other = someone(app, "wang", "王五", scene.firm, Role.HOLDER)
    assert "最终报告" not in seen(other.get("/obligations"))
    assert Browser(app).get("/obligations").status_code == 302


def test_long_lists_are_paged(clerk: Browser, scene: Scene) -> None:
    with writing() as session:
        session.add_all(
            Obligation(
                project_id=scene.project,
                organisation_id=scene.university,
                kind="special",
                due_on=date(2027, 1, 1 + number),
            )
            for number in range(31)
        )
    assert "第 1 页，共 2 页" in seen(clerk.get("/obligations"))
    assert "第 2 页，共 2 页" in seen(clerk.get("/obligations?page=9"))


def test_staff_see_all_of_their_districts(staff: Browser, scene: Scene) -> None:
    owed(scene)
    assert "河湾理工大学" in seen(staff.get("/staff/obligations"))
    for districts, count in (((), 1), (("410102",), 1), (("410103",), 0)):
        actor = bureau_actor(districts=frozenset(districts))
        assert all_due(actor, None, 1).paging.total == count


def test_staff_of_other_districts_decide_nothing(app: Flask, clerk: Browser, scene: Scene) -> None:
    number = owed(scene)
    send(clerk, f"/obligations/{number}", do="submit", **REPORT)
    bureau = bureau_actor().organisation_id or 0
    elsewhere = someone(app, "fang", "方可", bureau, Role.BUREAU, districts=("410103",))
    answer = elsewhere.post(f"/obligations/{number}/decide", do="accept")
    assert answer.status_code == 404
    assert elsewhere.get(f"/obligations/{number}").status_code == 404
    assert state_of(number) == "submitted"


@pytest.fixture
def november(scene: Scene) -> Iterator[time_machine.Traveller]:
    """A clock that only the test moves, from 1 November 2026 on."""
    with time_machine.travel("2026-11-01T01:00:00Z", tick=False) as traveller:
        yield traveller


def test_a_unit_is_reminded_once_for_each_of_the_settings_days(
    app: Flask, scene: Scene, november: time_machine.Traveller
) -> None:
    someone(app, "liwen", "李雯", scene.university, Role.HOLDER, Role.HOLDER_MGR)
    someone(app, "wang", "王五", scene.firm, Role.HOLDER)
    owed(scene, due_on=date(2026, 12, 1))
    sent = len(letters(app))
    actor = system("reminders")
    # The first reminder's day begins at midnight in Shanghai.
    for moment, count in (
        ("2026-10-31T15:59:00Z", 0),
        ("2026-10-31T16:00:00Z", 1),
        ("2026-11-10T01:00:00Z", 0),
        ("2026-11-24T01:00:00Z", 1),
        ("2026-11-30T01:00:00Z", 1),
        ("2026-12-02T01:00:00Z", 0),
    ):
        november.move_to(moment)
        assert [remind(actor), remind(actor)] == [count, 0], moment
    assert len(letters(app)) == sent + 3
    kinds = db.session.scalars(select(Notification.kind)).all()
    assert kinds.count("obligation_due") == 3


def test_the_letter_names_project_and_day_in_the_readers_language(
    app: Flask, scene: Scene, november: time_machine.Traveller
) -> None:
    someone(app, "liwen", "李雯", scene.university, Role.HOLDER)
    owed(scene, due_on=date(2026, 11, 8))
    remind(system("reminders"))
    letter = letters(app)[-1]
    assert letter["To"] == "liwen@yunxiu.example"
    text = letter.get_content().replace("\u00a0", " ")
    assert "薄板焊接质量在线控制" in text
    assert "2026-11-08" in text
    assert "/obligations/1" in text
    assert "最终报告" in str(letter["Subject"])


def test_after_a_standstill_only_the_nearest_reminder_goes_out(
    scene: Scene, november: time_machine.Traveller
) -> None:
    owed(scene, due_on=date(2026, 11, 2))
    assert remind(system("reminders")) == 1
    days = db.session.scalars(select(ObligationReminder.days_before)).all()
    assert sorted(days) == [1, 7, 30]
    november.move_to("2026-11-02T01:00:00Z")
    assert remind(system("reminders")) == 0


def test_what_was_handed_in_is_not_reminded_of(
    clerk: Browser, staff: Browser, scene: Scene
) -> None:
    with time_machine.travel("2026-11-30T01:00:00Z", tick=False):
        number = owed(scene, due_on=date(2026, 12, 1))
    with writing() as session:
        session.get_one(Obligation, number).state = "submitted"
    with time_machine.travel("2026-11-30T01:00:00Z", tick=False):
        assert remind(system("reminders")) == 0


def test_everybody_is_told_what_waits_for_them(clerk: Browser, scene: Scene, app: Flask) -> None:
    owed(scene, "final", date(2026, 12, 1))
    staff_actor = bureau_actor()
    decide_clock(staff_actor, scene.project, scene.result, "适合转化")
    with app.test_request_context():
        tasks = my_tasks.waiting_for(db.session, holder_actor(scene))
        told = [(one.kind, str(one.title), one.due) for one in tasks]
        assert told == [
            ("obligation", "提交最终报告：薄板焊接质量在线控制", date(2026, 12, 1)),
            ("transfer_clock", "一年内转化：铝壳焊缝气孔闭环控制", date(2027, 3, 20)),
        ]
        assert my_tasks.waiting_for(db.session, staff_actor) == []


def test_staff_are_told_of_what_was_handed_in(
    clerk: Browser, staff: Browser, scene: Scene, app: Flask
) -> None:
    number = owed(scene)
    send(clerk, f"/obligations/{number}", do="submit", **REPORT)
    with app.test_request_context():
        for districts, count in ((frozenset(), 1), (frozenset({"410103"}), 0)):
            tasks = my_tasks.waiting_for(db.session, bureau_actor(districts=districts))
            assert len(tasks) == count
        assert my_tasks.waiting_for(db.session, holder_actor(scene)) == []


def test_an_organisation_without_a_district_is_left_to_those_of_the_whole_city(
    clerk: Browser, staff: Browser, scene: Scene
) -> None:
    with writing() as session:
        session.get_one(Organisation, scene.university).division = None
    number = owed(scene)
    assert all_due(bureau_actor(districts=frozenset({"410102"})), None, 1).paging.total == 0
    assert all_due(bureau_actor(), None, 1).paging.total == 1
    accept_report(clerk, staff, number)
