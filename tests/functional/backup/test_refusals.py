"""What isn't a whole backup of this kind of market is refused before anything changes."""

from __future__ import annotations

import gzip
import io
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine

from marketplace.backup.archive import (
    DATABASE,
    Archive,
    BackupError,
    Manifest,
    writing_archive,
)
from marketplace.backup.databases import database
from marketplace.backup.making import make_backup
from marketplace.backup.restoring import restore_backup
from marketplace.core.db import db
from marketplace.core.locks import exclusive_in_folder
from marketplace.core.schema import newest_revision
from tests.functional.backup.conftest import State, state
from tests.grounds import DATABASE_URL, NEEDS_SQLITE


def manifest(**values: object) -> Manifest:
    return Manifest.model_validate(
        {
            "format": 1,
            "made_at": "2026-11-23T04:00:00+00:00",
            "commit": "unknown",
            "schema_revision": newest_revision(),
            "database": database().kind,
            "mode": "test",
        }
        | values
    )


@pytest.fixture
def before(filled: Flask) -> State:
    """The state of the market before anybody tries to restore."""
    return state()


@pytest.fixture
def archive(before: State, tmp_path: Path) -> Path:
    make_backup(tmp_path / "market.backup")
    return tmp_path / "market.backup"


def folder_names(app: Flask) -> list[str]:
    root = app.extensions["settings"].data_dir
    return sorted(path.name for path in root.iterdir() if path.suffix != ".lock")


def assert_refused(path: Path, before: State, app: Flask, words: str) -> None:
    names = folder_names(app)
    with pytest.raises(BackupError, match=words):
        restore_backup(path, replace=True)
    assert state() == before
    assert folder_names(app) == names


@pytest.mark.parametrize("share", [0.0, 0.01, 0.2, 0.5, 0.9, 0.99])
def test_a_truncated_backup_is_refused(
    filled: Flask, before: State, archive: Path, share: float
) -> None:
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * share)])
    assert_refused(archive, before, filled, "不是完整的备份")


def test_a_backup_cut_at_the_end_of_any_member_is_refused(
    filled: Flask, before: State, archive: Path
) -> None:
    whole = gzip.decompress(archive.read_bytes())
    with tarfile.open(fileobj=io.BytesIO(whole)) as tar:
        offsets = [member.offset for member in tar.getmembers()]
    for offset in offsets:
        archive.write_bytes(gzip.compress(whole[:offset] + bytes(10240)))
        assert_refused(archive, before, filled, "不是完整的备份")


def test_a_changed_byte_is_found(filled: Flask, before: State, archive: Path) -> None:
    whole = bytearray(gzip.decompress(archive.read_bytes()))
    with tarfile.open(fileobj=io.BytesIO(bytes(whole))) as tar:
        places = {member.name: member.offset_data for member in tar.getmembers() if member.size}
    for name, place in places.items():
        if name.endswith(".json"):
            continue
        spoilt = whole.copy()
        spoilt[place] ^= 1
        archive.write_bytes(gzip.compress(bytes(spoilt)))
        assert_refused(archive, before, filled, "坏了")


@pytest.mark.parametrize(
    "content",
    [b"", b"\x1f\x8b", b"not a backup", gzip.compress(b"not a tar", mtime=0), b"PK\x03\x04" * 100],
)
def test_another_file_is_refused(
    filled: Flask, before: State, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    assert_refused(path, before, filled, "不是完整的备份")


def add_bytes(archive: Archive, name: str, content: bytes) -> None:
    archive.add(name, io.BytesIO(content), len(content))


def add_link(archive: Archive, name: str, kind: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd"
    archive._tar.addfile(info)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda a: add_bytes(a, "../outside", b"x"), "不该有的一项"),
        (lambda a: add_bytes(a, "/tmp/outside", b"x"), "不该有的一项"),
        (lambda a: add_bytes(a, "files/../../outside", b"x"), "不该有的一项"),
        (lambda a: add_bytes(a, f"files/{'a' * 63}", b"x"), "不该有的一项"),
        (lambda a: add_bytes(a, f"files/{'a' * 64}/x", b"x"), "不该有的一项"),
        (lambda a: add_link(a, DATABASE, tarfile.SYMTYPE), "不该有的一项"),
        (lambda a: add_link(a, f"files/{'a' * 64}", tarfile.LNKTYPE), "不该有的一项"),
        (lambda a: add_link(a, DATABASE, tarfile.CHRTYPE), "不该有的一项"),
        (lambda a: add_bytes(a, "manifest.json", b"{}"), "不该有的一项"),
        (lambda a: add_bytes(a, f"files/{'a' * 64}", b"x"), "坏了"),
        (lambda a: add_bytes(a, DATABASE, b"no database"), "坏了"),
        (lambda a: None, "坏了"),
    ],
)
def test_what_no_backup_holds_is_refused(
    filled: Flask, before: State, tmp_path: Path, spoil: Callable[[Archive], None], words: str
) -> None:
    path = tmp_path / "bad.backup"
    with writing_archive(path, lambda _count: None) as archive:
        archive.add_manifest(manifest())
        spoil(archive)
    assert_refused(path, before, filled, words)
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"format": 2}, "比本程序新"),
        ({"schema_revision": "9999"}, "9999"),
        ({"database": "oracle"}, "同一种数据库"),
    ],
)
def test_a_backup_for_another_program_is_refused_by_its_first_bytes(
    filled: Flask, before: State, tmp_path: Path, values: dict[str, object], words: str
) -> None:
    path = tmp_path / "other.backup"
    with writing_archive(path, lambda _count: None) as archive:
        archive.add_manifest(manifest(**values))
        add_bytes(archive, "whatever", b"x")
    assert_refused(path, before, filled, words)


def test_sqlite_and_postgresql_do_not_mix(filled: Flask, before: State, tmp_path: Path) -> None:
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[database().kind]
    path = tmp_path / "other.backup"
    with writing_archive(path, lambda _count: None) as archive:
        archive.add_manifest(manifest(database=other))
    assert_refused(path, before, filled, "PostgreSQL.*SQLite|SQLite.*PostgreSQL")


@pytest.mark.parametrize("text", ["[]", "{}", "no json", '{"format": "1"}', '{"format": 1}'])
def test_a_manifest_that_says_nothing_is_refused(
    filled: Flask, before: State, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "bad.backup"
    with writing_archive(path, lambda _count: None) as archive:
        add_bytes(archive, "manifest.json", text.encode())
    assert_refused(path, before, filled, "market backup")


@pytest.mark.skipif(bool(DATABASE_URL), reason=NEEDS_SQLITE)
def test_a_database_of_another_schema_than_it_says_is_refused(
    filled: Flask, before: State, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "db") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num)")
        connection.execute("INSERT INTO alembic_version VALUES ('0000')")
    path = tmp_path / "bad.backup"
    with writing_archive(path, lambda _count: None) as archive:
        archive.add_manifest(manifest())
        add_bytes(archive, DATABASE, (tmp_path / "db").read_bytes())
    assert_refused(path, before, filled, "坏了")


def test_while_a_server_runs_nothing_is_restored(
    filled: Flask, before: State, archive: Path
) -> None:
    with exclusive_in_folder("server"):
        assert_refused(archive, before, filled, "先停下它")


def test_while_another_program_uses_the_database_nothing_is_restored(
    filled: Flask, before: State, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.backup.databases.IN_USE_SECONDS", 0.1)
    options = {} if database().kind == "sqlite" else {"application_name": "market"}
    another = create_engine(db.engine.url, poolclass=NullPool, connect_args=options)
    with another.connect() as other:
        other.exec_driver_sql("SELECT 1 FROM patent")
        with pytest.raises(BackupError, match="停下"):
            restore_backup(archive, replace=True)
    assert state() == before
    restore_backup(archive, replace=True)


@pytest.mark.skipif(bool(DATABASE_URL), reason=NEEDS_SQLITE)
def test_a_database_that_cannot_be_read_any_more_is_restored(
    filled: Flask, before: State, archive: Path
) -> None:
    db.session.close()
    db.engine.dispose()
    path = Path(str(db.engine.url.database))
    path.write_bytes(b"rotten" * 5000)
    path.with_name(f"{path.name}-wal").write_bytes(b"of the old one")
    with pytest.raises(BackupError, match="--replace"):
        restore_backup(archive)
    restore_backup(archive, replace=True)
    assert state() == before
