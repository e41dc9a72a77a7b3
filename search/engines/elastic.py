"""The Elasticsearch engine: the same answers as the embedded one, for a market that outgrew it.

How documents are stored, queries are built, generations are kept and written belongs to the
modules `elastic_*` beside this one. Only what a plain node without modules has is used.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from elasticsearch import NotFoundError

from search.documents import Schema
from search.engines.base import (
    LARGEST_ANSWER,
    Column,
    EngineUnavailable,
    Entry,
    Found,
    Generation,
    Health,
    RebuildBusy,
    Request,
    Scored,
    WriterBusy,
)
from search.engines.elastic_connection import ANSWER_SECONDS, Connection
from search.engines.elastic_queries import Queries, beginning
from search.engines.elastic_vectors import ElasticVectors
from search.engines.elastic_writing import ElasticGeneration, versions_of
from search.engines.stored import (
    ENTRIES,
    KEYS,
    READINGS,
    SOUNDS,
    SPLIT,
    UNITS,
    WORDS,
    entry_key,
    sort_field,
)
from search.query import DEEPEST_HIT

Locks = Callable[[str, float], AbstractContextManager[bool]]
"""A lock by its name among all machines that write, waited for so many seconds; whether held."""

_SWAP_SECONDS = 60.0


class ElasticEngine:
    """See `base.Engine`. Safe to use from several threads.

    `url` may end with the name of the alias; `locks` keeps writers apart. A question that is not
    answered within `answer_seconds` counts as unanswerable.
    """

    def __init__(
        self, url: str, schema: Schema, locks: Locks, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self._schema = schema
        self._connection = Connection(url, schema, answer_seconds)
        self._queries = Queries(schema)
        self._locks = locks

    def find(self, request: Request) -> Found:
        """See `base.Engine.find`."""
        own = [name for name in request.facets if name in request.values or name in request.ranges]
        shared = [name for name in request.facets if name not in own]
        bodies = [self._body(request, shared)]
        bodies += [
            {"query": self._queries.matching(request, ignored=name), "size": 0,
             "track_total_hits": False, "aggs": self._queries.counts([name])}
            for name in own
        ]  # fmt: skip
        answers = self._connection.search_each(bodies)
        if answers is None:
            return Found(facets={name: {} for name in request.facets})
        hits = answers[0]["hits"]
        total = hits["total"]["value"] if request.has_total else 0
        facets: dict[str, dict[str, int]] = {}
        if total >= request.facets_from:
            for answer in answers:
                for name, counted in answer.get("aggregations", {}).items():
                    facets[name] = {b["key"]: b["doc_count"] for b in counted["buckets"]}
        return Found(_scored(hits["hits"], is_ranked=not request.sort), total, facets)

    def vectors(self, name: str, dimensions: int, parts: Sequence[str]) -> ElasticVectors:
        """The index of the vectors of an encoder, one of each part for a document."""
        return ElasticVectors(self._connection, name, dimensions, parts)

    def frequencies(self, tokens: Iterable[str], of: Column = "word") -> dict[str, int]:
        """See `base.Engine.frequencies`."""
        wanted = [*dict.fromkeys(tokens)]
        if not wanted:
            return {}
        found = self._connection.frequencies(wanted, UNITS if of == "unit" else WORDS)
        return {token: found.get(token, 0) for token in wanted}

    def counts_of(
        self, token_sets: Sequence[tuple[str, ...]], visibility: tuple[str, ...]
    ) -> list[int]:
        """See `base.Engine.counts_of`."""
        bodies = [
            {"query": self._queries.of_words(tokens, visibility), "size": 0,
             "track_total_hits": True}
            for tokens in token_sets
        ]  # fmt: skip
        answers = self._connection.search_each(bodies)
        if answers is None:
            return [0] * len(token_sets)
        return [answer["hits"]["total"]["value"] for answer in answers]

    def entries(self, prefix: str, limit: int) -> list[Entry]:
        """See `base.Engine.entries`."""
        terms = self._terms(ENTRIES, entry_key(prefix), limit)
        return [Entry(term.split(SPLIT)[-1], count) for term, count in terms]

    def entries_read(self, initials: str, is_open: bool, limit: int) -> list[tuple[Entry, str]]:
        """See `base.Engine.entries_read`."""
        return self._read(READINGS, initials if is_open else initials + SPLIT, limit)

    def entries_sounding(self, beginning: str, limit: int) -> list[tuple[Entry, str]]:
        """See `base.Engine.entries_sounding`."""
        return self._read(SOUNDS, beginning, limit)

    def key_words(self, document_id: str) -> tuple[str, ...]:
        """See `base.Engine.key_words`."""
        answer = self._connection.search(
            {"query": {"ids": {"values": [document_id]}}, "docvalue_fields": [KEYS], "size": 1}
        )
        hits = answer["hits"]["hits"] if answer else []
        return tuple(sorted(hits[0].get("fields", {}).get(KEYS, ()))) if hits else ()

    def versions(self) -> Iterator[tuple[str, int]]:
        """See `base.Engine.versions`."""
        name, _ = self._connection.current(is_fresh=True)
        return versions_of(self._connection, name) if name else iter(())

    @contextmanager
    def writing(self, timeout: float = 30.0) -> Iterator[ElasticGeneration]:
        """See `base.Engine.writing`."""
        with self._locks("search-writer", timeout) as is_held:
            if not is_held:
                raise WriterBusy
            name, is_of_schema = self._connection.current(is_fresh=True)
            if not name:
                name = self._first_generation()
            elif not is_of_schema:
                raise EngineUnavailable("needs_reindex")
            yield ElasticGeneration(self._connection, self._schema, name, is_answering=True)

    def begin_generation(self) -> ElasticGeneration:
        """See `base.Engine.begin_generation`. What an interrupted rebuild left is removed."""
        generation = ElasticGeneration(self._connection, self._schema, "")
        if not generation.held.enter_context(self._locks("search-rebuild", 0)):
            generation.held.close()
            raise RebuildBusy
        try:
            self._connection.drop_others(self._connection.current(is_fresh=True)[0])
            generation.name = self._connection.create(self._connection.building_alias)
        except BaseException:
            generation.held.close()
            raise
        return generation

    def activate(
        self, generation: Generation, catch_up: Callable[[Generation], None] | None = None
    ) -> None:
        """See `base.Engine.activate`. Raises WriterBusy when the writer does not end in time.

        Raises RebuildBusy when another rebuild has removed the generation.
        """
        if not isinstance(generation, ElasticGeneration):
            raise TypeError("a generation of another engine")
        with self._locks("search-writer", _SWAP_SECONDS) as is_held:
            if not is_held:
                raise WriterBusy
            if catch_up:
                catch_up(generation)
            try:
                self._connection.open_to_readers(generation.name)
            except NotFoundError as fault:
                raise RebuildBusy from fault
            generation.close()

    def health(self) -> Health:
        """See `base.Engine.health`."""
        name = ""
        try:
            name, is_of_schema = self._connection.current(is_fresh=True)
            if name and not is_of_schema:
                return Health(False, True, 0, name, "needs_reindex")
            answer = self._connection.search({"size": 0, "track_total_hits": True})
        except EngineUnavailable as problem:
            return Health(False, False, 0, name, problem.code)
        return Health(True, False, answer["hits"]["total"]["value"] if answer else 0, name)

    def _first_generation(self) -> str:
        with self._locks("search-rebuild", 0) as is_held:
            if not is_held:
                raise WriterBusy
            name = self._connection.create(self._connection.alias)
            self._connection.open_to_readers(name)
            return name

    def _body(self, request: Request, facets: Sequence[str]) -> dict[str, Any]:
        limit = min(request.limit, LARGEST_ANSWER, max(DEEPEST_HIT - request.offset, 0))
        query = self._queries.matching(request)
        body: dict[str, Any] = {
            "query": query if request.sort else self._queries.lowered(query, request.factors),
            "size": max(limit, 0),
            "from": request.offset if limit > 0 else 0,
            "track_total_hits": request.has_total,
        }
        if request.without_ids:
            left_out = {"ids": {"values": [*request.without_ids]}}
            # After the counts: those describe the whole list.
            body["post_filter"] = {"bool": {"must_not": [left_out]}}
        if request.sort:
            column = sort_field(self._schema.by_sort[request.sort].name)
            body["sort"] = [{column: "desc"}]
        if facets:
            body["aggs"] = self._queries.counts(facets)
        return body

    def _read(self, column: str, prefix: str, limit: int) -> list[tuple[Entry, str]]:
        found = []
        for term, count in self._terms(column, prefix, limit):
            _, syllables, text = term.split(SPLIT)
            found.append((Entry(text, count), syllables))
        return found

    def _terms(self, column: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """The most frequent terms of a column that begin so."""
        counted = {"field": column, "size": limit, "include": beginning(prefix)}
        answer = self._connection.search(
            {
                "query": {"prefix": {column: {"value": prefix}}},
                "size": 0,
                "track_total_hits": False,
                "aggs": {"terms": {"terms": counted}},
            }
        )
        buckets = answer["aggregations"]["terms"]["buckets"] if answer else []
        return [(bucket["key"], bucket["doc_count"]) for bucket in buckets]


def _scored(hits: Iterable[dict[str, Any]], *, is_ranked: bool) -> tuple[Scored, ...]:
    found = [Scored(hit["_id"], hit["_score"] if is_ranked else 0.0) for hit in hits]
    if is_ranked:
        # Equal scores come in the order of writing, which merging and rebuilding change.
        found.sort(key=lambda hit: (-round(hit.score, 4), hit.id))
    return tuple(found)
