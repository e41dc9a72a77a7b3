"""How well what fits is found: demands whose answer is known, and titles in the other language.

It runs through the same channels, sum and second look as the site, on an index of the given
records alone. Reading of files belongs to `evaluation_files`, figures to `evaluation_figures`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from marketplace.matching.channels import (
    PARTS,
    Channel,
    CharacterChannel,
    VectorChannel,
    found_by,
    passages_of,
)
from marketplace.matching.evaluation_figures import figures, intervals, shares
from marketplace.matching.evaluation_files import Asked, Record
from marketplace.matching.finding import Finder
from marketplace.matching.questions import Question
from marketplace.matching.rereading import LOOKS, SENTENCES
from marketplace.matching.word_channels import TranslatedChannel, WordChannel, technical_words
from search.documents import Document, Field, Schema
from search.engines.embedded import EmbeddedEngine
from search.semantic import (
    Encoder,
    Encoders,
    VectorFiles,
    Vectors,
    VectorsInMemory,
    VectorStore,
    encode_once,
)
from search.semantic.nearest import VectorIndex
from search.semantic.vocabulary import Vocabulary

SCHEMA = Schema([Field("title", "text", weight=3), Field("abstract", "text")], id_kinds=("record",))
"""The two texts as the catalogue weighs them."""
_BATCH = 2_000

Progress = Callable[[str, int, int], None]
"""Told the name of an encoder, and how many of how many texts it has encoded."""


class RecordReadings:
    """Texts and encoded sentences of all records; see `rereading.Readings`."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._texts = {
            f"record-{place}": Question(record.title, record.abstract).whole
            for place, record in enumerate(records)
        }
        self._vectors: dict[tuple[str, str], Vectors] = {}

    def put(self, encoder: Encoder, document_id: str, vectors: Vectors) -> None:
        """Keep the vectors of one record."""
        self._vectors[encoder.name, document_id] = vectors

    def texts(self, ids: Sequence[str]) -> Mapping[str, str]:
        """See the protocol."""
        return {one: self._texts[one] for one in ids}

    def vectors(self, encoder: Encoder, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """See the protocol."""
        held = {one: self._vectors.get((encoder.name, one)) for one in ids}
        return {one: vectors for one, vectors in held.items() if vectors is not None}


def evaluate_matching(
    demands: Sequence[Asked],
    records: Sequence[Record],
    encoders: Encoders,
    kept_in: Path | None = None,
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Shares of demands whose one record is among the best k, with what each channel brings.

    `kept_in`: a folder in which vectors stay for the next time. Demands whose record is not among
    the records count as not found.
    """
    readers = _readers(encoders, demands)
    with _finder(records, readers, kept_in, on_progress, has_sentences=True) as finder:
        ranks, by_variant = _measure(finder, demands, records)
    styles = sorted({one.style for one in demands if one.style})
    return {
        **figures(ranks),
        "by_style": {
            style: figures([r for r, one in zip(ranks, demands, strict=True) if one.style == style])
            for style in styles
        },
        "channels": {
            name: {kind: shares(ranks) for kind, ranks in variants.items()}
            for name, variants in by_variant.items()
        },
        "confidence": intervals(ranks),
        "records": len(records),
        "encoders": _names(encoders),
    }


def evaluate_titles(
    pairs: Sequence[Asked],
    records: Sequence[Record],
    encoders: Encoders,
    kept_in: Path | None = None,
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Shares of titles in one language whose record in the other is among the best k."""
    with _finder(records, _readers(encoders, pairs), kept_in, on_progress) as finder:
        ranks, by_variant = _measure(finder, pairs, records)
    return {
        **figures(ranks),
        "channels": {
            name: {kind: shares(ranks) for kind, ranks in variants.items()}
            for name, variants in by_variant.items()
        },
        "confidence": intervals(ranks),
        "records": len(records),
        "encoders": _names(encoders),
    }


def _readers(encoders: Encoders, asked: Sequence[Asked]) -> tuple[Encoder, ...]:
    """The encoders that read any of the questions; the others would only take their time."""
    languages = {Question(one.title, one.text).language for one in asked}
    return tuple(one for one in encoders.used if languages & one.languages)


Ranks = list[int | None]


def _measure(
    finder: Finder, asked: Sequence[Asked], records: Sequence[Record]
) -> tuple[Ranks, dict[str, dict[str, Ranks]]]:
    """The rank of each right record (None: not found), in all and by channel alone and without.

    The second looks count as channels that can't stand alone, for they only sort.
    """
    place_of = {record.id: f"record-{place}" for place, record in enumerate(records)}
    names = [channel.name for channel in finder.channels]
    ranks: Ranks = []
    by_variant: dict[str, dict[str, Ranks]] = {name: {"alone": [], "without": []} for name in names}
    if finder.readings is not None:
        looks = (look for look in LOOKS if look != SENTENCES or finder.encoders)
        by_variant |= {look: {"without": []} for look in looks}
    for one in asked:
        question = Question(one.title, one.text)
        target = place_of.get(one.target_id, "")
        found = found_by(finder.channels, question)
        ranks.append(_rank(finder.order(question, found), target))
        for name, variants in by_variant.items():
            if "alone" in variants:
                variants["alone"].append(_rank(found[name], target))
            others = finder.order(question, found, without=(name,))
            variants["without"].append(_rank(others, target))
    return ranks, by_variant


def _rank(hits: Sequence[Any], target: str) -> int | None:
    return next((place for place, hit in enumerate(hits, 1) if hit.id == target), None)


@contextmanager
def _finder(
    records: Sequence[Record],
    encoders: Sequence[Encoder],
    kept_in: Path | None,
    on_progress: Progress | None,
    has_sentences: bool = False,
) -> Iterator[Finder]:
    """A finder over the records, whose index lives as long as the context."""
    with tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedEngine(Path(folder) / "index", SCHEMA)
        _fill(engine, records)
        channels: list[Channel] = [
            CharacterChannel(engine, ("public",)),
            WordChannel(engine, ("public",)),
        ]
        readings = RecordReadings(records)
        asked = VectorsInMemory()
        for encoder in encoders:
            kept = VectorFiles(kept_in, encoder) if kept_in else None
            channels += _vector_channels(encoder, kept, asked, records, on_progress)
            if {"zh", "en"} <= encoder.languages:
                told = _told(encoder, on_progress)
                vocabulary = Vocabulary(technical_words(), encoder, kept, told)
                channels.append(TranslatedChannel(engine, ("public",), vocabulary))
            if has_sentences:
                _add_sentences(readings, encoder, kept, records, on_progress)
        yield Finder(channels, encoders, readings if has_sentences else None, asked)


def _fill(engine: EmbeddedEngine, records: Sequence[Record]) -> None:
    with engine.writing() as writer:
        for start in range(0, len(records), _BATCH):
            writer.apply(
                Document(
                    f"record-{start + offset}",
                    {"title": record.title, "abstract": record.abstract},
                    version=1,
                )
                for offset, record in enumerate(records[start : start + _BATCH])
            )


def _vector_channels(
    encoder: Encoder,
    kept: VectorStore | None,
    asked: VectorStore,
    records: Sequence[Record],
    on_progress: Progress | None,
) -> Iterator[VectorChannel]:
    passages = [passages_of(record.title, record.abstract) for record in records]
    for part in PARTS:
        index = VectorIndex(encoder.dimensions)
        texts = [passage[part] for passage in passages]
        vectors = encode_once(encoder, kept, texts, on_progress=_told(encoder, on_progress))
        index.put(range(len(records)), vectors)
        yield VectorChannel(encoder, part, index, lambda number: f"record-{number}", asked)


def _add_sentences(
    readings: RecordReadings,
    encoder: Encoder,
    kept: VectorStore | None,
    records: Sequence[Record],
    on_progress: Progress | None,
) -> None:
    parts = [Question(record.title, record.abstract).parts for record in records]
    texts = [text for one in parts for text in one]
    vectors = encode_once(encoder, kept, texts, on_progress=_told(encoder, on_progress))
    start = 0
    for place, own in enumerate(parts):
        if own:
            readings.put(encoder, f"record-{place}", vectors[start : start + len(own)])
        start += len(own)


def _told(encoder: Encoder, on_progress: Progress | None) -> Callable[[int, int], None] | None:
    if on_progress is None:
        return None
    return lambda done, total: on_progress(encoder.name, done, total)


def _names(encoders: Encoders) -> dict[str, Any]:
    return {
        "used": [encoder.name for encoder in encoders.used],
        "missing": encoders.missing,
        "is_off": encoders.is_off,
    }
