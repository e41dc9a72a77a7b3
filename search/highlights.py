"""Marking of hits in a text that the caller has, and the choice of its best sentence.

One function for all engines: the text is compared in its normalised writing and cut in its own,
so that traditional characters, full-width letters and capitals are marked where they stand.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from search.text import clean, is_han, normalise

LONGEST_TEXT = 20_000
"""Characters of a text that are looked at; what follows stays unmarked."""
_STOP = re.compile(r"[。！？；!?;\n]+|(?<=[a-z\d)%])\.(?=\s+[A-Z\u4e00-\u9fff])")


def highlight(text: str, terms: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in fragments, each with whether it is a hit; joined they give the text again.

    `terms` are those of an answer.
    """
    text = clean(text)
    spans = [(start, end) for start, end, _ in _spans(text[:LONGEST_TEXT], tuple(terms))]
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
    spans = _spans(text, tuple(terms))
    best, most = (0, 0), -1
    for start, end in _sentences(text):
        different = len({written for at, _, written in spans if start <= at < end})
        if different > most:
            best, most = (start, end), different
    start, end = best
    if end - start <= limit:
        return text[start:end].strip()
    inside = [(first, last) for first, last, _ in spans if start <= first < end]
    first = inside[0][0] if inside else start
    last = max((e for _, e in inside if e - start <= limit), default=start)
    begin = start if inside and last >= inside[0][1] else max(first - limit // 6, start)
    begin = max(min(begin, end - limit), start)
    cut = text[begin : begin + limit]
    return ("…" if begin > start else "") + cut + ("…" if begin + limit < end else "")


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences stand, each with the mark that ends it."""
    start = 0
    for stop in _STOP.finditer(text):
        if text[start : stop.start()].strip():
            yield start, stop.end()
        start = stop.end()
    if text[start:].strip():
        yield start, len(text)


def _spans(text: str, terms: tuple[str, ...]) -> list[tuple[int, int, str]]:
    """Where terms stand, neighbours joined, each with its normalised writing."""
    pattern = _pattern(terms)
    if pattern is None or not text:
        return []
    folded, origin = _folded(text)
    spans: list[tuple[int, int, str]] = []
    for match in pattern.finditer(folded):
        start, end = match.span()
        if origin is not None:
            start, end = origin[start], origin[end - 1] + 1
        if spans and start <= spans[-1][1]:
            before = spans[-1]
            spans[-1] = (before[0], max(end, before[1]), before[2] + match[0])
        else:
            spans.append((start, end, match[0]))
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


@cache
def _uneven() -> re.Pattern[str]:
    """The characters that do not become exactly one character when they are folded."""
    found = []
    for code in range(0x10000):
        character = chr(code)
        is_surrogate = 0xD800 <= code <= 0xDFFF
        if not is_surrogate and (
            unicodedata.combining(character)
            or len(unicodedata.normalize("NFKC", character).lower()) != 1
        ):
            found.append(character)
    return re.compile("[" + re.escape("".join(found)) + "\U00010000-\U0010ffff]")


_fold_one = lru_cache(maxsize=16_384)(normalise)


def _folded(text: str) -> tuple[str, list[int] | None]:
    """The normalised text, and for each of its characters the place it comes from.

    None for the places when every character stands where it stood, as nearly always.
    """
    folded = normalise(text)
    if len(folded) == len(text) and not _uneven().search(text):
        return folded, None
    parts: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(text):
        part = _fold_one(character)
        parts.append(part)
        origin += [position] * len(part)
    return "".join(parts), origin
