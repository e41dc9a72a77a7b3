"""Words that mean nearly the same in the market's fields, for advice when nothing is found.

The groups stand in `synonyms.tsv`, one a line, words separated by tabs.
"""

from functools import cache
from pathlib import Path

from search.text import normalise

_FILE = Path(__file__).with_name("synonyms.tsv")


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    by_word: dict[str, tuple[str, ...]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        group = tuple(word for word in line.split("\t") if word and not line.startswith("#"))
        for word in group:
            key = "".join(normalise(word).split())
            others = tuple(other for other in group if other != word)
            by_word[key] = tuple(dict.fromkeys(by_word.get(key, ()) + others))
    return by_word


def synonyms_of(word: str) -> tuple[str, ...]:
    """Other words for a word, in the order of the table; none for a word that it does not have."""
    return _groups().get("".join(normalise(word).split()), ())
