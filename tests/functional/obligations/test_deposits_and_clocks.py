"""Deposits of results, and the year within which a result is to be converted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace.catalogue.models import Project, Result, ResultOwner, ResultProject
from marketplace.core.actor import Role
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden
from marketplace.obligations import fragments
from marketplace.obligations.clocks import cancel_clock, decide_clock
from marketplace.obligations.models import DepositedResult, Obligation, TransferClock
from marketplace.obligations.policies import SET_UP
from marketplace.obligations.problems import FormProblems
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.obligations.conftest import (
    Scene,
    bureau_actor,
    holder_actor,
    owed,
    send,
    someone,
    state_of,
)
from tests.functional.statements import statements

NOW = "2026-11-23T04:00:00Z"


def conversion(scene: Scene, **values: str) -> dict[str, str]:
    number = scene.result
    given = {"result": str(number), f"conversion-{number}": "talking"}
    return {**given, **{name.replace("_", f"-{number}"): value for name, value in values.items()}}


def converted(scene: Scene) -> dict[str, str]:
    return conversion(scene, conversion_="converted", mode_="3", converted_="2026-10-01")


def test_a_unit_deposits_the_projects_results_and_staff_accept_them(
    app: Flask, clerk: Browser, staff: Browser, scene: Scene
) -> None:
    address = f"/obligations/{owed(scene, 'deposit')}"
    page = seen(clerk.get(address))
    assert "铝壳焊缝气孔闭环控制" in page
    assert "气孔形成机理" in page
    answer = send(clerk, address, do="submit", **converted(scene))
    assert answer.status_code == 302
    assert "许可" in seen(staff.get(address))
    assert staff.post(f"{address}/decide", do="accept").status_code == 302
    assert state_of(1) == "accepted"
    # The evidence is the unit's and staff's.
    assert Browser(app).get("/files/1").status_code == 404
    assert clerk.get("/files/1").status_code == 302


def test_a_deposit_without_a_result_or_with_somebody_elses_is_refused(
    clerk: Browser, scene: Scene
) -> None:
    with writing() as session:
        session.execute(
            ResultProject.__table__.delete().where(ResultProject.result_id == scene.basic_result)
        )
    address = f"/obligations/{owed(scene, 'deposit')}"
    for number in ("", str(scene.basic_result), "999", "x"):
        answer = send(clerk, address, files=(), do="submit", result=number)
        assert answer.status_code == 422
        assert "请至少选一项成果" in seen(answer)


def test_a_project_without_results_says_what_to_do_first(clerk: Browser, scene: Scene) -> None:
    with writing() as session:
        session.execute(ResultProject.__table__.delete())
    page = seen(clerk.get(f"/obligations/{owed(scene, 'deposit')}"))
    assert "先登记成果" in page
    assert 'value="submit"' not in page
    assert 'value="submit"' in seen(clerk.get(f"/obligations/{owed(scene, 'final')}"))


def test_an_accepted_deposit_stops_the_clock_of_a_converted_result(
    clerk: Browser, staff: Browser, scene: Scene
) -> None:
    clock = decide_clock(bureau_actor(), scene.project, scene.result, "样机已在产线上用")
    assert clock.due_on == date(2027, 3, 20)
    project = db.session.get_one(Project, scene.project)
    assert (project.has_transfer_obligation, project.transfer_due_on) == (True, clock.due_on)
    address = f"/obligations/{owed(scene, 'deposit')}"
    send(clerk, address, do="submit", **converted(scene))
    staff.post(f"{address}/decide", do="accept")
    db.session.rollback()
    assert db.session.scalars(select(TransferClock.met_on)).one() == date(2026, 10, 1)
    project = db.session.get_one(Project, scene.project)
    assert (project.has_transfer_obligation, project.transfer_due_on) == (False, None)


def not_fiscal(scene: Scene) -> None:
    db.session.get_one(Project, scene.project).is_fiscal = False


def not_applied(scene: Scene) -> None:
    db.session.get_one(Result, scene.result).result_class = "J"


def not_accepted(scene: Scene) -> None:
    db.session.get_one(Project, scene.project).accepted_on = None


def accepted_later(scene: Scene) -> None:
    db.session.get_one(Project, scene.project).accepted_on = date(2099, 1, 1)


def withheld(scene: Scene) -> None:
    db.session.get_one(Result, scene.result).state = "withheld"


def converted_by_its_listing(scene: Scene) -> None:
    db.session.get_one(Result, scene.result).state = "converted"


def converted_by_a_deposit(scene: Scene) -> None:
    deposit = Obligation(
        project_id=scene.project,
        organisation_id=scene.university,
        kind="deposit",
        due_on=date(2026, 8, 28),
        state="accepted",
    )
    deposit.deposited = [DepositedResult(result_id=scene.result, conversion="converted")]
    db.session.add(deposit)


def of_another_project(scene: Scene) -> None:
    db.session.execute(ResultProject.__table__.delete())


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (not_fiscal, "不是财政资助的"),
        (not_applied, "不是应用技术类"),
        (not_accepted, "还没有验收"),
        (accepted_later, "还没有验收"),
        (of_another_project, "不是这个项目产生的"),
        (withheld, "已经不予公开"),
        (converted_by_its_listing, "已经转化"),
        (converted_by_a_deposit, "已经转化"),
    ],
)
def test_the_year_runs_only_for_applied_publicly_funded_results_after_acceptance(
    scene: Scene, spoil: Callable[[Scene], None], words: str
) -> None:
    actor = bureau_actor()
    with writing():
        spoil(scene)
    with pytest.raises(FormProblems) as caught:
        decide_clock(actor, scene.project, scene.result, "理由")
    assert words in caught.value.problems["result"]


def test_a_result_that_may_not_be_timed_is_not_offered_and_is_refused(
    staff: Browser, scene: Scene
) -> None:
    address = f"/staff/obligations/projects/{scene.project}"
    assert "定下转化期" in seen(staff.get(address))
    with writing():
        withheld(scene)
    page = seen(staff.get(address))
    assert "定下转化期" not in page
    assert "现在没有符合条件的成果" in page
    answer = staff.post(f"{address}/clocks", result=str(scene.result), reason="适合")
    assert answer.status_code == 422
    assert "已经不予公开" in seen(answer)
    assert db.session.scalars(select(TransferClock)).all() == []


def test_a_year_that_is_over_when_it_is_decided_counts_as_overdue_and_all_are_told(
    clerk: Browser, staff: Browser, scene: Scene
) -> None:
    with writing() as session:
        session.get_one(Project, scene.project).accepted_on = date(2024, 1, 5)
    address = f"/staff/obligations/projects/{scene.project}"
    page = seen(staff.get(address))
    assert 'datetime="2025-01-05"' in page
    assert "已经过了：定下以后就算逾期" in page
    staff.post(f"{address}/clocks", result=str(scene.result), reason="适合")
    page = seen(staff.get(address))
    assert "最后一天 2025-01-05 已经过了，算逾期" in page
    assert "满一年没有转化" in page
    drain()
    assert "转化期 2025-01-05 已满，算逾期：铝壳焊缝气孔闭环控制" in seen(clerk.get("/inbox"))


def test_the_page_asks_about_a_year_that_runs_for_a_result_withheld_since(
    staff: Browser, scene: Scene
) -> None:
    decide_clock(bureau_actor(), scene.project, scene.result, "适合转化")
    address = f"/staff/obligations/projects/{scene.project}"
    assert "要不要取消这个转化期" not in seen(staff.get(address))
    with writing():
        withheld(scene)
    assert "要不要取消这个转化期" in seen(staff.get(address))


def test_the_year_runs_only_by_staffs_decision_with_a_reason_and_once(scene: Scene) -> None:
    with pytest.raises(Forbidden):
        decide_clock(holder_actor(scene), scene.project, scene.result, "理由")
    for reason in (" ", "长" * 1001):
        with pytest.raises(FormProblems) as caught:
            decide_clock(bureau_actor(), scene.project, scene.result, reason)
        assert "reason" in caught.value.problems
    decide_clock(bureau_actor(), scene.project, scene.result, "理由")
    with pytest.raises(FormProblems) as caught:
        decide_clock(bureau_actor(), scene.project, scene.result, "理由")
    assert "已经有转化期" in caught.value.problems["result"]


def test_a_decision_and_its_cancellation_both_stay_on_record(scene: Scene) -> None:
    clock = decide_clock(bureau_actor(), scene.project, scene.result, "适合转化")
    with pytest.raises(Forbidden):
        cancel_clock(holder_actor(scene), clock.id, "不想转")
    with pytest.raises(FormProblems):
        cancel_clock(bureau_actor(), clock.id, "")
    cancel_clock(bureau_actor(), clock.id, "专利被宣告无效")
    with pytest.raises(FormProblems):
        cancel_clock(bureau_actor(), clock.id, "再来一次")
    row = db.session.scalars(select(TransferClock)).one()
    assert (row.reason, row.cancel_reason) == ("适合转化", "专利被宣告无效")
    project = db.session.get_one(Project, scene.project)
    assert (project.has_transfer_obligation, project.transfer_due_on) == (False, None)
    acts = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject_kind == "transfer_clock")
    ).all()
    assert acts == ["transfer_clock.decide", "transfer_clock.cancel"]
    decide_clock(bureau_actor(), scene.project, scene.result, "新的理由")


def test_after_the_year_the_result_is_flagged_overdue_on_staffs_page(
    staff: Browser, scene: Scene
) -> None:
    with time_machine.travel(NOW, tick=False):
        decide_clock(bureau_actor(), scene.project, scene.result, "适合转化")
    row = db.session.scalars(select(TransferClock)).one()
    with time_machine.travel("2027-03-20T15:59:00Z", tick=False):
        assert not row.is_overdue
    with time_machine.travel("2027-03-20T16:00:00Z", tick=False):
        assert row.is_overdue
    with writing() as session:
        session.scalars(select(TransferClock)).one().due_on = date(2026, 1, 1)
    page = seen(staff.get(f"/staff/obligations/projects/{scene.project}"))
    assert "满一年没有转化" in page


def test_staff_decide_and_cancel_on_the_projects_page(
    app: Flask, staff: Browser, scene: Scene
) -> None:
    address = f"/staff/obligations/projects/{scene.project}"
    page = seen(staff.get(address))
    assert "铝壳焊缝气孔闭环控制" in page
    # The basic result is not offered.
    assert "气孔形成机理" not in page
    clocks = f"{address}/clocks"
    refused = staff.post(clocks, result=str(scene.result), reason="")
    assert refused.status_code == 422
    assert staff.post(clocks, result="x", reason="适合").status_code == 422
    given = {"result": str(scene.result), "reason": "<i>适合</i>"}
    assert staff.post(clocks, **given).location == address
    assert "&lt;i&gt;适合&lt;/i&gt;" in seen(staff.get(address))
    assert "转化义务" in seen(Browser(app).get(f"/projects/{scene.project}"))
    cancel = "/staff/obligations/clocks/1/cancel"
    assert staff.post(cancel, **{"reason-1": ""}).status_code == 422
    assert staff.post(cancel, **{"reason-1": "专利无效"}).location == address
    assert "取消的理由：专利无效" in seen(staff.get(address))
    assert staff.post("/staff/obligations/clocks/9/cancel").status_code == 404


def test_a_unit_finds_its_years_on_the_list_of_what_is_due_as_among_its_tasks(
    app: Flask, clerk: Browser, staff: Browser, scene: Scene
) -> None:
    with writing() as session:
        session.get_one(Project, scene.project).accepted_on = date(2024, 1, 5)
    owed(scene, "final", date(2025, 2, 1))
    clock = decide_clock(bureau_actor(), scene.project, scene.result, "样机已在产线上用")
    tasks = seen(clerk.get("/tasks"))
    assert "有 2 件逾期" in tasks
    assert "一年内转化：铝壳焊缝气孔闭环控制" in tasks
    for browser, address in ((clerk, "/obligations"), (staff, "/staff/obligations")):
        for tail in ("", "?state=overdue"):
            page = seen(browser.get(address + tail))
            assert "2 项转化义务逾期" in page
            assert f'href="/results/{scene.result}"' in page
            assert "满一年没有转化" in page
        assert "铝壳焊缝" not in seen(browser.get(f"{address}?state=accepted"))
    other = someone(app, "wang", "王五", scene.firm, Role.HOLDER)
    assert "铝壳焊缝" not in seen(other.get("/obligations"))
    cancel_clock(bureau_actor(), clock.id, "认定有误")
    page = seen(clerk.get("/obligations"))
    assert "1 项转化义务逾期" in page
    assert "铝壳焊缝" not in page


def test_the_page_of_a_project_asks_as_little_for_many_results_as_for_one(
    staff: Browser, scene: Scene
) -> None:
    address = f"/staff/obligations/projects/{scene.project}"
    staff.get(address)
    with statements() as few:
        staff.get(address)
    with writing() as session:
        for number in range(5):
            result = Result(
                title=Bilingual(f"又一项{number}"),
                result_class="Y",
                state="published",
                owner_links=[ResultOwner(organisation_id=scene.university, rank=1)],
                project_links=[ResultProject(project_id=scene.project, rank=1)],
            )
            session.add(result)
    with statements() as many:
        page = seen(staff.get(address))
    assert "又一项4" in page
    assert len(many) == len(few)


def test_whoever_sets_nothing_up_costs_the_page_of_a_project_no_look_at_the_project(
    app: Flask, staff: Browser, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/projects/{scene.project}"
    assert "转化义务" in seen(staff.get(address))
    asked: list[object] = []
    monkeypatch.setattr(fragments.policy, "can", lambda _actor, *rest: asked.append(rest) or False)
    Browser(app).get(address)
    assert [rest for rest in asked if rest[0] == SET_UP] == [(SET_UP,)]
