"""Elasticsearch asked through its client alone: what node and exchange take.

To the service on Elasticsearch what `bare` is to the one on the embedded engine: the same tokens,
fields, sort and facets as the service's question and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from marketplace.catalogue.fields import SCHEMA
from search.engines.elastic_queries import Queries, beginning
from search.engines.stored import GRAMS, WORDS, sort_field, value_field

_LONGEST_ANSWER = 60.0


class BareElastic:
    """Asks the index; every method gives the number of hits, as `bare.Bare` does."""

    def __init__(self, url: str, alias: str) -> None:
        self._client = Elasticsearch(url, request_timeout=_LONGEST_ANSWER, max_retries=0)
        self._alias = alias
        self._counts = Queries(SCHEMA).counts(f.name for f in SCHEMA.facets)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def all_of(self, tokens: Sequence[str]) -> int:
        """Documents with all of the words, the best 20, and how many there are."""
        return self._best(_words("must", tokens))

    def any_of(self, tokens: Sequence[str], limit: int = 20) -> int:
        """Documents with any of the words."""
        return self._best(_words("should", tokens), limit)

    def phrase(self, grams: Sequence[str]) -> int:
        """Documents with the grams one after the other."""
        if len(grams) == 1:
            return self._best({"term": {GRAMS: grams[0]}})
        return self._best({"match_phrase": {GRAMS: " ".join(grams)}})

    def with_facets(self, tokens: Sequence[str]) -> int:
        """Documents with any of the words, and the counts of every facet's values."""
        return self._best(_words("should", tokens), aggs=self._counts)

    def newest(self, token: str, kind: str, tech_field: str) -> int:
        """Documents with a word, of a kind and a field of technology, newest first."""
        conditions = {
            WORDS: token,
            value_field("kind"): kind,
            value_field("tech_field"): tech_field,
        }
        query = {"bool": {"filter": [{"term": {name: one}} for name, one in conditions.items()]}}
        return self._best(query, sort=[{sort_field("date"): "desc"}])

    def entries(self, keys: Sequence[tuple[str, str]], limit: int = 8) -> int:
        """The most frequent entries that begin so, in each of the fields; one exchange."""
        # Not from the cache, where the service may just have put the same question.
        head = {"index": self._alias, "request_cache": False}
        lines: list[Mapping[str, Any]] = []
        for field, prefix in keys:
            terms = {"field": field, "size": limit, "include": beginning(prefix)}
            body = {"query": {"prefix": {field: prefix}}, "size": 0, "track_total_hits": False}
            lines += (head, {**body, "aggs": {"terms": {"terms": terms}}})
        answers = self._client.msearch(searches=lines)["responses"]
        return sum(len(answer["aggregations"]["terms"]["buckets"]) for answer in answers)

    def _best(self, query: Mapping[str, Any], limit: int = 20, **rest: Any) -> int:
        answer = self._client.search(
            index=self._alias, query=query, size=limit, track_total_hits=True, **rest
        )
        return int(answer["hits"]["total"]["value"])


def _words(occur: str, tokens: Sequence[str]) -> dict[str, Any]:
    terms = [{"term": {WORDS: token}} for token in tokens]
    return terms[0] if len(terms) == 1 else {"bool": {occur: terms}}
