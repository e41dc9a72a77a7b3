"""``market import contracts``: finished registers count at once, all else waits for a release."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from marketplace.catalogue.importing import ImportReport
from marketplace.contracts.ledger.verifying import verify_ledger
from marketplace.contracts.models import Contract, ContractBatch, ContractVersion, LedgerEntry
from marketplace.core.db import db
from marketplace.file_commands import import_command
from marketplace.statistics.recount import recount
from tests.functional.contracts.registers import (
    AMENDED,
    DEREGISTERED,
    REVOKED_LATER,
    SUBMITTED,
    Row,
    bring_in,
    counted_again,
    numbered,
    row,
    written,
)

pytestmark = pytest.mark.usefixtures("app")


def register(path: Path, rows: Iterable[Row], *, is_history: bool = True) -> ImportReport:
    return bring_in(path / "register.csv", rows, is_history=is_history)


def contracts() -> list[Contract]:
    db.session.rollback()
    return list(db.session.scalars(select(Contract).order_by(Contract.id)))


def postings() -> list[tuple[str, str, int, int, int, int]]:
    asked = select(
        LedgerEntry.event,
        LedgerEntry.line,
        LedgerEntry.month,
        LedgerEntry.d_count,
        LedgerEntry.d_turnover,
        LedgerEntry.d_tech_amount,
    ).order_by(LedgerEntry.id)
    return [tuple(entry) for entry in db.session.execute(asked)]


def test_a_registered_contract_counts_in_the_month_of_its_registration(tmp_path):
    assert register(tmp_path, [row()]).created == 1
    (contract,) = contracts()
    assert (contract.state, contract.version, contract.is_counted) == ("registered", 1, True)
    assert (contract.turnover, contract.tech_amount) == (68_000_050, 52_000_025)
    assert contract.seller_name == "河湾理工大学"
    assert contract.rule_version == "2000/2001"
    assert postings() == [("REGISTER", "R", 202403, 1, 68_000_050, 52_000_025)]


def test_an_amendment_posts_the_difference_in_its_own_month(tmp_path):
    register(tmp_path, [row(**AMENDED)])
    assert postings()[1] == ("AMEND", "A", 202406, 0, 1_999_950, 999_975)
    assert contracts()[0].turnover == 70_000_000


def test_a_cancellation_takes_out_all_in_its_own_month(tmp_path):
    register(tmp_path, [row(**DEREGISTERED)])
    assert postings()[1] == ("DEREGISTER", "C", 202409, -1, -68_000_050, -52_000_025)
    (contract,) = contracts()
    assert (contract.state, contract.is_counted) == ("deregistered", False)


def test_a_cancellation_in_a_later_year_stands_on_a_line_of_its_own(tmp_path):
    register(tmp_path, [row(**REVOKED_LATER)])
    assert postings()[1] == ("REVOKE", "P", 202501, -1, -68_000_050, -52_000_025)


def test_what_is_only_submitted_counts_nowhere(tmp_path):
    register(tmp_path, [row(**SUBMITTED)])
    (contract,) = contracts()
    assert (contract.state, contract.version, contract.number) == ("submitted", 0, None)
    assert postings() == []


def test_without_release_nothing_counts(tmp_path):
    register(tmp_path, [row()], is_history=False)
    (contract,) = contracts()
    assert (contract.state, contract.is_counted) == ("held", False)
    assert postings() == []
    assert db.session.scalar(select(func.count(ContractVersion.id))) == 0
    batch = db.session.scalars(select(ContractBatch)).one()
    assert (batch.state, batch.released_by) == ("held", None)
    assert (batch.counts["contracts"], batch.counts["turnover"]) == (1, 68_000_050)


def test_the_same_file_again_changes_nothing(tmp_path):
    rows = [row(**AMENDED), row(合同登记编号="")]
    register(tmp_path, rows)
    before = postings()
    report = register(tmp_path, rows)
    assert (report.created, report.unchanged) == (0, 2)
    assert postings() == before


def test_a_change_that_a_later_register_tells_is_posted_then(tmp_path):
    register(tmp_path, [row()])
    report = bring_in(tmp_path / "later.csv", [row(**AMENDED)])
    assert report.updated == 1
    assert [entry[0] for entry in postings()] == ["REGISTER", "AMEND"]
    assert contracts()[0].version == 2
    assert verify_ledger(db.session).is_whole


def test_a_row_that_contradicts_what_is_registered_is_refused(tmp_path):
    register(tmp_path, [row()])
    report = bring_in(tmp_path / "other.csv", [row(**{"合同成交额(元)": "999999"})])
    assert report.failed == 1
    assert "变更登记" in str(report.first_errors[0].reason)
    assert contracts()[0].turnover == 68_000_050


def test_a_held_row_changes_nothing_that_is_registered(tmp_path):
    register(tmp_path, [row()])
    report = bring_in(tmp_path / "new.csv", [row(**DEREGISTERED)], is_history=False)
    assert report.failed == 1
    assert contracts()[0].state == "registered"


def test_equal_rows_without_a_number_are_two_contracts(tmp_path):
    unnumbered = row(合同登记编号="")
    assert register(tmp_path, [unnumbered, unnumbered]).created == 2
    assert bring_in(tmp_path / "again.csv", [unnumbered, unnumbered]).unchanged == 2


def test_a_number_that_stands_twice_in_a_finished_register_stays_with_the_first(tmp_path):
    other = row(项目名称="磨削工艺咨询", 合同类别="技术咨询", 合同子类="CON")
    report = register(tmp_path, [row(), other])
    assert (report.created, report.failed) == (2, 0)
    assert [contract.number for contract in contracts()] == ["2024410100000001", None]
    assert "一个编号只属于一份合同" in " ".join(str(one.reason) for one in report.first_warnings)


def test_a_number_that_stands_twice_in_a_new_file_is_refused(tmp_path):
    other = row(项目名称="磨削工艺咨询", 合同类别="技术咨询", 合同子类="CON")
    report = register(tmp_path, [row(), other], is_history=False)
    assert (report.created, report.failed) == (1, 1)


CONTRADICTIONS = {
    "技术交易额不会大于合同成交额": {"技术交易额(元)": "680000.51"},
    "登记日期早于签订日期": {"签订日期": "2024-04-01"},
    "终止日期早于生效日期": {"终止日期": "2024-01-01"},
    "这个子类属于技术开发": {"合同类别": "技术服务"},
    "这一天还没有到": {"登记日期": "2099-01-01"},
    "变更日期早于登记日期": {**AMENDED, "变更日期": "2024-01-01"},
    "18 位": {"卖方统一社会信用代码": "123"},
}


@pytest.mark.parametrize("sentence", CONTRADICTIONS)
def test_a_contradiction_is_told_in_a_finished_register_and_refused_in_a_new_one(
    tmp_path, sentence
):
    contradictory = row(**CONTRADICTIONS[sentence])
    report = register(tmp_path, [contradictory])
    assert (report.created, report.failed) == (1, 0)
    assert sentence in " ".join(str(one.reason) for one in report.first_warnings)
    report = bring_in(
        tmp_path / "new.csv",
        [contradictory | {"合同登记编号": "2024410100000009"}],
        is_history=False,
    )
    assert (report.created, report.failed) == (0, 1)
    assert sentence in " ".join(str(one.reason) for one in report.first_errors)


UNCOUNTABLE = {
    "要有登记日期": {"登记日期": ""},
    "要有日期，不然不知道计在哪个月": {"状态": "revoked"},
    "变更后的两个金额": {**AMENDED, "变更后成交额(元)": ""},
    "这一格不能空着": {"合同成交额(元)": ""},
    "最小到分": {"合同成交额(元)": "1.005"},
    "不在可选的值里": {"技术领域": "12"},
    "不是登记状态": {"状态": "lost"},
    "名称不能空着": {"项目名称": ""},
    "日历上没有这一天": {"签订日期": "2024-02-30"},
}


@pytest.mark.parametrize("sentence", UNCOUNTABLE)
def test_what_can_not_be_counted_is_refused_everywhere_and_the_rest_goes_in(tmp_path, sentence):
    bad = row(**UNCOUNTABLE[sentence])
    good = row(合同登记编号="2024410100000002")
    for is_history, name in ((True, "a.csv"), (False, "b.csv")):
        report = bring_in(tmp_path / name, [bad, good], is_history=is_history)
        assert report.failed == 1
        assert sentence in " ".join(str(one.reason) for one in report.first_errors)
    assert len(contracts()) == 1


def test_licences_of_the_years_of_four_classes_stand_under_transfer(tmp_path):
    licence = {"合同子类": "LIC-PAT", "签订日期": "2020-02-20", "登记日期": "2020-03-05"}
    report = register(
        tmp_path,
        [
            row(**licence, 合同类别="技术转让"),
            row(合同登记编号="2024410100000002", 合同子类="LIC-PAT", 合同类别="技术许可"),
        ],
    )
    assert (report.created, report.warnings) == (2, 0)


def test_the_totals_are_those_of_the_rows(tmp_path):
    rows = [
        one | change
        for one, change in zip(
            numbered(40), [{}, AMENDED, DEREGISTERED, REVOKED_LATER] * 10, strict=True
        )
    ]
    for number, one in enumerate(rows):
        one["技术领域"] = str(number % 11 + 1)
        one["卖方行政区划"] = ("410105", "410172", "ZZ-ZD")[number % 3]
        one["合同成交额(元)"] = f"{10_000 * (number + 1)}.{number:02d}"
        one["技术交易额(元)"] = f"{9_000 * (number + 1)}"
    register(tmp_path, rows)
    found, expected = recount(db.session), counted_again(rows)
    for name, figures in expected.items():
        assert {key: found[f"by_{name}"][key] for key in figures} == figures
        assert found[f"by_{name}"].keys() == figures.keys()
    assert verify_ledger(db.session).is_whole


def test_the_command_says_what_it_did_and_counts_only_with_its_option(tmp_path):
    path = written(tmp_path / "r.csv", [row()])
    result = CliRunner().invoke(import_command, ["contracts", str(path), "--released", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["created"] == 1
    assert postings()


def test_the_option_is_for_contracts_alone(tmp_path):
    path = written(tmp_path / "r.csv", [row()])
    result = CliRunner().invoke(import_command, ["patents", str(path), "--released"])
    assert result.exit_code == 2
    assert "--released" in result.output
