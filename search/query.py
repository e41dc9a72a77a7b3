"""What a reader asks: the query object, and the words and phrases in the search box.

Nothing here raises, whatever was typed. Reading and writing of addresses belongs to
`search.parameters`; what an engine is asked belongs to `search.engines.base`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from search.stopwords import STOP_WORDS
from search.text import Word, bridges, clean, is_han, normalise, phrase_tokens, query_words

LONGEST_BOX = 300
"""Characters of the search box that are read; longer texts are cut there.

A page has the text in each of its links. An abstract is that long, a title a tenth of it.
"""
MOST_TERMS = 64
"""Distinct words and phrases of one query; whole abstracts have fewer."""
DEEPEST_HIT = 10_000
LARGEST_PAGE = 100

_QUOTED = re.compile(r"[\"“”＂]([^\"“”＂]*)[\"“”＂]|「([^「」]*)」|『([^『』]*)』")


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both included and both optional; numbers as stored, dates as dates.

    `with_flag` lets documents pass that have the flag of the field's `or_flag` (面议).
    """

    low: int | date | None = None
    high: int | date | None = None
    with_flag: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """One search. The values of one filter are alternatives; all filters must hold.

    `visibility`: the levels that the reader may see; it is applied inside every engine query.
    `offset` and `limit` count hits; `only_all` keeps hits with some of the words out.
    """

    words: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    sort: str = ""
    offset: int = 0
    limit: int = 20
    has_facets: bool = True
    visibility: tuple[str, ...] = ("public",)
    only_all: bool = False

    def adding(self, name: str, value: str) -> "Query":
        """The query with one more value of a filter, on the first page."""
        values = self.filters.get(name, ())
        chosen = values if value in values else (*values, value)
        return replace(self, filters={**self.filters, name: chosen}, offset=0)

    def without(self, name: str, value: str | None = None) -> "Query":
        """The query without a filter's value, or without the whole filter or range."""
        filters = {key: held for key, held in self.filters.items() if key != name}
        rest = tuple(v for v in self.filters.get(name, ()) if value is not None and v != value)
        if rest:
            filters[name] = rest
        ranges = dict(self.ranges)
        if value is None:
            ranges.pop(name, None)
        return replace(self, filters=filters, ranges=ranges, offset=0)

    def at_page(self, number: int) -> "Query":
        """The query at a page, counted from 1."""
        return replace(self, offset=max(number - 1, 0) * self.limit)

    def with_all_words_only(self) -> "Query":
        """The query that shows hits with all the words alone."""
        return replace(self, only_all=True, offset=0)

    def with_words(self, words: str) -> "Query":
        """The query for other words, on the first page."""
        return replace(self, words=words, offset=0)

    @property
    def has_conditions(self) -> bool:
        """Whether any filter or range is chosen."""
        return bool(self.filters or self.ranges)


class Phrase(NamedTuple):
    """A quoted phrase: its text and its grams (`grams` is empty for a phrase of one unit)."""

    text: str
    grams: tuple[str, ...]
    single: str


@dataclass(frozen=True, slots=True)
class BoxText:
    """What stands in the search box: words and phrases without repetition, stop words left out.

    `bridges`: grams that show two of the words side by side. `is_cut`: something was left out.
    """

    words: tuple[Word, ...]
    phrases: tuple[Phrase, ...]
    bridges: tuple[str, ...]
    is_cut: bool = False

    @property
    def term_count(self) -> int:
        """How many words and phrases a hit should have."""
        return len(self.words) + len(self.phrases)


@lru_cache(maxsize=1_024)
def read_box(text: str) -> BoxText:
    """The words and phrases of a text; quotation marks that do not close are ignored.

    A text of stop words alone is read as one phrase, so that it still finds something.
    """
    text = clean(text)
    is_cut = len(text) > LONGEST_BOX
    text = text[:LONGEST_BOX]
    quoted = [next(filter(None, groups), "") for groups in _QUOTED.findall(text)]
    loose = _QUOTED.sub(" , ", text)
    spoken = query_words(loose)
    words: dict[str, Word] = {}
    for word in spoken:
        if word.token not in STOP_WORDS:
            words.setdefault(word.token, word)
    phrases: dict[str, Phrase] = {}
    for part in quoted:
        phrase = _phrase(part)
        if phrase:
            phrases.setdefault(phrase.text, phrase)
    if not words and not phrases:
        phrase = _phrase(loose)
        if phrase:
            phrases[phrase.text] = phrase
    is_cut = is_cut or len(words) + len(phrases) > MOST_TERMS
    kept_phrases = tuple(phrases.values())[:MOST_TERMS]
    kept_words = tuple(words.values())[: MOST_TERMS - len(kept_phrases)]
    joints = tuple(dict.fromkeys(bridges(spoken)))[:MOST_TERMS] if len(spoken) > 1 else ()
    return BoxText(kept_words, kept_phrases, joints, is_cut)


def _phrase(text: str) -> Phrase | None:
    shown = " ".join(normalise(text).split())
    words = query_words(text)
    if not words:
        return None
    grams = phrase_tokens(text)
    if grams:
        return Phrase(shown, grams, "")
    single = words[0].token
    return Phrase(shown, (), single[0] if is_han(single) else single)
