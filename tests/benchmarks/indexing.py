"""Rows a second from the database to searchable, as a whole and in parts.

The whole is the very rebuild that made the catalogue's index. The parts are timed on a sample,
each alone and by processor time, with the functions that the rebuild calls.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import rjieba
from sqlalchemy import event

from marketplace.catalogue.documents import all_documents
from marketplace.catalogue.fields import SCHEMA
from marketplace.core.db import db
from search.documents import Document
from search.engines.embedded import EmbeddedEngine
from search.engines.embedded_schema import tantivy_document
from search.text import index_tokens, normalise
from tests.benchmarks.catalogue import Catalogue, processor_seconds

ROWS_A_SECOND_A_CORE = 1_000
_SAMPLED_KINDS = ("result", "patent")
_BATCHES = 1_000
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")


def measure_indexing(catalogue: Catalogue, sample: int) -> dict[str, Any]:
    """Rows a second of the whole rebuild, and milliseconds a row of its parts."""
    whole = catalogue.built("index")
    rates = whole.rates(catalogue.size)
    return {
        "engines": {step: _built(catalogue, step) for step in catalogue.steps},
        "rows": catalogue.size,
        "wall_seconds": round(whole.wall, 1),
        "cpu_seconds": round(whole.cpu, 1),
        "rows_per_second": rates["wall"],
        "rows_per_second_a_core": rates["core"],
        "target": ROWS_A_SECOND_A_CORE,
        "is_reached": rates["core"] >= ROWS_A_SECOND_A_CORE,
        "parts": _parts(sample),
    }


def _built(catalogue: Catalogue, step: str) -> dict[str, Any]:
    """Rows a second on the clock; milliseconds of processor time a row, ours and the node's."""
    spent, size = catalogue.built(step), catalogue.size
    node = spent.node_cpu
    return {
        "rows_per_second": spent.rates(size)["wall"],
        "cpu_ms_a_row": round(spent.cpu / size * 1_000, 3),
        "node_cpu_ms_a_row": None if node is None else round(node / size * 1_000, 3),
    }


def _parts(sample: int) -> dict[str, Any]:
    share = -(-sample // len(_SAMPLED_KINDS))
    with _statements() as seen:
        began = processor_seconds()
        documents = [
            one
            for kind in _SAMPLED_KINDS
            for batch in islice(all_documents(kind), -(-share // _BATCHES))
            for one in batch
        ]
        read_and_built = processor_seconds() - began
    texts = [text for one in documents for text in _texts(one)]
    normalised = [normalise(text) for text in texts]
    runs = [run for text in normalised for run in _HAN_RUN.findall(text)]

    reading = _spent(lambda: _read_again(seen))
    normalising = _spent(lambda: _all(normalise(text) for text in texts))
    segmenting = _spent(lambda: _all(rjieba.cut_for_search(run) for run in runs))
    tokens = _spent(lambda: _all(index_tokens(text) for text in texts))
    storing = _spent(lambda: _all(tantivy_document(SCHEMA, one) for one in documents))
    thread, whole = _added(documents)
    seconds = {
        "read rows": reading,
        "build documents": read_and_built - reading,
        "normalise": normalising,
        "segment": segmenting,
        "other tokens, bigrams": tokens - normalising - segmenting,
        "suggestions, pinyin, fields": storing - tokens,
        "hand over to the engine": thread - storing,
        "engine: index, commit, merge": whole - thread,
    }
    n = len(documents)
    # A part smaller than the scatter of the two times it is the difference of may fall below 0.
    per_row = {name: round(max(spent, 0.0) / n * 1_000, 4) for name, spent in seconds.items()}
    return {"sample": n, "cpu_ms_a_row": per_row, "sum_ms": round(sum(per_row.values()), 4)}


def _added(documents: list[Document]) -> tuple[float, float]:
    """Processor time of this thread and of the whole process to write the documents."""
    with TemporaryDirectory(prefix="bench-index-") as folder:
        engine = EmbeddedEngine(Path(folder), SCHEMA)
        generation = engine.begin_generation()
        thread, whole = time.thread_time(), processor_seconds()
        for start in range(0, len(documents), _BATCHES):
            generation.apply(upserts=documents[start : start + _BATCHES])
        engine.activate(generation)
        return time.thread_time() - thread, processor_seconds() - whole


def _texts(document: Document) -> Iterator[str]:
    for declared in SCHEMA.texts:
        value = document.values.get(declared.name)
        yield from [value] if isinstance(value, str) else (value or ())  # type: ignore[misc]


@contextmanager
def _statements() -> Iterator[list[tuple[str, Any]]]:
    """The statements that reach the database meanwhile, with their values."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _read_again(statements: list[tuple[str, Any]]) -> None:
    with db.engine.connect() as connection:
        cursor = connection.connection.cursor()
        for statement, values in statements:
            cursor.execute(statement, values)
            cursor.fetchall()
        cursor.close()


def _all(values: Iterable[object]) -> None:
    for _value in values:
        pass


def _spent(work: Callable[[], None]) -> float:
    began = processor_seconds()
    work()
    return processor_seconds() - began
