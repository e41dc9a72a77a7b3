"""What the yardsticks from outside hold of a record: the index's own tokens, and plain facts.

How they are kept belongs to `fts` and `postgres`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from marketplace.catalogue.documents import all_documents
from marketplace.catalogue.fields import SCHEMA
from marketplace.catalogue.models import RECORD_MODELS
from search.documents import Document
from search.text import index_tokens
from tests.benchmarks.ahead import in_order

SINGLE = tuple(f.name for f in SCHEMA.facets if not f.is_multi)
MULTI = tuple(f.name for f in SCHEMA.facets if f.is_multi)


class Row(NamedTuple):
    """One record.

    `words` and `grams`: tokens in order, each as often as it counts. `day`: the ISO date.
    `single` and `multi`: the values of the facets, in the order of `SINGLE` and `MULTI`.
    """

    words: list[str]
    grams: list[str]
    day: str | None
    single: list[object]
    multi: list[list[str]]


def rows() -> Iterator[Row]:
    """All published records of the open database."""
    batches = chain.from_iterable(all_documents(kind) for kind in RECORD_MODELS)
    yield from chain.from_iterable(in_order(_rows_of, batches))


def _rows_of(documents: Sequence[Document]) -> list[Row]:
    return [_row(document) for document in documents]


def _row(document: Document) -> Row:
    words: list[str] = []
    grams: list[str] = []
    values = document.values
    for declared in SCHEMA.texts:
        for text in _list(values.get(declared.name)):
            own_words, own_grams = index_tokens(str(text))
            words += own_words * declared.weight
            grams += own_grams
    day = values.get("date")
    return Row(
        words,
        grams,
        None if day is None else str(day),
        [_one(values.get(name)) for name in SINGLE],
        [[str(one) for one in _list(values.get(name))] for name in MULTI],
    )


def _list(value: object) -> Iterable[object]:
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)


def _one(value: object) -> object:
    return int(value) if isinstance(value, bool) else value
