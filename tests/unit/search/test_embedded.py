"""What only the embedded engine has: its folder, its locks, readers in other processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from search.documents import Field, Schema
from search.engines.base import EngineUnavailable, RebuildBusy, Request, WriterBusy
from search.engines.embedded import EmbeddedEngine
from search.engines.embedded_schema import gathered, scattered
from search.engines.stored import sort_key
from search.query import Query
from search.service import SearchService
from tests.contract.sample import DOCUMENTS, SCHEMA, document, fill

EVERYTHING = Request(visibility=("public", "members", "staff"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_another_reader_sees_commits_and_exchanged_generations(folder: Path) -> None:
    writer, reader = EmbeddedEngine(folder, SCHEMA), EmbeddedEngine(folder, SCHEMA)
    assert reader.find(EVERYTHING).total == 0
    fill(writer)
    assert reader.find(EVERYTHING).total == len(DOCUMENTS)
    generation = writer.begin_generation()
    generation.apply(DOCUMENTS[:1])
    writer.activate(generation)
    assert reader.find(EVERYTHING).total == 1
    assert len(list(folder.glob("gen-*"))) == 1


def test_a_second_writer_waits_and_then_gives_up(folder: Path) -> None:
    engine = EmbeddedEngine(folder, SCHEMA)
    with engine.writing(), pytest.raises(WriterBusy), EmbeddedEngine(folder, SCHEMA).writing(0.1):
        pass
    fill(engine)


def test_the_lock_is_released_when_writing_fails(folder: Path) -> None:
    engine = EmbeddedEngine(folder, SCHEMA)
    with pytest.raises(KeyError), engine.writing():
        raise KeyError
    fill(engine)
    assert engine.find(EVERYTHING).total == len(DOCUMENTS)


def test_one_rebuild_at_a_time_and_writing_goes_on_beside_it(folder: Path) -> None:
    engine = EmbeddedEngine(folder, SCHEMA)
    fill(engine, DOCUMENTS[:1])
    generation = engine.begin_generation()
    with pytest.raises(RebuildBusy):
        engine.begin_generation()
    fill(engine)
    assert engine.find(EVERYTHING).total == len(DOCUMENTS)
    generation.abandon()
    engine.begin_generation().abandon()


def test_a_closed_generation_takes_no_more_documents(folder: Path) -> None:
    engine = EmbeddedEngine(folder, SCHEMA)
    generation = engine.begin_generation()
    engine.activate(generation)
    with pytest.raises(ValueError, match="closed"):
        generation.apply(DOCUMENTS)


def test_another_declaration_needs_a_rebuild_and_says_so(folder: Path) -> None:
    fill(EmbeddedEngine(folder, SCHEMA))
    other = Schema([Field("title", "text"), Field("colour", "keyword", is_filter=True)])
    engine = EmbeddedEngine(folder, other)
    health = engine.health()
    assert (health.is_ready, health.needs_reindex) == (False, True)
    with pytest.raises(EngineUnavailable, match="needs_reindex"):
        SearchService(engine, other).search(Query("锂电池"))
    with pytest.raises(EngineUnavailable), engine.writing():
        pass
    generation = engine.begin_generation()
    generation.apply([document("r", "锂电池")])
    engine.activate(generation)
    assert engine.health().is_ready
    assert SearchService(engine, other).search(Query("锂电池")).total == 1


def test_a_broken_folder_is_reported_without_a_traceback(folder: Path) -> None:
    engine = EmbeddedEngine(folder, SCHEMA)
    fill(engine)
    for path in folder.glob("gen-*/meta.json"):
        path.write_text("{", encoding="utf-8")
    health = EmbeddedEngine(folder, SCHEMA).health()
    assert (health.is_ready, health.problem) == (False, "down")


def _write_forever(folder: str) -> None:
    engine = EmbeddedEngine(Path(folder), SCHEMA)
    number = 0
    with engine.writing() as writer:
        while True:
            writer.apply([document(f"d{n}", "锂电池", version=number) for n in range(20)])
            number += 1


def test_a_killed_writer_leaves_an_index_that_can_be_read_and_written(folder: Path) -> None:
    engine = EmbeddedEngine(folder, SCHEMA)
    process = multiprocessing.get_context("spawn").Process(
        target=_write_forever, args=(str(folder),)
    )
    process.start()
    deadline = time.monotonic() + 60
    while engine.find(EVERYTHING).total < 20 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    fresh = EmbeddedEngine(folder, SCHEMA)
    versions = dict(fresh.versions())
    assert len(versions) == 20
    assert len(set(versions.values())) == 1
    fill(fresh)
    assert fresh.find(EVERYTHING).total == 20 + len(DOCUMENTS)


def test_sort_keys_put_unknown_last_and_differ_by_id() -> None:
    rising, falling = SCHEMA.by_name["price"], SCHEMA.by_name["trl"]
    assert sort_key(rising, 1, "a") > sort_key(rising, 2, "a") > sort_key(rising, None, "a")
    assert sort_key(falling, 9, "a") > sort_key(falling, 1, "a") > sort_key(falling, None, "a")
    assert sort_key(falling, 5, "a") != sort_key(falling, 5, "b")
    assert all(0 <= sort_key(rising, v, "x") < 2**63 for v in (-5, 0, 2**60, None))


@pytest.mark.parametrize("number", [0, 1, 2, 2**52, 2**63 - 1])
def test_a_number_that_was_scattered_is_gathered_again(number: int) -> None:
    assert 0 <= scattered(number) < 2**63
    assert gathered(scattered(number)) == number
