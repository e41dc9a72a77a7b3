"""The benchmark itself works: it runs through at a size that teaches nothing, and says it all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from marketplace.settings import PROJECT_ROOT
from tests.benchmarks.records import Plan, chunks, rows_of

KINDS = ["and", "or", "or_facets", "filtered", "phrase", "suggestion", "similar"]
SIZE = 300


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "SIZES"}
    return subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *arguments],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str, Path]:
    folder = tmp_path_factory.mktemp("bench")
    page = folder / "figures.md"
    page.write_text(
        "before\n<!-- figures: written by make bench -->\nold\n<!-- end of figures -->\nafter\n"
    )
    out = folder / "figures.json"
    done = run("--sizes", str(SIZE), "--out", str(out), "--folder", str(folder / "kept"))
    assert done.returncode == 0, done.stderr
    return json.loads(out.read_text("utf-8")), done.stdout, page


def test_every_kind_of_question_has_figures_of_all_three_and_a_verdict(
    finished: tuple[dict[str, Any], str, Path],
) -> None:
    (catalogue,) = finished[0]["catalogues"]
    assert [row["kind"] for row in catalogue["questions"]] == KINDS
    for row in catalogue["questions"]:
        for contender in ("service", "bare", "fts5"):
            assert 0 < row[contender]["p50"] <= row[contender]["p95"]
            assert row[contender]["n"] > 0
        assert row["is_reached"] == (row["service"]["p50"] <= row["allowed_ms"])


def test_indexing_freshness_pages_machine_and_disk_are_told(
    finished: tuple[dict[str, Any], str, Path],
) -> None:
    figures = finished[0]
    (catalogue,) = figures["catalogues"]
    assert catalogue["records"] == SIZE
    assert catalogue["indexing"]["rows_per_second_a_core"] > 0
    assert catalogue["indexing"]["parts"]["sample"] > 0
    assert catalogue["freshness"]["ms"]["n"] == catalogue["freshness"]["changes"]
    assert all(size > 0 for size in catalogue["disk"].values())
    assert figures["page"]["search_page"]["requests_per_second"] > 0
    assert figures["page"]["constant_page"]["requests_per_second"] > 0
    assert figures["machine"]["seeds"]["records"]


def test_the_table_is_printed_and_put_between_the_markers_of_the_page(
    finished: tuple[dict[str, Any], str, Path],
) -> None:
    _figures, printed, page = finished
    text = page.read_text("utf-8")
    assert "| OR + all facets" in printed
    assert "| OR + all facets" in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "\nold\n" not in text


def test_a_size_that_is_no_number_is_refused_with_what_would_be_right() -> None:
    refused = run("--sizes", "many")
    assert refused.returncode == 2
    assert "100000,1000000" in refused.stderr


def test_the_same_record_comes_out_the_same_however_the_records_are_divided() -> None:
    size = 5_000
    whole = rows_of((size, "result", 1, 41))[1]["result"]
    later = rows_of((size, "result", 21, 41))[1]["result"]
    assert whole[20:] == later


def test_a_catalogue_has_exactly_as_many_records_as_asked_for() -> None:
    plan = Plan(SIZE)
    assert sum(rows_of(chunk)[0] for chunk in chunks(plan)) == SIZE


def test_records_differ_from_one_another() -> None:
    rows = rows_of((5_000, "result", 1, 401))[1]["result"]
    assert len({row["abstract"].zh for row in rows}) == len(rows)
