"""``market evaluate matching`` and ``market evaluate titles`` as they are started."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from marketplace.matching.evaluation_commands import matching_command, titles_command

RECORDS = [
    {"id": "a", "title": "一种防滑沥水拖鞋", "abstract": "鞋底设有沥水槽，踩踏时把水挤出。"},
    {"id": "b", "title": "风力发电机叶片", "abstract": "叶片根部设弹性铰链，强风时让风。"},
]
DEMAND = {"title": "拖鞋滴水", "text": "踩一脚就把水挤干。", "target_id": "a", "style": "plain"}


@pytest.fixture(autouse=True)
def without_encoders(app, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.extensions["settings"], "has_semantic_search", False)


def lines(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def matching(demands: Path, records: Path, *more: str) -> Result:
    arguments = ["--demands", str(demands), "--records", str(records), *more]
    return CliRunner().invoke(matching_command, arguments)


def test_figures_come_as_json_and_as_sentences(app, tmp_path: Path) -> None:
    demands = lines(tmp_path / "demands", DEMAND)
    records = lines(tmp_path / "records", *RECORDS)
    answer = matching(demands, records, "--json")
    assert answer.exit_code == 0
    figures = json.loads(answer.stdout)
    assert figures["recall"]["1"] == 1
    assert {"mrr10", "by_style", "channels", "confidence"} <= set(figures)
    spoken = matching(demands, records)
    assert "100.0%" in spoken.stdout
    assert "只按字词匹配" in spoken.stdout


def test_titles_are_looked_for_in_the_other_language(app, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("doc_id\ttitle_en\na\tSlippers\n", encoding="utf-8")
    records = lines(tmp_path / "records", *RECORDS)
    arguments = ["--pairs", str(pairs), "--records", str(records), "--json"]
    answer = CliRunner().invoke(titles_command, arguments)
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["n"] == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"no json", "第 1 行"), (b"\xff\xff", "UTF-8"), (b"", "没有可用的行"), (b"[]", "第 1 行")],
)
def test_a_file_that_can_not_be_used_is_named(
    app, tmp_path: Path, content: bytes, said: str
) -> None:
    records = lines(tmp_path / "records", *RECORDS)
    broken = tmp_path / "broken.jsonl"
    broken.write_bytes(content)
    answer = matching(broken, records)
    assert answer.exit_code == 2
    assert "broken.jsonl" in answer.stderr
    assert said in answer.stderr
