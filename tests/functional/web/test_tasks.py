"""The page of what waits for me says how much of it is due."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from marketplace.core.db import now
from marketplace.core.i18n import today
from marketplace.core.my_tasks import Task, TaskTable
from tests.functional.accounts.browsing import Browser, seen


def add(table: TaskTable, *days: int | None) -> None:
    """One task for each number of days left."""
    tasks = [
        Task(
            "test",
            f"确认 <b>第{number}项</b>",
            f"/results/{number}",
            now() - timedelta(days=9),
            "它会排到后面",
            None if left is None else today() + timedelta(days=left),
        )
        for number, left in enumerate(days)
    ]
    table.add("test", lambda _session, _actor: tasks)


@pytest.mark.parametrize(
    ("days", "heading", "english"),
    [
        ((0, 0, 0, -1), "今天要办 3 件，另有 1 件逾期", "3"),
        ((0,), "今天要办 1 件", "1"),
        ((-1, -2, 5), "有 2 件逾期", "2"),
        ((5, None), "今天没有到期的，2 件在等", "2"),
        ((), "现在没有事等着你办", ""),
    ],
)
def test_the_title_is_the_finding(
    reader: Browser, task_table: TaskTable, days: tuple[int | None], heading: str, english: str
) -> None:
    add(task_table, *days)
    page = seen(reader.get("/tasks"))
    assert f"<h1>{heading}</h1>" in page
    assert f"<title>{heading} – " in page
    assert reader.get("/en/tasks").status_code == 200


def test_a_task_says_what_since_when_until_when_and_what_otherwise(
    reader: Browser, task_table: TaskTable
) -> None:
    add(task_table, -1, None)
    page = seen(reader.get("/tasks"))
    assert "确认 &lt;b&gt;第0项&lt;/b&gt;" in page
    assert 'href="/results/0"' in page
    assert "最后一天" in page
    assert "没有期限" in page
    assert "不办的话：它会排到后面" in page
    assert page.index("逾期</h2>") < page.index("以后</h2>")


def test_a_task_whose_last_day_passed_before_it_began_says_so(
    reader: Browser, task_table: TaskTable
) -> None:
    add(task_table, -30)
    late, begun = today() - timedelta(days=30), today() - timedelta(days=9)
    page = re.sub("<[^>]*time[^>]*>", "", seen(reader.get("/tasks")))
    assert f"从 {begun} 起等着；最后一天 {late} 在那以前已经过了" in page
    assert reader.get("/en/tasks").status_code == 200


def test_the_account_tells_how_much_waits(reader: Browser, task_table: TaskTable) -> None:
    add(task_table, 0, None)
    assert "2 件在等" in seen(reader.get("/account"))


def test_a_provider_is_asked_for_the_one_who_looks(
    reader: Browser, task_table: TaskTable, liwen: int
) -> None:
    asked: list[int | None] = []

    def provider(_session: object, actor: object) -> list[Task]:
        asked.append(actor.person_id)  # type: ignore[attr-defined]
        return []

    task_table.add("test", provider)
    assert "去搜索" in seen(reader.get("/tasks"))
    assert asked == [liwen]


def test_a_visitor_is_led_to_the_way_in(app: Flask) -> None:
    assert Browser(app).get("/tasks").location == "/account/sign-in?next=/tasks"
