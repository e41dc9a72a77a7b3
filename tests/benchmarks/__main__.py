"""`python -m tests.benchmarks`: build, measure, print, and write the JSON and the page."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marketplace.core.db import now
from marketplace.settings import PROJECT_ROOT
from tests.benchmarks.catalogue import Catalogue
from tests.benchmarks.freshness import measure_freshness
from tests.benchmarks.indexing import measure_indexing
from tests.benchmarks.latency import measure_questions
from tests.benchmarks.machine import describe_machine
from tests.benchmarks.page_load import measure_pages
from tests.benchmarks.report import as_markdown, write_into

SIZES = "100000,1000000"
PAGE_SIZE = 100_000
SMALLEST, LARGEST = 300, 5_000_000


@dataclass(frozen=True)
class Effort:
    """How much is measured: enough for steady percentiles, and bounded in time."""

    questions: int
    sampled_rows: int
    changes: int
    page_requests: int
    page_blocks: int

    @classmethod
    def for_size(cls, size: int) -> Effort:
        """Less where one question takes long (FTS5 at a million) or nothing can be learnt."""
        if size < 5_000:
            return cls(10, 200, 2, 12, 2)
        return cls(200 if size < 500_000 else 100, 10_000, 20, 600, 5)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as the arguments (else the command line) say; returns the exit code.

    :raises SystemExit: with 2 for arguments that can't be read.
    """
    sizes, out, folder = _arguments(arguments)
    began = time.perf_counter()
    figures: dict[str, Any] = {"taken_at": f"{now():%Y-%m-%d %H:%M} UTC"}
    figures["machine"] = describe_machine()
    figures["catalogues"] = []
    page_size = min(sizes, key=lambda size: (abs(size - PAGE_SIZE), size))
    for size in sizes:
        catalogue = Catalogue(folder, size)
        say = _sayer(size, began)
        catalogue.build(say)
        with catalogue.opened():
            figures["catalogues"].append(_measured(catalogue, say))
            if size == page_size:
                effort = Effort.for_size(size)
                say("search page")
                figures["page"] = measure_pages(catalogue, effort.page_requests, effort.page_blocks)
    figures["seconds"] = round(time.perf_counter() - began)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    page = out.with_suffix(".md")
    if page.exists():
        write_into(page, figures)
    print(as_markdown(figures))
    return 0


def _measured(catalogue: Catalogue, say: Any) -> dict[str, Any]:
    effort = Effort.for_size(catalogue.size)
    questions = measure_questions(catalogue, effort.questions, say)
    say("indexing in parts")
    indexing = measure_indexing(catalogue, effort.sampled_rows)
    say("one changed record")
    freshness = measure_freshness(catalogue, effort.changes)
    return {
        "records": catalogue.size,
        "disk": catalogue.disk(),
        "questions": questions,
        "indexing": indexing,
        "freshness": freshness,
    }


def _arguments(arguments: Sequence[str] | None) -> tuple[list[int], Path, Path]:
    environment = os.environ
    data = Path(environment.get("DATA_DIR") or PROJECT_ROOT / "var")
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--sizes",
        type=_sizes,
        default=environment.get("SIZES") or SIZES,
        help=f"numbers of records, separated by commas (SIZES; {SIZES})",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=environment.get("OUT") or PROJECT_ROOT / "docs" / "benchmarks.json",
        help="where the JSON goes; a page of the same name with .md gets the table (OUT)",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=data / "bench",
        help="where catalogues are kept between runs ($DATA_DIR/bench)",
    )
    given = parser.parse_args(arguments)
    return given.sizes, given.out, given.folder.resolve()


def _sizes(text: str) -> list[int]:
    try:
        sizes = sorted({int(part.replace("_", "")) for part in text.split(",")})
    except ValueError:
        sizes = []
    if not sizes or sizes[0] < SMALLEST or sizes[-1] > LARGEST:
        raise argparse.ArgumentTypeError(
            f"{text!r} must be numbers from {SMALLEST} to {LARGEST:,} separated by commas, "
            f"such as {SIZES}"
        )
    return sizes


def _sayer(size: int, began: float) -> Any:
    def say(text: str) -> None:
        print(f"[{time.perf_counter() - began:6.0f} s] {size:,}: {text}", file=sys.stderr)

    return say


if __name__ == "__main__":
    raise SystemExit(main())
