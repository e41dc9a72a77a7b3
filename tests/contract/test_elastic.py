"""What only Elasticsearch has: versions that compete, machines that fail."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from elasticsearch.helpers import BulkIndexError

from search.documents import Field, Schema
from search.engines.base import EngineUnavailable, RebuildBusy, Request, WriterBusy
from search.engines.elastic import ElasticEngine
from search.engines.elastic_queries import beginning
from search.query import Query
from search.service import SearchService
from tests.contract.elastic_node import (
    SEARCH_URL,
    elastic_engine,
    locks_in,
    needs_elasticsearch,
    own_alias,
)
from tests.contract.sample import DOCUMENTS, SCHEMA, document, fill

EVERYTHING = Request(visibility=("public", "members", "staff"))


@pytest.fixture
def elastic(tmp_path: Path) -> Iterator[ElasticEngine]:
    with elastic_engine(tmp_path, SCHEMA) as engine:
        yield engine


@needs_elasticsearch
def test_an_older_version_never_replaces_a_newer_one(elastic: ElasticEngine) -> None:
    fill(elastic, [document("r1", "新的题目", version=7)])
    fill(elastic, [document("r1", "旧的题目", version=6)])
    assert dict(elastic.versions()) == {"r1": 7}
    assert SearchService(elastic, SCHEMA).search(Query("旧的题目", only_all=True)).total == 0
    with elastic.writing() as writer:
        writer.apply(deletes={"r1": 6})
    assert dict(elastic.versions()) == {"r1": 7}


@needs_elasticsearch
def test_what_was_removed_comes_back_only_as_new_as_it_went(elastic: ElasticEngine) -> None:
    fill(elastic, [document("r1", "题目", version=3)])
    for _again in range(3):
        with elastic.writing() as writer:
            writer.apply(deletes={"r1": 4})
    fill(elastic, [document("r1", "晚到的题目", version=3)])
    assert dict(elastic.versions()) == {}
    fill(elastic, [document("r1", "又公开的题目", version=5)])
    assert dict(elastic.versions()) == {"r1": 5}


@needs_elasticsearch
def test_a_late_write_never_makes_an_index_that_was_dropped(tmp_path: Path) -> None:
    with own_alias() as url, Elasticsearch(SEARCH_URL) as client:
        engine = ElasticEngine(url, SCHEMA, locks_in(tmp_path))
        with engine.writing() as writer:
            writer.apply(DOCUMENTS)
            client.indices.delete(index=engine.health().generation)
            with pytest.raises(BulkIndexError):
                writer.apply(DOCUMENTS)
        assert engine.health().documents == 0
        assert not client.indices.exists(index=url.rpartition("/")[2])


@needs_elasticsearch
def test_another_declaration_needs_a_rebuild_and_says_so(tmp_path: Path) -> None:
    other = Schema([Field("title", "text"), Field("colour", "keyword", is_filter=True)])
    with own_alias() as url:
        fill(ElasticEngine(url, SCHEMA, locks_in(tmp_path)))
        engine = ElasticEngine(url, other, locks_in(tmp_path))
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


@needs_elasticsearch
def test_one_writer_and_one_rebuild_at_a_time(elastic: ElasticEngine) -> None:
    with elastic.writing(), pytest.raises(WriterBusy), elastic.writing(0.1):
        pass
    generation = elastic.begin_generation()
    with pytest.raises(RebuildBusy):
        elastic.begin_generation()
    fill(elastic)
    assert elastic.find(EVERYTHING).total == len(DOCUMENTS)
    generation.abandon()
    elastic.begin_generation().abandon()


@needs_elasticsearch
def test_a_rebuild_that_was_killed_leaves_nothing_behind_for_long(tmp_path: Path) -> None:
    with own_alias() as url, Elasticsearch(SEARCH_URL) as client:
        alias = url.rpartition("/")[2]
        engine = ElasticEngine(url, SCHEMA, locks_in(tmp_path))
        fill(engine)
        killed = engine.begin_generation()
        killed.apply(DOCUMENTS[:1])
        killed.held.close()  # as the end of its process does
        generation = engine.begin_generation()
        generation.apply(DOCUMENTS[:2])
        engine.activate(generation)
        assert [*client.indices.get_settings(index=f"{alias}-gen-*")] == [generation.name]
        assert engine.health().documents == 2


@needs_elasticsearch
def test_a_rebuild_that_lost_its_generation_to_another_ends_as_busy(
    elastic: ElasticEngine,
) -> None:
    fill(elastic, DOCUMENTS[:1])
    overtaken = elastic.begin_generation()
    overtaken.apply(DOCUMENTS)
    overtaken.held.close()  # as a broken connection to the database of the locks does
    elastic.activate(elastic.begin_generation())
    with pytest.raises(RebuildBusy):
        overtaken.apply(DOCUMENTS)
    with pytest.raises(RebuildBusy):
        elastic.activate(overtaken)
    overtaken.abandon()
    assert elastic.health().is_ready


@needs_elasticsearch
def test_what_a_killed_rebuild_left_is_removed_also_while_somebody_writes(
    elastic: ElasticEngine,
) -> None:
    fill(elastic, DOCUMENTS[:1])
    killed = elastic.begin_generation()
    killed.held.close()
    with elastic.writing():
        generation = elastic.begin_generation()
        generation.apply(DOCUMENTS)
    elastic.activate(generation)
    assert elastic.health().documents == len(DOCUMENTS)


@pytest.mark.parametrize(
    "prefix", ["a.b", "c++", "(x", '"', "a\\", "#@&<>~[]{}|^$-?*!", "锂", "ａ"]
)
def test_any_beginning_is_taken_literally(prefix: str) -> None:
    assert beginning(prefix).replace("\\", "") == prefix.replace("\\", "") + ".*"
    assert beginning(prefix).count("\\") >= sum(c in '.+("\\#' for c in prefix)


@needs_elasticsearch
@pytest.mark.parametrize("typed", ["a.b", "c++", "(x", '"', "a\\", "#@&<>~[]{}|^$-?*!", "./[", "_"])
def test_any_characters_may_be_typed(elastic: ElasticEngine, typed: str) -> None:
    fill(elastic, [document("c", "C++ 与 a.b 的接口", keywords=["C++", "(x)", "a\\b"])])
    service = SearchService(elastic, SCHEMA)
    assert service.search(Query(typed)).total >= 0
    assert {s.text for s in service.suggest(typed)} <= {"C++", "(x)", "a\\b", "与", "接口"}


def test_a_node_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    engine = ElasticEngine("http://127.0.0.1:1/market", SCHEMA, locks_in(tmp_path))
    health = engine.health()
    assert (health.is_ready, health.needs_reindex, health.problem) == (False, False, "down")
    for question in (
        lambda: SearchService(engine, SCHEMA).search(Query("锂电池")),
        lambda: SearchService(engine, SCHEMA).suggest("锂"),
        lambda: SearchService(engine, SCHEMA).similar("r1"),
        lambda: list(engine.versions()),
        engine.begin_generation,
        lambda: fill(engine),
    ):
        with pytest.raises(EngineUnavailable, match="down"):
            question()


class _Node(BaseHTTPRequestHandler):
    """A node of one index, as busy or as silent as a test wants it."""

    address = ""
    refusals = 0
    offered = 0
    fault = 0
    silence: threading.Event | None = None

    def _answer(self, body: object, status: int = 200) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self) -> None:
        if self.fault:
            self._answer({"error": "refused"}, self.fault)
            return
        meta = {"fingerprint": SCHEMA.fingerprint}
        self._answer({"market-gen-1": {"mappings": {"_meta": meta}}})

    def do_PUT(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        read = self.rfile.read(int(self.headers["Content-Length"] or 0))
        node = type(self)
        if node.silence is not None:
            node.silence.wait(30)
        if node.fault:
            self._answer({"error": "CurrentState[RECOVERING]"}, node.fault)
            return
        if not self.path.startswith("/market/_bulk"):
            self._answer({})
            return
        ids = [json.loads(line)["index"]["_id"] for line in read.splitlines()[::2]]
        items = []
        for one in ids:
            node.offered += 1
            status = 201
            if node.refusals:
                node.refusals -= 1
                status = 429
            items.append({"index": {"_id": one, "status": status}})
        self._answer({"errors": any(i["index"]["status"] == 429 for i in items), "items": items})

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def node() -> Iterator[type[_Node]]:
    class OwnNode(_Node):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), OwnNode)
    OwnNode.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield OwnNode
    if OwnNode.silence is not None:
        OwnNode.silence.set()
    server.shutdown()
    server.server_close()


def test_what_a_busy_node_refuses_is_offered_again(node: type[_Node], tmp_path: Path) -> None:
    node.refusals = 3
    engine = ElasticEngine(node.address, SCHEMA, locks_in(tmp_path))
    fill(engine, DOCUMENTS)
    assert node.offered == len(DOCUMENTS) + 3


@pytest.mark.parametrize("status", [400, 401, 403, 408, 429, 500, 502, 503, 504])
def test_whatever_a_node_refuses_with_is_told_as_down(
    node: type[_Node], tmp_path: Path, status: int
) -> None:
    node.fault = status
    engine = ElasticEngine(node.address, SCHEMA, locks_in(tmp_path))
    with pytest.raises(EngineUnavailable, match="down"):
        SearchService(engine, SCHEMA).search(Query("锂电池"))
    assert engine.health().problem == "down"


def test_a_node_that_stays_silent_is_told_after_a_while_and_then_at_once(
    node: type[_Node], tmp_path: Path
) -> None:
    node.silence = threading.Event()
    engine = ElasticEngine(node.address, SCHEMA, locks_in(tmp_path), answer_seconds=0.3)
    service = SearchService(engine, SCHEMA)
    for _slow in range(3):
        with pytest.raises(EngineUnavailable, match="down"):
            service.search(Query("锂电池"))
    asked = time.monotonic()
    for _more in range(20):
        with pytest.raises(EngineUnavailable, match="down"):
            service.search(Query("锂电池"))
    assert time.monotonic() - asked < 20 * 0.3
