"""Transactions that meet: each sees what the other has done, and nothing comes twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from marketplace.catalogue.importing import import_file
from marketplace.catalogue.inputs import INPUTS, CleanRow
from marketplace.catalogue.models import Contributor, Organisation, Patent
from marketplace.catalogue.saving import Saved, save_records
from marketplace.catalogue.services import suspend_listing
from marketplace.core.actor import system
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, writing
from marketplace.core.progress import Job, find_job
from marketplace.core.tables import TableError
from tests.functional.postgresql.conftest import Beside, wait_for_somebody_who_waits

ACTOR = system("import")


def patents(title: str = "焊缝检测", number: str = "p-1") -> list[CleanRow]:
    declared = INPUTS["patent"]
    cells = {"编号": number, "专利名称": title, "权利人": "河湾理工大学", "发明人": "方鹤鸣"}
    names = declared.accepted_names()
    columns = {
        key: column for column in cells for key, accepted in names.items() if column in accepted
    }
    row = declared.clean(1, cells, columns)
    assert isinstance(row, CleanRow), row
    return [row]


def save(rows: list[CleanRow], told: list[Saved]) -> Callable[[], None]:
    def work() -> None:
        told.extend(one.saved for one in save_records(ACTOR, "patent", rows, source="register"))

    return work


def count(model: type[object]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def versions(kind: str) -> list[int | None]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(AuditEntry.subject_version)
            .where(AuditEntry.subject_kind == kind)
            .order_by(AuditEntry.id)
        )
    )


def test_two_imports_of_the_same_records_create_them_once(app: Flask) -> None:
    told: list[Saved] = []
    with writing():
        save(patents(), told)()
        beside = Beside(app, save(patents(), told))
        wait_for_somebody_who_waits()
    beside.join()
    assert told == [Saved.CREATED, Saved.UNCHANGED]
    assert (count(Patent), count(Organisation), count(Contributor)) == (1, 1, 1)


def test_two_imports_that_name_the_same_new_holder_create_it_once(app: Flask) -> None:
    told: list[Saved] = []
    with writing():
        save(patents(number="p-1"), told)()
        beside = Beside(app, save(patents(number="p-2"), told))
        wait_for_somebody_who_waits()
    beside.join()
    assert told == [Saved.CREATED, Saved.CREATED]
    assert (count(Patent), count(Organisation)) == (2, 1)


def test_a_record_that_is_suspended_while_it_is_imported_gets_a_version_for_each(
    app: Flask,
) -> None:
    told: list[Saved] = []
    save(patents(), told)()
    with writing():
        suspend_listing(ACTOR, "patent", 1, "核实中")
        beside = Beside(app, save(patents("焊缝检测装置"), told))
        wait_for_somebody_who_waits()
    beside.join()
    assert told == [Saved.CREATED, Saved.UPDATED]
    assert versions("patent") == [1, 2, 3]
    assert db.session.get_one(Patent, 1).state == "suspended"


def test_a_record_that_is_imported_while_it_is_suspended_gets_a_version_for_each(
    app: Flask,
) -> None:
    told: list[Saved] = []
    save(patents(), told)()
    with writing():
        save(patents("焊缝检测装置"), told)()
        beside = Beside(app, lambda: suspend_listing(ACTOR, "patent", 1, "核实中"))
        wait_for_somebody_who_waits()
    beside.join()
    assert versions("patent") == [1, 2, 3]
    assert db.session.get_one(Patent, 1).state == "suspended"


def test_the_same_work_is_begun_once(app: Flask) -> None:
    def begin() -> None:
        with writing() as session:
            if find_job(session, "import", "key") is None:
                session.add(Job(kind="import", key="key", label="a.csv"))

    with writing() as session:
        begin()
        session.flush()
        beside = Beside(app, begin)
        wait_for_somebody_who_waits()
    beside.join()
    assert count(Job) == 1


def test_a_copy_of_a_file_imported_at_the_same_moment_is_noticed(
    app: Flask, tmp_path: Path
) -> None:
    lines = [f"p-{number},第 {number} 种夹具,河湾理工大学" for number in range(1200)]
    for name in ("one.csv", "copy.csv"):
        (tmp_path / name).write_text("id,title,assignee\n" + "\n".join(lines), "utf-8")

    def bring_in(name: str) -> None:
        import_file(ACTOR, "patent", tmp_path / name, source="register")

    beside = Beside(app, lambda: bring_in("copy.csv"))
    ends = []
    for run in (lambda: bring_in("one.csv"), beside.join):
        try:
            run()
            ends.append("done")
        except TableError as error:
            ends.append(error.code)
    assert "done" in ends
    assert set(ends) <= {"done", "import_running"}
    db.session.rollback()
    assert count(Patent) == 1200
    assert db.session.scalar(select(Job.done)) == 1200
