"""The audit trail is searched: by whom, for whom, what, when; page by page, and as a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import python_calamine
from flask import Flask
from sqlalchemy import select, text

from marketplace.accounts.models import Organisation
from marketplace.core.actor import Actor, ActorKind, Role, system
from marketplace.core.audit import AuditEntry, audit_values, record_audit
from marketplace.core.audit_chain.sealing import seal_audit_trail
from marketplace.core.db import db, writing
from marketplace.core.policy import visible_to
from marketplace.settings import Mode
from tests.functional.accounts.browsing import Browser, enter, seen
from tests.functional.security.people import add_organisation, add_person

PAGE = "/staff/audit"
OWN, OTHER = "云岫理工大学", "恒砺精密工具有限公司"


@pytest.fixture
def units(app: Flask) -> dict[str, int]:
    """Two organisations by name."""
    return {name: add_organisation(name) for name in (OWN, OTHER)}


@pytest.fixture
def administrator(app: Flask, units: dict[str, int]) -> Browser:
    """An administrator, for whom the trail is open."""
    bureau = add_organisation("云岫市科学技术局")
    return enter(app, add_person("admin@yunxiu.example", Role.ADMIN.value, bureau))


def act(
    action: str,
    kind: str,
    number: int,
    *,
    name: str = "李雯",
    person_id: int = 77,
    organisation_id: int | None = None,
    at: datetime | None = None,
    **detail: Any,
) -> None:
    """Put an act into the trail."""
    actor = Actor(ActorKind.PERSON, name, person_id, organisation_id)
    values = audit_values(actor, action, kind, number, 3, **detail)
    with writing() as session:
        session.add(AuditEntry(**values | ({"at": at} if at else {})))


def test_a_row_says_who_did_what_to_which_version_for_whom_and_why(
    administrator: Browser, units: dict[str, int]
) -> None:
    act("listing.suspend", "organisation", units[OTHER], organisation_id=units[OWN], reason="过期")
    page = seen(administrator.get(f"{PAGE}?action=listing.suspend"))
    for told in ("李雯", OWN, "暂停了展示", OTHER, "第 3 版", "原因：过期", "还没有"):
        assert told in page
    assert f'href="/organisations/{units[OTHER]}"' in page


def test_a_sealed_row_names_its_block(administrator: Browser) -> None:
    act("listing.suspend", "result", 1)
    seal_audit_trail()
    assert "第 1 块" in seen(administrator.get(f"{PAGE}?action=listing.suspend"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("who=李雯", ["a"]),
        ("who=%20王%20%20五%20", ["b"]),
        ("who=78", ["b"]),
        ("who=李", []),
        (f"organisation={OWN}", ["a"]),
        ("organisation=恒砺", ["b"]),
        ("action=listing.publish", ["b"]),
        ("kind=result&id=5", ["a"]),
        ("kind=patent", ["b"]),
        ("from=2026-03-02&to=2026-03-02", ["b"]),
        ("to=2026-03-01", ["a"]),
        ("from=2026-03-01&to=2026-03-02&who=李雯", ["a"]),
    ],
)
def test_the_trail_is_filtered(
    administrator: Browser, units: dict[str, int], query: str, found: list[str]
) -> None:
    # Midnight in Asia/Shanghai lies between them.
    before = datetime(2026, 3, 1, 15, 59, tzinfo=UTC)
    act("listing.suspend", "result", 5, organisation_id=units[OWN], at=before, reason="甲事")
    act(
        "listing.publish",
        "patent",
        6,
        name="王 五",
        person_id=78,
        organisation_id=units[OTHER],
        at=before + timedelta(minutes=2),
        reason="乙事",
    )
    page = administrator.get(f"{PAGE}?{query}").text
    assert [one for one, sign in (("a", "甲事"), ("b", "乙事")) if sign in page] == found


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("id=x&kind=result", "编号应为数字"),
        ("id=9999999999&kind=result", "编号应为数字"),
        ("id=5", "就要选是什么的编号"),
        ("from=yesterday", "日子应写成"),
        ("from=0001-01-01", ""),
        ("to=9999-12-31", "日子应写成"),
        ("from=2026-03-02&to=2026-03-01", "结束的日子"),
        ("organisation=没有这家", "没有叫这个名称的单位"),
        ("organisation=云岫", "不止一个"),
        ("before=x&after=99999999999", ""),
        ("action=no.such&kind=<script>", ""),
    ],
)
def test_what_cannot_be_looked_for_is_told_at_the_field(
    administrator: Browser, query: str, told: str
) -> None:
    answer = administrator.get(f"{PAGE}?{query}")
    assert answer.status_code == 200
    assert told in seen(answer)
    assert "<script>" not in answer.text


def test_pages_go_on_from_a_row_in_both_directions(administrator: Browser) -> None:
    with writing() as session:
        for number in range(120):
            record_audit(session, system("import"), "listing.import", "result", number + 1)
    query = "who=import"
    first = seen(administrator.get(f"{PAGE}?{query}"))
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    second = seen(administrator.get(older[1].replace("&amp;", "&")))
    oldest = re.search(r'rel="next" href="([^"]+)"', second)
    newer = re.search(r'rel="prev" href="([^"]+)"', second)
    assert oldest
    assert newer
    third = seen(administrator.get(oldest[1].replace("&amp;", "&")))
    assert 'rel="next"' not in third
    numbers = [re.findall(r"第 (\d+) 条", page) for page in (first, second, third)]
    assert [len(page) for page in numbers] == [50, 50, 20]
    flat = [int(number) for page in numbers for number in page]
    assert flat == sorted(flat, reverse=True)
    again = seen(administrator.get(newer[1].replace("&amp;", "&")))
    assert re.findall(r"第 (\d+) 条", again) == numbers[0]


def test_a_units_reviewer_sees_what_was_done_for_the_unit_and_no_more(
    app: Flask, units: dict[str, int]
) -> None:
    manager = enter(app, add_person("zhou@yunxiu.example", Role.HOLDER_MGR.value, units[OWN]))
    act("listing.suspend", "result", 1, organisation_id=units[OWN], reason="自己单位的")
    act("listing.suspend", "result", 2, organisation_id=units[OTHER], reason="别的单位的")
    act("account.password_changed", "person", 77, organisation_id=units[OWN], reason="账号里的")
    page = seen(manager.get(PAGE))
    assert "自己单位的" in page
    assert "别的单位的" not in page
    assert "账号里的" not in page
    assert 'name="organisation"' not in page
    assert "别的单位的" not in manager.get(f"{PAGE}?organisation={units[OTHER]}").text
    exported = manager.post(f"{PAGE}/export", format="csv").text
    assert "自己单位的" in exported
    assert "别的单位的" not in exported


SEE_ROWS = (Role.ADMIN, Role.BUREAU, Role.HOLDER_MGR)


@pytest.mark.parametrize("role", [one for one in Role if one not in SEE_ROWS])
def test_nobody_else_sees_a_row(app: Flask, role: Role) -> None:
    act("listing.suspend", "result", 1, organisation_id=5)
    actor = Actor(ActorKind.PERSON, "人", 1, 5, frozenset({role}))
    assert db.session.scalars(select(AuditEntry).where(visible_to(actor, AuditEntry))).all() == []


@pytest.fixture
def formula(units: dict[str, int]) -> str:
    """An act whose every text would be executed by a spreadsheet program."""
    evil = '=HYPERLINK("https://evil.example","x")'
    act("listing.suspend", "result", 1, name=evil, organisation_id=units[OWN], reason=evil)
    return evil


def test_files_of_a_demonstration_say_so_in_their_name_and_in_each_row(
    app: Flask, administrator: Browser, units: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    act("listing.suspend", "result", 1, organisation_id=units[OWN])
    monkeypatch.setattr(app.extensions["settings"], "mode", Mode.DEMO)
    answer = administrator.post(f"{PAGE}/export", format="csv")
    assert 'filename="demo-audit-' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows
    assert {row["数据"] for row in rows} == {"演示数据"}


def test_the_export_holds_what_was_looked_for_with_formulas_made_harmless(
    administrator: Browser, formula: str
) -> None:
    act("listing.publish", "result", 2)
    answer = administrator.post(f"{PAGE}/export", format="csv", action="listing.suspend")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-')
    table = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    (row,) = table
    assert row["谁"] == row["原因"] == f"'{formula}"
    assert (row["办了什么"], row["替谁"], row["版本"]) == ("暂停了展示", OWN, "3")


def test_the_export_as_a_workbook_says_how_much_it_may_hold(
    administrator: Browser, formula: str
) -> None:
    answer = administrator.post(f"{PAGE}/export", format="xlsx", action="listing.suspend")
    book = python_calamine.load_workbook(io.BytesIO(answer.data))
    heads, row = book.get_sheet_by_name("审计记录").to_python()
    assert dict(zip(heads, row, strict=True))["谁"] == formula
    about = str(book.get_sheet_by_name("说明").to_python())
    assert "最多 10,000\\xa0行" in about
    assert "listing.suspend" in about


def test_an_export_stands_in_the_trail_itself(administrator: Browser) -> None:
    administrator.post(f"{PAGE}/export", format="csv", who="李雯")
    db.session.rollback()
    row = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "audit.export")).one()
    assert row.detail == {"conditions": {"who": "李雯"}, "form": "csv"}


def test_an_export_with_a_wrong_filter_gives_the_page_with_the_sentence(
    administrator: Browser,
) -> None:
    for fields in ({"format": "exe"}, {"format": "csv", "id": "x"}):
        answer = administrator.post(f"{PAGE}/export", **fields)
        assert answer.status_code == 422


def plans(app: Flask, where: str) -> Iterator[str]:
    """How SQLite goes about a page of rows."""
    order = "ORDER BY at DESC, id DESC LIMIT 51"
    sql = f"EXPLAIN QUERY PLAN SELECT * FROM audit_entry WHERE {where} {order}"
    yield from (str(row[-1]) for row in db.session.execute(text(sql)))


@pytest.mark.parametrize(
    "where",
    [
        "1 = 1",
        "person_id = 7",
        "organisation_id = 7",
        "action = 'listing.import'",
        "actor_name = 'import'",
        "at >= '2026-01-01' AND at < '2026-01-02'",
        "(at, id) < ('2026-01-01', 5)",
        "person_id = 7 AND (at, id) < ('2026-01-01', 5)",
    ],
)
def test_a_page_of_a_million_rows_is_read_from_an_index_without_sorting(
    app: Flask, where: str
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("plans of PostgreSQL depend on its statistics")
    told = " ".join(plans(app, where))
    assert "USING INDEX ix_audit_entry_" in told
    assert "TEMP B-TREE" not in told


def test_the_organisation_of_a_filter_is_one_that_may_be_seen(
    app: Flask, administrator: Browser, units: dict[str, int]
) -> None:
    with writing() as session:
        session.get_one(Organisation, units[OTHER]).state = "draft"
    act("listing.suspend", "result", 1, organisation_id=units[OTHER], reason="草稿单位的")
    assert "草稿单位的" in administrator.get(f"{PAGE}?organisation={OTHER}").text
