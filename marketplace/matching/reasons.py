"""Why a record fits: each requirement of a demand beside the sentence of the record about it.

Only the texts that the caller hands in are read and quoted, so they are those that the viewer may
see. Nothing here is a score; words for verdicts are the page's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from marketplace.matching.denials import contradict
from marketplace.matching.numbers import Figure, Verdict, read_figures
from marketplace.matching.numbers.comparing import best_of
from marketplace.matching.questions import Question
from marketplace.matching.sentences import Sentence, sentences_of
from search.highlights import Fragments, highlight
from search.semantic import Encoder, Vectors, VectorStore, encode_once
from search.stopwords import STOP_WORDS
from search.text import index_tokens, is_han, query_words

NEARER_THAN = 99.5
"""A sentence says what was asked when it is nearer than so many of 100 of the collection's.

A record of five sentences that has nothing to do with it then passes in 2 of 100 cases; of the
right records' sentences 61 of 100 pass with bge-small-zh-v1.5 and 36 with the encoder that comes
along."""
_LEAST_BACKGROUND = 200
_LEAST_SHARED = 0.5
_LEAST_PAIRS = 2

Kind = Literal["sentence", "indicator"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator's row of a demand: as it is shown, and its figure where it can be compared."""

    text: str
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a record: its field, its place there in characters, and its fragments.

    Each fragment comes with whether it is marked; joined they give the sentence.
    """

    field: str
    start: int
    end: int
    fragments: Fragments


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row of the table: what is asked, whether it is met, and what the record says of it."""

    kind: Kind
    text: str
    verdict: Verdict
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Background:
    """Sentences of the whole collection by encoder name, to tell what counts as near.

    A thousand drawn at random are enough; fewer than 200 say too little and are not used.
    """

    by_encoder: Mapping[str, Vectors]

    def knows(self, encoder: Encoder) -> bool:
        """Whether there are enough sentences to tell what is near by this encoder."""
        return len(self.by_encoder.get(encoder.name, ())) >= _LEAST_BACKGROUND

    def bar(self, encoder: Encoder, asked: Vectors) -> float:
        """The likeness that a sentence must exceed; 1 where nothing can be said."""
        if not self.knows(encoder):
            return 1.0
        return float(np.percentile(self.by_encoder[encoder.name] @ asked, NEARER_THAN))


class _Record:
    """The sentences of a record with what is known of each, read once for all requirements."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.places: list[tuple[str, Sentence]] = [
            (field, sentence) for field, text in texts.items() for sentence in sentences_of(text)
        ]
        self.pairs = [_pairs(sentence.text) for _, sentence in self.places]
        self.figures = [
            (place, figure)
            for place, (_, sentence) in enumerate(self.places)
            for figure in read_figures(sentence.text)
        ]


def requirements_of(
    question: Question,
    indicators: Sequence[Indicator],
    texts: Mapping[str, str],
    encoders: Sequence[Encoder] = (),
    background: Background | None = None,
    kept: Mapping[str, VectorStore] | None = None,
) -> list[Requirement]:
    """The table of a demand and a record: its indicators first, then its sentences.

    `texts`: the record's texts by field name, in the order in which they are shown, the title
    among them. `kept`: by encoder name, where vectors of sentences lie. A figure that is asked
    decides its row; a sentence without one is met by a sentence near to it that doesn't deny it,
    and otherwise unknown, for silence is no refusal. Where no encoder tells what is near, a
    sentence is near that shares half of its pairs of characters.
    """
    record = _Record(texts)
    readers = [one for one in encoders if question.language in one.languages]
    asked = texts_asked(question, indicators)
    nearest = _Nearest(record, asked, readers, background, kept or {})
    rows = [
        _by_figures(
            "indicator", one.text, [one.figure] if one.figure else [], record, nearest, place
        )
        for place, one in enumerate(indicators)
    ]
    for place, text in enumerate(asked[len(indicators) :], len(indicators)):
        rows.append(_by_figures("sentence", text, read_figures(text), record, nearest, place))
    return rows


def texts_asked(question: Question, indicators: Sequence[Indicator]) -> list[str]:
    """What a demand asks, row by row: its indicators, then its sentences, else its title."""
    sentences = [part for part in question.parts if part != question.title.strip()]
    return [one.text for one in indicators] + (sentences or list(question.parts))


def _by_figures(
    kind: Kind,
    text: str,
    figures: Sequence[Figure],
    record: _Record,
    nearest: _Nearest,
    place: int,
) -> Requirement:
    """The row of a requirement: by its figures where the record has any of them, else by words."""
    verdicts: list[Verdict] = []
    quoted: tuple[int, Figure] | None = None
    for figure in figures:
        verdict, found = best_of(figure, (one for _, one in record.figures))
        verdicts.append(verdict)
        if found is not None and (quoted is None or verdict == "unmet"):
            quoted = next((at, one) for at, one in record.figures if one is found)
    if quoted is not None:
        at, figure = quoted
        sentence = record.places[at][1].text
        return Requirement(
            kind,
            text,
            _all(verdicts),
            _quote(record, at, text, sentence[figure.start : figure.end]),
        )
    near = nearest.of(place)
    if not near:
        return Requirement(kind, text, "unknown")
    saying = [at for at in near if not contradict(text, record.places[at][1].text)]
    # A figure that the record does not give stays open, however near its words are.
    is_met = bool(saying) and not figures and kind == "sentence"
    quote = _quote(record, (saying or near)[0], text)
    return Requirement(kind, text, "met" if is_met else "unknown", quote)


def _all(verdicts: Sequence[Verdict]) -> Verdict:
    if "unmet" in verdicts:
        return "unmet"
    return "unknown" if "unknown" in verdicts else "met"


class _Nearest:
    """For each requirement the sentences of the record that are near to it."""

    def __init__(
        self,
        record: _Record,
        asked: Sequence[str],
        encoders: Sequence[Encoder],
        background: Background | None,
        kept: Mapping[str, VectorStore],
    ) -> None:
        self._record = record
        self._asked = asked
        self._above = np.zeros((len(asked), len(record.places)))
        self._is_near = np.zeros((len(asked), len(record.places)), dtype=bool)
        self._has_vectors = False
        if background is None or not record.places or not asked:
            return
        found_texts = [sentence.text for _, sentence in record.places]
        for encoder in encoders:
            if not background.knows(encoder):
                continue
            self._has_vectors = True
            store = kept.get(encoder.name)
            questions = encode_once(encoder, store, asked, "query")
            found = encode_once(encoder, store, found_texts)
            likes = questions @ found.T
            bars = np.array([background.bar(encoder, one) for one in questions])
            self._above += likes - bars[:, None]
            self._is_near |= likes > bars[:, None]

    def of(self, place: int) -> list[int]:
        """The sentences that are near, the nearest first."""
        if not self._has_vectors:
            return self._by_pairs(place)
        near = np.flatnonzero(self._is_near[place])
        return [int(at) for at in near[np.argsort(-self._above[place, near], kind="stable")]]

    def _by_pairs(self, place: int) -> list[int]:
        asked = _pairs(self._asked[place])
        least = max(_LEAST_PAIRS, _LEAST_SHARED * len(asked))
        shared = {at: len(asked & own) for at, own in enumerate(self._record.pairs)}
        near = [at for at, count in shared.items() if count >= least]
        return sorted(near, key=lambda at: -shared[at])


def _pairs(text: str) -> set[str]:
    """The pairs of characters and the Latin words of a text."""
    grams = index_tokens(text)[1]
    return {gram for gram in grams if len(gram) > 1 and gram not in STOP_WORDS}


def _quote(record: _Record, at: int, asked: str, figure: str = "") -> Quote:
    field, sentence = record.places[at]
    terms = [
        word.text
        for word in query_words(asked)
        if word.token not in STOP_WORDS and (len(word.text) > 1 or not is_han(word.text))
    ]
    if figure:
        terms.append(figure)
    return Quote(field, sentence.start, sentence.end, highlight(sentence.text, terms))
