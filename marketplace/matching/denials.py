"""Whether two sentences say the opposite of one thing: 能连续运行 and 不能连续运行."""

from __future__ import annotations

import re
from collections.abc import Iterator

from search.stopwords import STOP_WORDS
from search.text import index_tokens, is_han, normalise

_DENIAL = re.compile(
    r"不(?!锈|仅|但|断|同|饱和|少于|小于|低于|大于|高于|多于|超过|超出)"
    r"|无(?!线|人|机|损|源|纺|菌|水|氧|铅|刷|缝|尘)|非(?!常|晶|线性|金属|织造|标)"
    r"|未(?!来|知)|没|免(?!疫)|难以|难于|很难"
    r"|\b(?:not(?! only)|no|never|without|cannot|can't|nor)\b"
)
_CLAUSE_END = re.compile(r"[，,。；;：:、!?（）()]")
_REACH, _LATIN_REACH = 6, 24


def contradict(one: str, other: str) -> bool:
    """Whether one of two sentences denies something that the other says.

    Something is a pair of Han characters or a Latin word that both have: denied wherever it stands
    in one sentence, and nowhere in the other.
    """
    texts = normalise(one), normalise(other)
    for mark in _marks(one) & _marks(other):
        of_one, of_other = (set(_denied(mark, text)) for text in texts)
        if of_one and of_other and of_one.isdisjoint(of_other):
            return True
    return False


def _marks(text: str) -> set[str]:
    words, grams = index_tokens(text)
    latin = {word for word in words if word.isascii() and word.isalpha()}
    return {gram for gram in grams if len(gram) == 2 and is_han(gram)} - STOP_WORDS | latin


def _denied(mark: str, text: str) -> Iterator[bool]:
    """For each place of a mark in a text, whether a denial stands a little before it."""
    reach = _LATIN_REACH if mark.isascii() else _REACH
    for match in re.finditer(re.escape(mark), text):
        before = text[max(0, match.start() - reach) : match.start()]
        yield bool(_DENIAL.search(_CLAUSE_END.split(before)[-1]))
