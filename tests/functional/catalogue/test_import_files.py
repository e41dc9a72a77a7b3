"""Whole files into the catalogue: what goes in, what stays out, and what is said."""

from __future__ import annotations

import csv
import json
import os
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.catalogue.importing import ImportReport, import_file
from marketplace.catalogue.models import Organisation, Patent, Result
from marketplace.core.actor import ANONYMOUS, system
from marketplace.core.db import db
from marketplace.core.policy import Forbidden
from marketplace.core.tables import Column, Sheet, TableError, write_csv, write_xlsx

pytestmark = pytest.mark.usefixtures("app")

NUMBER = "202110318264.1"


def jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), "utf-8")
    return path


def run(path: Path, kind: str = "patent", **options: Any) -> ImportReport:
    return import_file(system("import"), kind, path, **options)


def error_rows(report: ImportReport) -> list[list[str]]:
    assert report.errors_path is not None
    with report.errors_path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def titles(model: type[Patent] | type[Result] = Patent) -> list[str]:
    db.session.rollback()
    return [str(title) for title in db.session.scalars(select(model.title).order_by(model.id))]


def test_patents_with_plain_english_columns_need_no_mapping(tmp_path):
    rows = [
        {"id": f"{n:032x}", "title": f"隔膜 {n}", "assignee": "甲公司", "abstract": "一种隔膜。"}
        for n in range(3)
    ]
    report = run(jsonl(tmp_path / "patents.jsonl", rows))
    assert (report.read, report.created, report.failed) == (3, 3, 0)
    assert report.unknown_columns == ()
    assert report.errors_path is None
    patent = db.session.scalars(select(Patent).limit(1)).one()
    assert (patent.source, str(patent.owners[0].name)) == ("patents.jsonl", "甲公司")


def test_papers_with_english_in_some_rows_only_go_in_as_results(tmp_path):
    rows = [
        {
            "id": f"P-{n}",
            "title_zh": f"论文 {n}",
            "abstract_zh": "甲",
            "keywords_zh": ["乙"],
            "clc": "",
        }
        for n in range(150)
    ]
    rows[140] |= {"title_en": "Paper", "abstract_en": "A", "keywords_en": "b; c"}
    report = run(jsonl(tmp_path / "papers.jsonl", rows), "result")
    assert (report.created, report.failed) == (150, 0)
    assert report.unknown_columns == ("clc",)
    paper = db.session.scalars(select(Result).where(Result.source_id == "P-140")).one()
    assert paper.title.en == "Paper"
    assert paper.keywords == {"zh": ["乙"], "en": ["b", "c"]}


def test_good_rows_go_in_and_bad_ones_to_a_list_that_excel_opens(tmp_path):
    path = tmp_path / "专利.csv"
    path.write_text(
        "专利名称,申请号,申请日\n隔膜,202110318264.1,2021-03-24\n"
        "电极,202110318264.7,2021-03-24\n=HYPERLINK(1),,昨天\n",
        "gb18030",
    )
    report = run(path)
    assert (report.read, report.created, report.failed) == (3, 1, 2)
    assert report.errors_path == tmp_path / "专利.errors.csv"
    assert report.errors_path.read_bytes().startswith(b"\xef\xbb\xbf")
    header, wrong_digit, wrong_day = error_rows(report)
    assert header == ["行号", "列", "值", "原因"]
    assert wrong_digit[:3] == ["3", "申请号", "202110318264.7"]
    assert "应为 1" in wrong_digit[3]
    assert wrong_day[:3] == ["4", "申请日", "昨天"]
    assert [error.row for error in report.first_errors] == [3, 4]


def test_values_in_the_error_list_are_harmless_formulas(tmp_path):
    report = run(jsonl(tmp_path / "a.jsonl", [{"title": "甲", "filed_on": "=1+1"}]))
    assert error_rows(report)[1][2] == "'=1+1"


def test_a_second_import_of_the_same_file_changes_nothing(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", [{"title": f"甲{n}", "assignee": "乙"} for n in range(5)])
    run(path)
    report = run(path)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 5)
    assert report.resumed_from == 0


def test_a_repeat_names_the_first_row_however_far_apart(tmp_path):
    rows = [{"id": n, "title": f"甲{n}"} for n in range(1200)]
    report = run(jsonl(tmp_path / "a.jsonl", [*rows, {"id": 3, "title": "又"}]))
    assert (report.created, report.failed) == (1200, 1)
    assert "第 4 行" in str(report.first_errors[0].reason)


def test_a_mapping_names_columns_that_nobody_could_guess(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("甲栏,乙栏\n隔膜,202110318264.1\n", "utf-8")
    with pytest.raises(TableError, match="甲栏"):
        run(path)
    report = run(path, mapping={"title_zh": "甲栏", "application_number": "乙栏"})
    assert report.created == 1
    with pytest.raises(TableError, match="乙栏"):
        run(path, mapping={"title_zh": "丙栏"})


def test_the_source_is_what_the_importer_says(tmp_path):
    run(jsonl(tmp_path / "a.jsonl", [{"title": "甲"}]), source=" 市科技局\n登记册 ")
    assert db.session.scalars(select(Patent.source)).one() == "市科技局 登记册"


def test_a_workbook_goes_in_like_any_table(tmp_path):
    path = tmp_path / "a.xlsx"
    columns = [Column("t", "成果名称"), Column("p", "最低价（万元）"), Column("y", "先使用后付费")]
    write_xlsx(path, [Sheet("成果", columns, [{"t": "隔膜", "p": 60, "y": "是"}])])
    assert run(path, "result").created == 1
    result = db.session.scalars(select(Result)).one()
    assert (result.price_min_fen, result.try_before_pay) == (60_000_000, True)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("header.csv", "专利名称\n".encode()),
        ("report.pdf", b"%PDF-1.7\n" + b"\x00" * 100),
        ("other.csv", "甲,乙\n1,2\n".encode()),
    ],
)
def test_a_file_that_cannot_be_used_is_a_sentence_and_changes_nothing(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(TableError) as error:
        run(path)
    assert str(error.value)
    assert titles() == []


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(TableError):
        run(tmp_path / "nowhere.csv")


def test_a_zip_bomb_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    with pytest.raises(TableError):
        run(path)


def test_a_damaged_line_is_reported_and_the_next_one_goes_in(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"title": "甲"}\n{"title": \n[1]\n{"title": "乙"}\n'.encode())
    report = run(path)
    assert (report.created, report.failed) == (2, 2)
    assert titles() == ["甲", "乙"]


def test_the_error_list_never_replaces_the_file_itself(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", [{"title": ""}, {"title": "甲"}])
    with pytest.raises(TableError, match="错误清单"):
        run(path, errors_path=path)
    assert len(path.read_text("utf-8").splitlines()) == 2


def test_an_error_list_that_cannot_be_written_stops_the_import_with_a_sentence(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", [{"title": ""}, {"title": "甲"}])
    with pytest.raises(TableError, match="--errors"):
        run(path, errors_path=tmp_path / "nowhere" / "e.csv")
    assert titles() == []


def test_organisations_go_in_and_complete_those_that_were_named(tmp_path):
    run(jsonl(tmp_path / "p.jsonl", [{"title": "甲", "assignee": "云岫理工大学"}]))
    path = tmp_path / "o.csv"
    write_csv(
        path,
        [Column("n", "单位名称"), Column("c", "统一社会信用代码"), Column("t", "单位类型")],
        [{"n": "云岫理工大学", "c": "129901034901362765", "t": "高校"}],
    )
    report = run(path, "organisation")
    assert (report.updated, report.failed) == (1, 0)
    organisation = db.session.scalars(select(Organisation)).one()
    assert (organisation.uscc, organisation.kind) == ("129901034901362765", "university")


def test_a_visitor_imports_nothing(tmp_path):
    with pytest.raises(Forbidden):
        import_file(ANONYMOUS, "patent", jsonl(tmp_path / "a.jsonl", [{"title": "甲"}]))


def test_a_file_whose_name_is_not_utf8_goes_in(tmp_path):
    path = jsonl(tmp_path / os.fsdecode("专利".encode("gb18030") + b".jsonl"), [{"title": "甲"}])
    report = run(path)
    assert report.created == 1
    assert report.source.isprintable()
