"""Files that can't be read: a sentence at the field, nothing kept. And those that can."""

from __future__ import annotations

import io
import json
import zipfile
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.core.db import db
from marketplace.core.outbox import drain
from marketplace.core.tables import Column, Sheet, write_xlsx
from marketplace.posting.models import Posting, Upload
from marketplace.posting.uploads import checking
from tests.functional.accounts.browsing import seen
from tests.functional.posting.conftest import People
from tests.functional.posting.uploads.sheets import checked, fresh, row, send, sheet


def zip_bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (4 << 20))
    return target.getvalue()


BAD_FILES: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "a.csv", "文件是空的"),
    "only a header": ("成果名称\n".encode(), "a.csv", "没有记录"),
    "a PDF that says it is a workbook": (b"%PDF-1.7 ...", "a.xlsx", "PDF"),
    "junk that says it is a workbook": (b"no spreadsheet", "a.xlsx", "内容却不是表格"),
    "a web page": (b"<html><script>alert(1)</script>", "a.csv", "网页"),
    "a zip bomb": (zip_bomb(), "a.xlsx", "大得不正常"),
    "a broken workbook": (b"PK\x03\x04" + b"x" * 50, "a.xlsx", "损坏"),
    "without a name": ("类别\nY\n".encode(), "a.csv", "找不到“名称”"),
    "no text at all": (bytes(range(32)) * 40, "a.csv", "不是文本"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_what_can_not_be_read_is_told_at_the_field_and_not_kept(people: People, name: str) -> None:
    content, file_name, sentence = BAD_FILES[name]
    answer = send(people.browser("clerk"), content, file_name)
    assert answer.status_code == 422
    page = seen(answer)
    assert sentence in page
    assert 'aria-describedby="h-file e-file"' in page
    assert "<title>错误：" in page
    assert "--mapping" not in page
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 0


@pytest.mark.parametrize(
    ("given", "stem"), [("成果.csv", "成果"), ("---.csv", "表格 1"), (".csv", "表格 1")]
)
def test_what_is_downloaded_has_a_name_in_every_program(
    people: People, given: str, stem: str
) -> None:
    clerk = people.browser("clerk")
    upload = checked(clerk, [row(1, stage="")], name=given)
    headers = {
        path: unquote(clerk.get(path).headers["Content-Disposition"])
        for path in (f"/uploads/{upload.id}/issues.csv", "/uploads/template/patent")
    }
    assert list(headers.values()) == [
        f"attachment; filename=\"upload-1-problems.csv\"; filename*=UTF-8''{stem} 的问题.csv",
        "attachment; filename=\"patent-template.xlsx\"; filename*=UTF-8''专利上传模板.xlsx",
    ]


def test_no_file_at_all_is_told_at_the_field(people: People) -> None:
    answer = send(people.browser("clerk"), b"", "")
    assert answer.status_code == 422
    assert "请选一个文件" in seen(answer)


@pytest.mark.parametrize("megabytes", [2, 8])
def test_a_file_over_the_limit_is_refused_with_the_limit(
    app: Flask, people: People, megabytes: int
) -> None:
    app.extensions["settings"].upload_limit_mb = 1
    answer = send(people.browser("clerk"), b"x" * (megabytes << 20), "a.csv")
    assert answer.status_code == 413
    assert "文件超过 1 MB" in seen(answer)


def test_a_file_larger_than_any_other_form_may_be_is_taken(people: People) -> None:
    rows = [row(number, abstract_zh="切" * 3000) for number in range(150)]
    assert len(sheet(rows)) > 1 << 20
    assert checked(people.browser("clerk"), rows).good == 150


def test_only_the_route_for_spreadsheets_takes_that_much(people: People) -> None:
    browser = people.browser("clerk")
    answer = browser.post_without_token("/postings/new/result", file="x" * (2 << 20))
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8"])
def test_a_csv_is_read_in_the_encodings_of_spreadsheet_programs(
    people: People, encoding: str
) -> None:
    answer = send(people.browser("clerk"), sheet([row(1), row(2)], encoding))
    assert answer.status_code == 302
    drain()
    assert fresh(1).good == 2


def test_a_jsonl_is_read(people: People) -> None:
    lines = "\n".join(json.dumps(row(number), ensure_ascii=False) for number in range(3))
    assert send(people.browser("clerk"), lines.encode(), "a.jsonl").status_code == 302
    drain()
    assert fresh(1).good == 3


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_cell_with_a_nul_is_a_bad_row_and_nothing_of_it_is_kept(
    people: People, name: str
) -> None:
    rows = [row(1), row(2, problem_zh="裂\0纹"), row(3, title_zh="薄\x01片")]
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in rows)
    content = sheet(rows) if name == "a.csv" else lines.encode()
    if name == "a.jsonl":
        content += b'\n{"title_zh": "\\ud800"}'
    browser = people.browser("clerk")
    assert send(browser, content, name).status_code == 302
    drain()
    upload = fresh(1)
    assert (upload.state, upload.good) == ("checked", 2)
    page = browser.get("/uploads/1").text + browser.get("/uploads/1/issues.csv").text
    assert "\0" not in page
    assert "\x01" not in page


def test_a_workbook_is_read_and_says_what_of_it_was_not(people: People) -> None:
    target = io.BytesIO()
    columns = [Column(key, key) for key in [*row(1), "source_id", "心情"]]
    rows = [{**row(number), "source_id": number, "心情": "好"} for number in range(3)]
    write_xlsx(target, [Sheet("成果", columns, rows), Sheet("草稿", columns)])
    assert send(people.browser("clerk"), target.getvalue(), "a.xlsx").status_code == 302
    drain()
    assert fresh(1).good == 3
    page = seen(people.browser("clerk").get("/uploads/1"))
    assert "这些列没有用到：心情、source_id" in page
    assert "没有读：草稿" in page


@pytest.mark.parametrize("kind", ["result", "patent", "project"])
def test_the_template_has_the_columns_of_the_form_and_can_be_sent_back(
    people: People, kind: str
) -> None:
    browser = people.browser("clerk")
    answer = browser.get(f"/uploads/template/{kind}")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    answer = send(browser, answer.data, "空.xlsx", kind)
    assert answer.status_code == 422
    assert "没有记录" in seen(answer)


def test_more_rows_than_one_upload_takes_end_it_with_a_sentence(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "MOST_ROWS", 3)
    upload = checked(people.browser("clerk"), [row(number) for number in range(4)])
    assert upload.state == "failed"
    page = seen(people.browser("clerk").get(f"/uploads/{upload.id}"))
    assert "一份表格最多 3 行" in page


def test_a_check_that_was_interrupted_goes_on_where_it_stopped(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(number) for number in range(1200)]
    browser = people.browser("clerk")
    assert send(browser, sheet([*rows, row(3)])).status_code == 302
    kept = checking._keep
    turns: list[int] = []

    def dies(upload_id, batch, position, table):  # type: ignore[no-untyped-def]
        turns.append(position)
        if len(turns) == 2:
            raise RuntimeError("killed")
        kept(upload_id, batch, position, table)

    monkeypatch.setattr(checking, "_keep", dies)
    with pytest.raises(RuntimeError):
        checking.check_slice(1)
    assert (fresh(1).state, fresh(1).rows) == ("checking", 500)
    assert "500" in seen(browser.get("/uploads/1"))
    checking.check_slice(1)
    upload = fresh(1)
    assert (upload.state, upload.rows, upload.good, upload.bad) == ("checked", 1201, 1200, 1)
    assert turns[2] == turns[1]


def test_a_check_in_slices_gives_the_same(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.posting.uploads.jobs.SLICE_SECONDS", 0)
    upload = checked(people.browser("clerk"), [row(number) for number in range(1200)])
    assert (upload.state, upload.good) == ("checked", 1200)
    assert db.session.scalar(select(func.count()).select_from(Posting)) == 0
