"""What the client programs of PostgreSQL are asked, and what is said when they don't fit."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from marketplace.backup import postgresql
from marketplace.backup.archive import BackupError
from marketplace.backup.postgresql import PostgresqlDatabase
from tests.grounds import DATABASE_URL, NEEDS_POSTGRESQL

pytestmark = [
    pytest.mark.skipif(not DATABASE_URL, reason=NEEDS_POSTGRESQL),
    pytest.mark.usefixtures("app"),
]


def install(folder: Path, version: str) -> Path:
    """Programs that say what they are, and what they were given."""
    place = folder / version
    place.mkdir()
    for name in postgresql.PROGRAMS:
        program = place / name
        program.write_text(
            "#!/bin/sh\n"
            f'if [ "$1" = --version ]; then echo "{name} (PostgreSQL) {version}"; exit; fi\n'
            f'echo "$@" >"{place}/arguments"\nenv >"{place}/environment"\n'
            'echo "FATAL: password=geheim of a@example.cn" >&2; exit 1\n'
        )
        program.chmod(0o755)
    return place


@pytest.fixture
def only_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(postgresql, "FOLDERS", (str(tmp_path / "*"),))
    monkeypatch.setattr(postgresql.shutil, "which", lambda _name: None)
    return tmp_path


def test_without_programs_a_sentence_says_what_to_install(only_ours: Path) -> None:
    with pytest.raises(BackupError, match="postgresql-client"):
        PostgresqlDatabase().make_ready()


def test_programs_older_than_the_server_are_refused(only_ours: Path) -> None:
    install(only_ours, "9.6")
    with pytest.raises(BackupError, match="第 9 版"):
        PostgresqlDatabase().make_ready()


def test_the_nearest_version_is_taken_and_the_password_is_no_argument(
    app: Flask, only_ours: Path, tmp_path: Path
) -> None:
    install(only_ours, "99.1")
    near = install(only_ours, "98.2")
    install(only_ours, "9.6")
    with pytest.raises(BackupError, match="pg_dump") as caught:
        PostgresqlDatabase().dump(tmp_path / "out", lambda _share: None)
    assert "geheim" not in str(caught.value)
    assert "a@example.cn" not in str(caught.value)
    password = app.extensions["settings"].database_url.partition("@")[0].rpartition(":")[2]
    assert password not in (near / "arguments").read_text()
    assert f"PGPASSWORD={password}" in (near / "environment").read_text()
