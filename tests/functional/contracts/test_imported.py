"""Contracts that came from a register, in the hands of people."""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine

from marketplace.contracts.changing import ask_change
from marketplace.contracts.deciding import Decision, decide
from marketplace.contracts.pages import form_shown
from marketplace.core.actor import Role
from marketplace.core.outbox import drain
from tests.functional.accounts.browsing import Browser
from tests.functional.contracts.conftest import (
    CONTRACT,
    NUMBER,
    Scene,
    accepted_and_passed_on,
    actor_of,
    close_only,
    contract,
    ledger_is_whole,
    only,
    registered,
    revoked,
    seen,
    send,
    typed,
)
from tests.functional.contracts.registers import AMENDED, SUBMITTED, bring_in, row


@pytest.fixture(autouse=True)
def in_november() -> object:
    with time_machine.travel("2026-11-23 02:00Z", tick=False):
        yield


def test_a_contract_that_a_file_brings_unregistered_is_registered_by_people(
    scene: Scene, tmp_path: Path
) -> None:
    bring_in(tmp_path / "a.csv", [row(**SUBMITTED)])
    number = only().id
    accepted_and_passed_on(scene, number)
    reviewer = actor_of(scene, Role.REVIEWER, 902)
    decide(reviewer, number, "contract.register", typed(turnover="680000.50", tech="520000.25"))
    assert contract(number).number == NUMBER
    assert ledger_is_whole()


def test_a_contract_of_a_register_is_amended_by_people(scene: Scene, tmp_path: Path) -> None:
    bring_in(tmp_path / "a.csv", [row()])
    found = only()
    assert found.seller_id == scene.seller
    seller = actor_of(scene, Role.HOLDER, 1, organisation_id=scene.seller)
    form = {**form_shown(found), "turnover": ["690000.50"], "equipment_cost": ["160000.25"]}
    ask_change(seller, found.id, form, "补充协议", ())
    amending = Decision(on="2026-11-20", turnover="690000.50", tech_amount="530000.25")
    decide(actor_of(scene, Role.REVIEWER, 902), found.id, "contract.amend", amending)
    found = contract(found.id)
    assert (found.turnover, found.tech_amount, found.seller_phone) == (
        *(69_000_050, 53_000_025),
        "0371-55500001",
    )
    assert ledger_is_whole()


def test_a_file_cannot_rewrite_what_people_have_registered(scene: Scene, tmp_path: Path) -> None:
    number = registered(scene)
    report = bring_in(tmp_path / "a.csv", [row(合同登记编号=NUMBER)])
    assert report.failed == 1
    assert only().id == number
    assert ledger_is_whole()


def test_a_contract_that_a_file_brought_is_corrected_by_its_seller(
    scene: Scene, seller: Browser, tmp_path: Path
) -> None:
    bring_in(tmp_path / "a.csv", [row(**SUBMITTED)])
    number = only().id
    registrar = actor_of(scene, Role.REGISTRAR, 901)
    decide(registrar, number, "contract.ask_correction", Decision(reason="缺附件"))
    assert "刀具涂层" in seen(seller.get(f"/contracts/{number}/edit"))
    assert "按意见补正" in seen(seller.get("/tasks"))
    assert send(seller, f"/contracts/{number}/edit", do="submit", **CONTRACT).status_code == 302
    found = contract(number)
    assert (found.state, found.organisation_id) == ("submitted", scene.seller)


def test_a_file_that_gives_another_day_of_registration_with_a_change_is_refused(
    scene: Scene, tmp_path: Path
) -> None:
    bring_in(tmp_path / "a.csv", [row(登记日期="2024-12-30")])
    changed = row(登记日期="2025-01-02", 状态="deregistered", 变更日期="2025-03-01")
    assert bring_in(tmp_path / "b.csv", [changed]).failed == 1
    assert only().state == "registered"
    assert ledger_is_whole()


def test_a_change_that_a_file_dates_before_the_registration_leaves_the_line_of_what_follows(
    scene: Scene, tmp_path: Path
) -> None:
    amended = {**AMENDED, "变更日期": "2024-12-28"}
    bring_in(tmp_path / "a.csv", [row(**{"登记日期": "2025-01-05", **amended})])
    revoked(scene, only().id, "2026-11-20")
    assert ledger_is_whole()


FROM_ABROAD = {
    "卖方名称": "Fraunhofer IPT",
    "卖方统一社会信用代码": "",
    "卖方行政区划": "",
    "卖方国别": "276",
    "买方名称": "云岫新能源有限公司",
}


def test_technology_from_abroad_that_a_file_brings_is_registered_by_its_buyer(
    scene: Scene, buyer: Browser, tmp_path: Path
) -> None:
    bring_in(tmp_path / "a.csv", [row(**SUBMITTED, **FROM_ABROAD)])
    number = only().id
    assert (only().seller_id, only().registering_id) == (None, scene.buyer)
    registrar = actor_of(scene, Role.REGISTRAR, 901)
    decide(registrar, number, "contract.ask_correction", Decision(reason="缺译文"))
    assert "按意见补正" in seen(buyer.get("/tasks"))
    drain()
    assert "合同登记要补正" in seen(buyer.get("/inbox"))
    form = form_shown(only())
    assert (form["side"], form["seller_country"]) == (["buyer"], ["276"])
    assert "Fraunhofer IPT" in seen(buyer.get(f"/contracts/{number}/edit"))


def test_an_unregistered_contract_follows_the_rules_of_the_day_of_its_acceptance(
    scene: Scene, tmp_path: Path
) -> None:
    with time_machine.travel("2026-02-10 02:00Z", tick=False):
        bring_in(tmp_path / "a.csv", [row(**SUBMITTED)])
        assert only().rule_version == "2000/2001"
    decide(actor_of(scene, Role.REGISTRAR, 901), only().id, "contract.accept", Decision())
    assert only().rule_version == "2026"


def test_an_unregistered_contract_that_was_signed_under_the_old_rules_follows_those_of_today(
    scene: Scene, tmp_path: Path
) -> None:
    bring_in(tmp_path / "a.csv", [row(**SUBMITTED, 签订日期="2024-02-20")])
    assert only().rule_version == "2026"


OF_THE_WEB: dict[str, str] = {
    "合同登记编号": NUMBER,
    "项目名称": str(CONTRACT["title"]),
    "合同类别": "技术开发",
    "卖方行政区划": "410105",
    "买方名称": "云岫新能源有限公司",
    "买方行政区划": "410106",
    "签订日期": "2026-09-28",
    "登记日期": "2026-10-12",
    "生效日期": "2026-09-28",
    "终止日期": "2028-09-27",
    "合同成交额(元)": "6800000.00",
    "技术交易额(元)": "4300000.00",
    "知识产权类型": "KNOW",
    "服务的国民经济行业": "",
    "社会经济目标": "",
}


@pytest.mark.parametrize("is_history", [True, False])
def test_a_contract_that_people_have_registered_is_known_when_a_register_has_it_too(
    scene: Scene, tmp_path: Path, is_history: bool
) -> None:
    number = registered(scene)
    report = bring_in(tmp_path / "a.csv", [row(**OF_THE_WEB)], is_history=is_history)
    assert (report.unchanged, report.failed) == (1, 0), report.first_errors
    assert only().id == number
    assert ledger_is_whole()


def test_a_register_that_says_otherwise_is_told_in_which_fields(
    scene: Scene, tmp_path: Path
) -> None:
    registered(scene)
    other = {"买方名称": "别的公司", "登记日期": "2026-10-13", "合同成交额(元)": "6800001"}
    report = bring_in(tmp_path / "a.csv", [row(**{**OF_THE_WEB, **other})])
    assert report.failed == 1
    told = str(report.first_errors[0].reason)
    assert "这几项不一样：买方名称、合同成交额、登记日期。" in told


def test_a_change_that_people_have_registered_is_known_too(scene: Scene, tmp_path: Path) -> None:
    number = registered(scene)
    seller = actor_of(scene, Role.HOLDER, 1, organisation_id=scene.seller)
    form = {**form_shown(only()), "turnover": ["7000000"]}
    ask_change(seller, number, form, "补充协议", ())
    amending = Decision(on="2026-11-20", turnover="7000000", tech_amount="4500000")
    decide(actor_of(scene, Role.REVIEWER, 902), number, "contract.amend", amending)
    changed = {
        "状态": "amended",
        "变更日期": "2026-11-20",
        "变更后成交额(元)": "7000000",
        "变更后技术交易额(元)": "4500000",
    }
    now_and_then = ({}, changed, {"合同成交额(元)": "7000000", "技术交易额(元)": "4500000"})
    for index, cells in enumerate(now_and_then):
        report = bring_in(tmp_path / f"{index}.csv", [row(**{**OF_THE_WEB, **cells})])
        assert (report.unchanged, report.failed) == (1, 0), report.first_errors
    other = {**changed, "变更日期": "2026-11-19", "变更后成交额(元)": "7000001"}
    report = bring_in(tmp_path / "other.csv", [row(**{**OF_THE_WEB, **other})])
    assert "不一样：变更日期、变更后成交额。" in str(report.first_errors[0].reason)
    ended = {"状态": "deregistered", "变更日期": "2026-11-20"}
    report = bring_in(tmp_path / "ended.csv", [row(**{**OF_THE_WEB, **ended})])
    assert "不一样：状态。" in str(report.first_errors[0].reason)
    assert ledger_is_whole()


def test_a_register_that_brings_the_true_day_of_what_counts_later_agrees(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(tmp_path / "a.csv", [row(**SUBMITTED)])
    number = only().id
    accepted_and_passed_on(scene, number)
    close_only(monkeypatch, 202610)
    deciding = typed(on="2026-10-12", turnover="680000.50", tech="520000.25")
    decide(actor_of(scene, Role.REVIEWER, 902), number, "contract.register", deciding)
    told = bring_in(tmp_path / "b.csv", [row(合同登记编号=NUMBER, 登记日期="2026-10-12")])
    assert (told.failed, only().state) == (0, "registered")
    assert ledger_is_whole()
