"""The pages of batches: a file is sent, its rows checked, its totals shown, then released."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from marketplace.catalogue.importing import import_into
from marketplace.contracts.batches.bringing import bring_file
from marketplace.contracts.files import reading
from marketplace.contracts.saving import contract_target
from marketplace.core.actor import system
from marketplace.core.db import db
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden
from marketplace.core.tables import Column, Sheet, TableError, write_xlsx
from tests.functional.accounts.browsing import seen
from tests.functional.contracts.batch_files import (
    amended,
    brought,
    contracts,
    fresh,
    posted,
    row,
    send,
    sheet,
)
from tests.functional.contracts.conftest import close_only
from tests.functional.posting.conftest import People

NEW = "/staff/contract-batches/new"


def test_a_file_goes_from_the_page_to_the_ledger_through_two_people(staff: People) -> None:
    registrar, second = staff.browser("registrar"), staff.browser("second")
    answer = send(registrar, NEW, sheet([row(1), amended(2), row(3, 登记日期="2026-99-01")]))
    assert answer.status_code == 302, answer.text
    path = answer.location
    assert "data-refresh" in registrar.get(path).text
    drain()
    own = seen(registrar.get(path))
    assert "2 份合同等放行，1 行有问题" in own
    assert "要由另一个人放行" in own
    page = seen(second.get(path))
    for words in ("2,000.02", "1,800.02", "499.99", "2026 年 4 月", "放行 2 份合同"):
        assert words in page
    assert "变更为 1,500.00 元" in page
    assert registrar.post(f"{path}/release").status_code == 403
    assert second.post(f"{path}/release").status_code == 302
    assert "data-refresh" in second.get(path).text
    drain()
    assert "2 份合同已经计入" in seen(second.get(path))
    assert len(posted()) == 3
    assert "合同.csv" in second.get("/staff/contract-batches").text


def test_the_problems_of_all_rows_can_be_downloaded(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1, **{"合同成交额（元）": "=1+1"}), row(2)])
    answer = staff.browser("stat").get(f"/staff/contract-batches/{batch.id}/issues.csv")
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/csv"
    assert "没有收下" in text
    assert ",=1+1" not in text


def test_the_template_is_a_workbook_that_can_be_sent_back(staff: People) -> None:
    answer = staff.browser("stat").get("/staff/contract-batches/template.xlsx")
    assert answer.data.startswith(b"PK")
    refused = send(staff.browser("stat"), NEW, answer.data, "模板.xlsx")
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "空"),
        ("编号,金额\n1,2\n".encode(), "a.csv", "找不到这些列"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "a.png", ""),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence_and_nothing_is_kept(
    staff: People, content: bytes, name: str, words: str
) -> None:
    answer = send(staff.browser("registrar"), NEW, content, name)
    assert answer.status_code == 422
    assert words in answer.text
    assert "m-field--err" in answer.text


@pytest.mark.parametrize("who", ["reviewer", "admin", "bureau", "district"])
def test_only_registrars_and_statisticians_of_the_whole_city_bring_files(
    staff: People, who: str
) -> None:
    assert staff.browser(who).get(NEW).status_code == 403
    with pytest.raises(Forbidden):
        bring_file(staff[who], "a.csv", None)  # type: ignore[arg-type]


def test_the_bureau_has_no_link_and_no_page_of_batches(staff: People) -> None:
    bureau = staff.browser("bureau")
    assert "/staff/contract-batches" not in bureau.get("/account").text
    assert bureau.get("/staff/contract-batches").status_code == 403
    assert "/staff/contract-batches" in staff.browser("reviewer").get("/account").text


@pytest.mark.parametrize("ending", ["xlsx", "jsonl"])
def test_workbooks_and_json_lines_are_read_as_well(staff: People, ending: str) -> None:
    rows = [row(1), amended(2), row(3, 项目名称="")]
    columns = [Column(key, key) for key in rows[0]]
    target = io.BytesIO()
    if ending == "xlsx":
        write_xlsx(target, [Sheet("合同", columns, rows)])
    else:
        target.write("\n".join(json.dumps(one) for one in rows).encode())
    batch_id = bring_file(staff["stat"], f"合同.{ending}", io.BytesIO(target.getvalue()))
    drain()
    batch = fresh(batch_id)
    assert batch.file is not None
    assert (batch.file.good, batch.file.bad) == (2, 1)
    assert [one.turnover for one in contracts()] == [100001, 100001]


def test_reading_goes_on_where_it_was_killed_and_takes_each_row_once(
    staff: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.contracts.saving.target.ROWS_TOGETHER", 2)
    rows = [row(number) for number in range(7)] + [row(0)]
    batch_id = bring_file(staff["registrar"], "合同.csv", io_of(rows))
    keep, calls = reading._keep, []

    def dying(*args: object) -> None:
        calls.append(args)
        if len(calls) == 3:
            raise SystemExit
        keep(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "_keep", dying)
    file_id = fresh(batch_id).file_id or 0
    with pytest.raises(SystemExit):
        reading.read_slice(file_id)
    assert len(contracts()) == 4
    reading.read_slice(file_id)
    batch = fresh(batch_id)
    assert batch.state == "held"
    assert batch.file is not None
    assert (batch.file.rows, batch.file.good, batch.file.bad) == (8, 7, 1)
    assert len(contracts()) == 7


def test_a_file_with_too_many_rows_leaves_nothing(
    staff: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.contracts.saving.target.ROWS_TOGETHER", 2)
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    batch = brought(staff["registrar"], [row(number) for number in range(5)])
    assert batch.state == "failed"
    assert contracts() == []
    assert "最多 3 行" in seen(
        staff.browser("registrar").get(f"/staff/contract-batches/{batch.id}")
    )


def test_a_batch_without_one_new_contract_is_not_released(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1, 项目名称="")])
    second = staff.browser("second")
    path = f"/staff/contract-batches/{batch.id}"
    assert "没有一份新的合同" in second.get(path).text
    assert second.post(f"{path}/release").status_code == 409


def test_a_batch_without_one_new_contract_closes_by_itself(staff: People) -> None:
    brought(staff["registrar"], [row(1), row(2)])
    again = brought(staff["stat"], [row(1), row(2)], "又一次.csv")
    assert again.state == "empty"
    assert again.file is not None
    assert again.file.is_over
    page = seen(staff.browser("second").get(f"/staff/contract-batches/{again.id}"))
    assert "都已经有了，没有变化，不用放行" in page
    assert "撤回这一批" not in page
    assert "又一次" not in seen(staff.browser("second").get("/tasks"))
    assert "没有新的，已结束" in seen(staff.browser("second").get("/staff/contract-batches"))


def test_a_closed_batch_still_says_what_was_wrong_with_its_rows(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1, 合同子类="X")])
    page = seen(staff.browser("registrar").get(f"/staff/contract-batches/{batch.id}"))
    assert "请照下面的原因改好" in page
    assert "没有收下的行" in page


UNREGISTERED = {"合同登记编号": "", "登记日期": "", "状态": "已提交"}


def test_what_is_not_registered_is_not_said_to_count(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1, **UNREGISTERED)])
    second, path = staff.browser("second"), f"/staff/contract-batches/{batch.id}"
    page = seen(second.get(path))
    assert "这一批都还没有登记。放行以后交给登记机构受理，不计入统计" in page
    assert "就计入统计" not in page
    assert "这些合同没有人受理" in seen(second.get("/tasks"))
    assert second.post(f"{path}/release").status_code == 302
    drain()
    page = seen(second.get(path))
    assert "1 份合同已经放行，等办理登记" in page
    assert "已经计入" not in page
    assert "已计入" not in page
    assert "计入 0 份，1 份等办理登记" in seen(staff.browser("registrar").get("/inbox"))


def test_a_register_that_only_tells_of_changes_says_so(staff: People, tmp_path: Path) -> None:
    for name, one in (("a", row(1)), ("b", amended(1))):
        path = tmp_path / f"{name}.csv"
        path.write_bytes(sheet([one]))
        import_into(system("import"), contract_target(is_history=True), path)
    page = seen(staff.browser("stat").get("/staff/contract-batches/2"))
    assert "没有新的合同，变更已经计入" in page
    assert "已放行" not in page


def test_a_batch_of_both_kinds_says_how_many_count(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1), row(2, **UNREGISTERED)])
    second, path = staff.browser("second"), f"/staff/contract-batches/{batch.id}"
    page = seen(second.get(path))
    assert "登记了的计入统计，没有登记的交给登记机构受理" in page
    assert "有 1 份还没有登记" in page
    second.post(f"{path}/release")
    drain()
    assert "1 份合同已经计入，1 份等办理登记" in seen(second.get(path))


def test_a_page_of_no_batch_is_not_found(staff: People) -> None:
    browser = staff.browser("stat")
    for path in ("", "/undo", "/issues.csv"):
        assert browser.get(f"/staff/contract-batches/77{path}").status_code == 404


def test_a_broken_number_of_a_table_error_is_told_when_too_large(
    staff: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.posting.uploads.receiving.size_limit", lambda: 10)
    with pytest.raises(TableError, match="超过"):
        bring_file(staff["registrar"], "a.csv", io_of([row(1)]))
    db.session.rollback()
    assert contracts() == []


def io_of(rows: list[dict[str, Any]]) -> io.BytesIO:
    return io.BytesIO(sheet(rows))


def test_whoever_releases_is_told_which_months_are_reconciled_or_published(
    staff: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = brought(staff["registrar"], [row(1), amended(2)])
    path, second = f"/staff/contract-batches/{batch.id}", staff.browser("second")
    assert "已经核对或公布过" not in seen(second.get(path))
    close_only(monkeypatch, 202603)
    assert "这些月已经核对或公布过：2026 年 3 月。" in seen(second.get(path))
