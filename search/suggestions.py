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
    # Counted as a search for all its words would, so that the number is the one on the page.
    words = {text: tuple(w.token for w in read_box(text).words) for text in candidates.values()}
    texts = [text for text, tokens in words.items() if tokens]
    found: list[Suggestion] = []
    for start in range(0, len(texts), limit):
        several = texts[start : start + limit]
        counts = engine.counts_of([words[text] for text in several], (level,))
        found += [Suggestion(text, n) for text, n in zip(several, counts, strict=True) if n]
        if len(found) >= limit:
            break
    return found[:limit]
