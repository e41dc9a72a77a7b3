"""How long until a changed record is found: service, outbox, worker, index, search."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from marketplace.catalogue.indexing import search_service
from marketplace.catalogue.inputs import INPUTS, CleanRow
from marketplace.catalogue.saving import save_records
from marketplace.core.actor import system
from marketplace.core.tables import match_columns
from marketplace.settings import PROJECT_ROOT
from search.query import Query
from tests.benchmarks.catalogue import Catalogue
from tests.benchmarks.latency import percentiles

SOURCE = "benchmark-probe"
_LONGEST_WAIT = 60.0
_LOOKS_EVERY = 0.005


def measure_freshness(
    catalogue: Catalogue, changes: int, search_url: str | None = None
) -> dict[str, Any]:
    """Milliseconds from the call of the service to the first search that finds the new text.

    In the context of the application on that index.
    """
    with worker(catalogue, search_url):
        for number in range(1, changes + 1):
            _change(number)
        times = [_change(number) for number in range(1, changes + 1)]
    return {"changes": changes, "ms": percentiles(times)}


@contextmanager
def worker(catalogue: Catalogue, search_url: str | None = None) -> Iterator[None]:
    """The worker with its schedule in a process of its own, as the server starts it."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "marketplace.process",
            str(os.getpid()),
            sys.executable,
            "-m",
            "tasks.worker",
        ],
        cwd=PROJECT_ROOT,
        env={**os.environ, **catalogue.environment(search_url), "PYTHONWARNINGS": "ignore"},
        stdin=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        # Nothing is lost by it, as in any other crash, and no orderly end is waited for.
        process.kill()
        process.wait()


def _change(number: int) -> float:
    """Save record `number` with a new word in its title; milliseconds until the word finds it."""
    word = f"probe{secrets.token_hex(6)}"
    record = {
        "source_id": f"probe-{number}",
        "title": f"用于测量的第 {number} 项成果 {word}",
        "abstract": "这一条记录反复改动标题，用来测量改动多久以后能搜到。",
    }
    declared = INPUTS["result"]
    columns = match_columns(tuple(record), declared.accepted_names())
    row = declared.clean(number, record, columns.found)
    if not isinstance(row, CleanRow):
        raise ValueError(f"the catalogue refuses the record of the benchmark: {row}")
    began = time.perf_counter()
    save_records(system("benchmark"), "result", [row], source=SOURCE, is_demo=True)
    deadline = began + _LONGEST_WAIT
    while not search_service().search(Query(word, only_all=True, has_facets=False)).total:
        if time.perf_counter() > deadline:
            raise TimeoutError(f"{word} was not found within {_LONGEST_WAIT:.0f} s")
        time.sleep(_LOOKS_EVERY)
    return (time.perf_counter() - began) * 1_000
