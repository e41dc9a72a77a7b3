"""An import from the command line that was broken off is taken back on its page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from marketplace.catalogue.importing import ImportReport, Progress, import_into
from marketplace.contracts.batches.undoing import undo_batch
from marketplace.contracts.models import ContractBatch
from marketplace.contracts.saving import contract_target, target
from marketplace.core.actor import system
from marketplace.core.db import db, now
from marketplace.core.outbox import drain
from marketplace.core.states import StateError
from tests.functional.accounts.browsing import seen
from tests.functional.contracts.batch_files import contracts, row, sheet
from tests.functional.posting.conftest import People


@pytest.fixture(autouse=True)
def two_rows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "ROWS_TOGETHER", 2)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "register.csv"
    path.write_bytes(sheet([row(number) for number in range(5)]))
    return path


def bring(file: Path, *, is_history: bool = False, is_killed: bool = False) -> ImportReport:
    def die(_progress: Progress) -> None:
        if is_killed:
            raise KeyboardInterrupt

    source = contract_target(is_history=is_history)
    return import_into(system("import"), source, file, on_progress=die)


def killed(file: Path, *, is_history: bool = False) -> int:
    """The number of the batch of an import that was killed after two rows."""
    with pytest.raises(KeyboardInterrupt):
        bring(file, is_history=is_history, is_killed=True)
    db.session.rollback()
    return db.session.query(ContractBatch).one().id


def test_an_interrupted_import_is_taken_back_and_begins_anew(staff: People, file: Path) -> None:
    number = killed(file)
    assert len(contracts()) == 2
    with time_machine.travel(now() + timedelta(minutes=16)):
        browser, path = staff.browser("registrar"), f"/staff/contract-batches/{number}"
        page = seen(browser.get(path))
        assert "命令行的导入停在半路" in page
        assert "处理到一半停下了" in seen(browser.get("/staff/contract-batches"))
        assert browser.post(f"{path}/undo", reason="不要了").status_code == 302
        drain()
        assert contracts() == []
        assert "已撤回，什么都没有留下" in seen(browser.get(path))
        report = bring(file)
        assert (report.created, report.resumed_from) == (5, 0)
        assert len(contracts()) == 5


def test_an_import_that_goes_on_is_not_taken_back(staff: People, file: Path) -> None:
    number = killed(file)
    page = seen(staff.browser("registrar").get(f"/staff/contract-batches/{number}"))
    assert "停在半路" not in page
    with pytest.raises(StateError, match="还在读"):
        undo_batch(staff["registrar"], number, "不要了")


def test_an_interrupted_import_can_also_go_on(staff: People, file: Path) -> None:
    killed(file)
    with time_machine.travel(now() + timedelta(minutes=16)):
        report = bring(file)
    assert (report.created, report.resumed_from) == (5, 2)
    assert db.session.query(ContractBatch).one().state == "held"


def test_a_finished_register_is_not_taken_back_because_it_counts(staff: People, file: Path) -> None:
    number = killed(file, is_history=True)
    with time_machine.travel(now() + timedelta(minutes=16)):
        page = seen(staff.browser("registrar").get(f"/staff/contract-batches/{number}"))
        assert "用同样的命令接着导完" in page
        assert "撤回这一批" not in page
        with pytest.raises(StateError, match="一边读一边计入"):
            undo_batch(staff["registrar"], number, "不要了")
