"""A month compared with the national system's export: each kind of difference, and none."""

from __future__ import annotations

import io
from typing import Any

import pytest

from marketplace.contracts.ledger.verifying import verify_ledger
from marketplace.contracts.models import ReconciliationDifference, ReconciliationRun
from marketplace.contracts.reconciling.closing import ClosingProblem, close_differences
from marketplace.contracts.reconciling.loading import compare_again, load_export
from marketplace.contracts.reconciling.queries import month_state
from marketplace.core.actor import system
from marketplace.core.db import db
from marketplace.core.my_tasks import my_tasks
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateError
from marketplace.core.tables import TableError
from tests.functional.contracts.batch_files import (
    APRIL,
    MARCH,
    MAY,
    amended,
    brought,
    cancelled,
    released,
    row,
    sheet,
)
from tests.functional.posting.conftest import People


def export(number: int, **cells: Any) -> dict[str, Any]:
    """A row of an export that has only what is needed."""
    full = row(number, **cells)
    return {key: full[key] for key in EXPORTED}


EXPORTED = ("合同登记编号", "项目名称", "合同成交额（元）", "技术交易额（元）", "登记日期")


def load(staff: People, rows: list[dict[str, Any]], month: int = MARCH) -> ReconciliationRun:
    run_id = load_export(staff["stat"], month, "导出.csv", io.BytesIO(sheet(rows)))
    drain()
    db.session.rollback()
    return db.session.get_one(ReconciliationRun, run_id, populate_existing=True)


def found(state: str = "open", month: int = MARCH) -> list[ReconciliationDifference]:
    db.session.rollback()
    return (
        db.session.query(ReconciliationDifference)
        .filter_by(state=state, month=month)
        .order_by(ReconciliationDifference.kind, ReconciliationDifference.id)
        .populate_existing()
        .all()
    )


def kinds(state: str = "open", month: int = MARCH) -> list[str]:
    return [one.kind for one in found(state, month)]


def is_reconciled(month: int) -> bool:
    """Whether nothing is left to compare or to close in a month."""
    db.session.rollback()
    return month_state(system("test"), month).status == "done"


def close(staff: People, *, code: str = "late_there", reason: str = "") -> None:
    close_differences(staff["second"], MARCH, [one.id for one in found()], code, reason)


@pytest.fixture
def counted(staff: People) -> People:
    """Three contracts that count in March, one of them amended in April."""
    released(staff["registrar"], staff["second"], [row(1), row(2), amended(3)])
    return staff


def test_equal_registers_have_no_difference_and_the_month_is_reconciled(counted: People) -> None:
    assert not is_reconciled(MARCH)
    run = load(counted, [export(1), export(2), export(3)])
    assert run.state == "compared"
    assert kinds() == []
    assert run.counts["here"] == run.counts["there"] == [3, 300003, 270003]
    assert run.counts["equal"] == 3
    assert is_reconciled(MARCH)
    assert not is_reconciled(APRIL)


def test_the_whole_register_agrees_with_itself_in_every_month(staff: People) -> None:
    rows = [row(1), amended(2), cancelled(3), cancelled(4, "已撤销"), row(5, 合同登记编号="")]
    released(staff["registrar"], staff["second"], rows)
    for month in (MARCH, APRIL, MAY):
        load(staff, rows, month)
        assert kinds(month=month) == []
        assert is_reconciled(month), month


def test_each_kind_of_difference_is_found(counted: People) -> None:
    load(
        counted,
        [
            export(1, **{"合同成交额（元）": "1000.00", "技术交易额（元）": "950"}),
            export(3, 登记日期="2026-03-06"),
            export(9),
        ],
    )
    assert kinds() == ["amount", "day", "only_here", "only_there"]
    amount, day, here, there = found()
    assert (amount.here or {})["turnover"] - (amount.there or {})["turnover"] == 1
    assert (amount.there or {})["tech_amount"] - (amount.here or {})["tech_amount"] == 4999
    assert ((day.here or {})["on"], (day.there or {})["on"]) == ("2026-03-05", "2026-03-06")
    assert (here.here or {})["number"] == row(2)["合同登记编号"]
    assert there.here is None
    assert not is_reconciled(MARCH)


def test_a_contract_that_both_have_in_other_months_is_told_as_that(counted: People) -> None:
    load(counted, [export(1), export(2), export(3, 登记日期="2026-04-02")])
    assert kinds() == ["month"]
    load(counted, [export(2, 登记日期="2026-04-02"), *[export(8, 登记日期="2026-04-03")]], APRIL)
    assert kinds(month=APRIL) == ["month", "only_there"]


def test_changes_are_compared_in_their_month_where_the_export_tells_of_them(
    counted: People,
) -> None:
    load(counted, [row(1), row(2), amended(3, **{"变更后成交额（元）": "1500.01"})], APRIL)
    assert kinds(month=APRIL) == ["amount"]
    (one,) = found(month=APRIL)
    assert ((one.here or {})["turnover"], (one.there or {})["turnover"]) == (49999, 50000)


def test_rows_without_a_number_are_matched_by_parties_date_and_amount(staff: People) -> None:
    nameless = {"合同登记编号": ""}
    released(
        staff["registrar"],
        staff["second"],
        [row(1, **nameless), row(2, **nameless), row(3), row(4)],
    )
    load(
        staff,
        [
            row(1, **nameless),
            row(2),
            row(3, **nameless),
            row(4, **{**nameless, "买方名称": "别家"}),
        ],
    )
    assert kinds() == ["only_here", "only_there"]
    assert [(one.here or one.there or {})["buyer"] for one in found()] == ["第4机械厂", "别家"]


def test_what_waits_in_a_held_batch_counts_nowhere_and_is_told_as_waiting(
    counted: People,
) -> None:
    brought(counted["registrar"], [row(9)], "新的.csv")
    load(counted, [export(1), export(2), export(3), export(9)])
    (one,) = found()
    assert one.kind == "only_there"
    assert (one.here or {})["was_counted"] is False
    assert "还没有计入" in counted.browser("stat").get(f"/staff/reconciliation/{MARCH}").text


def test_what_was_closed_stays_closed_when_the_same_is_loaded_again(counted: People) -> None:
    rows = [export(1), export(2), export(9)]
    load(counted, rows)
    close(counted, reason="月底补录")
    assert is_reconciled(MARCH)
    load(counted, rows)
    assert kinds("closed") == ["only_here", "only_there"]
    assert {one.reason for one in found("closed")} == {"月底补录"}
    assert is_reconciled(MARCH)


def test_a_new_export_opens_only_what_differs_anew(counted: People) -> None:
    load(counted, [export(1, **{"合同成交额（元）": "990"}), export(2), export(9)])
    close(counted)
    load(counted, [export(1, **{"合同成交额（元）": "980"}), export(2), export(9), export(8)])
    assert kinds() == ["amount", "only_there"]
    assert kinds("closed") == ["only_here", "only_there"]
    assert {one.closed_by for one in found()} == {None}
    assert not is_reconciled(MARCH)


def test_a_difference_that_is_gone_is_gone_and_open_again_when_it_comes_back(
    counted: People,
) -> None:
    load(counted, [export(1), export(2)])
    close(counted)
    load(counted, [export(1), export(2), export(3)])
    assert kinds("gone") == ["only_here"]
    assert is_reconciled(MARCH)
    load(counted, [export(1), export(2)])
    assert kinds() == ["only_here"]


def test_a_posting_after_the_comparison_makes_the_month_unreconciled_until_compared_again(
    counted: People,
) -> None:
    load(counted, [export(1), export(2), export(3), export(4)])
    close(counted, code="late_here")
    assert is_reconciled(MARCH)
    released(counted["stat"], counted["second"], [row(4)])
    assert not is_reconciled(MARCH)
    compare_again(counted["stat"], MARCH)
    drain()
    assert is_reconciled(MARCH)
    assert kinds("gone") == ["only_there"]


def test_comparing_again_takes_the_last_export_that_was_compared(counted: People) -> None:
    with pytest.raises(StateError):
        compare_again(counted["stat"], MARCH)
    load(counted, [export(1), export(2)])
    assert load(counted, [export(1, 登记日期="2026-05-05")]).state == "failed"
    compare_again(counted["stat"], MARCH)
    drain()
    assert kinds() == ["only_here"]


def test_a_month_whose_export_has_rows_that_cannot_be_read_is_not_reconciled(
    counted: People,
) -> None:
    run = load(counted, [export(1), export(2), export(3), export(4, 登记日期="三月")])
    assert run.file.bad == 1
    assert kinds() == []
    assert not is_reconciled(MARCH)


def test_an_export_of_another_month_is_refused_with_a_sentence(counted: People) -> None:
    run = load(counted, [export(1), export(2)], MAY)
    assert run.state == "failed"
    assert kinds(month=MAY) == []
    assert "没有一行计在" in counted.browser("stat").get(f"/staff/reconciliation/{MAY}").text


def test_an_export_without_amounts_is_refused_at_once(counted: People) -> None:
    with pytest.raises(TableError, match="技术交易额"):
        load(counted, [{"合同登记编号": "1", "登记日期": "2026-03-02", "合同成交额（元）": "1"}])
    assert db.session.query(ReconciliationRun).count() == 0


def test_closing_wants_a_reason_and_words_for_another(counted: People) -> None:
    load(counted, [export(1)])
    ids = [one.id for one in found()]
    for chosen, code, reason in (([], "late_there", ""), (ids, "", ""), (ids, "other", " ")):
        with pytest.raises(ClosingProblem):
            close_differences(counted["second"], MARCH, chosen, code, reason)
    assert len(found()) == 2
    assert close_differences(counted["second"], MARCH, ids, "other", "对方停机") == 2
    assert close_differences(counted["second"], MARCH, ids, "other", "对方停机") == 0


@pytest.mark.parametrize("who", ["bureau", "district"])
def test_only_staff_of_the_register_who_answer_for_the_city_compare_and_close(
    counted: People, who: str
) -> None:
    load(counted, [export(1)])
    with pytest.raises(Forbidden):
        close_differences(counted[who], MARCH, [found()[0].id], "late_there", "")
    with pytest.raises(Forbidden):
        load_export(counted[who], MARCH, "a.csv", io.BytesIO(sheet([export(1)])))
    assert counted.browser(who).get(f"/staff/reconciliation/{MARCH}").status_code == 403


def test_open_differences_wait_for_those_who_may_explain_them(counted: People) -> None:
    load(counted, [export(1)])
    with counted.app.test_request_context():
        for who, expected in (("stat", ["reconciliation"]), ("bureau", [])):
            waiting = my_tasks.waiting_for(db.session, counted[who])
            assert [one.kind for one in waiting] == expected


def test_comparing_changes_nothing_that_counts(counted: People) -> None:
    load(counted, [export(1), export(9)])
    close(counted)
    db.session.rollback()
    assert verify_ledger(db.session).is_whole
