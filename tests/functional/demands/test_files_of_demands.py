"""Demands from files: imported as they are, or uploaded by a demander, reviewed and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from marketplace.catalogue.importing import ImportReport, import_file
from marketplace.catalogue.models import Demand, Organisation
from marketplace.core.actor import ANONYMOUS, system
from marketplace.core.db import db
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden
from marketplace.posting.models import Posting
from marketplace.posting.uploads.deciding import decide_upload
from marketplace.posting.uploads.submitting import submit_upload
from marketplace.posting.uploads.undoing import undo_upload
from tests.functional.accounts.browsing import seen
from tests.functional.posting.conftest import RIVAL, People
from tests.functional.posting.uploads.sheets import checked, fresh, send, sheet

pytestmark = pytest.mark.usefixtures("app")

ROW: dict[str, Any] = {
    "需求名称": "铝壳焊缝总有气孔",
    "需求类型": "技术难题",
    "需求单位": "青堤机械有限公司",
    "主要问题": "焊缝里的气孔返修占工时一成。",
    "指标要求": "气孔率 | 不超过 | 2 | % | X 光\n节拍 | >= | 6 | 件/min",
    "关键词": "焊缝；气孔；铝壳；激光焊；闭环；相机",
    "技术领域": "先进制造",
    "拟投入资金（万元）": "面议",
    "合作模式": "合作开发；技术转让",
    "截止日期": "2099-12-31",
}


def lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def run(path: Path, **options: Any) -> ImportReport:
    return import_file(system("import"), "demand", path, **options)


def the_demand() -> Demand:
    db.session.rollback()
    return db.session.scalars(select(Demand)).one()


def test_a_file_of_demands_goes_in_open_and_once(tmp_path: Path) -> None:
    path = lines(tmp_path / "需求.jsonl", [ROW])
    report = run(path, source="需求表")
    assert (report.created, report.failed, report.warnings) == (1, 0, 1)
    demand = the_demand()
    assert (demand.state, demand.demand_type, demand.budget_kind) == (
        "open",
        "problem",
        "negotiable",
    )
    assert demand.indicators == [
        {
            "name": {"zh": "气孔率"},
            "operator": "≤",
            "value": "2",
            "unit": "%",
            "method": {"zh": "X 光"},
        },
        {"name": {"zh": "节拍"}, "operator": "≥", "value": "6", "unit": "件/min"},
    ]
    assert demand.keywords == {"zh": ["焊缝", "气孔", "铝壳", "激光焊", "闭环"]}
    assert demand.cooperation_modes == ["4", "2"]
    again = lines(tmp_path / "again.jsonl", [{**ROW, "主要问题": "返修占工时两成。"}])
    assert run(again, source="需求表").updated == 1
    assert the_demand().version == 2


def test_plain_english_columns_need_no_mapping(tmp_path: Path) -> None:
    rows = [
        {"demand_id": "d1", "title": "RF leakage when off", "text": "Signal creeps.", "field": "1"}
    ]
    report = run(lines(tmp_path / "demands.jsonl", rows))
    assert (report.created, report.unknown_columns) == (1, ())
    assert the_demand().problem.en == "Signal creeps."


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("截止日期", "2020-01-01", "截止日期已经过了"),
        ("保密等级", "机密", "国家秘密"),
        ("指标要求", "气孔率 | ≤ | 约二", "第 1 行的数值要填数字"),
        ("指标要求", "气孔率 | 像 | 2", "看不懂"),
        ("指标要求", "气孔率", "不完整"),
        ("需求单位", "甲公司；乙公司", "只写一家"),
        ("需求类型", "其他", "不在可选的值里"),
        ("主要问题", "气" * 1501, "1,500"),
    ],
)
def test_what_cannot_be_is_said_with_its_row(
    tmp_path: Path, column: str, text: str, said: str
) -> None:
    report = run(lines(tmp_path / "需求.jsonl", [{**ROW, column: text}]))
    assert report.failed == 1
    assert said in str(report.first_errors[0].reason)


def test_a_range_the_wrong_way_round_is_refused(tmp_path: Path) -> None:
    budget = {"预算下限（万元）": "150", "预算上限（万元）": "80"}
    row = {key: cell for key, cell in ROW.items() if "资金" not in key}
    report = run(lines(tmp_path / "需求.jsonl", [row | budget]))
    assert "预算上限低于下限" in str(report.first_errors[0].reason)


def test_a_masked_row_brings_no_organisation_into_the_market(tmp_path: Path) -> None:
    row = {**ROW, "需求单位": "还没有的公司", "对外显示的名称": "某机械厂"}
    report = run(lines(tmp_path / "需求.jsonl", [row]))
    assert report.failed == 1
    assert "先导入这家单位" in str(report.first_errors[0].reason)
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == 0


def test_only_the_system_imports(tmp_path: Path) -> None:
    with pytest.raises(Forbidden):
        import_file(ANONYMOUS, "demand", lines(tmp_path / "需求.jsonl", [ROW]))


def uploaded(number: int, **cells: Any) -> dict[str, Any]:
    """A good row of a spreadsheet, but for what ``cells`` change."""
    row = {key: cell for key, cell in ROW.items() if key != "需求单位"}
    return {**row, "需求名称": f"第 {number} 条产线的气孔", **cells}


def postings(upload_id: int) -> list[Posting]:
    db.session.rollback()
    return list(db.session.scalars(select(Posting).where(Posting.upload_id == upload_id)))


def test_a_demander_uploads_a_sheet_and_sees_what_is_wrong_in_which_row(people: People) -> None:
    browser = people.browser("demander")
    rows = [uploaded(1), uploaded(2, 截止日期="2020-01-01"), uploaded(3, 需求类型="")]
    upload = checked(browser, rows, kind="demand", name="需求.csv")
    assert (upload.good, upload.bad) == (1, 2)
    page = seen(browser.get(f"/uploads/{upload.id}"))
    assert "截止日期已经过了" in page
    assert "“需求类型”还没有填" in page


def test_what_was_uploaded_goes_through_both_reviews_as_a_batch(people: People) -> None:
    browser = people.browser("demander")
    upload = checked(browser, [uploaded(1), uploaded(2)], kind="demand", name="需求.csv")
    submit_upload(people["demander"], upload.id, confirms_secrecy=True)
    drain()
    assert [one.state for one in postings(upload.id)] == ["submitted"] * 2
    assert postings(upload.id)[0].cells["owners"][0]["name"]["zh"] == RIVAL
    for who in ("admin", "bureau"):
        decide_upload(people[who], upload.id, confirms_secrecy=False, opinion="可以")
        drain()
    assert [one.state for one in postings(upload.id)] == ["published"] * 2
    assert db.session.scalar(select(func.count()).where(Demand.state == "open")) == 2


def test_a_batch_can_be_taken_back_before_it_is_reviewed(people: People) -> None:
    upload = checked(people.browser("demander"), [uploaded(1)], kind="demand", name="需求.csv")
    submit_upload(people["demander"], upload.id, confirms_secrecy=True)
    drain()
    undo_upload(people["demander"], upload.id)
    drain()
    assert fresh(upload.id).state == "undone"
    assert postings(upload.id) == []


def test_a_demander_uploads_no_results_and_a_clerk_no_demands(people: People) -> None:
    for who, kind in (("demander", "result"), ("clerk", "demand")):
        answer = send(people.browser(who), sheet([uploaded(1)]), kind=kind)
        # The page that they are given is of a kind that they may upload.
        assert answer.status_code in (302, 422)
        assert db.session.scalar(select(func.count()).select_from(Posting)) == 0


def test_the_template_has_the_columns_of_the_form_and_no_others(people: People) -> None:
    browser = people.browser("demander")
    page = browser.get("/uploads/new").text
    assert "/uploads/template/demand" in page
    assert "/uploads/new?kind=result" not in page
    assert browser.get("/uploads/template/demand").data[:2] == b"PK"
