"""How long the search service takes for each kind of question, and all who are beside it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from marketplace.catalogue.fields import SCHEMA
from marketplace.catalogue.indexing import search_service
from search.query import read_box
from search.service import SearchService
from tests.benchmarks.bare import Bare
from tests.benchmarks.bare_elastic import BareElastic
from tests.benchmarks.cases import SEED, Case, Cases
from tests.benchmarks.catalogue import Catalogue, Say
from tests.benchmarks.contenders import (
    BARE,
    ELASTIC,
    ELASTIC_BARE,
    FTS5,
    SERVICE,
    Contender,
    contenders,
)
from tests.benchmarks.fts import Fts
from tests.benchmarks.postgres import Postgres

RATIO = 1.5
MARGIN_MS = 0.5
SIMILAR = 6
_WARM_UP = 40
_LONGEST_SECONDS = 25.0
"""A contender that has used so much on one kind is asked no more; `n` says how often it was."""

Ask = Callable[[Case], object]


@dataclass(frozen=True)
class Kind:
    """A kind of question, and how a contender of each role is asked."""

    name: str
    label: str
    service: Callable[[SearchService, Case], object]
    bare: Callable[[Bare | BareElastic, Case], object]
    outside: Callable[[Fts | Postgres, Case], object]

    def of(self, contender: Contender) -> Ask:
        """How this contender is asked."""
        return partial(getattr(self, contender.role), contender.asked)


KINDS = (
    Kind("and", "AND", lambda s, c: s.search(c.query),
         lambda b, c: b.all_of(c.tokens), lambda o, c: o.all_of(c.tokens)),
    Kind("or", "OR", lambda s, c: s.search(c.query),
         lambda b, c: b.any_of(c.tokens), lambda o, c: o.any_of(c.tokens)),
    Kind("or_facets", "OR + all facets", lambda s, c: s.search(c.query),
         lambda b, c: b.with_facets(c.tokens), lambda o, c: o.with_facets(c.tokens)),
    Kind("filtered", "filtered, by date", lambda s, c: s.search(c.query),
         lambda b, c: b.newest(*_filter_of(c)), lambda o, c: o.newest(*_filter_of(c))),
    Kind("phrase", "phrase", lambda s, c: s.search(c.query),
         lambda b, c: b.phrase(c.tokens), lambda o, c: o.phrase(c.tokens)),
    Kind("suggestion", "suggestion", lambda s, c: s.suggest(c.prefix),
         lambda b, c: b.entries(c.lookups), lambda o, c: o.entries(c.plain_prefixes)),
    Kind("similar", "similar", lambda s, c: s.similar(c.record, SIMILAR),
         lambda b, c: b.any_of(c.tokens, SIMILAR), lambda o, c: o.any_of(c.tokens, SIMILAR)),
)  # fmt: skip


def measure_questions(catalogue: Catalogue, count: int, say: Say) -> list[dict[str, Any]]:
    """p50 and p95 in milliseconds of every kind and contender, with the verdict.

    `count`: distinct questions of a kind. Before them others of the same kind warm everything up.
    The contenders take turns question by question, each time another one first.
    """
    service, bare = search_service(), Bare(catalogue.settings.index_dir, SCHEMA)
    cases, warming = Cases(service, bare), Cases(service, bare, SEED + 1)
    measured = []
    with contenders(catalogue) as asked:
        for kind in KINDS:
            say(f"{kind.label}: {count} questions")
            asks = {one.name: kind.of(one) for one in asked}
            _compare(warming.draw(kind.name, min(_WARM_UP, count)), asks, _LONGEST_SECONDS / 4)
            drawn = cases.draw(kind.name, count)
            # Drawing has read every box once; a reader's has not been read before.
            read_box.cache_clear()
            times = _compare(drawn, asks, _LONGEST_SECONDS)
            measured.append(_judged(kind, times))
    return measured


def _filter_of(case: Case) -> tuple[str, str, str]:
    filters = case.query.filters
    return case.tokens[0], filters["kind"][0], filters["tech_field"][0]


def _compare(cases: Sequence[Case], asks: dict[str, Ask], longest: float) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in asks}
    used = dict.fromkeys(asks, 0.0)
    order = list(asks)
    gc.collect()
    for number, case in enumerate(cases):
        turn = number % len(order)
        for name in order[turn:] + order[:turn]:
            if used[name] > longest:
                continue
            began = time.perf_counter()
            asks[name](case)
            taken = time.perf_counter() - began
            used[name] += taken
            times[name].append(taken * 1_000)
    return times


def _judged(kind: Kind, times: dict[str, list[float]]) -> dict[str, Any]:
    figures = {name: percentiles(taken) for name, taken in times.items()}
    service, bare = figures[SERVICE]["p50"], figures[BARE]["p50"]
    allowed = max(RATIO * bare, bare + MARGIN_MS)
    judged = {
        "kind": kind.name,
        "label": kind.label,
        **figures,
        "times_the_service": {
            name: round(one["p50"] / service, 2) for name, one in figures.items() if name != SERVICE
        },
        "ratio_to_bare": round(service / bare, 2) if bare else None,
        "ratio_to_fts5": round(service / figures[FTS5]["p50"], 3),
        "allowed_ms": round(allowed, 3),
        "is_reached": service <= allowed,
    }
    if ELASTIC in figures:
        ratio = figures[ELASTIC]["p50"] / figures[ELASTIC_BARE]["p50"]
        judged["elastic_ratio_to_bare"] = round(ratio, 2)
    return judged


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """The 50th and 95th percentile (nearest rank), and of how many values."""
    ranked = sorted(values)
    n = len(ranked)
    return {
        "p50": round(ranked[(n - 1) // 2], 3),
        "p95": round(ranked[min(n - 1, -(-95 * n // 100) - 1)], 3),
        "n": n,
    }
