"""A worker on a machine of its own tells what it counted."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request

import pytest
import structlog
from flask import Flask

from marketplace.core.metrics import counted_task
from tasks.metrics import serve_metrics


def get(address: str, **headers: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
        text: str = answer.read().decode()
    return text


def test_without_a_port_nothing_is_served(app: Flask) -> None:
    assert serve_metrics(app) is None


def test_where_the_port_is_taken_the_worker_goes_on_without_figures(app: Flask) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        app.extensions["settings"].worker_metrics_port = port = other.getsockname()[1]
        with structlog.testing.capture_logs() as lines:
            assert serve_metrics(app) is None
    (line,) = lines
    assert (line["event"], line["port"]) == ("metrics_not_served", port)
    assert line["reason"]


def test_the_tasks_are_told_and_nothing_else(app: Flask) -> None:
    app.extensions["settings"].worker_metrics_port = 0
    address = f"http://127.0.0.1:{serve_metrics(app)}"
    with counted_task("far-away"):
        pass
    told = get(f"{address}/metrics")
    assert 'market_tasks_total{outcome="done",task="far-away"}' in told
    assert "market_part_ok" not in told
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(f"{address}/")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(f"{address}/metrics", Via="1.1 proxy")
