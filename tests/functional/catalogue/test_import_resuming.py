"""An import that was stopped goes on where it stopped: no row lost, none twice."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from marketplace.catalogue.importing import ImportReport, Progress, import_file
from marketplace.catalogue.models import Patent
from marketplace.core.actor import system
from marketplace.core.db import db
from marketplace.core.outbox import OutboxEvent
from marketplace.core.tables import TableError

pytestmark = pytest.mark.usefixtures("app")

ROWS = 1700


class PowerCut(Exception):
    """The process is gone."""


class StopAfter:
    """Stops an import after some batches."""

    def __init__(self, batches: int) -> None:
        self.batches = batches

    def __call__(self, _progress: Progress) -> None:
        self.batches -= 1
        if self.batches == 0:
            raise PowerCut


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Patents of which every hundredth has a wrong number; the last repeats the first."""
    path = tmp_path / "many.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        for number in range(ROWS):
            row = {"id": f"k{number % (ROWS - 1)}", "title": f"专利 {number}", "assignee": "甲公司"}
            if number % 100 == 50:
                row["申请号"] = "202110318264.9"
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def run(path: Path, stop: StopAfter | None = None) -> ImportReport:
    return import_file(system("import"), "patent", path, on_progress=stop)


def counted(column: object) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]


@pytest.mark.parametrize("batches", [1, 2, 3])
def test_a_stopped_import_goes_on_after_the_last_saved_batch(many, batches):
    with pytest.raises(PowerCut):
        run(many, StopAfter(batches))
    assert counted(Patent.id) == 500 * batches - 5 * batches
    report = run(many)
    assert report.resumed_from == 500 * batches
    assert (report.read, report.created, report.failed) == (ROWS, ROWS - 18, 18)
    assert counted(Patent.id) == counted(Patent.source_id.distinct()) == ROWS - 18


def test_every_bad_row_stands_in_the_list_once(many):
    for batches in (1, 1, 1):
        with pytest.raises(PowerCut):
            run(many, StopAfter(batches))
    report = run(many)
    assert report.errors_path is not None
    with report.errors_path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["行号", "列", "值", "原因"]
    numbers = [int(row[0]) for row in rows[1:]]
    assert numbers == [*range(51, ROWS, 100), ROWS]
    assert "第 1 行" in rows[-1][3]


def test_a_list_that_ran_ahead_of_the_last_saved_batch_is_cut_back(many):
    with pytest.raises(PowerCut):
        run(many, StopAfter(1))
    path = many.with_name("many.errors.csv")
    path.write_bytes(path.read_bytes() + b'999,"","","written before the power cut"\r\n')
    run(many)
    assert "999" not in path.read_text("utf-8-sig")


def test_every_new_record_is_told_to_the_index_once(many):
    with pytest.raises(PowerCut):
        run(many, StopAfter(2))
    run(many)
    db.session.rollback()
    told = db.session.scalars(
        select(OutboxEvent.subject_id).where(
            OutboxEvent.subject_kind == "patent", OutboxEvent.kind == "listing_published"
        )
    ).all()
    assert len(told) == len(set(told)) == ROWS - 18


def test_a_failing_commit_loses_the_batch_and_nothing_else(many, monkeypatch):
    from marketplace.catalogue.importing import target as importing

    with pytest.raises(PowerCut):
        run(many, StopAfter(1))
    real = importing.save_records

    def save_and_fail(*arguments: object, **options: object) -> object:
        real(*arguments, **options)
        raise PowerCut

    monkeypatch.setattr(importing, "save_records", save_and_fail)
    with pytest.raises(PowerCut):
        run(many)
    assert counted(Patent.id) == 495
    monkeypatch.undo()
    assert run(many).created == ROWS - 18


def test_a_changed_file_is_new_work(many):
    with pytest.raises(PowerCut):
        run(many, StopAfter(1))
    many.write_text('{"id": "k0", "title": "专利 0", "assignee": "甲公司"}\n', "utf-8")
    report = run(many)
    assert (report.resumed_from, report.read, report.unchanged) == (0, 1, 1)


def test_a_file_that_is_being_imported_is_not_imported_beside(many):
    refusals = []

    def import_beside(_progress: Progress) -> None:
        with pytest.raises(TableError, match="另一个进程") as error:
            run(many)
        refusals.append(error.value.code)

    report = import_file(system("import"), "patent", many, on_progress=import_beside)
    assert set(refusals) == {"import_running"}
    assert report.created == ROWS - 18


def test_a_copy_of_a_file_that_is_being_imported_is_noticed(many, tmp_path):
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(many.read_bytes())

    def import_copy(_progress: Progress) -> None:
        import_file(system("import"), "patent", copy, source="many.jsonl")

    with pytest.raises(TableError, match="另一个进程"):
        import_file(system("import"), "patent", many, on_progress=import_copy)
    assert counted(Patent.id) == counted(Patent.source_id.distinct()) == ROWS - 18
