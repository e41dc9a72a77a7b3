"""A text as its sentences, with where each stands, so that it can be quoted and marked."""

from __future__ import annotations

import re
from typing import NamedTuple

SHORTEST = 4
"""Characters of a sentence that says something; a shorter piece is left out."""
_SENTENCE = re.compile(
    r"""
    (?: [^。；;!?！？\n.]                     # anything that does not end a sentence
      | \.(?!\s|$)                           # a full stop inside a figure or a name
    )+
    [。；;!?！？.]?
    """,
    re.VERBOSE,
)


class Sentence(NamedTuple):
    """A sentence and its place in the text, in characters, the end not included."""

    text: str
    start: int
    end: int


def sentences_of(text: str) -> list[Sentence]:
    """The sentences of a Chinese or English text in order, without white space around them."""
    found = []
    for match in _SENTENCE.finditer(text):
        piece = match.group()
        kept = piece.strip()
        if len(kept) < SHORTEST:
            continue
        start = match.start() + len(piece) - len(piece.lstrip())
        found.append(Sentence(kept, start, start + len(kept)))
    return found
