"""What the processes of the market count as they work, in the terms of Prometheus.

Labels come from lists that the code fixes (routes, methods, outcomes, tasks): never what a person
typed, nor who it was. What can be read off the database when somebody asks is no counter; it
stands in ``operations.exposition``.

Where ``PROMETHEUS_MULTIPROC_DIR`` was set before this module came in (see
:func:`marketplace.process.share_metrics`), all processes count into files of that folder, which is
made, and any one of them answers for all. None of these figures is tied to a living process, so
those of one that has ended stay in the sums, as counters should.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from marketplace.process import METRICS_VARIABLE

if METRICS_VARIABLE in os.environ:
    Path(os.environ[METRICS_VARIABLE]).mkdir(parents=True, exist_ok=True)

OWN = CollectorRegistry()
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "(none)"

REQUESTS = Counter(
    "market_requests", "Requests answered", ["route", "method", "status"], registry=OWN
)
REQUEST_SECONDS = Histogram(
    "market_request_seconds",
    "Time from a request's arrival to the last byte of its answer",
    ["route", "method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=OWN,
)
SEARCHES = Counter(
    "market_searches",
    "Searches by outcome: found, widened (also hits with some of the words), none, unavailable",
    ["outcome"],
    registry=OWN,
)
SEARCH_SECONDS = Histogram(
    "market_search_seconds",
    "Time that the search took to answer",
    ["outcome"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=OWN,
)
TASKS = Counter(
    "market_tasks", "Tasks run, by outcome: done, failed", ["task", "outcome"], registry=OWN
)
TASK_SECONDS = Histogram(
    "market_task_seconds",
    "Time that a task ran",
    ["task"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800),
    registry=OWN,
)


@cache
def _counter(counter: Counter, *labels: str) -> Counter:
    """The counter of these labels; finding it costs more than counting."""
    return counter.labels(*labels)


@cache
def _histogram(histogram: Histogram, *labels: str) -> Histogram:
    """The histogram of these labels."""
    return histogram.labels(*labels)


def count_request(route: str | None, method: str, status: int, seconds: float) -> None:
    """Count one request; ``route`` is its template, such as ``/patents/<int:record_id>``."""
    known_route, known_method = route or NO_ROUTE, method if method in METHODS else "OTHER"
    _counter(REQUESTS, known_route, known_method, str(status)).inc()
    _histogram(REQUEST_SECONDS, known_route, known_method).observe(seconds)


def count_search(outcome: str, seconds: float) -> None:
    """Count one search; ``outcome`` is found, widened, none or unavailable."""
    _counter(SEARCHES, outcome).inc()
    _histogram(SEARCH_SECONDS, outcome).observe(seconds)


@contextmanager
def counted_task(name: str) -> Iterator[None]:
    """Count the task that runs in the block, with its time; it has failed when it raises."""
    began = perf_counter()
    outcome = "failed"
    try:
        yield
        outcome = "done"
    finally:
        TASKS.labels(name, outcome).inc()
        TASK_SECONDS.labels(name).observe(perf_counter() - began)


def counted() -> CollectorRegistry:
    """What all processes that share the folder have counted; else what this one has."""
    if METRICS_VARIABLE not in os.environ:
        return OWN
    shared = CollectorRegistry()
    MultiProcessCollector(shared)
    return shared
