"""The ways in which candidates are found: by characters, and by the vectors of each encoder.

Each channel gives its own best; what they are worth together is decided by `fusing`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from math import sqrt
from typing import ClassVar, Literal, Protocol

from marketplace.matching.questions import Question
from search.engines.base import Alternative, Engine, Need, Request, Scored
from search.semantic import Encoder, VectorStore, encode_once
from search.semantic.nearest import Nearest
from search.text import index_tokens, units_of

CANDIDATES = 500
"""How many each channel gives: with 100 a tenth fewer of the right records are among the best 100,
with 1,000 hardly more."""
COMMONEST = 0.3
"""Units that more than this share of the documents have are not asked for: they tell little and
cost most of the time (4.6 ms with it against 32 at 200,000 documents)."""
_MANY = 1_000
"""From so many documents on."""
_GRAM_WEIGHT = 0.25
"""Of a pair of characters beside its single ones; they repeat what those say."""

Part = Literal["whole", "title"]
PARTS: tuple[Part, ...] = ("whole", "title")


class Channel(Protocol):
    """One way of finding candidates."""

    @property
    def name(self) -> str:
        """Its key in weights and reports."""

    @property
    def asks_engine_alone(self) -> bool:
        """Whether it reads nothing but the engine, which threads may ask beside each other."""

    def find(self, question: Question, limit: int) -> list[Scored]:
        """The best documents with their scores, best first. Raises EngineUnavailable."""


@dataclass(frozen=True)
class CharacterChannel:
    """Documents that share single characters, pairs of characters and Latin words.

    A demand in workshop words has hardly a word in common with the record that solves it, but it
    has characters: of 120 such demands the right one of 4,097 patents is among the best ten for
    62 % by characters, for 27 % by words. `values`: conditions on fields; `visibility`: the levels
    that may be seen.
    """

    engine: Engine
    visibility: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    name: str = "characters"
    asks_engine_alone: ClassVar[bool] = True

    def find(self, question: Question, limit: int = CANDIDATES) -> list[Scored]:
        """See `Channel.find`."""
        _words, grams = index_tokens(question.whole)
        units = Counter(units_of(grams))
        documents = self.engine.health().documents
        most = COMMONEST * documents if documents >= _MANY else documents
        frequencies = self.engine.frequencies(units, of="unit")
        asked = [
            Alternative("unit", (unit,), sqrt(count))
            for unit, count in units.items()
            if 0 < frequencies[unit] <= most
        ]
        asked += [
            Alternative("phrase", (gram,), _GRAM_WEIGHT * sqrt(count))
            for gram, count in Counter(grams).items()
            if len(gram) > 1
        ]
        if not asked:
            return []
        request = Request(
            needs=tuple(Need((one,)) for one in asked),
            needs_all=False,
            values=self.values,
            visibility=self.visibility,
            limit=limit,
            has_total=False,
        )
        return list(self.engine.find(request).hits)


@dataclass(frozen=True)
class VectorChannel:
    """Documents whose whole text, or whose title, means nearly what the question means.

    `id_of`: from the number that the index knows to the document's id. `kept`: where vectors of
    questions asked before lie.
    """

    encoder: Encoder
    part: Part
    index: Nearest
    id_of: Callable[[int], str]
    kept: VectorStore | None = None
    asks_engine_alone: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """The encoder and what of the documents it read."""
        return f"{self.encoder.name}/{self.part}"

    def find(self, question: Question, limit: int = CANDIDATES) -> list[Scored]:
        """See `Channel.find`."""
        vector = encode_once(self.encoder, self.kept, [question.whole], "query")[0]
        nearest = self.index.nearest(vector, limit)
        return [Scored(self.id_of(number), likeness) for number, likeness in nearest]


def passages_of(title: str, text: str) -> dict[Part, str]:
    """What of a document is encoded, by part."""
    return {"whole": Question(title, text).whole, "title": title.strip()}


def found_by(
    channels: Sequence[Channel], question: Question, limit: int = CANDIDATES
) -> dict[str, list[Scored]]:
    """What each channel finds, by its name.

    Those that ask the engine alone work beside each other: at 1,000,000 records they are half of
    the time, and a search of the embedded engine leaves the interpreter to others.
    """
    beside = [channel for channel in channels if channel.asks_engine_alone]
    with ThreadPoolExecutor(max_workers=max(len(beside), 1)) as threads:
        waiting = {one.name: threads.submit(one.find, question, limit) for one in beside}
        found = {
            channel.name: channel.find(question, limit)
            for channel in channels
            if channel.name not in waiting
        }
        found |= {name: one.result() for name, one in waiting.items()}
    return {channel.name: found[channel.name] for channel in channels}
