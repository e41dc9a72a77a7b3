"""Marking of hits in a text that the caller has, and the choice of its best sentence.

One function for all engines: the text is compared in its normalised writing and cut in its own,
so that traditional characters, full-width letters and capitals are marked where they stand.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from search.text import clean, is_han, normalise

LONGEST_TEXT = 20_000
"""Characters of a text that are looked at; what follows stays unmarked."""
_SENTENCE = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]?|\n")
_ASCII_STOP = re.compile(r"(?<=[a-z\d)])\.\s+(?=[A-Z\u4e00-\u9fff])")


def highlight(text: str, terms: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in fragments, each with whether it is a hit; joined they give the text again.

    `terms` are those of an answer.
    """
    text = clean(text)
    spans = _spans(text[:LONGEST_TEXT], tuple(terms))
    fragments: list[tuple[str, bool]] = []
    position = 0
    for start, end in spans:
        if start > position:
            fragments.append((text[position:start], False))
        fragments.append((text[start:end], True))
        position = end
    if position < len(text):
        fragments.append((text[position:], False))
    return fragments


def best_sentence(text: str, terms: Sequence[str], limit: int = 120) -> str:
    """The sentence with the most different terms, the earliest among equals.

    Cut to `limit` characters around its first hit, with … where something is left out. The
    beginning of the text when no term is in it.
    """
    text = clean(text)[:LONGEST_TEXT]
    chosen, chosen_spans, most = "", [], -1
    for sentence in _sentences(text):
        spans = _spans(sentence, tuple(terms))
        different = len({normalise(sentence[start:end]) for start, end in spans})
        if different > most:
            chosen, chosen_spans, most = sentence, spans, different
    if len(chosen) <= limit:
        return chosen
    first = chosen_spans[0][0] if chosen_spans else 0
    last = next((e for _, e in reversed(chosen_spans) if e - first <= limit), first)
    start = 0 if last <= limit else max(min(first - limit // 6, len(chosen) - limit), 0)
    cut = chosen[start : start + limit]
    return ("…" if start else "") + cut + ("…" if start + limit < len(chosen) else "")


def _sentences(text: str) -> list[str]:
    found = [s.strip() for part in _ASCII_STOP.split(text) for s in _SENTENCE.findall(part)]
    return [sentence for sentence in found if sentence]


def _spans(text: str, terms: tuple[str, ...]) -> list[tuple[int, int]]:
    pattern = _pattern(terms)
    if pattern is None or not text:
        return []
    folded, origin = _folded(text)
    spans: list[tuple[int, int]] = []
    for match in pattern.finditer(folded):
        start, end = match.span()
        if origin is not None:
            start, end = origin[start], origin[end - 1] + 1
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


@lru_cache(maxsize=256)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str] | None:
    written = sorted({normalise(term).strip() for term in terms} - {""}, key=lambda t: (-len(t), t))
    return re.compile("|".join(_expression(term) for term in written)) if written else None


def _expression(term: str) -> str:
    # The parts of a phrase may be spaced or joined otherwise in the text (120 m, 120m).
    expression = r"[\s\-]*".join(
        re.escape(word) if not is_han(word) else r"\s*".join(word) for word in term.split()
    )
    if re.match(r"[a-z0-9]", term):
        expression = r"(?<![a-z0-9])" + expression
    if term[-1].isascii() and term[-1].isalpha():
        plural = r"(?:s|es)?"
        if term[-1] == "y" and len(term) > 3:
            expression, plural = expression[:-1], r"(?:y|ys|ies)"
        expression += plural + r"(?![a-z0-9])"
    elif term[-1].isdigit():
        expression += r"(?![0-9])"
    return expression


class _Widths(dict[str, int]):
    """How many characters a character becomes when compatibility forms are folded."""

    def __missing__(self, character: str) -> int:
        is_mark = unicodedata.combining(character) != 0
        width = 0 if is_mark else len(unicodedata.normalize("NFKC", character).lower())
        self[character] = width
        return width


_WIDTHS = _Widths()


def _folded(text: str) -> tuple[str, list[int] | None]:
    """The normalised text, and for each of its characters the place it comes from.

    None for the places when every character stands where it stood, as nearly always.
    """
    folded = normalise(text)
    widths = [_WIDTHS[character] for character in text]
    if len(folded) == len(text) and min(widths) == max(widths) == 1:
        return folded, None
    parts: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(text):
        part = normalise(character)
        parts.append(part)
        origin += [position] * len(part)
    return "".join(parts), origin
