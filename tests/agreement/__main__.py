"""`python -m tests.agreement`: the same records and questions on both engines, compared.

Records are imported as `market import` does it, into a market of their own; each engine then
builds its index from that one database. Questions are the records' own keywords and titles, and
the demands' texts. Elasticsearch is the node of TEST_SEARCH_URL, else one that is started
for it and stopped again.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import delete

from marketplace.catalogue.fields import SCHEMA
from marketplace.catalogue.importing import import_file
from marketplace.catalogue.indexing import rebuild_index
from marketplace.core.actor import system
from marketplace.core.db import now, writing
from marketplace.core.outbox import OutboxEvent
from marketplace.factory import create_app
from marketplace.preparation import prepare_market
from search.engines.base import Engine
from search.query import Query
from search.service import Answer, FacetCount, SearchService
from tests.benchmarks.engines import ELASTIC, running
from tests.benchmarks.report import write_between
from tests.conftest import make_settings
from tests.contract.elastic_node import elastic_engine
from tests.services.programs import ServiceError

SEED = 20_261
TOP = 10


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the kind that the table groups it by."""

    kind: str
    query: Query


@dataclass(frozen=True, slots=True)
class Compared:
    """How far two answers agree: the share of the first ten, and what else is the same."""

    kind: str
    overlap: float
    has_same_first: bool
    has_same_total: bool
    has_same_counts: bool


def questions(papers: Path, patents: Path, demands: Path, count: int) -> Iterator[Question]:
    """`count` questions of five kinds, the same at every run."""
    chance = Random(SEED)
    share = count // 5
    rows = chance.sample(_lines(papers), 2 * share)
    for row in rows[:share]:
        yield Question("two keywords", Query(" ".join(row["keywords_zh"][:2])))
    for row in rows[share:]:
        yield Question("one keyword", Query(chance.choice(row["keywords_zh"] or [row["title_zh"]])))
    titles = chance.sample(_lines(patents), 2 * share)
    for row in titles[:share]:
        yield Question("title of a patent", Query(row["title"]))
    for row in titles[share:]:
        start = chance.randrange(max(len(row["title"]) - 4, 1))
        yield Question("quoted phrase", Query(f'"{row["title"][start : start + 4]}"'))
    for row in chance.sample(_lines(demands), count - 4 * share):
        yield Question("demand in workshop words", Query(row["text"]))


def compare(question: Question, left: Answer, right: Answer) -> Compared:
    """Compare two answers to a question."""
    first, second = ([hit.id for hit in answer.hits[:TOP]] for answer in (left, right))
    longest = max(len(first), len(second))
    return Compared(
        question.kind,
        len({*first} & {*second}) / longest if longest else 1.0,
        first[:1] == second[:1],
        (left.total, left.all_words_total) == (right.total, right.all_words_total),
        all(_are_same(counted, right.facets[name]) for name, counted in left.facets.items()),
    )


def _are_same(left: Sequence[FacetCount], right: Sequence[FacetCount]) -> bool:
    """Whether two facets count the same.

    Where a facet has more values than it lists, those with the least count listed are some of
    several, and any of them will do.
    """
    if sorted(one.count for one in left) != sorted(one.count for one in right):
        return False
    least = min((one.count for one in left), default=0)
    first, second = ({c.value: c.count for c in side if c.count > least} for side in (left, right))
    return first == second


def as_table(compared: Sequence[Compared], missing: int, documents: int) -> str:
    """The table of docs/search.md."""
    lines = [
        f"{documents:,} records on both engines, {missing} missing on either. "
        f"Taken {now():%Y-%m-%d %H:%M} UTC.",
        "",
        "| questions | n | first ten in common, mean | lowest | same first | same total "
        "| same facet counts |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for kind in [*dict.fromkeys(one.kind for one in compared), "all"]:
        group = [one for one in compared if kind in (one.kind, "all")]
        overlaps = [one.overlap for one in group]
        lines.append(
            f"| {kind} | {len(group)} | {statistics.mean(overlaps):.3f} | {min(overlaps):.2f} | "
            f"{sum(one.has_same_first for one in group)} | "
            f"{sum(one.has_same_total for one in group)} | "
            f"{sum(one.has_same_counts for one in group)} |"
        )
    return "\n".join(lines)


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as source:
        return [json.loads(line) for line in source]


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _filled(folder: Path, patents: Path, papers: Path) -> Flask:
    app = create_app(make_settings(folder))
    with app.app_context():
        prepare_market()
        for kind, path in (("patent", patents), ("result", papers)):
            _say(f"importing {path.name}")
            import_file(system("agreement"), kind, path, source=path.stem)
        # A rebuild writes again what changed in the last minutes, and the statistics of either
        # engine count what was replaced until it is merged away: here both begin afresh.
        with writing() as session:
            session.execute(delete(OutboxEvent))
    return app


def _rebuilt(app: Flask, engine: Engine) -> SearchService:
    service = SearchService(engine, SCHEMA)
    app.extensions["search"] = service
    with app.app_context():
        _say(f"building the index of {type(engine).__name__}")
        rebuild_index(system("agreement"))
    return service


def _compared(
    given: argparse.Namespace, folder: Path, node: str
) -> tuple[list[Compared], int, int]:
    """How the answers compare, how many records one of the two lacks, and how many there are."""
    asked = [*questions(given.papers, given.patents, given.demands, given.count)]
    app = _filled(folder, given.patents, given.papers)
    embedded = _rebuilt(app, app.extensions["search"].engine)
    with elastic_engine(folder, SCHEMA, node) as engine:
        elastic = _rebuilt(app, engine)
        held = [dict(one.engine.versions()) for one in (embedded, elastic)]
        compared = [compare(q, embedded.search(q.query), elastic.search(q.query)) for q in asked]
    return compared, len(held[0].items() ^ held[1].items()), len(held[0])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as the arguments say; the exit code is 0 when the engines agree well enough."""
    parser = argparse.ArgumentParser(prog="python -m tests.agreement", description=__doc__)
    parser.add_argument("--patents", type=Path, required=True)
    parser.add_argument("--papers", type=Path, required=True)
    parser.add_argument("--demands", type=Path, required=True)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--out", type=Path, help="a page that gets the table between its markers")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="agreement-") as name:
        folder = Path(name)
        try:
            with running([ELASTIC], folder / "services") as addresses:
                compared, missing, documents = _compared(given, folder, addresses.elastic)
        except ServiceError as error:
            parser.error(str(error))
    table = as_table(compared, missing, documents)
    print(table)
    if given.out:
        write_between(given.out, "<!-- agreement of the engines: written by make agreement -->",
                      "<!-- end of agreement -->", table)  # fmt: skip
    is_good = statistics.mean(one.overlap for one in compared) >= 0.9
    return 0 if is_good and not missing and all(one.has_same_counts for one in compared) else 1


if __name__ == "__main__":
    raise SystemExit(main())
