"""Bare tantivy on the very index of the catalogue: what the engine itself takes.

Each question has the tokens, fields, sort and facets of the service's question and nothing else:
no reading of the search box, no levels of visibility, no second question, no ids of the hits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import tantivy

from search.documents import Schema
from search.engines.embedded_queries import facet_aggregation
from search.engines.embedded_schema import build_schema
from search.engines.stored import (
    ENTRIES,
    GRAMS,
    READINGS,
    SPLIT,
    WORDS,
    sort_field,
    value_field,
)

_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


class Bare:
    """Asks the index; every method gives the number of hits."""

    def __init__(self, index_folder: Path, schema: Schema) -> None:
        self.searcher = _open(index_folder).searcher()
        self._stored = build_schema(schema)
        self._aggregation = dict(facet_aggregation(schema, (f.name for f in schema.facets)))

    def all_of(self, tokens: Sequence[str]) -> int:
        """Documents with all of the words, the best 20, and how many there are."""
        return self._best(self._words(_MUST, tokens))

    def any_of(self, tokens: Sequence[str], limit: int = 20) -> int:
        """Documents with any of the words."""
        return self._best(self._words(_SHOULD, tokens), limit)

    def phrase(self, grams: Sequence[str]) -> int:
        """Documents with the grams one after the other."""
        if len(grams) == 1:
            return self._best(self._term(GRAMS, grams[0]))
        return self._best(tantivy.Query.phrase_query(self._stored, GRAMS, list(grams)))

    def with_facets(self, tokens: Sequence[str]) -> int:
        """Documents with any of the words, and the counts of every facet's values."""
        query = self._words(_SHOULD, tokens)
        self.searcher.aggregate(query, self._aggregation)
        return self._best(query)

    def newest(self, token: str, kind: str, tech_field: str) -> int:
        """Documents with a word, of a kind and a field of technology, newest first."""
        query = tantivy.Query.boolean_query(
            [
                (_MUST, self._term(WORDS, token)),
                (_MUST, self._term(value_field("kind"), kind, "basic")),
                (_MUST, self._term(value_field("tech_field"), tech_field, "basic")),
            ]
        )
        found = self.searcher.search(query, 20, order_by_field=sort_field("date"))
        return int(found.count)

    def entries(self, keys: Sequence[tuple[str, str]], limit: int = 8) -> int:
        """The most frequent entries that begin so, in each of the fields."""
        return sum(
            len(self.searcher.terms_with_prefix(field, prefix, limit=limit))
            for field, prefix in keys
        )

    def _words(self, occur: Any, tokens: Sequence[str]) -> Any:
        if len(tokens) == 1:
            return self._term(WORDS, tokens[0])
        return tantivy.Query.boolean_query([(occur, self._term(WORDS, one)) for one in tokens])

    def _term(self, field: str, token: str, option: str = "freq") -> Any:
        return tantivy.Query.term_query(self._stored, field, token, option)

    def _best(self, query: Any, limit: int = 20) -> int:
        return int(self.searcher.search(query, limit).count)


def dictionary(index_folder: Path) -> Iterator[tuple[str, int, str]]:
    """Key, count and text of all that the index suggests, by writing and by pinyin."""
    searcher = _open(index_folder).searcher()
    for term, count in searcher.terms_with_prefix(ENTRIES, ""):
        key, text = term.split(SPLIT)
        yield key, count, text
    for term, count in searcher.terms_with_prefix(READINGS, ""):
        initials, syllables, text = term.split(SPLIT)
        yield initials, count, text
        yield syllables.replace(" ", ""), count, text


def _open(index_folder: Path) -> Any:
    name = (index_folder / "current").read_text(encoding="utf-8").strip()
    return tantivy.Index.open(str(index_folder / name))
