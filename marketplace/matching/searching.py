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
from marketplace.matching.rereading import Readings
from marketplace.matching.subjects import DEMAND, OFFERS, Subject, SubjectsOnce
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


def find_offers(demand: Subject, known: SubjectsOnce) -> list[Fused]:
    """Results and patents that might serve a demand, best first.

    `known`: gets the records that are looked at again.

    :raises search.engines.base.EngineUnavailable: when the search can't answer.
    """
    kept = VectorsInDatabase()
    return finder_for("offers", demand, MarketReadings(kept, known)).find(demand.question)


def find_demands(record: Subject, limit: int) -> list[Fused]:
    """Open demands that a result or patent might serve, best first.

    :raises search.engines.base.EngineUnavailable: when the search can't answer.
    """
    return finder_for("demands", record).find(record.passage, limit)


def finder_for(group: Group, asking: Subject, readings: Readings | None = None) -> Finder:
    """What finds in a group, with the channels that serve this question.

    `readings`: for a second look. Of demands a handful is looked for, each of which then looks for
    itself, so that they need none. Records are those that anybody may see, demands all: for whom
    they are is looked at later.
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
    return Finder(channels, encoders, readings, kept)


class MarketReadings:
    """What is kept of published records for the second look; see `rereading.Readings`."""

    def __init__(self, kept: VectorsInDatabase, known: SubjectsOnce) -> None:
        self._kept = kept
        self._known = known

    def texts(self, ids: Sequence[str]) -> Mapping[str, str]:
        """See the protocol."""
        return {one: subject.question.whole for one, subject in self._subjects(ids).items()}

    def vectors(self, encoder: Encoder, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """See the protocol. Sentences that nobody has looked at yet are encoded."""
        parts = {
            one: subject.question.parts[:MOST_SENTENCES]
            for one, subject in self._subjects(ids).items()
        }
        vectors = encode_once(encoder, self._kept, [text for own in parts.values() for text in own])
        found, start = {}, 0
        for one, own in parts.items():
            if own:
                found[one] = vectors[start : start + len(own)]
            start += len(own)
        return found

    def _subjects(self, ids: Sequence[str]) -> dict[str, Subject]:
        found = self._known.get(parse_document_id(one) for one in ids)
        return {subject.document_id: subject for subject in found.values()}


def _vocabulary(encoder: Encoder) -> Vocabulary:
    kept: dict[str, Vocabulary] = current_app.extensions.setdefault("vocabularies", {})
    if encoder.name not in kept:
        kept[encoder.name] = Vocabulary(technical_words(), encoder, VectorsInDatabase())
    return kept[encoder.name]
