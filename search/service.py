"""The search service: what is asked of an engine, in which order, and what the reader gets.

All words first; where fewer than three documents have them all, those with some of them follow.
Everything here is the same on every engine. What is said when nothing is found is built in
`search.advice`; what a page shows beside the hits in `search.forms`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from search.advice import Advice, advise
from search.documents import Schema
from search.engines.base import Alternative, Engine, Found, Health, Need, Request, Scored
from search.needs import Frequencies, bonuses_of, needs_of, needs_of_parts, parts_of
from search.query import DEEPEST_HIT, LARGEST_PAGE, BoxText, Query, read_box
from search.readings import readings_of
from search.suggestions import Suggestion, suggest
from search.text import clean

ENOUGH_HITS = 3
"""Fewer hits with all the words than this, and hits with some of them follow."""
LEAST_LIKENESS = 0.15
"""The share of its own score by its own words that another document must reach to be like it.

Read off the lists of 100 records of ten fields: from 0.2 on they are of one matter (battery
cells, diamond, machine tools), below 0.15 they share a chance word such as 手持 or 相位. A share
of the best other hit tells less: where nothing is alike, the best one is a stranger as well.
"""
_SIMILAR_WORDS = 20

_Readings = Mapping[str, tuple[str, ...]]


class Hit(NamedTuple):
    """A document found. `has_all_words`: it has every word and phrase of the query."""

    id: str
    score: float
    has_all_words: bool


@dataclass(slots=True)
class FacetCount:
    """A value of a facet and how many of the documents listed have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a query.

    `all_words_total` of the `total` hits have all the words; they come first, and where
    `is_widened` the others follow. `terms` are to be marked in texts. `readings`: Latin letters
    that were read as pinyin, with the words they were read as. `is_too_deep`: the page begins
    beyond the 10,000th hit. `advice` is there when nothing was found.
    """

    hits: tuple[Hit, ...]
    total: int
    all_words_total: int
    is_widened: bool
    word_count: int
    terms: tuple[str, ...]
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    readings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_too_deep: bool = False
    is_cut: bool = False
    advice: Advice | None = None


class SearchService:
    """Answers queries with one engine. Raises `EngineUnavailable` when the engine can't answer."""

    def __init__(self, engine: Engine, schema: Schema) -> None:
        self.engine = engine
        self.schema = schema

    def search(self, query: Query) -> Answer:
        """The hits, counts and remarks for a query."""
        answer = self._answer(query)
        if answer.total == 0 and (query.words or query.has_conditions):
            return replace(answer, advice=advise(self, query))
        return answer

    def count(self, query: Query) -> int:
        """How many hits `search` would list for a query."""
        return self._answer(replace(query, limit=1, offset=0, has_facets=False)).total

    def matching(self, query: Query, ids: Sequence[str]) -> list[str]:
        """Those of the documents that have all the words and meet all conditions of a query.

        One question to the engine for up to 100 of them found, however many are asked about;
        beyond, one for each 100 ids. Order, page and sort of the query play no part.
        """
        box, _readings, _frequencies, request = self._asked(query)
        says_nothing = bool(query.words.strip()) and not box.term_count
        if says_nothing or not ids:
            return []
        asked = replace(request, bonuses=(), sort="", offset=0, limit=LARGEST_PAGE, facets=())
        found = self.engine.find(replace(asked, among_ids=tuple(ids)))
        if found.total <= LARGEST_PAGE:
            return [hit.id for hit in found.hits]
        parts = (ids[at : at + LARGEST_PAGE] for at in range(0, len(ids), LARGEST_PAGE))
        return [
            hit.id
            for part in parts
            for hit in self.engine.find(replace(asked, among_ids=tuple(part))).hits
        ]

    def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        """What a reader may be about to type, from public documents, with the hits of each."""
        return suggest(self.engine, self.schema.levels[0], prefix, limit)

    def similar(
        self,
        document_id: str,
        limit: int = 6,
        filters: Mapping[str, tuple[str, ...]] | None = None,
        visibility: tuple[str, ...] = ("public",),
    ) -> list[Hit]:
        """The documents most like one, best first, without it; none for an unknown id.

        Those that share too little with it are left out, see `LEAST_LIKENESS`.
        """
        frequencies = self.engine.frequencies(self.engine.key_words(document_id))
        # A word of this document alone finds nothing else.
        shared = ((count, token) for token, count in frequencies.items() if count > 1)
        rarest = sorted(shared)[:_SIMILAR_WORDS]
        needs = tuple(Need((Alternative("word", (token,)),)) for _count, token in rarest)
        if not needs:
            return []
        limit = min(max(limit, 1), LARGEST_PAGE - 1)
        # The document finds itself: asking for one more is far cheaper than leaving it out, and
        # without a total the engine passes over all that can't be near.
        request = Request(
            needs=needs,
            needs_all=False,
            values=self._values(filters or {}),
            visibility=visibility,
            limit=limit + 1,
            has_total=False,
        )
        found = self.engine.find(request)
        least = LEAST_LIKENESS * self._own_score(document_id, request, found)
        others = [hit for hit in found.hits if hit.id != document_id and hit.score >= least]
        return [Hit(hit.id, hit.score, False) for hit in others[:limit]]

    def _own_score(self, document_id: str, request: Request, found: Found) -> float:
        """What a document gets for its own words, also where filters leave it out of the hits."""
        for hit in found.hits:
            if hit.id == document_id:
                return hit.score
        everything = replace(request, values={}, visibility=self.schema.levels, limit=1)
        return max((hit.score for hit in self.engine.find(everything).hits), default=0.0)

    def health(self) -> Health:
        """The state of the engine; never raises."""
        return self.engine.health()

    def _asked(self, query: Query) -> tuple[BoxText, _Readings, Frequencies, Request]:
        """What stands in the box, how it is read, and the question for hits with all of it."""
        box = read_box(query.words)
        frequencies = self.engine.frequencies(word.token for word in box.words)
        readings = readings_of(self.engine, box, frequencies)
        if readings:
            frequencies |= self.engine.frequencies(t for read in readings.values() for t in read)
        needs = needs_of(box, readings, frequencies)
        request = Request(
            needs=needs,
            bonuses=bonuses_of(box),
            values=self._values(query.filters),
            ranges={
                f.name: query.ranges[f.name] for f in self.schema.ranges if f.name in query.ranges
            },
            visibility=query.visibility,
            factors=self.schema.factors,
            sort=self._sort(query, bool(needs)),
            offset=max(query.offset, 0),
            limit=min(max(query.limit, 1), LARGEST_PAGE),
            facets=tuple(f.name for f in self.schema.facets if f.is_of_use(query.filters))
            if query.has_facets
            else (),
        )
        return box, readings, frequencies, request

    def _answer(self, query: Query) -> Answer:
        box, readings, frequencies, request = self._asked(query)
        needs = request.needs
        parts = parts_of(box.words, frequencies)
        can_widen = bool(len(needs) > 1 or parts or box.phrases) and not query.only_all
        strict = self.engine.find(replace(request, facets_from=ENOUGH_HITS if can_widen else 0))
        if strict.total >= ENOUGH_HITS or not can_widen:
            return self._told(query, box, readings, strict)
        return self._widened(query, box, readings, frequencies, request, strict, parts)

    def _widened(
        self,
        query: Query,
        box: BoxText,
        readings: _Readings,
        frequencies: Frequencies,
        request: Request,
        strict: Found,
        parts: tuple[str, ...],
    ) -> Answer:
        """Hits with all the words, of which there are few, then those with some of them."""
        first = strict.hits
        if len(first) < strict.total:
            first = self.engine.find(replace(request, offset=0, limit=ENOUGH_HITS, facets=())).hits
        wide = replace(
            request,
            needs=request.needs + needs_of_parts(parts),
            needs_all=False,
            without_ids=tuple(hit.id for hit in first),
            offset=max(request.offset - len(first), 0),
        )
        found = self.engine.find(wide)
        if not found.total and not strict.total and box.phrases:
            # No document has the phrase: its words are better than nothing.
            texts = [*(word.text for word in box.words), *(phrase.text for phrase in box.phrases)]
            spoken = read_box(" ".join(texts))
            known = {**frequencies, **self.engine.frequencies(w.token for w in spoken.words)}
            found = self.engine.find(replace(wide, needs=needs_of(spoken, readings, known)))
        hits = first[request.offset :] + found.hits
        total = strict.total + found.total
        merged = Found(hits[: request.limit], total, found.facets)
        return self._told(query, box, readings, merged, parts, first, strict.total)

    def _told(
        self,
        query: Query,
        box: BoxText,
        readings: _Readings,
        found: Found,
        parts: tuple[str, ...] = (),
        first: tuple[Scored, ...] | None = None,
        all_words_total: int | None = None,
    ) -> Answer:
        complete = None if first is None else {hit.id for hit in first}
        all_words = found.total if all_words_total is None else all_words_total
        return Answer(
            hits=tuple(
                Hit(hit.id, hit.score, complete is None or hit.id in complete) for hit in found.hits
            ),
            total=found.total,
            all_words_total=all_words,
            is_widened=found.total > all_words,
            word_count=box.term_count,
            terms=_terms(box, readings, parts),
            facets={
                name: tuple(FacetCount(value, count) for value, count in counts.items())
                for name, counts in found.facets.items()
            },
            readings=readings,
            is_too_deep=query.offset >= DEEPEST_HIT,
            is_cut=box.is_cut,
        )

    def _values(self, filters: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """The filters that are declared, with values that an engine can take."""
        return {
            f.name: tuple(clean(value) for value in filters[f.name])
            for f in self.schema.filters
            if filters.get(f.name)
        }

    def _sort(self, query: Query, has_needs: bool) -> str:
        if query.sort in self.schema.by_sort:
            return query.sort
        return "" if has_needs else self.schema.default_sort


def _terms(box: BoxText, readings: _Readings, parts: tuple[str, ...]) -> tuple[str, ...]:
    terms: dict[str, None] = {}
    for word in box.words:
        terms[word.text] = None
        terms |= dict.fromkeys(readings.get(word.text, ()))
    terms |= dict.fromkeys(phrase.text for phrase in box.phrases)
    return tuple(terms | dict.fromkeys(parts))
