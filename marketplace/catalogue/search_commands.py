"""Commands around the search: ``reindex``, ``search``, ``evaluate``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Literal

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from marketplace.catalogue.documents import document_id, parse_document_id
from marketplace.catalogue.indexing import rebuild_index, reconcile_index, search_service
from marketplace.catalogue.queries import read_listings
from marketplace.core.actor import ANONYMOUS, system
from marketplace.core.outbox import drain
from marketplace.core.policy import visible_levels
from search.engines.base import RebuildBusy
from search.evaluate import known_items, read_items
from search.parameters import read_params

FAILED = 2


@click.command()
@click.option("--check", is_flag=True, help="Only compare index and database and mend differences.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def reindex(check: bool, as_json: bool) -> None:
    """Build the index anew beside the present one and swap. Searches go on meanwhile.

    Exit 0: done; 2: another rebuild is running.
    """
    if check:
        difference = reconcile_index(system("reindex"))
        drain()
        report: dict[str, int | str] = {
            "missing": len(difference.missing),
            "outdated": len(difference.outdated),
            "surplus": len(difference.surplus),
        }
    else:
        report = _rebuild()
    click.echo(
        json.dumps(report, ensure_ascii=False)
        if as_json
        else ", ".join(f"{name} {value}" for name, value in report.items())
    )


def _rebuild() -> dict[str, int | str]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), transient=True) as bar:
        row = bar.add_task("reindex", total=None)
        try:
            rebuilt = rebuild_index(
                system("reindex"),
                on_progress=lambda done, total: bar.update(row, completed=done, total=total),
            )
        except RebuildBusy:
            click.echo("另一次重建正在进行，等它结束再试。Another rebuild is running.", err=True)
            sys.exit(FAILED)
    return {"documents": rebuilt.documents, "generation": rebuilt.generation}


@click.command("search")
@click.argument("words", nargs=-1)
@click.option("--kind", type=click.Choice(["result", "patent", "project", "organisation"]))
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100))
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def search_command(words: tuple[str, ...], kind: str | None, limit: int, as_json: bool) -> None:
    """Search as a visitor does. Exit 0: something found; 1: nothing."""
    service = search_service()
    params = {"q": [" ".join(words)], **({"kind": [kind]} if kind else {})}
    reading = read_params(service.schema, params, visibility=visible_levels(ANONYMOUS), limit=limit)
    answer = service.search(reading.query)
    listings = read_listings(ANONYMOUS, [parse_document_id(hit.id) for hit in answer.hits])
    titles = {document_id(row.kind, row.id): str(row.title) for row in listings}
    hits = [
        {
            "id": hit.id,
            "title": titles.get(hit.id, ""),
            "score": round(hit.score, 4),
            "has_all_words": hit.has_all_words,
        }
        for hit in answer.hits
    ]
    if as_json:
        report = {"total": answer.total, "all_words_total": answer.all_words_total, "hits": hits}
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        click.echo(f"{answer.total}")
        for hit in hits:
            click.echo(f"{hit['id']:<16} {hit['title']}")
    sys.exit(0 if answer.total else 1)


@click.group()
def evaluate() -> None:
    """Measure the quality of the search on records of your own."""


@evaluate.command("known-items")
@click.option(
    "--records", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--by", type=click.Choice(["title", "keywords"]), default="title", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def known_items_command(records: Path, by: Literal["title", "keywords"], as_json: bool) -> None:
    """How high each record stands when searched for by its own title or first two keywords.

    RECORDS is JSONL with title, abstract and keywords. By title, only the abstract is indexed;
    by keywords, title and abstract. Exit 0: measured; 2: the file can't be used.
    """
    try:
        figures = known_items(read_items(records), by=by)
    except ValueError as error:
        click.echo(f"{records}: {error}", err=True)
        sys.exit(FAILED)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        click.echo(f"MRR@10 {figures['mrr10']:.4f}, n {figures['n']}")
