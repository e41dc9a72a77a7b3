"""The figures as text: the table on the terminal and the part of the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

BEGIN = "<!-- figures: written by make bench -->"
END = "<!-- end of figures -->"

Figures = dict[str, Any]


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


def _lines(figures: Figures) -> Iterator[str]:
    machine = figures["machine"]
    yield (
        f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gb']} GB, load "
        f"{machine['load_before']} before the run; Python {machine['python']}, tantivy "
        f"{machine['tantivy']}, SQLite {machine['sqlite']}, granian {machine['granian']}. Commit "
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
    disk = {name: f"{size / 1e6:,.0f} MB" for name, size in one["disk"].items()}
    yield f"### {one['records']:,} records"
    yield ""
    yield f"On disk: database {disk['database']}, index {disk['index']}, FTS5 {disk['fts5']}."
    yield ""
    header = ("Question", "service p50", "p95", "bare p50", "p95", "FTS5 p50", "p95")
    yield from _table(
        (*header, "service/bare", "allowed p50", "reached"),
        [_question(row) for row in one["questions"]],
    )
    yield ""
    yield (
        f"Milliseconds. {one['questions'][0]['service']['n']} different questions of a kind; FTS5 "
        f"at least {min(row['fts5']['n'] for row in one['questions'])}."
    )
    yield ""
    yield from _indexing(one["indexing"])
    yield ""
    fresh = one["freshness"]
    yield (
        f"A changed record is found after {fresh['ms']['p50']:,.0f} ms (p50), "
        f"{fresh['ms']['p95']:,.0f} ms (p95) of {fresh['changes']} changes."
    )


def _question(row: Figures) -> list[str]:
    times = [
        f"{row[who][part]:.2f}" for who in ("service", "bare", "fts5") for part in ("p50", "p95")
    ]
    ratio = f"{row['ratio_to_bare']:.2f}"
    return [row["label"], *times, ratio, f"{row['allowed_ms']:.2f}", _verdict(row)]


def _indexing(one: Figures) -> Iterator[str]:
    yield (
        f"Row to searchable: {one['rows_per_second_a_core']:,} rows a second a core (at least "
        f"{one['target']:,}: {_verdict(one)}), {one['rows_per_second']:,} a second on the clock; "
        f"{one['rows']:,} rows in {one['wall_seconds']:,.0f} s. "
        f"FTS5: {one['fts5_rows_per_second']:,} a second on the clock."
    )
    yield ""
    parts = one["parts"]
    yield from _table(
        (f"Part (sample of {parts['sample']:,} rows)", "processor ms a row"),
        [[name, f"{spent:.3f}"] for name, spent in parts["cpu_ms_a_row"].items()]
        + [["together", f"{parts['sum_ms']:.3f}"]],
    )


def _page(one: Figures) -> Iterator[str]:
    yield f"### The search page at {one['records']:,} records"
    yield ""
    yield from _table(
        ("Page", "requests a second", "lowest–highest block", "kB", "client, share of a core"),
        [_page_row("search", one["search_page"]), _page_row("constant", one["constant_page"])],
    )
    yield ""
    yield (
        f"Ratio {one['ratio']:.2f} (at least {one['target']}: {_verdict(one)}). "
        f"{one['requests']:,} requests each over {one['connections']} connections, "
        f"{one['workers']} workers of {one['threads']} threads; the same client gets "
        f"{one['smallest_page']['requests_per_second']:,} answers a second of the smallest page."
    )


def _page_row(name: str, one: Figures) -> list[str]:
    scatter = f"{one['lowest']}–{one['highest']}"
    share = f"{one['client_share_of_a_core']:.2f}"
    return [name, f"{one['requests_per_second']}", scatter, f"{one['kilobytes']}", share]


def _verdict(one: Figures) -> str:
    return "yes" if one["is_reached"] else "**no**"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
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
