"""Candidates by words: the question's own, and those that an English question is carried over to.

Characters and vectors are the channels of `channels`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import ClassVar

from marketplace.matching.channels import CANDIDATES
from marketplace.matching.questions import Question
from search.engines.base import Alternative, Engine, Need, Request, Scored
from search.semantic.vocabulary import Vocabulary
from search.stopwords import STOP_WORDS
from search.text import index_tokens, normalise, pieces

_FILE = Path(__file__).with_name("data") / "technical_words.tsv"
_LOOKED_AT = 12
"""Words near to one of the question's that are looked at; many are in no document."""
_TAKEN = 3
_LEAST_LIKENESS = 0.5
"""With 1 to 5 words taken for each, 12 or 13 of 15 English demands have the right one of 4,097
Chinese patents among the best ten, where vectors alone give 9; with 8 it is 11 or 12."""


@cache
def technical_words() -> tuple[str, ...]:
    """Chinese words of technology that an English question may be carried over to."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


@dataclass(frozen=True)
class WordChannel:
    """Documents that share words with the question; see `channels.CharacterChannel`."""

    engine: Engine
    visibility: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    name: str = "words"
    asks_engine_alone: ClassVar[bool] = True

    def find(self, question: Question, limit: int = CANDIDATES) -> list[Scored]:
        """See `channels.Channel.find`."""
        words = dict.fromkeys(index_tokens(question.whole)[0], 1.0)
        return _found(self, words, limit)


@dataclass(frozen=True)
class TranslatedChannel:
    """Documents with the Chinese words that come nearest to the words of an English question.

    What is near is asked of an encoder that reads both languages: a dictionary that grows with
    nothing but the list of words. A Chinese question gets nothing from it.
    """

    engine: Engine
    visibility: tuple[str, ...]
    vocabulary: Vocabulary
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    name: str = "translated"
    asks_engine_alone: ClassVar[bool] = False

    def find(self, question: Question, limit: int = CANDIDATES) -> list[Scored]:
        """See `channels.Channel.find`."""
        if question.language != "en":
            return []
        near = self.vocabulary.nearest(
            _latin_words(question.whole), limit=_LOOKED_AT, least=_LEAST_LIKENESS
        )
        frequencies = self.engine.frequencies({word for words in near for word, _ in words})
        weights: dict[str, float] = {}
        for words in near:
            held = [(word, likeness) for word, likeness in words if frequencies[word]]
            for word, likeness in held[:_TAKEN]:
                weights[word] = max(weights.get(word, 0.0), likeness)
        return _found(self, weights, limit)


def _latin_words(text: str) -> list[str]:
    words = (piece for kind, piece in pieces(normalise(text)) if kind == "latin")
    return [
        word
        for word in dict.fromkeys(words)
        if len(word) > 1 and word.isalpha() and word not in STOP_WORDS
    ]


def _found(
    channel: WordChannel | TranslatedChannel, weights: Mapping[str, float], limit: int
) -> list[Scored]:
    needs: Iterable[Need] = (
        Need((Alternative("word", (word,), weight),)) for word, weight in weights.items()
    )
    if not weights:
        return []
    request = Request(
        needs=tuple(needs),
        needs_all=False,
        values=channel.values,
        visibility=channel.visibility,
        limit=limit,
        has_total=False,
    )
    return list(channel.engine.find(request).hits)
