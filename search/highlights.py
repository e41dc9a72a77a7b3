"""Marking of hits in a text that the caller has, and the choice of its best sentence.

One function for all engines: the text is compared in its normalised writing and cut in its own,
so that traditional characters, full-width letters and capitals are marked where they stand.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from search.text import clean, is_han, normalise

LONGEST_TEXT = 20_000
"""Characters of a text that are looked at; what follows stays unmarked."""
_STOP = re.compile(
    # Each way begins with a character of its own, which lets the search leap to the next one.
    r"[。！？；!?;\n.](?:(?<!\.)[。！？；!?;\n]*|(?<=[a-z\d)%]\.)(?=\s+[A-Z\u4e00-\u9fff]))"
)

Fragments = list[tuple[str, bool]]
_Span = tuple[int, int, str]


def highlight(text: str, terms: Sequence[str]) -> Fragments:
    """The text in fragments, each with whether it is a hit; joined they give the text again.

    `terms` are those of an answer.
    """
    text = clean(text)
    return _fragments(text, 0, len(text), _matches(text[:LONGEST_TEXT], tuple(terms)))


def best_sentence(text: str, terms: Sequence[str], limit: int = 120) -> Fragments:
    """The sentence with the most different terms, the earliest among equals, as `highlight` does.

    Cut to `limit` characters around its first hit, with … where something is left out. The
    beginning of the text when no term is in it.
    """
    text = clean(text)[:LONGEST_TEXT]
    matches = _matches(text, tuple(terms))
    spans = _joined(matches)
    start, end = _richest(text, spans)
    if end - start <= limit:
        sentence = text[start:end]
        start += len(sentence) - len(sentence.lstrip())
        return _fragments(text, start, start + len(sentence.strip()), matches)
    inside = [(first, last) for first, last, _ in spans if start <= first < end]
    first = inside[0][0] if inside else start
    last = max((e for _, e in inside if e - start <= limit), default=start)
    begin = start if inside and last >= inside[0][1] else max(first - limit // 6, start)
    begin = max(min(begin, end - limit), start)
    fragments = _fragments(text, begin, begin + limit, matches)
    if begin > start:
        fragments.insert(0, ("…", False))
    if begin + limit < end:
        fragments.append(("…", False))
    return fragments


def _fragments(text: str, start: int, end: int, matches: Sequence[_Span]) -> Fragments:
    """A part of the text with the matches that lie wholly in it."""
    fragments: Fragments = []
    position = start
    for first, last, _ in _joined([m for m in matches if start <= m[0] and m[1] <= end]):
        if first > position:
            fragments.append((text[position:first], False))
        fragments.append((text[first:last], True))
        position = last
    if position < end:
        fragments.append((text[position:end], False))
    return fragments


def _richest(text: str, spans: Sequence[_Span]) -> tuple[int, int]:
    """Where the sentence with the most different terms stands; the first one without any."""
    best, most = (0, 0), -1
    possible = len({written for _, _, written in spans})
    for start, end in _sentences(text):
        different = len({written for at, _, written in spans if start <= at < end})
        if different > most:
            best, most = (start, end), different
        if most == possible:
            break
    return best


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences stand, each with the mark that ends it."""
    start = 0
    for stop in _STOP.finditer(text):
        if text[start : stop.start()].strip():
            yield start, stop.end()
        start = stop.end()
    if text[start:].strip():
        yield start, len(text)


def _matches(text: str, terms: tuple[str, ...]) -> list[_Span]:
    """Where terms stand, each with its normalised writing."""
    pattern = _pattern(terms)
    if pattern is None or not text:
        return []
    folded, origin = _folded(text)
    found = [(*match.span(), match[0]) for match in pattern.finditer(folded)]
    if origin is None:
        return found
    return [(origin[start], origin[end - 1] + 1, written) for start, end, written in found]


def _joined(matches: Iterable[_Span]) -> list[_Span]:
    """The matches with neighbours as one."""
    spans: list[_Span] = []
    for start, end, written in matches:
        if spans and start <= spans[-1][1]:
            before = spans[-1]
            spans[-1] = (before[0], max(end, before[1]), before[2] + written)
        else:
            spans.append((start, end, written))
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
