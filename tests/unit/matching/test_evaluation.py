"""The measure, on a small invented market."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from marketplace.matching.evaluation import evaluate_matching, evaluate_titles
from marketplace.matching.evaluation_figures import figures, intervals
from marketplace.matching.evaluation_files import (
    Asked,
    Record,
    UnusableFile,
    read_demands,
    read_pairs,
    read_records,
)
from marketplace.matching.evaluation_report import BEGIN, END, as_markdown, write_into
from search.semantic import Encoders, VectorFiles, encode_once
from tests.unit.search.semantic.counting import CountingEncoder

OFF = Encoders(is_off=True)
RECORDS = [
    Record("a", "一种防滑沥水拖鞋", "鞋底设有沥水槽，踩踏时把水挤出，表面防滑。"),
    Record("b", "屋顶风力发电机叶片", "叶片根部设弹性铰链，强风时自行变桨让风。"),
    Record("c", "喷砂罐下料疏通装置", "罐内设顶料机构，砂料结块时疏通出口。"),
]
DEMANDS = [
    Asked("拖鞋一路滴水", "走出来一路滴水。要踩一脚就把水挤干、又防滑的。", "a", "plain"),
    Asked("砂罐堵料", "砂受潮结块就下不来。要自己会疏通的罐。", "c", "noisy"),
    Asked("没有人做的东西", "不在这里的记录。", "gone", "noisy"),
]


def test_ranks_become_recall_and_reciprocal_ranks() -> None:
    found = figures([1, 4, 11, None])
    assert found["recall"] == {"1": 0.25, "5": 0.5, "10": 0.5, "50": 0.75, "100": 0.75}
    assert found["mrr10"] == pytest.approx((1 + 1 / 4) / 4, abs=1e-4)
    assert figures([])["recall"]["10"] is None


def test_intervals_hold_the_figure_and_narrow_with_more_questions() -> None:
    few, many = (
        intervals([1, None] * 10)["recall"]["10"],
        intervals([1, None] * 200)["recall"]["10"],
    )
    assert few[0] <= 0.5 <= few[1]
    assert many[1] - many[0] < few[1] - few[0]
    assert intervals([1, None] * 10)["recall"]["10"] == few


def test_the_right_records_are_found_without_any_encoder() -> None:
    found = evaluate_matching(DEMANDS, RECORDS, OFF)
    assert found["recall"]["1"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["by_style"]["plain"]["recall"]["1"] == 1
    assert found["by_style"]["noisy"]["n"] == 2
    assert found["channels"]["characters"]["alone"]["1"] == pytest.approx(2 / 3, abs=1e-4)
    assert set(found["channels"]) == {"characters", "words", "near characters"}
    assert found["encoders"] == {"used": [], "missing": {}, "is_off": True}


def test_each_encoder_adds_two_channels_and_is_asked_for_new_texts_alone(tmp_path: Path) -> None:
    first, second = CountingEncoder(), CountingEncoder()
    for encoder in (first, second):
        words = VectorFiles(tmp_path, encoder)
        encode_once(encoder, words, ["工业"])
        found = evaluate_matching(DEMANDS, RECORDS, Encoders((encoder,)), tmp_path)
        assert {"counting/whole", "counting/title", "sentences"} <= set(found["channels"])
    passages = {record.title for record in RECORDS}
    assert passages <= set(first.encoded)
    assert not passages & set(second.encoded)


def test_titles_in_english_find_records_whose_english_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    row = {"id": "a", "title_zh": "甲", "abstract_zh": "乙丙丁", "title_en": "only here"}
    path.write_text(json.dumps(row), encoding="utf-8")
    assert read_records(path) == [Record("a", "甲", "乙丙丁")]
    pairs = [Asked("only here", "", "a")]
    assert evaluate_titles(pairs, read_records(path), OFF)["recall"]["100"] == 0


def test_files_are_read_and_the_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text('{"target_id": "a", "title": "甲", "text": "乙", "style": "plain"}\n\n')
    assert read_demands(path) == [Asked("甲", "乙", "a", "plain")]
    path.write_text('doc_id\ttitle_en\na\tA "quoted" title\n\t\n')
    assert read_pairs(path) == [Asked('A "quoted" title', "", "a")]
    for content, code, line in [
        (b'{"target_id": "a", "title": "x"}\nno json', "bad_line", 2),
        (b"[1]", "bad_line", 1),
        (b'{"title": "no target"}', "bad_line", 1),
        (b"\xff\xfe", "not_utf8", 0),
        (b"", "no_rows", 0),
    ]:
        path.write_bytes(content)
        with pytest.raises(UnusableFile) as refusal:
            read_demands(path)
        assert (refusal.value.code, refusal.value.line) == (code, line)


def test_the_page_gets_figures_between_its_markers_and_no_text_of_records(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    titles = evaluate_titles([Asked("x", "", "a")], RECORDS, OFF)
    found = {"matching": {"none": evaluate_matching(DEMANDS, RECORDS, OFF)}, "titles": titles}
    write_into(page, as_markdown(found))
    written = page.read_text("utf-8")
    assert written.startswith(f"before\n{BEGIN}\n")
    assert written.endswith(f"{END}\nafter\n")
    assert "old" not in written
    assert "0.667" in written
    assert not any(record.title in written for record in RECORDS)
