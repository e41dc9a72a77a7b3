"""Suggestions while typing: words and phrases of public documents, by their beginning or pinyin."""

from dataclasses import dataclass

from search.engines.base import Engine
from search.query import LONGEST_BOX, read_box
from search.readings import words_read
from search.text import present

_SPARE = 4
_LONGEST_PREFIX = 40


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text to search for, and how many public documents have all its words."""

    text: str
    count: int


def suggest(engine: Engine, level: str, prefix: str, limit: int) -> list[Suggestion]:
    """At most `limit` suggestions that find something in documents of a level.

    What begins as it is written goes before what is read so, the more frequent first.
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
        # Counted as a search for all its words would, so that the number is the one on the page.
        tokens = tuple(word.token for word in read_box(text).words)
        hits = engine.count_words(tokens, (level,)) if tokens else 0
        if hits:
            found.append(Suggestion(text, hits))
        if len(found) == limit:
            break
    return found
