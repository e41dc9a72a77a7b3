"""The pages of reconciliation: load, look, close, open again, download."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from marketplace.contracts.models import LedgerSum
from marketplace.core.db import writing
from marketplace.core.outbox import drain
from tests.functional.accounts.browsing import seen
from tests.functional.contracts.batch_files import MARCH, released, row, send, sheet
from tests.functional.contracts.reconciling.test_comparing import (
    export,
    found,
    is_reconciled,
    kinds,
)
from tests.functional.posting.conftest import People

PAGE = f"/staff/reconciliation/{MARCH}"


@pytest.fixture
def loaded(staff: People) -> People:
    """A month with a difference of each group."""
    released(staff["registrar"], staff["second"], [row(1), row(2)])
    wrong = export(1, **{"合同成交额（元）": "1000"})
    answer = send(staff.browser("stat"), f"{PAGE}/export", sheet([wrong, export(9)]), "三月.csv")
    assert answer.status_code == 302, answer.text
    assert "data-refresh" in staff.browser("stat").get(PAGE).text
    drain()
    return staff


def test_a_month_is_loaded_looked_at_and_closed_on_its_page(loaded: People) -> None:
    stat = loaded.browser("stat")
    page = seen(stat.get(PAGE))
    assert "2026 年 3 月与全国系统有 3 处差异没有办结" in page
    assert row(2)["合同登记编号"] in page
    other = seen(stat.get(f"{PAGE}?group=other"))
    assert "−0.01" in other
    refused = stat.post(f"{PAGE}/close", group="other", code="", difference=str(found()[0].id))
    assert refused.status_code == 422
    assert "请选一个原因" in refused.text
    for one in found():
        answer = stat.post(f"{PAGE}/close", code="late_there", difference=str(one.id))
        assert answer.status_code == 302
    assert is_reconciled(MARCH)
    assert "已核对" in stat.get(PAGE).text
    assert "已核对" in stat.get("/staff/reconciliation").text


def test_a_closed_difference_can_be_opened_again(loaded: People) -> None:
    stat = loaded.browser("stat")
    ids = [str(one.id) for one in found()]
    stat.post(f"{PAGE}/close", code="other", reason="对方停机", difference=ids)
    assert "对方停机" in stat.get(f"{PAGE}?group=only_there").text
    assert stat.post(f"{PAGE}/reopen", difference=ids[0]).status_code == 302
    assert len(kinds()) == 1
    assert not is_reconciled(MARCH)


def test_the_differences_are_downloaded_as_a_workbook(loaded: People) -> None:
    answer = loaded.browser("stat").get(f"{PAGE}/differences.xlsx")
    assert answer.data.startswith(b"PK")


def test_differences_from_a_ledger_of_the_demonstration_say_so(loaded: People) -> None:
    with writing() as session:
        session.execute(update(LedgerSum).values(is_demo=True))
    answer = loaded.browser("stat").get(f"{PAGE}/differences.xlsx")
    assert "demo-" in answer.headers["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert {row[0] for row in book.get_sheet_by_index(0).to_python()[1:]} == {"演示数据"}


def test_a_month_that_is_none_or_has_not_come_is_not_found(loaded: People) -> None:
    stat = loaded.browser("stat")
    for month in ("202613", "209901", "199901", "000001"):
        assert stat.get(f"/staff/reconciliation/{month}").status_code == 404
    assert stat.get("/staff/reconciliation?month=2026-03").location == PAGE
    assert "没有这个月" in stat.get("/staff/reconciliation?month=2026-13").text


def test_numbers_that_are_none_change_nothing(loaded: People) -> None:
    stat = loaded.browser("stat")
    for wrong in ("x", "-1", "99999999999999999999", "77"):
        answer = stat.post(f"{PAGE}/close", code="late_there", difference=wrong)
        assert answer.status_code in (302, 422)
    assert len(kinds()) == 3


def test_the_rows_that_could_not_be_read_are_listed(loaded: People) -> None:
    stat = loaded.browser("stat")
    rows = [export(1), export(2), export(3, 登记日期="三月")]
    send(stat, f"{PAGE}/export", sheet(rows), "三月.csv")
    drain()
    assert "导出里读不出来的行" in stat.get(PAGE).text
    assert "三月" in stat.get(f"{PAGE}/issues.csv").get_data(as_text=True)
    assert not is_reconciled(MARCH)
