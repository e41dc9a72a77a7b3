"""Suggestions while typing: words and phrases of public documents, by their beginning or pinyin."""

from collections.abc import Callable
from dataclasses import dataclass

from search.engines.base import Engine
from search.query import LONGEST_BOX
from search.readings import words_read
from search.text import present

_SPARE = 4
_LONGEST_PREFIX = 40


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text to search for, and how many public documents have all its words."""

    text: str
    count: int


def suggest(
    engine: Engine, count: Callable[[str], int], prefix: str, limit: int
) -> list[Suggestion]:
    """At most `limit` suggestions that find something, most frequent first.

    What begins as it is written goes before what is read so. `count`: the hits of a search.
    """
    written = present(prefix[:LONGEST_BOX])[:_LONGEST_PREFIX]
    if not written or limit < 1:
        return []
    candidates: dict[str, str] = {}
    for entry in engine.entries(written, limit + _SPARE):
        candidates.setdefault(entry.text.lower(), entry.text)
    letters = "".join(written.lower().split()).replace("'", "")
    if len(candidates) < limit and letters.isascii() and letters.isalpha():
        for text, _ in words_read(engine, letters, is_open=True, limit=limit + _SPARE):
            candidates.setdefault(text.lower(), text)
    found: list[Suggestion] = []
    for text in candidates.values():
        hits = count(text)
        if hits:
            found.append(Suggestion(text, hits))
        if len(found) == limit:
            break
    return found
