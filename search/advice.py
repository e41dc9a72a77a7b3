"""What to say when nothing is found: other spellings, other words, conditions to drop.

Only what would find something is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.pinyin import syllables_of
from search.query import Query, read_box
from search.readings import words_read
from search.suggestions import Suggestion
from search.synonyms import synonyms_of
from search.text import Word

if TYPE_CHECKING:
    from search.service import SearchService

_MOST = 3
_CANDIDATES = 300


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A condition whose removal helps: the field, how many hits there are then, and the query."""

    field: str
    total: int
    query: Query


@dataclass(frozen=True, slots=True)
class Advice:
    """What may help. `spellings` replace the whole text; `synonyms` by word of the query."""

    spellings: tuple[Suggestion, ...] = ()
    synonyms: Mapping[str, tuple[Suggestion, ...]] | None = None
    relaxations: tuple[Relaxation, ...] = ()


def advise(service: "SearchService", query: Query) -> Advice:
    """Advice for a query that finds nothing. Conditions stay as they are in every suggestion."""
    box = read_box(query.words)
    spellings: list[Suggestion] = []
    synonyms: dict[str, tuple[Suggestion, ...]] = {}
    for word in box.words[:8]:
        for other in _spellings(service, word):
            text = query.words.replace(word.text, other)
            if text == query.words:
                text = other
            _add(service, query, text, spellings)
        others: list[Suggestion] = []
        for other in synonyms_of(word.text):
            _add(service, query, other, others)
        if others:
            synonyms[word.text] = tuple(others[:_MOST])
    whole = "".join(query.words.split())
    if whole not in synonyms:
        others = []
        for other in synonyms_of(whole):
            _add(service, query, other, others)
        if others:
            synonyms[whole] = tuple(others[:_MOST])
    return Advice(tuple(spellings[:_MOST]), synonyms, _relaxations(service, query))


def _add(service: "SearchService", query: Query, text: str, found: list[Suggestion]) -> None:
    total = service.count(query.with_words(text))
    if total and text not in {known.text for known in found}:
        found.append(Suggestion(text, total))


def _relaxations(service: "SearchService", query: Query) -> tuple[Relaxation, ...]:
    found = []
    for name in (*query.filters, *query.ranges):
        freed = query.without(name)
        total = service.count(freed)
        if total:
            found.append(Relaxation(name, total, freed))
    found.sort(key=lambda relaxation: -relaxation.total)
    return tuple(found[:_MOST])


def _spellings(service: "SearchService", word: Word) -> list[str]:
    if word.text.isascii():
        return _similar_writings(service, word.text)
    syllables = syllables_of(word.text)
    if not syllables:
        return []
    words = words_read(service.engine, "".join(syllables), is_open=False, limit=_MOST + 1)
    return [text for text, _ in words if text != word.text][:_MOST]


def _similar_writings(service: "SearchService", word: str) -> list[str]:
    if len(word) < 4:
        return []
    ranked = []
    for entry in service.engine.entries(word[:2], _CANDIDATES):
        written = entry.text.lower()
        distance = edit_distance(word, written, 2)
        if 0 < distance <= (1 if len(word) < 6 else 2):
            ranked.append((distance, -entry.count, entry.text))
    return [text for _, _, text in sorted(ranked)[:_MOST]]


def edit_distance(left: str, right: str, most: int) -> int:
    """How many letters must be put in, left out, changed or exchanged with their neighbour.

    Gives `most + 1` for anything beyond `most`.
    """
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        current = [i]
        for j, b in enumerate(right, 1):
            cost = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before, row = row, current
    return min(row[-1], most + 1)
