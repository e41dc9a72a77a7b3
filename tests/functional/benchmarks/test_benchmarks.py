"""The benchmark itself works: it runs through at a size that teaches nothing, and says it all."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.__main__ import main
from tests.benchmarks.catalogue import Catalogue
from tests.benchmarks.engines import Addresses, forget_market, running
from tests.benchmarks.postgres_tables import vector
from tests.benchmarks.records import Plan, chunks, rows_of
from tests.benchmarks.report import BEGIN, END

KINDS = ["and", "or", "or_facets", "filtered", "phrase", "suggestion", "similar"]
SIZE = 300


@pytest.mark.exhaustive
def test_a_whole_run_tells_every_figure_in_json_on_the_terminal_and_in_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # One test for one run: it starts a worker and a server.
    page, out = tmp_path / "figures.md", tmp_path / "figures.json"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    monkeypatch.setenv("MARKET_WEB_WORKERS", "1")
    kept = ["--folder", str(tmp_path / "kept")]
    assert main(["--sizes", str(SIZE), "--out", str(out), *kept]) == 0

    figures = json.loads(out.read_text("utf-8"))
    (catalogue,) = figures["catalogues"]
    assert catalogue["records"] == SIZE
    assert figures["engines"] == ["embedded"]
    assert_questions_are_judged(catalogue["questions"], ["service", "bare", "fts5"])
    assert [*catalogue["indexing"]["engines"]] == ["index", "fts"]
    assert catalogue["indexing"]["rows_per_second_a_core"] > 0
    assert catalogue["indexing"]["parts"]["sample"] > 0
    assert catalogue["freshness"]["ms"]["n"] == catalogue["freshness"]["changes"]
    assert all(size > 0 for size in catalogue["disk"].values())
    assert figures["page"]["search_page"]["requests_per_second"] > 0
    assert figures["page"]["constant_page"]["requests_per_second"] > 0
    assert figures["machine"]["seeds"]["records"]

    assert "| OR + all facets" in capsys.readouterr().out
    text = page.read_text("utf-8")
    assert "| OR + all facets" in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "\nold\n" not in text


def assert_questions_are_judged(questions: list[dict[str, Any]], contenders: Sequence[str]) -> None:
    assert [row["kind"] for row in questions] == KINDS
    for row in questions:
        assert [*row["times_the_service"]] == [*contenders[1:]]
        for contender in contenders:
            assert 0 < row[contender]["p50"] <= row[contender]["p95"]
            assert row[contender]["n"] > 0
        assert row["is_reached"] == (row["service"]["p50"] <= row["allowed_ms"])


def test_a_size_that_is_no_number_is_refused_with_what_would_be_right(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--sizes", "many"])
    assert refused.value.code == 2
    assert "100000,1000000" in capsys.readouterr().err


def test_an_engine_that_is_none_is_refused_with_what_would_be_right(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--engines", "embedded,oracle"])
    assert refused.value.code == 2
    assert "embedded,elastic,postgres" in capsys.readouterr().err


def test_addresses_that_are_given_are_used_as_they_are_and_nothing_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_SEARCH_URL", "http://node:9200/")
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://clerk@server/market")
    with running(["embedded", "elastic"], tmp_path / "place") as addresses:
        assert addresses == Addresses(elastic="http://node:9200")
    with running(["embedded"], tmp_path / "place") as addresses:
        assert addresses == Addresses()
    assert not (tmp_path / "place").exists()


def test_a_catalogue_keeps_to_its_own_folder_whatever_market_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("MARKET_DATABASE_URL", "MARKET_SEARCH_URL", "MARKET_REDIS_URL")
    addresses = ("postgresql://clerk@server/market", "http://node:9200", "redis://server/0")
    secret = tmp_path / "secret"
    for name, address in zip(names, addresses, strict=True):
        secret.write_text(address)
        monkeypatch.setenv(name, address)
        monkeypatch.setenv(f"{name}_FILE", str(secret))
    forget_market()
    catalogue = Catalogue(tmp_path, SIZE, Addresses())
    assert catalogue.settings.database.startswith(f"sqlite:///{tmp_path}")
    assert catalogue.settings.search_url is None
    assert catalogue.settings.redis_url is None
    assert [catalogue.environment()[name] for name in names] == ["", "", ""]
    assert not any(name.endswith("_URL_FILE") for name in os.environ)


def test_tokens_are_written_for_postgresql_with_every_place_and_any_character() -> None:
    assert vector(["电池", "o'k\\", "电池"]) == r"'电池':1,3 'o''k\\':2"


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
