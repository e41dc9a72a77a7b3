"""Pinyin in the search box: which words of the index Latin letters stand for.

How letters are parsed belongs to `search.pinyin`.
"""

from collections.abc import Mapping

from search.engines.base import Engine
from search.pinyin import initials_of, is_read_so, is_spelt_out, parse_typed
from search.query import BoxText

_MOST_READ = 40
"""Latin words of one query that are read as pinyin; whole texts in English are not."""
_MOST_WORDS = 3
_CANDIDATES = (100, 2_000)
"""Entries looked at first, and when too few of them fit: initials alone fit nearly all."""
_LITERAL_ENOUGH = 3
_SMALL_SHARE = 5
"""A reading this many times rarer than the most frequent one is not meant."""


def readings_of(
    engine: Engine, box: BoxText, frequencies: Mapping[str, int]
) -> dict[str, tuple[str, ...]]:
    """The words that each Latin word of a query may stand for, most frequent first.

    A word that is found as it is written in three documents is not read: LED and PID are no pinyin.
    """
    found: dict[str, tuple[str, ...]] = {}
    for word in box.words[:_MOST_READ]:
        letters = word.text
        if not (letters.isascii() and letters.isalpha() and len(letters) > 1):
            continue
        if not parse_typed(letters, False) or frequencies[word.token] >= _LITERAL_ENOUGH:
            continue
        words = words_read(engine, letters, is_open=False, limit=_MOST_WORDS)
        if words:
            most = words[0][1]
            found[letters] = tuple(w for w, count in words if count * _SMALL_SHARE >= most)
    return found


def words_read(engine: Engine, letters: str, is_open: bool, limit: int) -> list[tuple[str, int]]:
    """The entries of the index that may be typed by these letters, most frequent first.

    Full syllables go before initials: shukong is 数控, not four words that begin with s, h, k, g.
    """
    for most in _CANDIDATES:
        ranked, is_complete = _ranked(engine, letters, is_open, most)
        if len(ranked) >= limit or is_complete:
            break
    ordered = sorted(ranked.items(), key=lambda item: (item[1][0], -item[1][1], item[0]))
    if ordered and not is_open:
        fewest = ordered[0][1][0]
        ordered = [item for item in ordered if item[1][0] == fewest]
    return [(text, count) for text, (_, count) in ordered[:limit]]


def _ranked(
    engine: Engine, letters: str, is_open: bool, most: int
) -> tuple[dict[str, tuple[int, int]], bool]:
    """Entries that fit, with the parts of their parse and their count, and whether they are all."""
    ranked: dict[str, tuple[int, int]] = {}
    is_complete = True
    by_initials: dict[str, list[tuple[str, ...]]] = {}
    for parts in parse_typed(letters, is_open):
        by_initials.setdefault(initials_of(parts), []).append(parts)
    for initials, parses in by_initials.items():
        if is_open and all(is_spelt_out(parts) for parts in parses):
            looked_at = engine.entries_sounding(letters, most)
        else:
            looked_at = engine.entries_read(initials, is_open, most)
        is_complete = is_complete and len(looked_at) < most
        for entry, syllables in looked_at:
            read = tuple(syllables.split())
            fits = [len(parts) for parts in parses if is_read_so(read, parts, is_open)]
            known = ranked.get(entry.text)
            if fits and (known is None or min(fits) < known[0]):
                ranked[entry.text] = (min(fits), entry.count)
    return ranked, is_complete
