"""`python -m tests.benchmarks.matching`: one demand among all records, one record among demands."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from marketplace.core.db import now
from marketplace.process import collect_seldom
from marketplace.settings import PROJECT_ROOT
from tests.benchmarks.engines import forget_market
from tests.benchmarks.machine import describe_machine
from tests.benchmarks.matching.market import DEMANDS, MatchingMarket
from tests.benchmarks.matching.measuring import measured
from tests.benchmarks.report import publish, sayer, table, taken_on, times, verdict

SIZES = "1000000"
BEGIN = "<!-- figures of matching: written by make bench -->"
END = "<!-- end of figures of matching -->"
ALLOWED_MS = 150
FILES = ("patents_zh.jsonl", "demands_dev.jsonl")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as the arguments (else the environment) say.

    Without the files of real texts nothing is measured, and that is said.
    """
    given = _arguments(arguments)
    forget_market()
    lacking = [name for name in FILES if not (given.data / name).exists()]
    if lacking:
        print(f"matching is not measured: {given.data} lacks {', '.join(lacking)}", file=sys.stderr)
        return 0
    began = time.perf_counter()
    figures: dict[str, Any] = {
        "taken_at": f"{now():%Y-%m-%d %H:%M} UTC",
        "machine": describe_machine(),
        "markets": [],
    }
    for size in given.sizes:
        market = MatchingMarket(given.folder, size, given.data)
        market.build(sayer(f"{size:,}", began))
        with market.catalogue.opened():
            collect_seldom()
            figures["markets"].append({"records": size, **measured(market.asked())})
    figures["seconds"] = round(time.perf_counter() - began)
    publish(figures, as_markdown(figures), given.out, BEGIN, END)
    return 0


def as_markdown(figures: dict[str, Any]) -> str:
    """All figures as Markdown."""
    return "\n".join(_lines(figures)) + "\n"


def _lines(figures: dict[str, Any]) -> Iterator[str]:
    yield taken_on(figures)
    yield ""
    rows = figures["markets"]
    yield from table(
        ("", *(f"{row['records']:,} records" for row in rows)),
        [
            ["one demand among all records, ms", *(times(row["demand"]) for row in rows)],
            *(
                [f"of it, {name}", *(times(row["channels"][name]) for row in rows)]
                for name in rows[0]["channels"]
            ),
            ["the same at the very first time", *(times(row["first"]) for row in rows)],
            [
                "a whole round, with tables and list",
                *(times(row["round"]) for row in rows),
            ],
            [
                f"a new record among {DEMANDS:,} open demands",
                *(times(row["record"]) for row in rows),
            ],
        ],
    )
    yield ""
    yield (
        f"Milliseconds, p50 / p95, with {', '.join(rows[0]['encoders']) or 'no encoder'}. "
        f"A demand under {ALLOWED_MS} ms: {_judged(rows, 'demand')}; "
        f"a record under {ALLOWED_MS} ms: {_judged(rows, 'record')}."
    )


def _judged(rows: list[dict[str, Any]], name: str) -> str:
    return verdict({"is_reached": max(row[name]["p50"] for row in rows) < ALLOWED_MS})


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    environment = os.environ
    data = Path(environment.get("DATA_DIR") or PROJECT_ROOT / "var")
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.matching")
    parser.add_argument(
        "--sizes",
        type=lambda text: sorted(int(part) for part in text.split(",")),
        default=environment.get("SIZES") or SIZES,
        help=f"numbers of records, separated by commas (SIZES; {SIZES})",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(environment.get("DATA") or PROJECT_ROOT.parent / "shared" / "data"),
        help=f"the folder of {' and '.join(FILES)} (DATA)",
    )
    parser.add_argument(
        "--out", type=Path, default=PROJECT_ROOT / "docs" / "benchmarks-matching.json"
    )
    parser.add_argument("--folder", type=Path, default=data / "bench")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
