"""`python -m tests.benchmarks`: build, measure, print, and write the JSON and the page."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marketplace.core.db import now
from marketplace.settings import PROJECT_ROOT
from tests.benchmarks.catalogue import Catalogue, Say
from tests.benchmarks.engines import EMBEDDED, ENGINES, Addresses, forget_market, running
from tests.benchmarks.freshness import measure_freshness
from tests.benchmarks.indexing import measure_indexing
from tests.benchmarks.latency import measure_questions
from tests.benchmarks.machine import describe_machine
from tests.benchmarks.page_load import measure_pages
from tests.benchmarks.report import as_markdown, sayer, write_into
from tests.services.programs import ServiceError

SIZES = "100000,1000000"
PAGE_SIZE = 100_000
SMALLEST, LARGEST = 300, 5_000_000
EXIT_NOT_POSSIBLE = 2


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
    given = _arguments(arguments)
    forget_market()
    began = time.perf_counter()
    figures: dict[str, Any] = {"taken_at": f"{now():%Y-%m-%d %H:%M} UTC"}
    figures["machine"] = describe_machine()
    figures["engines"] = given.engines
    figures["catalogues"] = []
    try:
        with running(given.engines, given.folder / "services") as addresses:
            _measure_all(given, addresses, figures, began)
    except ServiceError as problem:
        print(problem, file=sys.stderr)
        return EXIT_NOT_POSSIBLE
    figures["seconds"] = round(time.perf_counter() - began)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    page = given.out.with_suffix(".md")
    if page.exists():
        write_into(page, figures)
    print(as_markdown(figures))
    return 0


def _measure_all(
    given: argparse.Namespace, addresses: Addresses, figures: dict[str, Any], began: float
) -> None:
    page_size = min(given.sizes, key=lambda size: (abs(size - PAGE_SIZE), size))
    for size in given.sizes:
        with closing(Catalogue(given.folder, size, addresses)) as catalogue:
            say = sayer(f"{size:,}", began)
            catalogue.build(say)
            figures["machine"] |= catalogue.versions()
            with catalogue.opened():
                measured = _measured(catalogue, say)
                if size == page_size:
                    say("search page")
                    effort = Effort.for_size(size)
                    figures["page"] = measure_pages(
                        catalogue, effort.page_requests, effort.page_blocks
                    )
            if catalogue.elastic:
                measured["elastic"] = _on_elastic(catalogue, catalogue.elastic.url, say)
            figures["catalogues"].append(measured)


def _measured(catalogue: Catalogue, say: Say) -> dict[str, Any]:
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


def _on_elastic(catalogue: Catalogue, url: str, say: Say) -> dict[str, Any]:
    say("one changed record, on Elasticsearch")
    changes = Effort.for_size(catalogue.size).changes
    with catalogue.opened(url):
        return {"freshness": measure_freshness(catalogue, changes, url)}


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
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
        "--engines",
        type=_engines,
        default=environment.get("ENGINES") or EMBEDDED,
        help=f"engines, separated by commas, of {', '.join(ENGINES)}; the embedded one, which "
        f"the others are compared with, is always among them (ENGINES; {EMBEDDED})",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=environment.get("OUT") or PROJECT_ROOT / "docs" / "benchmarks.json",
        help="where the JSON goes; a page of the same name with .md gets the table (OUT)",
    )
    parser.add_argument(
        "--folder",
        type=lambda text: Path(text).resolve(),
        default=str(data / "bench"),
        help="where catalogues are kept between runs ($DATA_DIR/bench)",
    )
    return parser.parse_args(arguments)


def _engines(text: str) -> list[str]:
    asked = {EMBEDDED, *(part.strip() for part in text.split(","))}
    if not asked <= {*ENGINES}:
        raise argparse.ArgumentTypeError(
            f"{text!r} must be engines separated by commas, such as {','.join(ENGINES)}"
        )
    return [one for one in ENGINES if one in asked]


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


if __name__ == "__main__":
    raise SystemExit(main())
