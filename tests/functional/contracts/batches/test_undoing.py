"""A batch that nobody released is taken back, and nothing of it is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from marketplace.catalogue.importing import import_into
from marketplace.contracts.batches import undoing
from marketplace.contracts.batches.undoing import undo_batch, undo_slice
from marketplace.contracts.models import (
    ContractBatch,
    ContractFlag,
    FlaggedContract,
    SentFileIssue,
)
from marketplace.contracts.saving import contract_target
from marketplace.core.actor import system
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, writing
from marketplace.core.notifications import Notification
from marketplace.core.outbox import drain
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateError
from tests.functional.accounts.browsing import seen
from tests.functional.contracts.batch_files import (
    brought,
    contracts,
    fresh,
    posted,
    released,
    row,
    sheet,
)
from tests.functional.posting.conftest import People


def test_undoing_leaves_no_contract_and_no_issue_but_who_did_it_and_why(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1), row(2, 项目名称="")])
    undo_batch(staff["registrar"], batch.id, "传错了文件")
    drain()
    assert fresh(batch.id).state == "undone"
    assert contracts() == []
    assert db.session.query(SentFileIssue).count() == 0
    reasons = db.session.scalars(
        select(AuditEntry.detail).where(AuditEntry.action == "contract_batch.undo")
    ).all()
    assert [one["reason"] for one in reasons] == ["传错了文件"]
    page = staff.browser("stat").get(f"/staff/contract-batches/{batch.id}").text
    assert "传错了文件" in page


def test_what_the_rules_noticed_is_shown_with_the_batch_and_goes_with_it(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1), row(2)])
    first = contracts()[0]
    with writing() as session:
        flag = ContractFlag(key="k", rule="tech_share_full", family="amount")
        session.add(flag)
        session.flush()
        session.add(FlaggedContract(flag_id=flag.id, contract_id=first.id))
    page = seen(staff.browser("second").get(f"/staff/contract-batches/{batch.id}"))
    assert "条疑点等判断" in page
    undo_batch(staff["registrar"], batch.id, "有疑点")
    drain()
    assert contracts() == []
    assert db.session.query(ContractFlag).filter_by(key="k").count() == 0


def test_who_brought_it_hears_that_somebody_else_took_it_back(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1)])
    undo_batch(staff["reviewer"], batch.id, "金额单位不对")
    drain()
    told = db.session.query(Notification).filter_by(person_id=staff["registrar"].person_id).all()
    assert [one.kind for one in told] == ["contract_batch_undone"]
    assert "金额单位不对" in staff.browser("registrar").get("/inbox").text


def test_a_released_batch_is_not_undone_and_the_sentence_names_the_way(staff: People) -> None:
    batch = released(staff["registrar"], staff["second"], [row(1)])
    with pytest.raises(StateError, match="注销"):
        undo_batch(staff["second"], batch.id, "算了")
    drain()
    assert len(posted()) == 1
    assert [one.state for one in contracts()] == ["registered"]


def test_undoing_needs_a_reason(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1)])
    with pytest.raises(StateError, match="原因"):
        undo_batch(staff["registrar"], batch.id, "  ")
    answer = staff.browser("registrar").post(f"/staff/contract-batches/{batch.id}/undo", reason="")
    assert answer.status_code == 422
    assert fresh(batch.id).state == "held"


def test_nobody_outside_of_the_register_takes_it_back(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1)])
    for who in ("bureau", "district"):
        with pytest.raises((Forbidden, StateError)):
            undo_batch(staff[who], batch.id, "不要")
    assert fresh(batch.id).state == "held"


def test_a_kill_while_undoing_goes_on_to_the_end(
    staff: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "CHUNK", 2)
    batch = brought(staff["registrar"], [row(number) for number in range(5)])
    undo_batch(staff["registrar"], batch.id, "传错了")
    find, calls = undoing.find_job, []

    def dying(*args: object) -> object:
        calls.append(args)
        if len(calls) == 2:
            raise SystemExit
        return find(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(undoing, "find_job", dying)
    with pytest.raises(SystemExit):
        undo_slice(batch.id)
    assert len(contracts()) == 3
    undo_slice(batch.id)
    assert contracts() == []
    assert fresh(batch.id).state == "undone"


def test_a_file_that_was_undone_can_be_sent_again(staff: People) -> None:
    first = brought(staff["registrar"], [row(1)])
    undo_batch(staff["registrar"], first.id, "还没有核对")
    drain()
    second = brought(staff["registrar"], [row(1)])
    assert (second.state, second.counts["contracts"]) == ("held", 1)


def test_a_file_of_the_command_line_that_was_undone_begins_another_batch(
    staff: People, tmp_path: Path
) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(sheet([row(1)]))
    target = contract_target(is_history=False)
    import_into(system("import"), target, path)
    undo_batch(staff["registrar"], 1, "先不导")
    drain()
    import_into(system("import"), contract_target(is_history=False), path)
    db.session.rollback()
    states = db.session.scalars(select(ContractBatch.state).order_by(ContractBatch.id)).all()
    assert states == ["undone", "held"]
    assert [one.batch_id for one in contracts()] == [2]


def test_the_same_file_of_the_command_line_again_begins_no_empty_batch(
    staff: People, tmp_path: Path
) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(sheet([row(1)]))
    for _time in range(2):
        import_into(system("import"), contract_target(is_history=False), path)
    db.session.rollback()
    assert db.session.query(ContractBatch).count() == 1
