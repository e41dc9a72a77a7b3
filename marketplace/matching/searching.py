"""Finding in the running market: what fits a demand, and which demands a record might serve.

The same channels, sum and second look as the evaluation, on the market's own index and vectors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from flask import current_app

from marketplace.catalogue.documents import parse_document_id
from marketplace.catalogue.indexing import search_service
from marketplace.core.policy import INDEX_LEVELS
from marketplace.matching.channels import PARTS, Channel, CharacterChannel, VectorChannel
from marketplace.matching.encoders import market_encoders
from marketplace.matching.finding import Finder
from marketplace.matching.fusing import Fused
from marketplace.matching.subjects import DEMAND, OFFERS, Subject, read_subjects
from marketplace.matching.vectors.indexes import indexes_of
from marketplace.matching.vectors.keeping import VectorsInDatabase
from marketplace.matching.vectors.rows import document_of
from marketplace.matching.word_channels import TranslatedChannel, WordChannel, technical_words
from search.semantic import Encoder, Vectors, encode_once
from search.semantic.vocabulary import Vocabulary

Group = Literal["offers", "demands"]
KINDS_OF: dict[Group, tuple[str, ...]] = {"offers": OFFERS, "demands": (DEMAND,)}
MOST_SENTENCES = 60
"""Of a record that are compared one by one."""


def find_offers(demand: Subject) -> list[Fused]:
    """Results and patents that might serve a demand, best first.

    :raises search.engines.base.EngineUnavailable: when the search can't answer.
    """
    return finder_for("offers", demand).find(demand.question)


def find_demands(record: Subject, limit: int) -> list[Fused]:
    """Open demands that a result or patent might serve, best first.

    :raises search.engines.base.EngineUnavailable: when the search can't answer.
    """
    return finder_for("demands", record).find(record.passage, limit)


def finder_for(group: Group, asking: Subject) -> Finder:
    """What finds in a group, with the channels that serve this question.

    Records are those that anybody may see, demands all: for whom they are is looked at later.
    """
    engine = search_service().engine
    levels = INDEX_LEVELS if group == "demands" else INDEX_LEVELS[:1]
    values = {"kind": KINDS_OF[group]}
    encoders = market_encoders().used
    kept = VectorsInDatabase()
    channels: list[Channel] = [
        CharacterChannel(engine, levels, values),
        WordChannel(engine, levels, values),
    ]
    if field := asking.columns["tech_field"]:
        same_field = {**values, "tech_field": (field,)}
        channels.append(CharacterChannel(engine, levels, same_field, "field"))
    for encoder in encoders:
        indexes = indexes_of(encoder)
        channels += [
            VectorChannel(encoder, part, indexes.of(group, part), document_of, kept)
            for part in PARTS
        ]
        if asking.question.language == "en" and {"zh", "en"} <= encoder.languages:
            channels.append(TranslatedChannel(engine, levels, _vocabulary(encoder), values))
    # Of demands a handful is looked for, each of which then looks for itself.
    readings = MarketReadings(kept) if group == "offers" else None
    return Finder(channels, encoders, readings, kept)


class MarketReadings:
    """What is kept of published records for the second look; see `rereading.Readings`."""

    def __init__(self, kept: VectorsInDatabase) -> None:
        self._kept = kept
        self._subjects: dict[str, Subject] = {}

    def texts(self, ids: Sequence[str]) -> Mapping[str, str]:
        """See the protocol."""
        self._read(ids)
        return {one: self._subjects[one].question.whole for one in ids if one in self._subjects}

    def vectors(self, encoder: Encoder, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """See the protocol. Sentences that nobody has looked at yet are encoded."""
        self._read(ids)
        parts = {
            one: self._subjects[one].question.parts[:MOST_SENTENCES]
            for one in ids
            if one in self._subjects
        }
        vectors = encode_once(encoder, self._kept, [text for own in parts.values() for text in own])
        found, start = {}, 0
        for one, own in parts.items():
            if own:
                found[one] = vectors[start : start + len(own)]
            start += len(own)
        return found

    def _read(self, ids: Sequence[str]) -> None:
        missing = [one for one in ids if one not in self._subjects]
        by_kind: dict[str, list[int]] = {}
        for one in missing:
            kind, record_id = parse_document_id(one)
            by_kind.setdefault(kind, []).append(record_id)
        for kind, record_ids in by_kind.items():
            for subject in read_subjects(kind, record_ids).values():
                self._subjects[subject.document_id] = subject


def _vocabulary(encoder: Encoder) -> Vocabulary:
    kept: dict[str, Vocabulary] = current_app.extensions.setdefault("vocabularies", {})
    if encoder.name not in kept:
        kept[encoder.name] = Vocabulary(technical_words(), encoder, VectorsInDatabase())
    return kept[encoder.name]
