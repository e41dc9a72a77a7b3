"""A market that was backed up while it ran comes back whole in another place."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from marketplace.backup import restoring
from marketplace.backup.archive import BackupError
from marketplace.backup.making import STAGING, make_backup
from marketplace.backup.restoring import RestoreUnfinished, restore_backup
from marketplace.catalogue.indexing import compare_index, rebuild_index
from marketplace.core.actor import system
from marketplace.core.audit import record_audit
from marketplace.core.audit_chain.sealing import seal_audit_trail
from marketplace.core.audit_chain.verifying import verify_audit_trail
from marketplace.core.db import db, writing
from marketplace.core.outbox import OutboxEvent, drain, record_event
from marketplace.core.progress import Job
from marketplace.preparation import prepare_market
from tests.functional.backup.conftest import state
from tests.grounds import DATABASE_URL, NEEDS_SQLITE


@pytest.fixture
def archive(filled: Flask, tmp_path: Path) -> Path:
    """A backup of the market."""
    make_backup(tmp_path / "market.backup")
    return tmp_path / "market.backup"


def test_every_table_file_and_answer_comes_back(
    filled: Flask, archive: Path, elsewhere: Flask
) -> None:
    before = state()
    assert before.answers[0][0] > 0
    assert len(before.files) == 3
    with elsewhere.app_context():
        restored = restore_backup(archive)
        after = state()
        assert restored.published == restored.documents == len(before.answers[3][1])
        assert compare_index().is_equal
        assert drain() > 0
    assert after.tables == before.tables
    assert after.files == before.files
    assert after.answers == before.answers


def test_a_restored_market_goes_on_counting(archive: Path, elsewhere: Flask) -> None:
    with elsewhere.app_context():
        restore_backup(archive)
        with writing() as session:
            session.add(Job(kind="test", key="new", label=""))
            record_event(session, "listing_changed", "patent", 1)
        assert db.session.scalar(select(func.count()).select_from(Job)) == 1


def test_seals_and_guards_of_the_audit_trail_come_back(
    filled: Flask, tmp_path: Path, elsewhere: Flask
) -> None:
    for number in range(2):
        with writing() as session:
            record_audit(session, system("test"), "listing.publish", "result", number, 1)
        assert seal_audit_trail() == 1
    head = verify_audit_trail().head
    make_backup(tmp_path / "market.backup")
    with elsewhere.app_context():
        # Twice: the second time the guards are there already.
        for _time in range(2):
            restore_backup(tmp_path / "market.backup", replace=True)
            assert verify_audit_trail(head).is_whole
            for table in ("audit_entry", "audit_seal", "audit_head"):
                with pytest.raises(IntegrityError, match="append-only"), writing() as session:
                    session.execute(text(f"DELETE FROM {table}"))
        with writing() as session:
            record_audit(session, system("test"), "listing.publish", "result", 3, 1)
        assert seal_audit_trail() == 1
        assert verify_audit_trail(head).rows == 3


def test_a_backup_is_for_its_owner_alone_and_leaves_nothing_beside_it(
    archive: Path, tmp_path: Path
) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    names = {path.name for path in tmp_path.iterdir()}
    assert not [name for name in names if "partial" in name or name.startswith(".")]


def write_pairs(app: Flask, start: int, count: int = 3) -> None:
    """In one transaction each, a row and an event of the same number."""
    with app.app_context():
        for number in range(start, start + count):
            with writing() as session:
                session.add(Job(kind="pair", key=str(number), label="x" * 300))
                session.add(
                    OutboxEvent(
                        kind="pair", consumer="pairs", subject_kind="pair", subject_id=number
                    )
                )


def test_a_backup_made_while_others_write_is_of_one_moment(
    filled: Flask, tmp_path: Path, elsewhere: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.backup.databases.PAGES_AT_ONCE", 20)
    write_pairs(filled, 0)
    written = [3]
    ended = threading.Event()

    def keep_writing() -> None:
        while not ended.is_set():
            write_pairs(filled, written[0])
            written[0] += 3

    writer = threading.Thread(target=keep_writing)
    steps: list[int] = []

    def on_share(_share: float) -> None:
        # On SQLite this is amidst the copying: it goes on when another pair is in.
        seen = written[0]
        steps.append(seen)
        while written[0] == seen and len(steps) < 30:
            ended.wait(0.005)

    writer.start()
    try:
        make_backup(tmp_path / "market.backup", on_share=on_share)
    finally:
        ended.set()
        writer.join()
    assert len(set(steps)) > 1
    with elsewhere.app_context():
        restore_backup(tmp_path / "market.backup")
        rows = set(db.session.scalars(select(Job.key).where(Job.kind == "pair")))
        events = set(
            db.session.scalars(
                select(OutboxEvent.subject_id).where(OutboxEvent.consumer == "pairs")
            )
        )
    assert {int(key) for key in rows} == events == set(range(len(events)))
    assert 3 <= len(events) < written[0]


def test_data_are_replaced_only_when_told_so(filled: Flask, archive: Path) -> None:
    before = state()
    with writing() as session:
        session.add(Job(kind="test", key="later", label=""))
    changed = state()
    with pytest.raises(BackupError, match="--replace"):
        restore_backup(archive)
    assert state() == changed
    restore_backup(archive, replace=True)
    assert state() == before


def test_files_that_the_backup_does_not_know_go(filled: Flask, archive: Path) -> None:
    store = filled.extensions["files"]
    with (archive.parent / "later").open("wb+") as handle:
        handle.write(b"later")
        handle.seek(0)
        later = store.save(handle, 100)
    restore_backup(archive, replace=True)
    assert later.sha256 not in {one.sha256 for one in store.contents()}


def test_an_older_schema_is_brought_forward(
    filled: Flask, tmp_path: Path, elsewhere: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_backup(tmp_path / "old.backup")
    upgraded: list[str] = []
    monkeypatch.setattr("marketplace.preparation.newest_revision", lambda: "next")
    monkeypatch.setattr("marketplace.preparation.upgrade_schema", lambda: upgraded.append("next"))
    with elsewhere.app_context():
        restore_backup(tmp_path / "old.backup")
    assert upgraded == ["next"]


def test_an_empty_place_has_nothing_to_back_up(elsewhere: Flask, tmp_path: Path) -> None:
    with elsewhere.app_context(), pytest.raises(BackupError, match="还没有市场"):
        make_backup(tmp_path / "none.backup")
    assert not (tmp_path / "none.backup").exists()


def test_a_file_that_is_there_is_not_overwritten_unless_asked(
    filled: Flask, tmp_path: Path
) -> None:
    target = tmp_path / "market.backup"
    target.write_text("precious")
    with pytest.raises(BackupError, match="--overwrite"):
        make_backup(target)
    assert target.read_text() == "precious"
    make_backup(target, overwrite=True)
    assert target.read_bytes()[:2] == b"\x1f\x8b"


@pytest.mark.parametrize("target", ["nowhere/market.backup", "."])
def test_where_nothing_can_be_written_a_sentence_says_so(
    filled: Flask, tmp_path: Path, target: str
) -> None:
    with pytest.raises(BackupError, match="文件夹"):
        make_backup(tmp_path / target)


def test_what_killed_backups_left_goes_and_that_of_a_running_one_stays(
    filled: Flask, tmp_path: Path
) -> None:
    left = tmp_path / f"{STAGING}left"
    left.mkdir()
    (left / "database").write_text("everything")
    during: list[list[str]] = []

    def make_another(_share: float) -> None:
        if not during:
            during.append([])
            make_backup(tmp_path / "another.backup")
            during[0] = [path.name for path in tmp_path.glob(f"{STAGING}*")]

    make_backup(tmp_path / "market.backup", on_share=make_another)
    assert len(during[0]) == 1
    assert not left.exists()
    assert not list(tmp_path.glob(f"{STAGING}*"))
    assert (tmp_path / "another.backup").exists()


def test_a_stored_file_that_has_rotted_stops_the_backup(filled: Flask, tmp_path: Path) -> None:
    store = filled.extensions["files"]
    victim = max(store.contents(), key=lambda one: one.size)
    path = filled.extensions["settings"].files_dir / victim.sha256[:2] / victim.sha256
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(BackupError, match=victim.sha256):
        make_backup(tmp_path / "market.backup")
    assert not [one for one in os.listdir(tmp_path) if "backup" in one]


class Interrupted(BaseException):
    """Stands for Ctrl-C at a chosen moment."""


def interrupt(*_arguments: object, **_options: object) -> None:
    raise Interrupted


@pytest.mark.parametrize("moment", ["unpack", "mark_index_stale"])
def test_an_interruption_before_the_exchange_leaves_the_old_market(
    filled: Flask, archive: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    with writing() as session:
        session.add(Job(kind="test", key="later", label=""))
    before = state()
    with monkeypatch.context() as patches:
        patches.setattr(restoring, moment, interrupt)
        with pytest.raises(Interrupted):
            restore_backup(archive, replace=True)
    assert state() == before
    restore_backup(archive, replace=True)


def test_an_interruption_after_the_exchange_leaves_the_new_market_and_the_next_start_finishes(
    filled: Flask, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state()
    with writing() as session:
        for model in ("patent", "result"):
            record_event(session, "listing_changed", model, 2)
        session.connection().exec_driver_sql("UPDATE patent SET state = 'withdrawn', version = 99")
    rebuild_index(system("test"))
    with monkeypatch.context() as patches:
        patches.setattr(restoring, "prepare_market", interrupt)
        with pytest.raises(RestoreUnfinished, match="在这台机器上启动服务"):
            restore_backup(archive, replace=True)
    assert state().tables == before.tables
    assert state().answers != before.answers
    prepare_market()
    assert state() == before


@pytest.fixture
def other_file_system(filled: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be renamed out of the folder where a backup is unpacked."""
    real = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if path.parent.name.startswith(restoring.STAGING):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)


@pytest.mark.usefixtures("other_file_system")
def test_a_database_on_another_file_system_is_replaced(archive: Path) -> None:
    before = state()
    with writing() as session:
        session.add(Job(kind="test", key="later", label=""))
    restore_backup(archive, replace=True)
    assert state() == before


@pytest.mark.skipif(bool(DATABASE_URL), reason=NEEDS_SQLITE)
@pytest.mark.usefixtures("other_file_system")
def test_a_database_that_cannot_be_copied_over_leaves_the_old_market(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing() as session:
        session.add(Job(kind="test", key="later", label=""))
    before = state()

    def refuse(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("marketplace.backup.databases.shutil.copyfileobj", refuse)
    with pytest.raises(BackupError, match="还是原来的样子"):
        restore_backup(archive, replace=True)
    assert state() == before
    folder = Path(str(db.engine.url.database)).parent
    assert not list(folder.glob(".*restored"))


@pytest.mark.skipif(bool(DATABASE_URL), reason=NEEDS_SQLITE)
def test_a_link_to_the_database_stays_one(filled: Flask, archive: Path, tmp_path: Path) -> None:
    before = state()
    db.session.close()
    db.engine.dispose()
    path = Path(str(db.engine.url.database))
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    real = path.rename(tmp_path / "elsewhere.sqlite3")
    path.symlink_to(real)
    restore_backup(archive, replace=True)
    assert path.is_symlink()
    assert state() == before


def test_an_exchange_that_fails_changes_nothing(
    filled: Flask, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state()
    store = filled.extensions["files"]
    for one in list(store.contents()):
        store.remove(one.sha256)

    def refuse(*_arguments: object) -> None:
        raise BackupError("in use")

    monkeypatch.setattr(type(restoring.database()), "replace", refuse)
    with pytest.raises(BackupError, match="in use"):
        restore_backup(archive, replace=True)
    assert state().tables == before.tables
    assert state().files == {}
