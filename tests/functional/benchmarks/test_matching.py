"""The benchmark of matching runs through at a size that teaches nothing, and says it all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks.matching import __main__ as matching
from tests.benchmarks.matching import market

PATENTS = (
    ("激光切边的毛刺抑制", "切缝边缘的熔融物由侧吹气流带走。毛刺高度不超过 5 μm。"),
    ("旱地稻的选育", "株高适中，坡地种植产量稳定。"),
    ("电池壳体焊缝检测", "用环形光源照亮焊缝。漏检率低于 0.1%。"),
)
DEMANDS = (
    ("切边有毛刺", "铜箔切完边上扎手，怕扎穿隔膜。要求毛刺在 6 μm 以内。", "plain"),
    ("Weld seams leak", "Small holes in the seam of our cases. We need to see them.", "english"),
)


@pytest.mark.exhaustive
@pytest.mark.timeout(300)
def test_a_whole_run_tells_every_figure_in_json_and_on_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(market, "DEMANDS", 30)
    monkeypatch.setattr(market, "ASKED", 4)
    data, out = tmp_path / "data", tmp_path / "figures.json"
    data.mkdir()
    patents = [{"title": title, "abstract": text} for title, text in PATENTS]
    demands = [
        {"title": title, "text": text, "style": style, "field": "先进制造"}
        for title, text, style in DEMANDS
    ]
    for name, rows in (("patents_zh", patents), ("demands_dev", demands)):
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (data / f"{name}.jsonl").write_text(lines, "utf-8")
    kept = ["--folder", str(tmp_path / "kept")]
    given = ["--sizes", "300", "--data", str(data), "--out", str(out), *kept]
    assert matching.main(given) == 0
    (figures,) = json.loads(out.read_text("utf-8"))["markets"]
    assert figures["records"] == 300
    assert all(figures[name]["p50"] > 0 for name in ("demand", "round", "record", "first"))
    assert {"characters", "words"} <= {*figures["channels"]}
    assert "one demand among all records" in capsys.readouterr().out


def test_without_the_files_of_real_texts_it_says_so_and_measures_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "figures.json"
    assert matching.main(["--data", str(tmp_path), "--out", str(out)]) == 0
    assert "lacks patents_zh.jsonl, demands_dev.jsonl" in capsys.readouterr().err
    assert not out.exists()
