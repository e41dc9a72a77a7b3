"""The interface of a search engine, and what goes in and out of it.

An engine answers one plain request at a time. What is asked after what (all words first, then
some of them), suggestions of spelling and marking of hits are the service's and the same for all.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

from search.documents import Document
from search.query import Range

LARGEST_ANSWER = 1_000
"""Hits of one answer: what matching looks at. A page for readers is `search.query.LARGEST_PAGE`."""

Column = Literal["word", "unit"]


class EngineUnavailable(Exception):
    """The engine can't answer now: `code` is "needs_reindex" or "down"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class WriterBusy(Exception):
    """Another process holds the writer's lock, and did not release it in time."""


class RebuildBusy(Exception):
    """Another rebuild of the index is under way."""


class Alternative(NamedTuple):
    """One way to satisfy a need: a word, the grams of a phrase in order, the beginning of grams, or
    a unit (`search.text.units_of`).

    `weight` multiplies its score.
    """

    kind: Literal["word", "phrase", "prefix", "unit"]
    tokens: tuple[str, ...]
    weight: float = 1.0


class Need(NamedTuple):
    """Something that a hit should have, in any of its alternatives.

    `is_required`: also when only some of the needs must be met (a quoted phrase).
    """

    alternatives: tuple[Alternative, ...]
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One question to an engine.

    `needs`: all of them when `needs_all`, else at least one; none means every document. `bonuses`
    only add score. `values` and `ranges` are conditions on fields. `visibility`: the levels that
    may be seen, a condition that engines always apply. `factors`: flags, each with what it
    multiplies the score of the documents that have it by; for hits by relevance. `among_ids`:
    only these documents are looked at; none named is all. `without_ids` are left out of hits and
    total, not out of the counts. `sort`: a parameter of the schema's sorts, "" for relevance.
    `facets`: fields to count; a facet's own condition is ignored in its counts.
    `facets_from`: facets are counted only when at least so many documents are found. `has_total`:
    without it the total may be left at 0, which lets an engine skip documents that can't be among
    the hits.
    """

    needs: tuple[Need, ...] = ()
    needs_all: bool = True
    bonuses: tuple[Alternative, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    visibility: tuple[str, ...] = ()
    among_ids: tuple[str, ...] = ()
    factors: Mapping[str, float] = field(default_factory=dict)
    without_ids: tuple[str, ...] = ()
    sort: str = ""
    offset: int = 0
    limit: int = 20
    facets: tuple[str, ...] = ()
    facets_from: int = 0
    has_total: bool = True


class Scored(NamedTuple):
    """A document found, with its score (0 where hits are sorted by a field)."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a request: hits in order, how many there are in all, counts by field."""

    hits: tuple[Scored, ...] = ()
    total: int = 0
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase that public documents suggest, and how many of them do."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Health:
    """What stands behind the engine. `problem`: "" or the code of `EngineUnavailable`."""

    is_ready: bool
    needs_reindex: bool
    documents: int
    generation: str
    problem: str = ""


class Writer(Protocol):
    """Writes batches into one generation."""

    def apply(
        self, upserts: Iterable[Document] = (), deletes: Mapping[str, int] | None = None
    ) -> int:
        """Put and remove documents; durable and visible on return. How many were touched.

        `deletes`: ids, each with the version of the record that must not be found any more.
        Idempotent: a document replaces the one of the same id. Raises EngineUnavailable, and
        TypeError or ValueError for a value of a wrong kind, before anything is written.
        """


class Generation(Writer, Protocol):
    """An index under construction, beside the one that answers."""

    name: str

    def versions(self) -> Iterator[tuple[str, int]]:
        """The id and version of every document written so far."""

    def abandon(self) -> None:
        """Drop the generation; the one that answers stays."""


class Engine(Protocol):
    """What the embedded engine and Elasticsearch have in common."""

    def find(self, request: Request) -> Found:
        """The answer to a request. Raises EngineUnavailable."""

    def frequencies(self, tokens: Iterable[str], of: Column = "word") -> dict[str, int]:
        """How many documents have each word or unit, of any visibility and some replaced since."""

    def counts_of(
        self, token_sets: Sequence[tuple[str, ...]], visibility: tuple[str, ...]
    ) -> list[int]:
        """For each set of words, how many documents of these levels have all of them."""

    def entries(self, prefix: str, limit: int) -> list[Entry]:
        """The most frequent entries whose normalised text begins so."""

    def entries_read(self, initials: str, is_open: bool, limit: int) -> list[tuple[Entry, str]]:
        """The most frequent entries by the initials of their pinyin, with the syllables.

        `is_open`: more syllables may follow. Syllables are separated by spaces.
        """

    def entries_sounding(self, beginning: str, limit: int) -> list[tuple[Entry, str]]:
        """The most frequent entries whose pinyin, written in one, begins so, with the syllables."""

    def key_words(self, document_id: str) -> tuple[str, ...]:
        """The words kept of a document to find similar ones; empty for an unknown id."""

    def versions(self) -> Iterator[tuple[str, int]]:
        """The id and version of every document."""

    def writing(self, timeout: float = 30.0) -> AbstractContextManager[Writer]:
        """The one writer of the generation that answers, which is made where there is none.

        Raises WriterBusy, also while a rebuild makes the first generation: what is written
        meanwhile would be an index of itself alone, and take the place of the one being made.
        """

    def begin_generation(self) -> Generation:
        """Start an index beside the one that answers. Raises RebuildBusy."""

    def activate(
        self, generation: Generation, catch_up: Callable[[Generation], None] | None = None
    ) -> None:
        """Let the generation answer from now on.

        `catch_up` runs first, while no one else writes, and brings in what changed meanwhile.
        """

    def health(self) -> Health:
        """The state of the engine; never raises."""
