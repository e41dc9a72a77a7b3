"""The embedded engine: tantivy in a local folder, one writer, readers in any number of processes.

Readers look at the pointer and at the index's own meta file before each question (two calls of
stat) and reload only what changed. How documents are stored, queries are built and generations
are kept belongs to the modules `embedded_*` beside this one.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import tantivy

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
from search.engines.embedded_generations import Generations, Lock
from search.engines.embedded_queries import Queries, facet_aggregation
from search.engines.embedded_schema import NUMBER, build_schema, gathered
from search.engines.embedded_writing import EmbeddedGeneration, versions_of
from search.engines.stored import (
    ENTRIES,
    ID,
    KEY_WORDS,
    KEYS,
    LEVEL,
    READINGS,
    SOUNDS,
    SPLIT,
    UNITS,
    WORDS,
    entry_key,
    sort_field,
    value_field,
)
from search.query import DEEPEST_HIT

_CACHED_LEVELS = 64
_CACHED_PREFIXES = 512
_CACHED_COUNTS = 4_096
_OPEN_ATTEMPTS = 5
_SWAP_SECONDS = 60.0

_Signature = tuple[tuple[int, int, int], ...]


class Snapshot:
    """The index as one commit left it: everything asked of it is of the same moment."""

    def __init__(self, name: str, index: tantivy.Index, schema: Schema) -> None:
        self.name = name
        self.index = index
        self.searcher = index.searcher()
        held = {level: self.searcher.doc_freq(LEVEL, level) for level in schema.levels}
        self._schema = schema
        self._levels_held = {level for level, count in held.items() if count}
        # Every document has one level, and a frequency still counts what was deleted.
        self._has_deleted = sum(held.values()) > self.searcher.num_docs
        self.closed = lru_cache(_CACHED_LEVELS)(self._closed)
        self.entries = lru_cache(_CACHED_PREFIXES)(self.searcher.terms_with_prefix)
        self.count_all = lru_cache(_CACHED_COUNTS)(self._count_all)

    def _closed(self, visibility: tuple[str, ...]) -> tuple[str, ...]:
        """The levels that a viewer must not see, without those that no document here has."""
        closed = self._schema.closed_levels(visibility)
        return tuple(level for level in closed if level in self._levels_held)

    def factors(self, wanted: Mapping[str, float]) -> dict[str, float]:
        """Those of the factors whose flag any document of this commit has."""
        return {
            name: factor
            for name, factor in wanted.items()
            if self.searcher.doc_freq(value_field(name), "1")
        }

    def _count_all(self, queries: Queries, tokens: tuple[str, ...], closed: tuple[str, ...]) -> int:
        if len(tokens) == 1 and not closed and not self._has_deleted:
            return self.searcher.doc_freq(WORDS, tokens[0])
        return _total(self.searcher.search(queries.of_words(tokens, closed), 1))


class EmbeddedEngine:
    """See `base.Engine`. Safe to use from several threads and, each with its own, processes."""

    def __init__(self, folder: Path, schema: Schema) -> None:
        self._schema = schema
        self._generations = Generations(Path(folder), schema)
        self._queries = Queries(schema, build_schema(schema))
        self._snapshot: Snapshot | None = None
        self._signature: _Signature = ()
        self._meta_path = ""
        self._pointer_path = str(self._generations.pointer)
        self._refreshing = threading.Lock()

    def find(self, request: Request) -> Found:
        """See `base.Engine.find`."""
        snapshot = self._fresh()
        closed = snapshot.closed(request.visibility)
        query = self._queries.matching(request, closed)
        listed = query
        if not request.sort:
            listed = self._queries.lowered(query, snapshot.factors(request.factors))
        hits, total = self._hits(snapshot, listed, request)
        facets: dict[str, dict[str, int]] = {}
        if request.facets and total >= request.facets_from:
            facets = self._facets(snapshot, query, request, closed)
        return Found(hits, total, facets)

    def frequencies(self, tokens: Iterable[str], of: Column = "word") -> dict[str, int]:
        """See `base.Engine.frequencies`."""
        searcher = self._fresh().searcher
        column = UNITS if of == "unit" else WORDS
        return {token: searcher.doc_freq(column, token) for token in tokens}

    def counts_of(
        self, token_sets: Sequence[tuple[str, ...]], visibility: tuple[str, ...]
    ) -> list[int]:
        """See `base.Engine.counts_of`."""
        snapshot = self._fresh()
        closed = snapshot.closed(visibility)
        return [snapshot.count_all(self._queries, tokens, closed) for tokens in token_sets]

    def entries(self, prefix: str, limit: int) -> list[Entry]:
        """See `base.Engine.entries`."""
        terms = self._fresh().entries(ENTRIES, entry_key(prefix), limit=limit)
        return [Entry(term.split(SPLIT)[-1], count) for term, count in terms]

    def entries_read(self, initials: str, is_open: bool, limit: int) -> list[tuple[Entry, str]]:
        """See `base.Engine.entries_read`."""
        return self._read(READINGS, initials if is_open else initials + SPLIT, limit)

    def entries_sounding(self, beginning: str, limit: int) -> list[tuple[Entry, str]]:
        """See `base.Engine.entries_sounding`."""
        return self._read(SOUNDS, beginning, limit)

    def key_words(self, document_id: str) -> tuple[str, ...]:
        """See `base.Engine.key_words`."""
        query = self._queries.of_id(document_id)
        kept = {"words": {"terms": {"field": KEYS, "size": KEY_WORDS}}}
        buckets = self._fresh().searcher.aggregate(query, kept)["words"]["buckets"]
        return tuple(sorted(str(bucket["key"]) for bucket in buckets))

    def versions(self) -> Iterator[tuple[str, int]]:
        """See `base.Engine.versions`."""
        return versions_of(self._fresh().searcher)

    @contextmanager
    def writing(self, timeout: float = 30.0) -> Iterator[EmbeddedGeneration]:
        """See `base.Engine.writing`."""
        lock = Lock(self._generations.folder / "writer.lock")
        if not lock.acquire(timeout):
            raise WriterBusy
        try:
            name = self._generations.current()
            if not name:
                name = self._first_generation()
            elif not self._is_of_schema(name):
                raise EngineUnavailable("needs_reindex")
            writer = EmbeddedGeneration(self._generations, self._schema, name, lock, True)
        except BaseException:
            lock.release()
            raise
        try:
            yield writer
            writer.finish()
        except BaseException:
            writer.discard()
            raise
        finally:
            lock.release()

    def begin_generation(self) -> EmbeddedGeneration:
        """See `base.Engine.begin_generation`. What an interrupted rebuild left is removed."""
        lock = Lock(self._generations.folder / "rebuild.lock")
        if not lock.acquire(timeout=0):
            raise RebuildBusy
        try:
            self._generations.drop_others(self._generations.current())
            name = self._generations.create()
            return EmbeddedGeneration(self._generations, self._schema, name, lock)
        except BaseException:
            lock.release()
            raise

    def activate(
        self, generation: Generation, catch_up: Callable[[Generation], None] | None = None
    ) -> None:
        """See `base.Engine.activate`. Raises WriterBusy when the writer does not end in time."""
        if not isinstance(generation, EmbeddedGeneration):
            raise TypeError("a generation of another engine")
        generation.settle()
        writer_lock = Lock(self._generations.folder / "writer.lock")
        if not writer_lock.acquire(_SWAP_SECONDS):
            raise WriterBusy
        try:
            if catch_up:
                catch_up(generation)
            generation.finish()
            self._generations.point_to(generation.name)
            self._generations.drop_others(generation.name)
            generation.release()
        finally:
            writer_lock.release()

    def health(self) -> Health:
        """See `base.Engine.health`."""
        name = self._generations.current()
        try:
            documents = self._fresh().searcher.num_docs
        except EngineUnavailable as problem:
            return Health(False, problem.code == "needs_reindex", 0, name, problem.code)
        return Health(True, False, documents, name)

    def _is_of_schema(self, name: str) -> bool:
        try:
            return self._generations.is_of_schema(name)
        except OSError:
            return False

    def _read(self, field: str, prefix: str, limit: int) -> list[tuple[Entry, str]]:
        found = []
        for term, count in self._fresh().entries(field, prefix, limit=limit):
            _, syllables, text = term.split(SPLIT)
            found.append((Entry(text, count), syllables))
        return found

    def _first_generation(self) -> str:
        lock = Lock(self._generations.folder / "rebuild.lock")
        if not lock.acquire(timeout=0):
            raise WriterBusy
        try:
            name = self._generations.create()
            self._generations.point_to(name)
            return name
        finally:
            lock.release()

    def _hits(
        self, snapshot: Snapshot, query: Any, request: Request
    ) -> tuple[tuple[Scored, ...], int]:
        limit = max(min(request.limit, LARGEST_ANSWER, DEEPEST_HIT - request.offset), 0)
        if not request.without_ids:
            hits, total = self._found(snapshot, query, request, limit)
        elif request.offset:
            others = self._queries.leaving_out(query, request.without_ids)
            hits, total = self._found(snapshot, others, request, limit)
        else:
            hits, total = self._first_others(snapshot, query, request, limit)
        if not request.sort:
            # Equal scores come in the order of writing, which merging and rebuilding change.
            hits.sort(key=lambda hit: (-round(hit.score, 4), hit.id))
        return tuple(hits), total

    def _first_others(
        self, snapshot: Snapshot, query: Any, request: Request, limit: int
    ) -> tuple[list[Scored], int]:
        """The first page without some documents.

        They are few and mostly among the best, so they are asked for and taken out here: an engine
        that has to leave them out takes 1.8 times as long, for it looks at each document found.
        """
        left_out = request.without_ids
        hits, total = self._found(snapshot, query, request, limit + len(left_out))
        others = [hit for hit in hits if hit.id not in left_out]
        seen = len(hits) - len(others)
        if seen < len(left_out):
            seen = _total(snapshot.searcher.search(self._queries.among(query, left_out), 1))
        return others[:limit], total - seen

    def _found(
        self, snapshot: Snapshot, query: Any, request: Request, limit: int
    ) -> tuple[list[Scored], int]:
        searcher, offset = snapshot.searcher, request.offset
        if not limit:
            return [], _total(searcher.search(query, 1))
        if request.sort:
            column = sort_field(self._schema.by_sort[request.sort].name)
            result = searcher.search(query, limit, offset=offset, order_by_field=column)
            return [Scored(one, 0.0) for one in self._ids(searcher, result)], _total(result)
        result = searcher.search(query, limit, count=request.has_total, offset=offset)
        scores = (score for score, _ in result.hits)
        return [*map(Scored, self._ids(searcher, result), scores)], _total(result)

    def _ids(self, searcher: tantivy.Searcher, result: Any) -> list[str]:
        addresses = [address for _, address in result.hits]
        numbers = searcher.fast_field_values(NUMBER, addresses)
        return [
            _stored_id(searcher, address)
            if number is None
            else self._schema.id_of(gathered(int(number)))
            for number, address in zip(numbers, addresses, strict=True)
        ]

    def _facets(
        self, snapshot: Snapshot, query: Any, request: Request, closed: tuple[str, ...]
    ) -> dict[str, dict[str, int]]:
        own = [name for name in request.facets if name in request.values or name in request.ranges]
        shared = [name for name in request.facets if name not in own]
        facets = self._count(snapshot, query, shared) if shared else {}
        for name in own:
            without_own = self._queries.matching(request, closed, ignored=name)
            facets |= self._count(snapshot, without_own, [name])
        return facets

    def _count(self, snapshot: Snapshot, query: Any, names: list[str]) -> dict[str, dict[str, int]]:
        counted = snapshot.searcher.aggregate(query, dict(facet_aggregation(self._schema, names)))
        return {
            name: {bucket["key"]: bucket["doc_count"] for bucket in counted[name]["buckets"]}
            for name in names
        }

    def _fresh(self) -> Snapshot:
        """The snapshot of the last commit. Raises EngineUnavailable."""
        signature = self._current_signature()
        snapshot = self._snapshot
        if snapshot is not None and signature == self._signature:
            return snapshot
        with self._refreshing:
            if self._snapshot is None or self._current_signature() != self._signature:
                self._refresh()
            assert self._snapshot is not None  # noqa: S101 - `_refresh` sets it or raises
            return self._snapshot

    def _current_signature(self) -> _Signature:
        return (_stat(self._pointer_path), _stat(self._meta_path))

    def _refresh(self) -> None:
        for attempt in range(_OPEN_ATTEMPTS):
            name = self._generations.current()
            try:
                self._open(name)
            except (OSError, ValueError) as problem:
                # The generation was exchanged and dropped between reading the pointer and opening.
                if attempt == _OPEN_ATTEMPTS - 1 or name == self._generations.current():
                    raise EngineUnavailable("down") from problem
            else:
                return

    def _open(self, name: str) -> None:
        if not name:
            index = tantivy.Index(build_schema(self._schema))
            self._meta_path = ""
            signature = self._current_signature()
        else:
            if not self._generations.is_of_schema(name):
                raise EngineUnavailable("needs_reindex")
            meta_path = str(self._generations.path(name) / "meta.json")
            is_same = self._snapshot is not None and self._snapshot.name == name
            self._meta_path = meta_path
            # Taken before the files are read: a commit in between is noticed at the next question.
            signature = self._current_signature()
            if is_same and self._snapshot is not None:
                index = self._snapshot.index
            else:
                index = tantivy.Index.open(str(self._generations.path(name)))
                index.config_reader("manual")
            index.reload()
        self._snapshot = Snapshot(name, index, self._schema)
        self._signature = signature


def _stat(path: str) -> tuple[int, int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return (0, 0, 0)
    return found.st_mtime_ns, found.st_ino, found.st_size


def _total(result: Any) -> int:
    return int(result.count or 0)  # the stubs of tantivy 0.27 leave it out


def _stored_id(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> str:
    return str(searcher.doc(address).get_first(ID))
