"""The search service: what is asked of an engine, in which order, and what the reader gets.

All words first; where fewer than three documents have them all, those with some of them follow.
Everything here is the same on every engine. What is said when nothing is found is built in
`search.advice`; what a page shows beside the hits in `search.forms`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import log

from search.advice import Advice, advise
from search.documents import Schema
from search.engines.base import Alternative, Engine, Found, Health, Need, Request
from search.query import DEEPEST_HIT, LARGEST_PAGE, BoxText, Query, read_box
from search.readings import readings_of
from search.suggestions import Suggestion, suggest
from search.text import Word, is_han, phrase_tokens

ENOUGH_HITS = 3
"""Fewer hits with all the words than this, and hits with some of them follow."""
_RARE = 3
"""A word in fewer documents may have been cut differently in others, so its characters count."""
_RARE_WEIGHT = 0.5
_BRIDGE_WEIGHT = 0.5
_PART_WEIGHT = 0.3
_READING_WEIGHT = 0.3
_LITERAL_WEIGHT = 100.0
_SIMILAR_WORDS = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found. `has_all_words`: it has every word and phrase of the query."""

    id: str
    score: float
    has_all_words: bool


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A value of a facet and how many of the documents listed have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a query.

    `all_words_total` of the `total` hits have all the words; they come first, and where
    `is_widened` the others follow. `terms` are to be marked in texts. `readings`: Latin letters
    that were read as pinyin, with the words they were read as. `is_too_deep`: the query asks for
    hits beyond the 10,000th. `advice` is there when nothing was found.
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

    def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        """What a reader may be about to type, from public documents, with the hits of each."""
        return suggest(self.engine, self._count_public, prefix, limit)

    def similar(
        self,
        document_id: str,
        limit: int = 6,
        filters: Mapping[str, tuple[str, ...]] | None = None,
        visibility: tuple[str, ...] = ("public",),
    ) -> list[Hit]:
        """The documents most like one, best first, without it; none for an unknown id."""
        weighed = []
        documents = max(self.engine.health().documents, 1)
        for token in self.engine.key_words(document_id):
            count = self.engine.count_word(token)
            # A word of this document alone finds nothing else.
            if count > 1:
                weighed.append((log(1 + documents / count), token))
        weighed.sort(key=lambda pair: (-pair[0], pair[1]))
        needs = tuple(Need((Alternative("word", (t,)),)) for _, t in weighed[:_SIMILAR_WORDS])
        if not needs:
            return []
        found = self.engine.find(
            Request(
                needs=needs,
                needs_all=False,
                values=dict(filters or {}),
                visibility=visibility,
                without_ids=(document_id,),
                limit=min(max(limit, 1), LARGEST_PAGE),
            )
        )
        return [Hit(hit.id, hit.score, False) for hit in found.hits]

    def health(self) -> Health:
        """The state of the engine; never raises."""
        return self.engine.health()

    def _count_public(self, words: str) -> int:
        return self.count(Query(words=words, visibility=self.schema.levels[:1], only_all=True))

    def _answer(self, query: Query) -> Answer:
        box = read_box(query.words)
        readings = readings_of(self.engine, box)
        needs = self._needs(box, readings)
        limit = min(max(query.limit, 1), LARGEST_PAGE)
        is_too_deep = query.offset + limit > DEEPEST_HIT
        can_widen = (len(needs) > 1 or bool(box.phrases)) and not query.only_all
        request = Request(
            needs=needs,
            bonuses=tuple(Alternative("phrase", (g,), _BRIDGE_WEIGHT) for g in box.bridges),
            values=query.filters,
            ranges=query.ranges,
            visibility=query.visibility,
            sort=self._sort(query, bool(needs)),
            offset=query.offset,
            limit=limit,
            facets=tuple(f.name for f in self.schema.facets) if query.has_facets else (),
            facets_from=ENOUGH_HITS if can_widen else 0,
        )
        found = self.engine.find(request)
        hits = [Hit(hit.id, hit.score, True) for hit in found.hits]
        total = all_words_total = found.total
        facets = found.facets
        is_widened = can_widen and found.total < ENOUGH_HITS
        if is_widened:
            first = hits
            if query.offset and found.total:
                top = self.engine.find(replace(request, offset=0, limit=ENOUGH_HITS, facets=()))
                first = [Hit(hit.id, hit.score, True) for hit in top.hits]
            wide = self._find_some(request, box, tuple(hit.id for hit in first))
            rest = [Hit(hit.id, hit.score, False) for hit in wide.hits]
            hits = (first[query.offset :] + rest)[:limit]
            total += wide.total
            facets = wide.facets
        return Answer(
            hits=tuple(hits),
            total=total,
            all_words_total=all_words_total,
            is_widened=is_widened and total > all_words_total,
            word_count=len(needs),
            terms=self._terms(box, readings),
            facets={
                name: tuple(FacetCount(value, count) for value, count in counts.items())
                for name, counts in facets.items()
            },
            readings=readings,
            is_too_deep=is_too_deep,
            is_cut=box.is_cut,
        )

    def _find_some(self, request: Request, box: BoxText, first: tuple[str, ...]) -> Found:
        """Documents with some of the words; phrases hold as long as any document has them."""
        parts = dict.fromkeys(part for word in box.words for part in word.parts)
        weighed = tuple(Alternative("word", (part,), _PART_WEIGHT) for part in parts)
        wide = replace(
            request,
            needs_all=False,
            bonuses=request.bonuses + weighed,
            without_ids=first,
            offset=max(request.offset - len(first), 0),
            facets_from=0,
        )
        found = self.engine.find(wide)
        if found.total or not box.phrases or first:
            return found
        loose = read_box(" ".join([*(w.text for w in box.words), *(p.text for p in box.phrases)]))
        return self.engine.find(replace(wide, needs=self._needs(loose, {})))

    def _sort(self, query: Query, has_needs: bool) -> str:
        if query.sort in self.schema.by_sort:
            return query.sort
        return "" if has_needs else self.schema.default_sort

    def _needs(self, box: BoxText, readings: Mapping[str, tuple[str, ...]]) -> tuple[Need, ...]:
        needs = [self._word_need(word, readings.get(word.text, ())) for word in box.words]
        for phrase in box.phrases:
            if phrase.grams:
                alternative = Alternative("phrase", phrase.grams)
            elif is_han(phrase.single):
                alternative = Alternative("prefix", (phrase.single,))
            else:
                alternative = Alternative("word", (phrase.single,))
            needs.append(Need((alternative,), is_required=True))
        return tuple(needs)

    def _word_need(self, word: Word, read_as: tuple[str, ...]) -> Need:
        if read_as:
            literal = Alternative("word", (word.token,), _LITERAL_WEIGHT)
            readings = (Alternative("word", (w,), _READING_WEIGHT) for w in read_as)
            return Need((literal, *readings))
        literal = Alternative("word", (word.token,))
        if not is_han(word.token) or (count := self.engine.count_word(word.token)) >= _RARE:
            return Need((literal,))
        weight = _RARE_WEIGHT if count else 1.0
        if len(word.token) == 1:
            return Need((literal, Alternative("prefix", (word.token,), weight)))
        return Need((literal, Alternative("phrase", phrase_tokens(word.token), weight)))

    def _terms(self, box: BoxText, readings: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        terms: dict[str, None] = {}
        for word in box.words:
            terms[word.text] = None
            terms |= dict.fromkeys(word.parts)
            terms |= dict.fromkeys(readings.get(word.text, ()))
        terms |= {phrase.text: None for phrase in box.phrases}
        return tuple(terms)
