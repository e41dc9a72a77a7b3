"""Goals, bases and entered values: who sets them, their history, and four eyes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.core.actor import system
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, writing
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateError
from marketplace.statistics.board import board_now
from marketplace.statistics.entering_values import decide_value
from marketplace.statistics.keeping_goals import load_goals, set_goal
from marketplace.statistics.models import Goal, IndicatorBasis, IndicatorValue
from marketplace.statistics.problems import FormProblems
from marketplace.statistics.states import RELEASE_VALUE
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.statistics.conftest import (
    YI,
    luxin,
    mengzhao,
    register,
    send_with_file,
)

FORM = {
    "indicator": "contract_turnover",
    "year": "2026",
    "operator": "more_than",
    "value": "600",
    "strength": "striven_for",
    "source": "市政府工作报告",
    "note": "",
    "reason": "今年的目标",
}
VALUE = {
    "indicator": "high_tech_enterprises",
    "as_of": "2020-12-31",
    "value": "2918",
    "source": "科技局高企名单",
}


def goal_of(indicator: str = "contract_turnover", year: int = 2020) -> Goal:
    db.session.rollback()
    return db.session.scalars(
        select(Goal).where(Goal.indicator == indicator, Goal.year == year)
    ).one()


def load() -> int:
    with writing() as session:
        return load_goals(session, system("test"))


def test_the_goals_of_the_register_are_there_and_loading_again_changes_nothing(app: Flask) -> None:
    assert (goal_of().value, goal_of().unit, goal_of().operator) == ("150", "yi_yuan", "more_than")
    assert goal_of("achievement_turnover", 2022).value == "500"
    assert goal_of("manufacturing_rd_share", 2022).operator == "at_least"
    assert load() == 0


def test_loading_leaves_what_staff_have_edited(app: Flask) -> None:
    set_goal(mengzhao, goal_of().id, FORM | {"value": "160", "reason": "按新文件"})
    assert load() == 0
    assert goal_of().value == "160"


def test_loading_follows_the_register_where_nobody_has_edited(app: Flask) -> None:
    with writing() as session:
        session.get_one(Goal, goal_of().id).value = "155"
    assert load() == 1
    assert goal_of().value == "150"


def test_what_was_not_changed_stays_in_both_languages(app: Flask) -> None:
    source = goal_of().source
    form = FORM | {"value": "160", "source": source.zh, "note": ""}
    set_goal(mengzhao, goal_of().id, form)
    assert goal_of().source == source


def test_a_changed_goal_keeps_its_history_with_the_reason(statistician: Browser) -> None:
    address = f"/staff/goals/{goal_of().id}"
    form = {**FORM, "value": "160", "reason": "按新文件调整"}
    assert statistician.post(address, **form).status_code == 302
    shown = seen(statistician.get(address))
    assert "超过 160 亿元" in shown
    assert "超过 150 亿元" in shown
    assert "按新文件调整" in shown
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "goal.set")).one()
    assert statistician.post(address, **form).status_code == 422
    assert statistician.get("/staff/goals/999").status_code == 404


def test_a_new_goal_is_on_the_board(statistician: Browser, client: FlaskClient) -> None:
    assert statistician.post("/staff/goals", **FORM).status_code == 302
    assert "超过 600 亿元" in seen(client.get("/goals?year=2026"))
    again = statistician.post("/staff/goals", **FORM)
    assert again.status_code == 422
    assert "这一年已经有目标了" in seen(again)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("indicator", "x"),
        ("year", "1"),
        ("operator", "="),
        ("value", "-3"),
        ("value", "1e9"),
        ("value", "很多"),
        ("strength", ""),
        ("source", ""),
        ("reason", " "),
    ],
)
def test_a_goal_that_is_not_right_is_refused_and_nothing_is_kept(
    app: Flask, field: str, given: str
) -> None:
    with pytest.raises(FormProblems) as refused:
        set_goal(mengzhao, None, FORM | {field: given})
    assert refused.value.problems[field]
    assert db.session.scalars(select(Goal).where(Goal.edited_at.is_not(None))).all() == []


def test_a_visitor_sets_no_goal(app: Flask) -> None:
    assert Browser(app).post("/staff/goals", **FORM).status_code in (302, 403)
    assert db.session.scalars(select(Goal).where(Goal.edited_at.is_not(None))).all() == []


def actual_of_results() -> Decimal | None:
    db.session.rollback()
    lines = board_now(db.session, 2022, is_public=True).lines
    return next(line.actual for line in lines if line.indicator == "achievement_turnover")


def test_an_undefined_indicator_has_no_value_until_a_basis_is_chosen(
    statistician: Browser, client: FlaskClient
) -> None:
    for _ in range(3):
        register(YI, date(2022, 3, 1), class_name="技术转让")
        register(YI, date(2022, 3, 1))
    assert actual_of_results() is None
    assert "口径还没有选定" in seen(client.get("/goals?year=2022"))
    address = "/staff/indicators/achievement_turnover"
    assert (
        statistician.post(
            address, basis="turnover_of_transfers_and_licences", reason=""
        ).status_code
        == 422
    )
    for basis in ("turnover_registered", "turnover_of_transfers_and_licences"):
        assert statistician.post(address, basis=basis, reason="会上定的").status_code == 302
    assert actual_of_results() == 3
    assert "技术转让和技术许可合同的成交额" in seen(client.get("/goals?year=2022"))
    assert len(db.session.scalars(select(IndicatorBasis)).all()) == 2
    history = seen(statistician.get(address))
    assert "已登记技术合同的成交额" in history
    assert statistician.get("/staff/indicators/contract_turnover").status_code == 404


def test_a_value_counts_once_a_second_person_has_released_it(
    app: Flask, statistician: Browser, administrator: Browser, client: FlaskClient
) -> None:
    answer = send_with_file(statistician, "/staff/indicator-values", **VALUE)
    assert answer.status_code == 302
    address = answer.location
    assert "2,918" not in seen(client.get("/goals?year=2020"))
    own = seen(statistician.get(address))
    assert "要由另一位统计员或管理员处理" in own
    assert statistician.post(address, do="release").status_code == 403
    assert "放行指标值" in seen(administrator.get("/tasks"))
    assert administrator.post(address, do="release").status_code == 302
    shown = seen(client.get("/goals?year=2020"))
    assert "2,918" in shown
    assert "116.72%" in shown
    assert "科技局高企名单" in shown
    assert seen(administrator.get("/staff/indicator-values"))


def test_a_value_counts_only_for_what_it_was_entered(
    statistician: Browser, administrator: Browser, client: FlaskClient
) -> None:
    value = VALUE | {"as_of": "2022-06-30", "value": "61.25"}
    for indicator in ("achievement_turnover", "achievement_turnover:turnover_registered"):
        wrong = send_with_file(
            statistician, "/staff/indicator-values", **value | {"indicator": indicator}
        )
        assert wrong.status_code == 422
    value |= {"indicator": "achievement_turnover:received"}
    address = send_with_file(statistician, "/staff/indicator-values", **value).location
    assert "已登记技术合同的到账额" in seen(statistician.get(address))
    assert administrator.post(address, do="release").status_code == 302
    choice = "/staff/indicators/achievement_turnover"
    for basis, actual in (("entered", None), ("received", Decimal("61.25"))):
        assert statistician.post(choice, basis=basis, reason="会上定的").status_code == 302
        assert actual_of_results() == actual
    shown = seen(client.get("/goals?year=2022"))
    assert "科技成果交易额（口径：已登记技术合同的到账额）" in shown.replace("<wbr>", "")
    # The average of the months is of another indicator.
    assert "前 3 个月平均" not in shown


def test_a_value_without_evidence_or_with_a_wrong_field_is_refused(
    statistician: Browser,
) -> None:
    answer = statistician.post("/staff/indicator-values", **VALUE)
    assert answer.status_code == 422
    assert "请附上证明材料" in seen(answer)
    for field, given in (
        ("as_of", "2999-01-01"),
        ("value", "x"),
        ("indicator", "contract_turnover"),
    ):
        wrong = send_with_file(statistician, "/staff/indicator-values", **VALUE | {field: given})
        assert wrong.status_code == 422
    assert db.session.scalars(select(IndicatorValue)).all() == []


def test_evidence_that_is_gone_lets_nobody_release(app: Flask) -> None:
    with writing() as session:
        value = IndicatorValue(
            **{**VALUE, "as_of": date(2020, 12, 31)},
            submitted_by="孟昭",
            submitted_by_id=mengzhao.person_id,
        )
        session.add(value)
        session.flush()
        number = value.id
    with pytest.raises(StateError, match="证明材料"):
        decide_value(luxin, number, RELEASE_VALUE, "")
    with pytest.raises(Forbidden):
        decide_value(mengzhao, number, RELEASE_VALUE, "")


def test_a_returned_value_is_on_no_public_page(
    statistician: Browser, administrator: Browser, client: FlaskClient
) -> None:
    address = send_with_file(statistician, "/staff/indicator-values", **VALUE).location
    administrator.post(address, do="release")
    assert administrator.post(address, do="return", reason="").status_code == 422
    assert administrator.post(address, do="return", reason="名单有误").status_code == 302
    assert "2,918" not in seen(client.get("/goals?year=2020"))
    assert "名单有误" in seen(statistician.get(address))
