"""Why a record fits: each requirement of a demand beside the sentence of the record about it.

Only the texts that the caller hands in are read and quoted, so they are those that the viewer may
see. Nothing here is a score; words for verdicts are the page's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from marketplace.matching.clauses import Clause, clauses_of, text_of_figure, wanted_words
from marketplace.matching.denials import Said, contradict, denies_figure, read_said
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
_MOST_CLAUSES = 12
"""Clauses of a sentence that are looked at; one that has more stays open."""
_MOST_WANTED = 6
"""Words of a short wish: one sentence has to have them all, for 钛合金焊接 is no 铝合金焊接."""

Kind = Literal["sentence", "indicator"]
Way = Literal["figure", "words"]


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
class Compared:
    """A part of a row: what of it was compared, by its figure or its words, and what came of it."""

    text: str
    way: Way
    verdict: Verdict
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row of the table: what is asked, whether it is met, and what the record says of it.

    `compared`: what was compared for that, one part at least; of a sentence with a figure each
    clause that asks for something.
    """

    kind: Kind
    text: str
    verdict: Verdict
    quote: Quote | None
    compared: tuple[Compared, ...]


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
    """The sentences of a record with what is known of each, read once for all requirements.

    A figure that its sentence denies is none that the record offers.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.places: list[tuple[str, Sentence]] = [
            (field, sentence) for field, text in texts.items() for sentence in sentences_of(text)
        ]
        self.pairs = [_pairs(sentence.text) for _, sentence in self.places]
        self.figures = [
            (place, figure)
            for place, (_, sentence) in enumerate(self.places)
            for figure in read_figures(sentence.text)
            if not denies_figure(sentence.text, figure.start, figure.end)
        ]
        titles = [at for at, (field, _) in enumerate(self.places) if field == "title"]
        self.titles = titles
        self.pairs_of_titles = set[str]().union(*(self.pairs[at] for at in titles))
        self._words: dict[int, set[str]] = {}
        self._said: dict[str, Said] = {}

    def words(self, at: int) -> set[str]:
        """The words of a sentence that the index would have."""
        if at not in self._words:
            self._words[at] = set(index_tokens(self.places[at][1].text)[0])
        return self._words[at]

    def denies(self, at: int, asked: str) -> bool:
        """Whether a sentence denies what is asked, or is denied by it."""
        return contradict(self._read(asked), self._read(self.places[at][1].text))

    def _read(self, text: str) -> Said:
        if text not in self._said:
            self._said[text] = read_said(text)
        return self._said[text]

    def has(self, wanted: set[str], at: int, *, with_title: bool = False) -> bool:
        """Whether a sentence has all the words, or the sentence and the title together."""
        places = [at, *self.titles] if with_title else [at]
        return bool(wanted) and all(
            any(word in self.words(place) for place in places) for word in wanted
        )


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
    fails its row, or meets it where nothing else is asked there; what else its sentence asks for is
    looked for as a sentence without a figure is. That is met by a sentence near to it that doesn't
    deny it, and otherwise unknown, for silence is no refusal. Where no encoder tells what is near,
    a sentence is near that shares half of its pairs of characters.
    """
    record = _Record(texts)
    readers = [one for one in encoders if question.language in one.languages]
    asked = texts_asked(question, indicators)
    figures = {text: read_figures(text) for text in asked[len(indicators) :]}
    split = {text: clauses_of(text, own) if own else [] for text, own in figures.items()}
    wishes = [
        text
        for clauses in split.values()
        for one in clauses[:_MOST_CLAUSES]
        for text in one.looked_for
    ]
    looked_for = list(dict.fromkeys([*asked, *wishes]))
    nearest = _Nearest(record, looked_for, readers, background, kept or {})
    reader = _Reader(record, nearest)
    rows = [reader.indicator(one) for one in indicators]
    return rows + [reader.sentence(text, split[text]) for text in asked[len(indicators) :]]


def texts_asked(question: Question, indicators: Sequence[Indicator]) -> list[str]:
    """What a demand asks, row by row: its indicators, then its sentences, else its title."""
    sentences = [part for part in question.parts if part != question.title.strip()]
    return [one.text for one in indicators] + (sentences or list(question.parts))


class _Reader:
    """Makes the rows of a record's table."""

    def __init__(self, record: _Record, nearest: _Nearest) -> None:
        self._record = record
        self._nearest = nearest

    def indicator(self, asked: Indicator) -> Requirement:
        """The row of an indicator: by its figure alone, for words meet none."""
        if asked.figure is not None:
            compared, _at = self._figure(asked.figure, asked.text, asked.text)
            return self._row("indicator", asked.text, [compared])
        near = self._words(asked.text)
        return self._row("indicator", asked.text, [replace(near, verdict="unknown")])

    def sentence(self, text: str, clauses: Sequence[Clause]) -> Requirement:
        """The row of a sentence: by its clauses where it holds a figure, else as a whole."""
        if not clauses:
            return self._row("sentence", text, [self._words(text)])
        looked_at = clauses[:_MOST_CLAUSES]
        compared = [part for clause in looked_at for part in self._clause(clause, text)]
        if rest := clauses[_MOST_CLAUSES:]:
            compared.append(Compared(text[text.index(rest[0].text) :], "words", "unknown"))
        return self._row("sentence", text, compared)

    def _row(self, kind: Kind, text: str, compared: list[Compared]) -> Requirement:
        verdict = _all([one.verdict for one in compared])
        quotes = [one.quote for one in compared if one.quote and one.verdict == verdict]
        quotes += [one.quote for one in compared if one.quote]
        if not quotes:
            near = self._words(text).quote
            quotes = [near] if near else []
        return Requirement(kind, text, verdict, quotes[0] if quotes else None, tuple(compared))

    def _clause(self, clause: Clause, sentence: str) -> list[Compared]:
        """A clause's figures, and what it asks for beside them."""
        found: list[Compared] = []
        places: list[int] = []
        for figure in clause.figures:
            text = text_of_figure(clause, figure, sentence)
            compared, at = self._figure(figure, text, sentence)
            found.append(compared)
            places += [] if at is None else [at]
        # Of what a figure is doesn't matter where the record has none to compare with.
        if clause.has_long_subject and len(places) == len(clause.figures):
            found.append(self._near_or_beside(self._words(clause.text), clause.ahead, places))
        if clause.wish:
            found.append(self._wish_beside(clause.wish, places))
        return found

    def _figure(self, figure: Figure, text: str, asked: str) -> tuple[Compared, int | None]:
        """A figure, and the place of the record's sentence that decides it."""
        record = self._record
        verdict, decisive = best_of(figure, (one for _, one in record.figures))
        if decisive is None:
            return Compared(text, "figure", verdict), None
        at = next(at for at, one in record.figures if one is decisive)
        written = record.places[at][1].text[decisive.start : decisive.end]
        return Compared(text, "figure", verdict, _quote(record, at, asked, written)), at

    def _words(self, text: str) -> Compared:
        """What is asked in words: met by a sentence near to it that doesn't deny it."""
        near = self._nearest.of(text)
        saying = next((at for at in near if not self._record.denies(at, text)), None)
        quote = _quote(self._record, near[0] if saying is None else saying, text) if near else None
        return Compared(text, "words", "unknown" if saying is None else "met", quote)

    def _wish(self, text: str) -> Compared:
        """A clause without a figure; short ones are met by a sentence that has all their words."""
        near = self._words(text)
        wanted = wanted_words(text)
        if near.verdict == "met" and len(wanted) > _MOST_WANTED:
            return near
        for at in range(len(self._record.places)):
            if self._record.has(wanted, at) and not self._record.denies(at, text):
                return Compared(text, "words", "met", _quote(self._record, at, text))
        return replace(near, verdict="unknown")

    def _wish_beside(self, text: str, places: Sequence[int]) -> Compared:
        """A wish; a short one is met, too, by a sentence of the figures together with the title."""
        near, wanted = self._wish(text), wanted_words(text)
        if near.verdict == "met" or len(wanted) > _MOST_WANTED:
            return self._near_or_beside(near, text, places)
        record = self._record
        for at in places:
            if record.has(wanted, at, with_title=True) and not record.denies(at, text):
                return replace(near, verdict="met", quote=_quote(record, at, text))
        return near

    def _near_or_beside(self, near: Compared, words: str, places: Sequence[int]) -> Compared:
        """Met, too, where a sentence of the figures, with the title, has half of the words."""
        record = self._record
        asked = _pairs(words)
        for at in places if near.verdict != "met" else ():
            shared = asked & (record.pairs[at] | record.pairs_of_titles)
            is_enough = len(shared) >= max(_LEAST_PAIRS, _LEAST_SHARED * len(asked))
            if is_enough and not record.denies(at, words):
                return replace(near, verdict="met", quote=_quote(record, at, words))
        return near


def _all(verdicts: Sequence[Verdict]) -> Verdict:
    if "unmet" in verdicts:
        return "unmet"
    return "unknown" if "unknown" in verdicts else "met"


class _Nearest:
    """For each text that is asked the sentences of the record that are near to it."""

    def __init__(
        self,
        record: _Record,
        asked: Sequence[str],
        encoders: Sequence[Encoder],
        background: Background | None,
        kept: Mapping[str, VectorStore],
    ) -> None:
        self._record = record
        self._asked = {text: place for place, text in enumerate(asked)}
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

    def of(self, text: str) -> list[int]:
        """The sentences that are near to one of the texts, the nearest first."""
        if not self._has_vectors:
            return self._by_pairs(text)
        place = self._asked[text]
        near = np.flatnonzero(self._is_near[place])
        return [int(at) for at in near[np.argsort(-self._above[place, near], kind="stable")]]

    def _by_pairs(self, text: str) -> list[int]:
        asked = _pairs(text)
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
