"""``market backup`` and ``market restore`` as they are typed."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from marketplace.cli import main
from tests.grounds import DATABASE_URL, NEEDS_SQLITE

pytestmark = pytest.mark.skipif(bool(DATABASE_URL), reason=NEEDS_SQLITE)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "one"))
    monkeypatch.setenv("MARKET_MODE", "test")
    monkeypatch.setenv("MARKET_SECRET_KEY", "only-for-tests")


def market(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def fill(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("专利名称\n隔膜\n", "utf-8")
    assert market("import", "patents", tmp_path / "a.csv").exit_code == 0


def test_there_and_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fill(tmp_path)
    file = tmp_path / "market.backup"
    made = market("backup", file, "--json")
    report = json.loads(made.stdout)
    assert (made.exit_code, report["bytes"]) == (0, file.stat().st_size)
    assert (report["database"], report["files"], report["mode"]) == ("sqlite", 0, "test")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "two"))
    back = market("restore", file, "--json")
    report = json.loads(back.stdout)
    assert (back.exit_code, report["published"], report["documents"]) == (0, 1, 1)
    assert market("search", "隔膜").exit_code == 0
    assert market("doctor").exit_code == 0


def test_both_speak_to_people(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fill(tmp_path)
    file = tmp_path / "market.backup"
    said = market("backup", file).stdout
    assert "备份好了" in said
    assert "MARKET_SECRET_KEY" in said
    again = market("backup", file)
    assert (again.exit_code, "--overwrite" in again.stderr) == (2, True)
    refused = market("restore", file)
    assert (refused.exit_code, "--replace" in refused.stderr) == (2, True)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "two"))
    said = market("--lang", "en", "restore", file).stdout
    assert "Public records: 1" in said


def test_a_refusal_is_json_where_json_is_wanted(tmp_path: Path) -> None:
    refused = market("backup", tmp_path / "none.backup", "--json")
    assert refused.exit_code == 2
    assert "还没有市场" in json.loads(refused.stdout)["error"]


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_sigterm_leaves_no_copy_of_the_database_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    fill(tmp_path)
    file = tmp_path / "market.backup"
    if command == "restore":
        assert market("backup", file).exit_code == 0
    before = {path.name for folder in (tmp_path, tmp_path / "one") for path in folder.iterdir()}

    def end(*_arguments: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    handled: list[int] = []
    handler = signal.signal(signal.SIGTERM, lambda number, _frame: handled.append(number))
    moment = {"backup": "SqliteDatabase.dump", "restore": "SqliteDatabase.check"}[command]
    monkeypatch.setattr(f"marketplace.backup.databases.{moment}", end)
    try:
        ended = market(command, file, *["--replace"] * (command == "restore"))
        own = signal.getsignal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, handler)
    assert (ended.exit_code, handled) == (128 + signal.SIGTERM, [])
    assert own not in (handler, signal.SIG_DFL)
    after = {path.name for folder in (tmp_path, tmp_path / "one") for path in folder.iterdir()}
    assert {name for name in after - before if not name.endswith(".lock")} == set()


def test_a_backup_updates_nothing(tmp_path: Path) -> None:
    market("backup", tmp_path / "none.backup")
    assert not (tmp_path / "one" / "index").exists()
