"""Requests turned into Elasticsearch's queries. What a request means stands in `engines.base`.

Only what a plain node without modules understands is used.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from search.documents import Field, Schema
from search.engines.base import Alternative, Need, Request
from search.engines.stored import (
    GRAMS,
    LEVEL,
    UNITS,
    WORDS,
    highest,
    lowest,
    range_fields,
    value_field,
)
from search.query import Range

Clause = dict[str, Any]

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


class Queries:
    """Builds the queries of one declaration."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def matching(self, request: Request, ignored: str = "") -> Clause:
        """The query of a request.

        `ignored`: the field whose own condition is left out, for the counts of its facet.
        """
        required, optional, least = self._needs(request)
        return {
            "bool": {
                "must": required or [_EVERYTHING],
                "should": optional,
                "minimum_should_match": least,
                "filter": [self.visible(request.visibility), *self.conditions(request, ignored)],
            }
        }

    def lowered(self, query: Clause, factors: Mapping[str, float]) -> Clause:
        """The query with the scores of documents that have a flag multiplied by its factor."""
        for name, factor in factors.items():
            query = {
                "boosting": {
                    "positive": query,
                    "negative": {"term": {value_field(name): "1"}},
                    "negative_boost": factor,
                }
            }
        return query

    def of_words(self, tokens: tuple[str, ...], visibility: tuple[str, ...]) -> Clause:
        """The query that finds documents with all of the words, for counting."""
        words = [{"term": {WORDS: token}} for token in tokens]
        return {"bool": {"filter": [self.visible(visibility), *words]}}

    def visible(self, visibility: Iterable[str]) -> Clause:
        """The condition that every question carries; no level, no document."""
        return {"terms": {LEVEL: [*visibility]}}

    def conditions(self, request: Request, ignored: str = "") -> list[Clause]:
        """The conditions on fields."""
        values = [
            {"terms": {value_field(name): [*values]}}
            for name, values in request.values.items()
            if name != ignored and values
        ]
        ranges = [
            self._range(self._schema.by_name[name], chosen)
            for name, chosen in request.ranges.items()
            if name != ignored
        ]
        among = [{"ids": {"values": [*request.among_ids]}}] if request.among_ids else []
        return values + ranges + among

    def counts(self, names: Iterable[str]) -> dict[str, Clause]:
        """The aggregations that count the values of fields."""
        return {
            name: {
                "terms": {
                    "field": value_field(name),
                    "size": self._schema.by_name[name].facet_size,
                }
            }
            for name in names
        }

    def _needs(self, request: Request) -> tuple[list[Clause], list[Clause], int]:
        """What a hit must have, what adds score, and how many of the latter it must have."""
        bonuses = [_alternative(bonus) for bonus in request.bonuses]
        if request.needs_all or len(request.needs) == 1:
            return [_need(need) for need in request.needs], bonuses, 0
        required = [_need(need) for need in request.needs if need.is_required]
        optional = [_need(need) for need in request.needs if not need.is_required]
        if required or not (optional or bonuses):
            return required, [*optional, *bonuses], 0
        return [], [*optional, *bonuses], 1

    def _range(self, declared: Field, chosen: Range) -> Clause:
        low_column, high_column = range_fields(declared)
        low, high = lowest(chosen.low), highest(chosen.high)
        # An interval is found when it overlaps the range: it ends after the range begins, and
        # begins before the range ends.
        parts: list[Clause] = [
            {"range": {column: bound}}
            for column, bound in (
                (high_column, {} if low is None else {"gte": low}),
                (low_column, {} if high is None else {"lte": high}),
            )
            if bound
        ] or [{"exists": {"field": low_column}}]
        query: Clause = {"bool": {"filter": parts}}
        if chosen.with_flag and declared.or_flag:
            flagged = {"term": {value_field(declared.or_flag): "1"}}
            return {"bool": {"should": [query, flagged], "minimum_should_match": 1}}
        return query


_EVERYTHING: Clause = {"match_all": {"boost": 0.0}}


def _need(need: Need) -> Clause:
    queries = [_alternative(alternative) for alternative in need.alternatives]
    if len(queries) == 1:
        return queries[0]
    return {"bool": {"should": queries, "minimum_should_match": 1}}


def _alternative(alternative: Alternative) -> Clause:
    tokens, boost = alternative.tokens, alternative.weight
    if alternative.kind == "word":
        words: list[Clause] = [
            {"term": {WORDS: {"value": token, "boost": boost}}} for token in tokens
        ]
        return words[0] if len(words) == 1 else {"bool": {"must": words}}
    if alternative.kind == "unit":
        return {"term": {UNITS: {"value": tokens[0], "boost": boost}}}
    if alternative.kind == "prefix":
        return {"prefix": {GRAMS: {"value": tokens[0], "boost": boost}}}
    if len(tokens) == 1:
        return {"term": {GRAMS: {"value": tokens[0], "boost": boost}}}
    return {"match_phrase": {GRAMS: {"query": " ".join(tokens), "boost": boost}}}


def beginning(prefix: str) -> str:
    """The expression of all terms that begin so."""
    return _PUNCTUATION.sub(r"\\\g<0>", prefix) + ".*"
