"""What is counted, under which labels, over several processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from marketplace.catalogue.indexing import rebuild_index, search_service
from marketplace.core.actor import system
from marketplace.core.db import writing
from marketplace.core.metrics import OWN, counted_task
from marketplace.core.outbox import record_event
from marketplace.process import METRICS_VARIABLE, forget_metrics, share_metrics
from search.engines.base import EngineUnavailable
from tests.conftest import PROJECT_ROOT
from tests.functional.catalogue.conftest import fill_market

Sample = tuple[str, frozenset[tuple[str, str]]]


def samples(client: FlaskClient) -> dict[Sample, float]:
    """The figures as Prometheus reads them."""
    text = client.get("/metrics").text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(client: FlaskClient, name: str, **labels: str) -> float | None:
    return samples(client).get((name, frozenset(labels.items())))


def count(name: str, **labels: str) -> float:
    return OWN.get_sample_value(name, labels) or 0.0


def test_requests_are_counted_by_the_template_of_their_route(client: FlaskClient) -> None:
    labels = {"route": "/patents/<int(max=2147483647):record_id>", "method": "GET"}
    before = count("market_requests_total", **labels, status="404")
    seconds = count("market_request_seconds_count", **labels)
    client.get("/patents/4711?secret=词", buffered=True)
    client.get("/en/patents/4712", buffered=True)
    assert count("market_requests_total", **labels, status="404") == before + 2
    assert count("market_request_seconds_count", **labels) == seconds + 2


def test_nonsense_shares_one_label(client: FlaskClient) -> None:
    labels = {"route": "(none)", "method": "OTHER", "status": "404"}
    before = count("market_requests_total", **labels)
    for number in range(3):
        client.open(f"/nowhere/{number}", method=f"BREW{number}", buffered=True)
    assert count("market_requests_total", **labels) == before + 3
    assert "BREW" not in client.get("/metrics").text


@pytest.mark.parametrize(
    ("words", "outcome"),
    [("焊缝", "found"), ("焊缝 气孔 量子纠缠", "widened"), ("量子纠缠", "none")],
)
def test_searches_are_counted_by_outcome(
    app: Flask, client: FlaskClient, words: str, outcome: str
) -> None:
    fill_market()
    rebuild_index(system("test"))
    before = count("market_searches_total", outcome=outcome)
    seconds = count("market_search_seconds_count", outcome=outcome)
    assert client.get("/search", query_string={"q": words}).status_code == 200
    assert count("market_searches_total", outcome=outcome) == before + 1
    assert count("market_search_seconds_count", outcome=outcome) == seconds + 1
    assert words not in client.get("/metrics").text


def test_a_search_that_is_down_is_counted(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_request: object) -> None:
        raise EngineUnavailable("down")

    monkeypatch.setattr(search_service().engine, "find", fail)
    before = count("market_searches_total", outcome="unavailable")
    assert client.get("/search?q=焊").status_code == 503
    assert count("market_searches_total", outcome="unavailable") == before + 1


def test_the_newest_records_and_turned_pages_are_no_searches(client: FlaskClient) -> None:
    def total() -> float:
        outcomes = ("found", "widened", "none", "unavailable")
        return sum(count("market_searches_total", outcome=one) for one in outcomes)

    before = total()
    client.get("/")
    client.get("/search")
    client.get("/search?q=焊&page=2")
    assert total() == before


def test_tasks_are_counted_with_their_outcome_and_time() -> None:
    done = count("market_tasks_total", task="t", outcome="done")
    failed = count("market_tasks_total", task="t", outcome="failed")
    with counted_task("t"):
        pass
    with pytest.raises(ZeroDivisionError), counted_task("t"):
        raise ZeroDivisionError
    assert count("market_tasks_total", task="t", outcome="done") == done + 1
    assert count("market_tasks_total", task="t", outcome="failed") == failed + 1


def test_the_parts_are_told_as_they_are_now(app: Flask, client: FlaskClient) -> None:
    fill_market()
    rebuild_index(system("test"))
    with writing() as session:
        record_event(session, "listing_changed", "patent", 4711)
    assert value(client, "market_outbox_waiting") == 1
    assert value(client, "market_outbox_dead") == 0
    assert value(client, "market_audit_oldest_unsealed_seconds") == 0
    assert value(client, "market_part_ok", part="audit") == 1
    assert value(client, "market_schema_ok") == 1
    assert value(client, "market_part_ok", part="database") == 1
    assert value(client, "market_part_ok", part="worker") == 0
    assert value(client, "market_index_documents") == search_service().health().documents > 0
    # No worker was ever seen here: no figure is better than a wrong one.
    assert value(client, "market_worker_silent_seconds") is None
    (info,) = [key for key in samples(client) if key[0] == "market_build_info"]
    assert dict(info[1])["mode"] == "test"


def test_the_counts_of_a_former_start_go_from_the_folder_that_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used, other = tmp_path / "used", tmp_path / "other"
    for folder in (used, other):
        folder.mkdir()
        for name in ("counter_7.db", "histogram_7.db", "precious.db"):
            (folder / name).touch()
    monkeypatch.setenv(METRICS_VARIABLE, str(used))
    share_metrics(other)
    forget_metrics()
    assert [path.name for path in used.iterdir()] == ["precious.db"]
    assert len(list(other.iterdir())) == 3


def test_all_processes_count_into_one_folder(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    counting = "from marketplace.core.metrics import *; count_search('found', 0.01)"
    telling = "from marketplace.core.metrics import *; print(generate_latest(counted()).decode())"
    telling = "from prometheus_client import generate_latest; " + telling
    environment = {**os.environ, METRICS_VARIABLE: str(folder)}
    for _process in range(3):
        subprocess.run(
            [sys.executable, "-c", counting], cwd=PROJECT_ROOT, env=environment, check=True
        )
    told = subprocess.run(
        [sys.executable, "-c", telling],
        cwd=PROJECT_ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert 'market_searches_total{outcome="found"} 3.0' in told
    assert 'market_search_seconds_count{outcome="found"} 3.0' in told
