"""`python -m tests.benchmarks.contracts`: registers of some sizes, in SQLite and in PostgreSQL."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from marketplace.core.db import now
from marketplace.settings import PROJECT_ROOT
from tests.benchmarks.contracts.measuring import Register, time_pages, time_staff_pages
from tests.benchmarks.contracts.work import IN_HAND_OF_STAFF, RECEIPTS
from tests.benchmarks.engines import POSTGRES, forget_market, running
from tests.benchmarks.machine import describe_machine
from tests.benchmarks.report import publish, sayer, table, taken_on, times, verdict
from tests.services.programs import ServiceError

SIZES = "100000,1000000"
BEGIN = "<!-- figures of contracts: written by make bench -->"
END = "<!-- end of figures of contracts -->"
PAGE_MS, GROWTH, PER_SECOND, REBUILD_SECONDS = 50, 1.2, 2_000, 300


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as the arguments (else the environment) say; 2 where PostgreSQL can't be started."""
    given = _arguments(arguments)
    forget_market()
    began = time.perf_counter()
    figures: dict[str, Any] = {
        "taken_at": f"{now():%Y-%m-%d %H:%M} UTC",
        "machine": describe_machine(),
    }
    given.folder.mkdir(parents=True, exist_ok=True)
    try:
        with running([POSTGRES], given.folder / "services") as addresses:
            registers = [
                Register(
                    _folder(given.folder, size, server),
                    size,
                    server,
                    sayer(f"{size:,} {'PostgreSQL' if server else 'SQLite'}", began),
                )
                for size in given.sizes
                for server in ("", addresses.postgres)
            ]
            try:
                for register in registers:
                    register.build()
                time_pages(registers)
                time_staff_pages(registers)
            finally:
                for register in registers:
                    register.close()
            figures["registers"] = [register.figures for register in registers]
    except ServiceError as problem:
        print(problem, file=sys.stderr)
        return 2
    figures["seconds"] = round(time.perf_counter() - began)
    publish(figures, as_markdown(figures), given.out, BEGIN, END)
    return 0


def _folder(root: Path, size: int, server: str) -> Path:
    """A folder for each market: one that is made anew under a living process loses its broker."""
    return root / f"{size}-{'postgresql' if server else 'sqlite'}"


def as_markdown(figures: dict[str, Any]) -> str:
    """All figures as Markdown."""
    return "\n".join(_lines(figures)) + "\n"


def _lines(figures: dict[str, Any]) -> Iterator[str]:
    yield taken_on(figures)
    yield ""
    rows = figures["registers"]
    names = list(rows[0]["pages"])
    head = ("", *(f"{row['database']}, {row['contracts']:,}" for row in rows))
    body = [
        ["contracts a second", *(f"{row['import']['contracts_per_second']:,}" for row in rows)],
        ["full rebuild, s", *(f"{row['rebuild']['seconds']:,.0f}" for row in rows)],
        *([f"{name}, ms", *(times(row["pages"][name]) for row in rows)] for name in names),
    ]
    body += [
        [f"{name}, ms", *(times(row["staff_pages"][name]) for row in rows)]
        for name in rows[0]["staff_pages"]
    ]
    yield from table(head, body)
    yield ""
    yield (
        f"Pages: p50 / p95 of a visitor's page, after the first look at a year (at most "
        f"{_first(rows):.0f} ms). At least {PER_SECOND:,} contracts a second: "
        f"{_judged(min(row['import']['contracts_per_second'] for row in rows) >= PER_SECOND)}; "
        f"rebuild under {REBUILD_SECONDS} s: "
        f"{_judged(max(row['rebuild']['seconds'] for row in rows) < REBUILD_SECONDS)}; "
        f"every p50 under {PAGE_MS} ms: {_judged(_slowest(rows) < PAGE_MS)}; growth of a page's "
        f"p50 from the smallest to the largest register: {_growth(rows)}."
    )
    slow = sorted(
        {
            name
            for row in rows
            for name, page in row["staff_pages"].items()
            if page["p50"] >= PAGE_MS
        }
    )
    yield ""
    yield (
        f"From the queue on: pages of somebody signed in, beside {IN_HAND_OF_STAFF:,} contracts in "
        f"hand and {RECEIPTS:,} receipts. {PAGE_MS} ms or more: {', '.join(slow) or 'none'}."
    )


def _slowest(rows: list[dict[str, Any]]) -> float:
    return max(float(page["p50"]) for row in rows for page in row["pages"].values())


def _first(rows: list[dict[str, Any]]) -> float:
    return max(float(page["first"]) for row in rows for page in row["pages"].values())


def _growth(rows: list[dict[str, Any]]) -> str:
    """The largest growth of a page, in one database."""
    grown = []
    for database in {row["database"] for row in rows}:
        own = [row for row in rows if row["database"] == database]
        for name, page in own[-1]["pages"].items():
            grown.append(page["p50"] / own[0]["pages"][name]["p50"])
    return f"at most {max(grown):.2f} (allowed {GROWTH}: {_judged(max(grown) <= GROWTH)})"


def _judged(is_reached: bool) -> str:
    return verdict({"is_reached": is_reached})


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    environment = os.environ
    data = Path(environment.get("DATA_DIR") or PROJECT_ROOT / "var")
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.contracts")
    parser.add_argument(
        "--sizes",
        type=lambda text: sorted(int(part) for part in text.split(",")),
        default=environment.get("SIZES") or SIZES,
        help=f"numbers of contracts, separated by commas (SIZES; {SIZES})",
    )
    parser.add_argument(
        "--out", type=Path, default=PROJECT_ROOT / "docs" / "benchmarks-contracts.json"
    )
    parser.add_argument("--folder", type=Path, default=data / "bench" / "contracts")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
