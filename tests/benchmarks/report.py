"""The figures as text: the table on the terminal and the part of the documentation."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from marketplace.settings import PROJECT_ROOT

BEGIN = "<!-- figures: written by make bench -->"
END = "<!-- end of figures -->"

Figures = dict[str, Any]

_COLUMNS = {
    "service": "service",
    "bare": "bare tantivy",
    "fts5": "FTS5",
    "elastic": "Elasticsearch, service",
    "elastic_bare": "Elasticsearch, bare",
    "postgres": "PostgreSQL",
}
_BUILT = {
    "index": "embedded engine",
    "fts": "FTS5",
    "elastic": "Elasticsearch",
    "postgres": "PostgreSQL",
}
_ON_DISK = {
    "database": "database",
    "index": "embedded index",
    "fts5": "FTS5",
    "elastic": "Elasticsearch",
    "postgres": "PostgreSQL with the tokens",
}


def as_markdown(figures: Figures) -> str:
    """All figures as Markdown."""
    return "\n".join(_lines(figures)) + "\n"


def write_into(page: Path, figures: Figures) -> None:
    """Put the figures into a page."""
    write_between(page, BEGIN, END, as_markdown(figures))


def write_between(page: Path, begin: str, end: str, table: str) -> None:
    """Put a table between two markers of a page; a page without them stays as it is."""
    before, has_begin, rest = page.read_text("utf-8").partition(begin)
    _old, has_end, after = rest.partition(end)
    if has_begin and has_end:
        page.write_text(f"{before}{begin}\n\n{table}\n{end}{after}", "utf-8")


def publish(figures: Figures, text: str, out: Path, begin: str, end: str) -> None:
    """Print the text of a part; write its figures as JSON, and the text into the page of all.

    The page is that of the documentation, and only touched where the JSON goes beside it.
    """
    out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    page = PROJECT_ROOT / "docs" / "benchmarks.md"
    if out.parent == page.parent:
        write_between(page, begin, end, text)
    print(text)


def taken_on(figures: Figures) -> str:
    """On what machine and commit a part was measured, when, and how long it took."""
    machine = figures["machine"]
    return (
        f"{machine['cores']} cores ({machine['processor']}), load {machine['load_before']} before "
        f"the run; commit {machine['commit']}, {figures['taken_at']}, {figures['seconds']} s."
    )


def times(figure: Mapping[str, float]) -> str:
    """Milliseconds: p50 / p95."""
    return f"{figure['p50']:.1f} / {figure['p95']:.1f}"


def sayer(what: str, began: float) -> Callable[[str], None]:
    """Tells on the terminal how far something is, with the seconds since it began."""

    def say(text: str) -> None:
        print(f"[{time.perf_counter() - began:6.0f} s] {what}: {text}", file=sys.stderr)

    return say


def _lines(figures: Figures) -> Iterator[str]:
    machine = figures["machine"]
    programs = ("Python", "tantivy", "SQLite", "granian", "Elasticsearch", "PostgreSQL")
    versions = [f"{name} {machine[name.lower()]}" for name in programs if name.lower() in machine]
    yield (
        f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gb']} GB, load "
        f"{machine['load_before']} before the run; {', '.join(versions)}. Commit "
        f"{machine['commit'] or 'unknown'}"
        f"{' with changes' if machine['has_uncommitted_changes'] else ''}, "
        f"{figures['taken_at']}, {figures['seconds']} s. Seeds: records "
        f"{machine['seeds']['records']}, questions {machine['seeds']['questions']}."
    )
    for one in figures["catalogues"]:
        yield ""
        yield from _catalogue(one)
    yield ""
    yield from _page(figures["page"])


def _catalogue(one: Figures) -> Iterator[str]:
    yield f"### {one['records']:,} records"
    yield ""
    disk = [f"{_ON_DISK[name]} {size / 1e6:,.0f} MB" for name, size in one["disk"].items()]
    yield f"On disk: {', '.join(disk)}."
    yield ""
    rows = one["questions"]
    asked = [name for name in _COLUMNS if name in rows[0]]
    judged = ["service/bare", "allowed p50", "reached"]
    if "elastic" in asked:
        judged.append("Elasticsearch, service/bare")
    yield from table(
        ("Question", *(_COLUMNS[name] for name in asked), *judged),
        [_question(row, asked) for row in rows],
    )
    yield ""
    fewest = {name: min(row[name]["n"] for row in rows) for name in asked}
    most = max(row["service"]["n"] for row in rows)
    fewer = [f"{_COLUMNS[name]} at least {n}" for name, n in fewest.items() if n < most]
    yield (
        f"Milliseconds: p50 / p95 (p50 as a multiple of the service's). {most} different "
        f"questions of a kind{''.join(f'; {text}' for text in fewer)}."
    )
    yield ""
    yield from _indexing(one["indexing"])
    yield ""
    yield _changed("A changed record", one["freshness"])
    if "elastic" in one:
        yield _changed("On Elasticsearch it", one["elastic"]["freshness"])


def _changed(what: str, one: Figures) -> str:
    return (
        f"{what} is found after {one['ms']['p50']:,.0f} ms (p50), "
        f"{one['ms']['p95']:,.0f} ms (p95) of {one['changes']} changes."
    )


def _question(row: Figures, asked: Sequence[str]) -> list[str]:
    cells = [row["label"]]
    for name in asked:
        times = f"{row[name]['p50']:.2f} / {row[name]['p95']:.2f}"
        multiple = row["times_the_service"].get(name)
        cells.append(times if multiple is None else f"{times} ({multiple:.2f}×)")
    cells += [f"{row['ratio_to_bare']:.2f}", f"{row['allowed_ms']:.2f}", verdict(row)]
    if "elastic" in asked:
        cells.append(f"{row['elastic_ratio_to_bare']:.2f}")
    return cells


def _indexing(one: Figures) -> Iterator[str]:
    yield (
        f"Row to searchable: {one['rows_per_second_a_core']:,} rows a second a core (at least "
        f"{one['target']:,}: {verdict(one)}), {one['rows_per_second']:,} a second on the clock; "
        f"{one['rows']:,} rows in {one['wall_seconds']:,.0f} s."
    )
    yield ""
    yield from table(
        ("Engine", "rows a second on the clock", "our processor ms a row", "the node's"),
        [
            [
                _BUILT[name],
                f"{built['rows_per_second']:,}",
                f"{built['cpu_ms_a_row']:.3f}",
                "" if built["node_cpu_ms_a_row"] is None else f"{built['node_cpu_ms_a_row']:.3f}",
            ]
            for name, built in one["engines"].items()
        ],
    )
    yield ""
    parts = one["parts"]
    yield from table(
        (f"Part (sample of {parts['sample']:,} rows)", "processor ms a row"),
        [[name, f"{spent:.3f}"] for name, spent in parts["cpu_ms_a_row"].items()]
        + [["together", f"{parts['sum_ms']:.3f}"]],
    )


def _page(one: Figures) -> Iterator[str]:
    yield f"### The search page at {one['records']:,} records"
    yield ""
    yield from table(
        ("Page", "requests a second", "lowest–highest block", "kB", "client, share of a core"),
        [_page_row("search", one["search_page"]), _page_row("constant", one["constant_page"])],
    )
    yield ""
    yield (
        f"Ratio {one['ratio']:.2f} (at least {one['target']}: {verdict(one)}). "
        f"{one['requests']:,} requests each over {one['connections']} connections, "
        f"{one['workers']} workers of {one['threads']} threads; the same client gets "
        f"{one['smallest_page']['requests_per_second']:,} answers a second of the smallest page."
    )


def _page_row(name: str, one: Figures) -> list[str]:
    scatter = f"{one['lowest']}–{one['highest']}"
    share = f"{one['client_share_of_a_core']:.2f}"
    return [name, f"{one['requests_per_second']}", scatter, f"{one['kilobytes']}", share]


def verdict(one: Figures) -> str:
    """Whether an aim is reached, in a word."""
    return "yes" if one["is_reached"] else "**no**"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A Markdown table, its columns as wide as they need."""
    columns = list(zip(header, *rows, strict=True))
    widths = [max(len(cell) for cell in column) for column in columns]
    yield _row(header, widths)
    yield (
        "|"
        + "|".join("-" * (width + 1) + (":" if n else "-") for n, width in enumerate(widths))
        + "|"
    )
    for row in rows:
        yield _row(row, widths)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if number else cell.ljust(width)
        for number, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "| " + " | ".join(padded) + " |"
