"""What differs between two texts: paragraph by paragraph, inside changed ones by sentence and word.

Comparing takes the product of both lengths. So a level of more than :data:`MOST_PAIRS` is not
looked into, and what changed there stands as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

import rjieba

MOST_PAIRS = 160_000
_PARAGRAPHS = re.compile(r"[^\n]*\n+|[^\n]+")
_SENTENCES = re.compile(r"[^。！？；.!?;\n]*(?:[。！？；.!?;\n]+|$)")

Split = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed ("same"), went away ("gone") or came ("new")."""

    text: str
    change: str


def pieces(before: str, after: str) -> list[Piece]:
    """Both texts in one: less what is new it is ``before``, less what is gone ``after``."""
    found = _compared(before, after, (_PARAGRAPHS.findall, _sentences, rjieba.cut))
    joined = []
    for change, stretch in groupby(found, key=lambda piece: piece.change):
        if text := "".join(piece.text for piece in stretch):
            joined.append(Piece(text, change))
    return joined


def _sentences(text: str) -> Sequence[str]:
    return [sentence for sentence in _SENTENCES.findall(text) if sentence]


def _compared(before: str, after: str, splits: Sequence[Split]) -> Iterator[Piece]:
    if not before or not after or not splits:
        yield Piece(before, "gone")
        yield Piece(after, "new")
        return
    old, new = splits[0](before), splits[0](after)
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    yield Piece("".join(old[:start]), "same")
    yield from _between(old[start : len(old) - end], new[start : len(new) - end], splits[1:])
    yield Piece("".join(old[len(old) - end :]), "same")


def _between(old: Sequence[str], new: Sequence[str], finer: Sequence[Split]) -> Iterator[Piece]:
    if len(old) * len(new) > MOST_PAIRS:
        yield Piece("".join(old), "gone")
        yield Piece("".join(new), "new")
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for change, first, last, new_first, new_last in matcher.get_opcodes():
        gone, came = "".join(old[first:last]), "".join(new[new_first:new_last])
        if change == "equal":
            yield Piece(gone, "same")
        else:
            yield from _compared(gone, came, finer)


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many of the first parts are the same."""
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count
