"""Staff look at the calendar of working days and load the official list of a year."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.core.actor import Role
from marketplace.core.audit import AuditEntry
from marketplace.core.calendar.announced import days_by_law
from marketplace.core.calendar.queries import read_working_days
from marketplace.core.db import db
from marketplace.core.tables import Column, Sheet, write_xlsx
from tests.functional.accounts.browsing import Browser, enter, seen
from tests.functional.security.people import add_organisation, add_person

NOTICE = "国务院办公厅关于2027年部分节假日安排的通知"
BY_LAW = [f"{one.day} 休 {one.name}" for one in days_by_law(2027)]
BRIDGES = ["2027-02-11 休 春节", "2027-02-14 班 春节", "2026-12-31 休 元旦"]
LIST = "\n".join([*BY_LAW, *BRIDGES])
HEADINGS = ("日期", "类型", "名称")
PAGE = "/staff/calendar/2027"


@pytest.fixture(autouse=True)
def day(app: Flask) -> Iterator[None]:
    """A day on which next year's holidays could be announced."""
    with time_machine.travel(datetime(2026, 11, 27, 3, 0, tzinfo=UTC), tick=False):
        yield


def browser_with(app: Flask, role: Role) -> Browser:
    office = add_organisation("云岫市技术市场管理办公室")
    return enter(app, add_person(f"{role.value.lower()}@yunxiu.example", role.value, office))


@pytest.fixture
def registrar(app: Flask) -> Browser:
    """Who keeps the calendar."""
    return browser_with(app, Role.REGISTRAR)


def hidden(page: TestResponse) -> dict[str, str]:
    """What the form of the preview carries."""
    fields = re.findall(r'type="hidden" name="(source|list)" value="([^"]*)"', page.text)
    return dict(fields)


def preview(browser: Browser, text: str = LIST, source: str = NOTICE) -> TestResponse:
    return browser.post(f"{PAGE}/preview", list=text, source=source)


def load(browser: Browser, text: str = LIST, reason: str = "", source: str = NOTICE) -> str:
    """Look at the list, let it count, and read what the page says then."""
    shown = preview(browser, text, source)
    assert shown.status_code == 200, seen(shown)
    done = browser.post(f"{PAGE}/load", **hidden(shown), reason=reason)
    assert done.status_code == 302, seen(done)
    return seen(browser.get(done.location))


def is_working(day: date) -> bool:
    db.session.rollback()
    return read_working_days(db.session).is_working_day(day)


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "calendar.load")))


def test_a_known_year_shows_its_months_notice_and_days_in_words(registrar: Browser) -> None:
    page = seen(registrar.get("/staff/calendar"))
    assert "2026 年有 248 个工作日" in page
    assert "国办发明电〔2025〕7号" in page
    assert page.count("<table>") == 12
    assert '<td class="is-made-up"><time datetime="2026-10-10">10</time><small>班</small>' in page
    assert '<td class="is-off"><time datetime="2026-10-07">7</time><small>假</small>' in page
    assert '<td class="is-off"><time datetime="2026-11-28">28</time><small>休</small>' in page
    assert 'aria-current="date"' in page
    assert "12 月 29 日到 31 日还可能" in page


def test_a_year_without_a_notice_says_that_its_limits_are_provisional(registrar: Browser) -> None:
    page = seen(registrar.get(PAGE))
    assert "2027 年的放假安排还没有载入" in page
    assert "落在这一年的期限都是暂定的" in page


@pytest.mark.parametrize("year", ["2000", "2029", "9999", "0"])
def test_years_out_of_reach_are_not_there(registrar: Browser, year: str) -> None:
    for path in (f"/staff/calendar/{year}", f"/staff/calendar/{year}/load"):
        assert registrar.get(path).status_code == 404


def test_the_english_page_names_months_and_days_in_english(registrar: Browser) -> None:
    page = seen(registrar.get("/en/staff/calendar/2026"))
    assert ">October</h2>" in page
    assert '<th scope="col">Mon</th>' in page


def test_nothing_counts_before_it_was_shown(registrar: Browser) -> None:
    page = seen(preview(registrar))
    assert "载入以后有 9 天和现在不同" in page
    assert "改为放假" in page
    assert "改为上班" in page
    assert not entries()
    assert not is_working(date(2027, 2, 14))


def test_a_loaded_list_counts_and_says_who_loaded_it(registrar: Browser) -> None:
    page = load(registrar)
    assert "2027 年的放假安排已载入" in page
    assert NOTICE in page
    assert "人REGISTRAR" in page
    assert is_working(date(2027, 2, 14))
    assert not is_working(date(2027, 2, 11))
    assert not is_working(date(2026, 12, 31))
    (entry,) = entries()
    assert (entry.subject_kind, entry.subject_id) == ("calendar_year", 2027)
    assert (entry.detail["source"], entry.detail["rows"]) == (NOTICE, len(LIST.splitlines()))


def test_the_same_list_again_changes_nothing(registrar: Browser) -> None:
    load(registrar)
    shown = seen(preview(registrar, "\n".join(reversed(LIST.splitlines()))))
    assert "这份名单已经载入过" in shown
    assert "载入这份名单" not in shown
    again = registrar.post(f"{PAGE}/load", list=LIST, source=NOTICE)
    assert "什么都没有改" in seen(registrar.get(again.location))
    assert len(entries()) == 1


def test_another_list_for_a_loaded_year_needs_a_reason(registrar: Browser) -> None:
    load(registrar)
    other = LIST.replace("2027-02-11", "2027-02-12")
    shown = preview(registrar, other)
    assert "为什么换" in seen(shown)
    refused = registrar.post(f"{PAGE}/load", **hidden(shown), reason=" ")
    assert refused.status_code == 422
    assert "请写明为什么换" in seen(refused)
    assert is_working(date(2027, 2, 12))
    page = load(registrar, other, "原名单抄错一天")
    assert "原因：原名单抄错一天" in page
    assert not is_working(date(2027, 2, 12))
    assert is_working(date(2027, 2, 11))


def test_a_year_that_came_with_the_program_needs_a_reason_too(registrar: Browser) -> None:
    days = "\n".join(f"{one.day} 休 {one.name}" for one in days_by_law(2026))
    refused = registrar.post("/staff/calendar/2026/load", list=days, source=NOTICE)
    assert refused.status_code == 422
    assert "请写明为什么换" in seen(refused)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2027-02-30 休 春节", "第 14 行：“2027-02-30”不是日期"),
        ("十月一日 休 国庆节", "第 14 行：“十月一日”不是日期"),
        ("2028-01-03 休 元旦", "第 14 行：2028-01-03 不在 2027 年里"),
        ("2026-11-30 休 元旦", "第 14 行：2026-11-30 不在 2027 年里"),
        ("2027-02-14 调休 春节", "类型只写“休”或“班”，现在是“调休”"),
        ("2027-02-15 班 春节", "2027-02-15 不是周末，本来就上班"),
        ("2027-02-11 休", "2027-02-11 没有写是什么假"),
        ("2027-10-01 休 国庆节", "2027-10-01 在第 11 行已经写过"),
        (f"2027-02-11 休 {'长' * 41}", "名称不超过 40 个字"),
    ],
)
def test_each_bad_row_is_told_by_its_number_and_nothing_is_loaded(
    registrar: Browser, line: str, told: str
) -> None:
    answer = preview(registrar, "\n".join([*BY_LAW, line]))
    assert answer.status_code == 422
    page = seen(answer)
    assert told in page
    assert "什么都没有载入" in page
    assert line in page
    direct = registrar.post(f"{PAGE}/load", list="\n".join([*BY_LAW, line]), source=NOTICE)
    assert direct.status_code == 422
    assert not entries()


def test_a_list_without_a_day_off_by_law_names_it(registrar: Browser) -> None:
    page = seen(preview(registrar, "\n".join(one for one in BY_LAW if "清明" not in one)))
    assert "2027-04-05（清明节）依法放假" in page


def test_an_empty_list_and_a_missing_source_are_told(registrar: Browser) -> None:
    page = seen(preview(registrar, "", ""))
    assert "名单是空的" in page
    assert "请写明出自哪份通知" in page


def test_hundreds_of_rows_are_no_year(registrar: Browser) -> None:
    assert "不会超过 200 行" in seen(preview(registrar, "2027-01-01 休 元旦\n" * 300))
    assert preview(registrar, "2027-01-01 休 元旦\n" * 3000).status_code == 422


def test_lines_copied_out_of_a_spreadsheet_are_read(registrar: Browser) -> None:
    lines = LIST.replace(" ", "\t").replace("2027-02-11", "2027/2/11")
    assert preview(registrar, f"日期\t类型\t名称\n{lines}").status_code == 200


def send_file(browser: Browser, name: str, content: bytes) -> TestResponse:
    return browser.post(f"{PAGE}/preview", list="", source=NOTICE, file=(io.BytesIO(content), name))


def workbook(rows: Iterable[tuple[object, str, str]]) -> bytes:
    target = io.BytesIO()
    columns = [Column(one, one) for one in HEADINGS]
    values = (dict(zip(HEADINGS, row, strict=True)) for row in rows)
    write_xlsx(target, [Sheet("2027", columns, values)])
    return target.getvalue()


def rows_of(lines: Iterable[str]) -> list[tuple[object, str, str]]:
    """The rows with real dates, as a spreadsheet has them."""
    parts = (line.split(" ", 2) for line in lines)
    return [(date.fromisoformat(day), kind, name) for day, kind, name in parts]


def test_a_workbook_and_a_csv_file_say_the_same(registrar: Browser) -> None:
    from_workbook = send_file(registrar, "2027.xlsx", workbook(rows_of(LIST.splitlines())))
    csv = "日期,类型,名称\n" + LIST.replace(" ", ",")
    from_csv = send_file(registrar, "2027.csv", csv.encode("gb18030"))
    assert from_workbook.status_code == from_csv.status_code == 200
    assert hidden(from_workbook) == hidden(from_csv) == hidden(preview(registrar))


def test_bad_rows_of_a_file_are_told_by_the_number_beside_them(registrar: Browser) -> None:
    content = workbook([*rows_of(BY_LAW), ("2027-13-01", "休", "元旦")])
    assert "第 15 行：“2027-13-01”不是日期" in seen(send_file(registrar, "2027.xlsx", content))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("2027.csv", "日子,名称\n2027-01-01,元旦\n", "文件要有“日期”和“类型”两列"),
        ("2027.csv", "日期,类型,名称\n", "只有列名"),
        ("2027.pdf", "%PDF-1.7\n", "不是表格"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(
    registrar: Browser, name: str, content: str, told: str
) -> None:
    answer = send_file(registrar, name, content.encode())
    assert answer.status_code == 422
    assert told in seen(answer)
    assert 'id="e-file"' in answer.text


@pytest.mark.parametrize("role", [Role.BUREAU, Role.REVIEWER, Role.STAT, Role.HOLDER])
def test_others_are_told_who_keeps_the_calendar(app: Flask, role: Role) -> None:
    browser = browser_with(app, role)
    for answer in (browser.get(PAGE), browser.post(f"{PAGE}/load", list=LIST, source=NOTICE)):
        assert answer.status_code == 403
        assert "工作日历由技术合同登记员和管理员维护" in seen(answer)
    assert "/staff/calendar" not in browser.get("/account").text
    assert is_working(date(2027, 2, 11))


def test_an_administrator_finds_the_calendar_on_the_account_page(app: Flask) -> None:
    administrator = browser_with(app, Role.ADMIN)
    assert 'href="/staff/calendar"' in administrator.get("/account").text
    load(administrator)
    trail = seen(administrator.get("/staff/audit?action=calendar.load"))
    assert "载入了放假安排" in trail
    assert f"来源 {NOTICE}" in trail
